"""Completes the fields of many objects of a list field by field, instead of object by object.

A field is a column if it is a function of the object alone, and its value is::

    a leaf           or a list of leaves that pass unchanged
    another object   whose own selection has nothing but such leaves: it is completed once,
                     however many objects of the list lead to it

For a page of a thousand machines a column costs a call for each value, or none: the closures of a
field cost three. All other fields are answered object by object, after the columns.

A column has no path, so it notes no errors. When anything in it fails, the whole list is answered
object by object, where the error gets its path; the functions return the same again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLObjectType,
    TypeNameMetaFieldDef,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)

from gateway.core.graphql.compiled.base import Answer, Columns, SelectedField
from gateway.core.graphql.compiled.fields import attribute_of, function_of
from gateway.core.graphql.compiled.leaf_columns import leaves
from gateway.core.graphql.compiled.values import UNCHANGED

# From objects to their completed values of a field. Raises any error: see above.
Column = Callable[[Sequence[Any]], Sequence[Any]]


class NotAlikeError(Exception):
    """The values of a column are not what a column can complete."""


def columns_of(
    fields: Iterable[SelectedField], answers: Iterable[tuple[str, Answer]]
) -> Columns | None:
    """``answers``: those of the fields. None if no field is a column."""
    columns = {field.key: _column(field) for field in fields}
    if not any(columns.values()):
        return None
    rest = tuple((key, answer) for key, answer in answers if columns[key] is None)
    return Columns(partial(_fill, columns), rest)


def _fill(
    columns: Mapping[str, Column | None], sources: Sequence[Any]
) -> list[dict[str, Any]] | None:
    if not all(map(_is_object, {source.__class__ for source in sources})):
        return None
    empty = [None] * len(sources)
    try:
        values = [column(sources) if column else empty for column in columns.values()]
    except Exception:  # noqa: BLE001 - it is raised again where it has a path
        return None
    return [dict(zip(columns, row, strict=True)) for row in zip(*values, strict=True)]


def _is_object(kind: type) -> bool:
    """True if the fields of an object of this class are its attributes."""
    return kind is not type(None) and not issubclass(kind, dict | Exception)


def _column(field: SelectedField) -> Column | None:
    try:
        return _compiled(field)
    except Exception:  # noqa: BLE001 - the field's own closure says what is wrong, where it belongs
        return None


def _compiled(field: SelectedField) -> Column | None:
    if field.definition is TypeNameMetaFieldDef:
        name = field.parent.name
        return lambda sources: [name] * len(sources)
    read = _reader(field)
    of: Any = field.definition.type
    of = get_nullable_type(of)
    if read is None:
        return None
    if is_leaf_type(of):
        return _leaf(field, read)
    if is_list_type(of):
        unchanged = UNCHANGED.get(get_nullable_type(of.of_type))
        return _texts(read, unchanged) if unchanged else None
    return _shared(field, of, read) if is_object_type(of) else None


def _reader(field: SelectedField) -> Column | None:
    """From objects to their values before they are completed; None: not of the object alone."""
    if function := function_of(field):
        return lambda sources: list(map(function, sources))
    if not (attribute := attribute_of(field)):
        return None
    get = attrgetter(attribute)  # without the field's default: what lacks it is no column
    return lambda sources: list(map(get, sources))


def _leaf(field: SelectedField, read: Column) -> Column:
    complete_all = leaves(field)
    return lambda sources: complete_all(read(sources))


def _texts(read: Column, unchanged: type) -> Column:
    """A column of lists whose items need no conversion."""

    def column(sources: Sequence[Any]) -> list[Any]:
        values = read(sources)
        items = chain.from_iterable(values)
        if {*map(type, values)} != {list} or not {*map(type, items)} <= {unchanged}:
            raise NotAlikeError
        return [list(value) for value in values]

    return column


def _shared(field: SelectedField, of: GraphQLObjectType, read: Column) -> Column | None:
    """A column of objects whose fields depend only on the object; None if they depend on more."""
    if of.is_type_of:
        return None
    selection = field.context.selection(of, field.nodes)
    columns = selection.columns() if selection.repeatable else None
    if columns is None or columns.rest:
        return None
    fill = columns.fill
    nullable = not is_non_null_type(field.definition.type)

    def column(sources: Sequence[Any]) -> list[Any]:
        values = read(sources)
        distinct = {id(value): value for value in values}  # each is held by ``values``
        answers: dict[int, Any] = {}
        if distinct.pop(id(None), distinct) is None:
            if not nullable:
                raise NotAlikeError
            answers[id(None)] = None
        completed = fill(list(distinct.values()))
        if completed is None:
            raise NotAlikeError
        answers.update(zip(distinct, completed, strict=True))
        return [answers[id(value)] for value in values]

    return column
