"""From a type to a closure that completes values of it.

::

    NonNull   what is below it, or an error for null
    List      each item by what is below it; an item's error becomes null where the item may be.
              Many objects by columns (``columns.py``), and one by one what is no column
    leaf      the type's ``serialize``; text and booleans that are so already pass unchanged
    Object    the selection of it; a repeatable one once for an object that comes up again
    abstract  ``resolve_type``, then as Object

A closure raises an error, and the closure of the nearest nullable value catches it. Each repeats
the branch of ``ExecutionContext.complete_value`` for its type, with its errors (graphql-core
3.2.14).
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from graphene import DateTime
from graphql import (
    GraphQLAbstractType,
    GraphQLBoolean,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
    get_nullable_type,
    is_abstract_type,
    is_enum_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.execute import invalid_return_type_error
from graphql.pyutils import Path, Undefined, is_iterable

from gateway.core.graphql.compiled.base import Select, SelectedField, new

# (value, its path, the field's info) → completed value. Leaves need neither path nor info, and
# info is None wherever ``needs_info`` says no.
Complete = Callable[[Any, Any, Any], Any]
# (list, its path) → all of it completed; None: its items have to be completed one by one.
AtOnce = Callable[[Any, Path], list[Any] | None]

# Python's own type for a leaf type whose ``serialize`` gives such values back as they are.
UNCHANGED: dict[Any, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}
FEWEST_OBJECTS = 8  # of a list; for fewer, columns take as long as they save
SMALLEST_INT, LARGEST_INT = -(2**31), 2**31 - 1


def completer(field: SelectedField, of: Any, *, in_list: bool = False) -> Complete:
    """The closure for values of type ``of`` in ``field``; ``in_list``: as items of a list."""
    if is_list_type(of):
        return _list(field, cast("GraphQLList[Any]", of))
    if is_leaf_type(get_nullable_type(of)):
        return _leaf(field, of)
    if is_non_null_type(of):
        of_type = cast("GraphQLNonNull[Any]", of).of_type
        return _non_null(field, completer(field, of_type, in_list=in_list))
    if is_object_type(of):
        # The items of a list differ; what they point to is often the same.
        return _object(field, cast(GraphQLObjectType, of), comes_again=not in_list)
    if is_abstract_type(of):
        return _abstract(field, cast(GraphQLAbstractType, of))
    raise TypeError(of)


def needs_info(of: Any) -> bool:
    """True if completing a value of type ``of`` calls a function that takes the info."""
    while is_list_type(of) or is_non_null_type(of):
        of = of.of_type
    return is_abstract_type(of) or bool(getattr(of, "is_type_of", None))


def _non_null(field: SelectedField, complete: Complete) -> Complete:
    def complete_non_null(value: Any, path: Any, info: Any) -> Any:
        completed = complete(value, path, info)
        if completed is None:
            raise field.null_error()
        return completed

    return complete_non_null


def _list(field: SelectedField, of: "GraphQLList[Any]") -> Complete:
    item_type = of.of_type
    complete = completer(field, item_type, in_list=True)
    with_paths = not is_leaf_type(get_nullable_type(item_type))
    at_once = _by_columns(field, item_type) or _unchanged(item_type)

    def complete_list(value: Any, path: Path, info: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, Exception):
            raise value
        if value.__class__ is not list and not is_iterable(value):
            info = info or field.infos()(path)
            return field.context.complete_list_value(of, field.nodes, info, path, value)
        if at_once and (completed := at_once(value, path)) is not None:
            return completed
        items: list[Any] = []
        for index, item in enumerate(value):
            item_path = new(Path, (path, index, None)) if with_paths else None
            try:
                items.append(complete(item, item_path, info))
            except Exception as error:  # noqa: BLE001 - whatever it is, the item fails
                field.failed(error, item_type, Path(path, index, None))
                items.append(None)
        return items

    return complete_list


def _unchanged(item_type: Any) -> AtOnce | None:
    """Completes a list whose items need no conversion; None if they need one."""
    unchanged = UNCHANGED.get(get_nullable_type(item_type))
    if unchanged is None:
        return None

    def complete_unchanged(value: Any, _path: Path) -> list[Any] | None:
        if value.__class__ is list and all([item.__class__ is unchanged for item in value]):  # noqa: C419 - a generator takes twice as long
            return list(value)
        return None

    return complete_unchanged


def _by_columns(field: SelectedField, item_type: Any) -> AtOnce | None:
    """Completes a list of many objects column by column; None if that is not possible."""
    of: Any = get_nullable_type(item_type)
    if not is_object_type(of) or of.is_type_of:
        return None

    def complete_by_columns(value: Any, path: Path) -> list[Any] | None:
        if value.__class__ is not list or len(value) < FEWEST_OBJECTS:
            return None
        try:
            columns = field.context.selection(of, field.nodes).columns()
        except Exception:  # noqa: BLE001 - each item fails by it, where the error gets its path
            return None
        return columns.complete(field, item_type, value, path) if columns else None

    return complete_by_columns


def _leaf(field: SelectedField, of: Any) -> Complete:
    """``of`` may be non-null: leaves are too many for a closure around each."""
    nullable, leaf = not is_non_null_type(of), get_nullable_type(of)
    unchanged = UNCHANGED.get(leaf)
    serialize = _serializer(leaf)
    complete = field.context.complete_leaf_value

    def complete_leaf(value: Any, _path: Any, _info: Any) -> Any:
        if value is None:
            if nullable:
                return None
            raise field.null_error()
        if value.__class__ is unchanged:
            return value
        if isinstance(value, Exception):
            raise value
        serialized = serialize(value)
        if serialized is None or serialized is Undefined:
            return complete(leaf, value)  # raises
        return serialized

    return complete_leaf


def _serializer(leaf: Any) -> Callable[[Any], Any]:
    if is_enum_type(leaf):
        return _remembered(leaf.serialize)
    if leaf is GraphQLInt:
        return _serialize_int
    if getattr(leaf, "graphene_type", None) is DateTime:
        return _serialize_time
    return cast(Callable[[Any], Any], leaf.serialize)


def _serialize_time(value: Any) -> Any:
    """As Graphene's DateTime; what is one already passes sooner."""
    return value.isoformat() if value.__class__ is datetime else DateTime.serialize(value)


def _serialize_int(value: Any) -> Any:
    """As GraphQLInt; what is such an integer already passes sooner."""
    if value.__class__ is int and SMALLEST_INT <= value <= LARGEST_INT:
        return value
    return GraphQLInt.serialize(value)


def _remembered(serialize: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """An enum's ``serialize`` that looks each value up once in an operation."""
    texts: dict[str, Any] = {}
    known: dict[Any, Any] = {}

    def serialize_once(value: Any) -> Any:
        if value.__class__ is str:
            found = texts.get(value)
            if found is None:
                found = texts[value] = serialize(value)
            return found
        key = (value.__class__, value)  # what is equal may still be serialized differently
        try:
            found = known.get(key)
        except TypeError:  # not hashable
            return serialize(value)
        if found is None:
            found = known[key] = serialize(value)
        return found

    return serialize_once


def _object(field: SelectedField, of: GraphQLObjectType, *, comes_again: bool) -> Complete:
    is_type_of = of.is_type_of
    select: Select | None = None
    once = False
    known: dict[int, tuple[Any, dict[str, Any]]] = {}  # by the object's id, while it is held here
    errors = field.context.collected_errors.errors

    def complete_object(value: Any, path: Path, info: Any) -> Any:
        nonlocal select, once
        if (found := known.get(id(value))) is not None:
            return found[1]
        if value is None:
            return None
        if isinstance(value, Exception):
            raise value
        if select is None:
            selection = field.context.selection(of, field.nodes)
            select = selection.select
            once = comes_again and selection.repeatable and is_type_of is None
        if is_type_of and not is_type_of(value, info):
            raise invalid_return_type_error(of, value, field.nodes)
        failed_before = len(errors)
        data = select(value, path)
        # An object with errors is not kept: it fails at each of its paths.
        if once and len(errors) == failed_before:
            known[id(value)] = (value, data)
        return data

    return complete_object


def _abstract(field: SelectedField, of: GraphQLAbstractType) -> Complete:
    context = field.context
    resolve_type = of.resolve_type or context.type_resolver
    known: dict[str, Complete] = {}

    def complete_abstract(value: Any, path: Path, info: Any) -> Any:
        if value is None:
            return None
        if isinstance(value, Exception):
            raise value
        name: Any = resolve_type(value, info, of)
        complete = known.get(name) if name.__class__ is str else None
        if complete is None:
            found = context.ensure_valid_runtime_type(name, of, field.nodes, info, value)
            complete = known[found.name] = _object(field, found, comes_again=False)
        return complete(value, path, info)

    return complete_abstract
