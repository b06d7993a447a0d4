"""The columns of an export, and what is selected for them, from the types of the schema.

A column is a path of fields, as ``provider.name``. A list, or what lies behind one, is a column
with JSON: ``tags``, ``volumes.name``.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graphene.utils.str_converters import to_camel_case
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from gateway.core.errors import InvalidInput
from gateway.exports.names import Exportable
from gateway.schema import schema
from inventory.resources import Resource

FIELDS = "fields"
MOST_FIELDS = 100
DEEPEST = 6
# The usual columns show these two of an object that a field leads to.
NAMING = ("id", "name")
# Numbers that are money: exact to the micro-dollar, which a binary fraction is not.
MONEY = frozenset({"amount", "hourlyCost", "monthlyCost", "pricePerHour"})

Selection = dict[str, "Selection"]


class Of(StrEnum):
    """The type of a column's values."""

    TEXT = "TEXT"
    INTEGER = "INTEGER"
    NUMBER = "NUMBER"
    MONEY = "MONEY"
    FLAG = "FLAG"
    TIME = "TIME"
    DATE = "DATE"
    JSON = "JSON"


SCALARS = {
    "Int": Of.INTEGER,
    "Float": Of.NUMBER,
    "Boolean": Of.FLAG,
    "DateTime": Of.TIME,
    "Date": Of.DATE,
}


@dataclass(frozen=True, slots=True)
class Column:
    """``path``: to its value in a row of the answer."""

    name: str
    path: tuple[str, ...]
    of: Of = Of.TEXT

    def value(self, row: Any) -> Any:
        return _value(row, self.path)


def _value(found: Any, path: Sequence[str]) -> Any:
    for number, name in enumerate(path):
        if found is None:
            return None
        if isinstance(found, list):
            return [_value(one, path[number:]) for one in found]
        found = found[name]
    return found


def list_columns(what: Exportable, names: Sequence[str] | None) -> tuple[list[Column], Selection]:
    """``names``: the paths that are asked for; None: the usual ones. Raises InvalidInput."""
    of = _object_type(what.resource.type_name)
    selection: Selection = {}
    columns = [
        _column(of, path, selection)
        for path in (_usual(what.resource, of) if names is None else _paths(names))
    ]
    return columns, selection


def _object_type(name: str) -> GraphQLObjectType:
    found: Any = schema.graphql_schema.type_map[name]
    return found  # type: ignore[no-any-return]  # graphql-core's map has types of every kind


def _usual(resource: Resource, of: GraphQLObjectType) -> Iterator[tuple[str, ...]]:
    """All facts. An object that a fact leads to is shown by id and name, or by all its values."""
    facts = [to_camel_case(name) for name in resource.facts]
    yield from ((name,) for name in NAMING if name not in facts)
    for name in facts:
        field = of.fields[name]
        below = get_named_type(field.type)
        if is_leaf_type(below) or _is_list(field):
            yield (name,)
        else:
            yield from ((name, inner) for inner in _inner(below))


def _inner(of: Any) -> list[str]:
    leaves = [name for name, field in of.fields.items() if _is_leaf(field)]
    return list(NAMING) if set(NAMING) <= set(leaves) else leaves


def _is_leaf(field: GraphQLField) -> bool:
    return is_leaf_type(get_named_type(field.type)) and not field.args and not _is_list(field)


def _is_list(field: GraphQLField) -> bool:
    of: Any = field.type
    return is_list_type(get_nullable_type(of))


def _paths(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if not names or len(names) > MOST_FIELDS:
        raise InvalidInput(f"Name 1 to {MOST_FIELDS} fields, with commas between.", field=FIELDS)
    if len(set(names)) < len(names):
        raise InvalidInput("A field is named twice.", field=FIELDS)
    for name in names:
        path = tuple(name.split("."))
        if len(path) > DEEPEST:
            raise InvalidInput(f"{name[:80]!r} leads through too many fields.", field=FIELDS)
        yield path


def _column(of: GraphQLObjectType, path: Sequence[str], selection: Selection) -> Column:
    """Adds what it needs to ``selection``. Raises InvalidInput."""
    parent: Any = of
    passed_list = False
    for number, name in enumerate(path):
        field = _field(parent, name)
        parent = get_named_type(field.type)
        passed_list = passed_list or _is_list(field)
        selection = selection.setdefault(name, {})
        is_last = number == len(path) - 1
        if is_leaf_type(parent) and not is_last:
            message = f"{'.'.join(path[: number + 1])} is a value: it has no {path[number + 1]!r}."
            raise InvalidInput(message, field=FIELDS)
    if not is_leaf_type(parent):
        if not passed_list:
            below = ", ".join(f"{'.'.join(path)}.{one}" for one in _inner(parent))
            raise InvalidInput(
                f"{'.'.join(path)} is an object: name fields of it, as {below}.", field=FIELDS
            )
        for inner in _inner(parent):
            selection.setdefault(inner, {})
    kind = Of.JSON if passed_list else _of(path[-1], parent)
    return Column(".".join(path), tuple(path), kind)


def _field(parent: Any, name: str) -> GraphQLField:
    fields: Mapping[str, GraphQLField] = getattr(parent, "fields", {})
    if name not in fields:
        known = ", ".join(one for one, field in fields.items() if not field.args)
        message = f"{parent.name} has no field {name[:80]!r}. It has: {known}."
        raise InvalidInput(message, field=FIELDS)
    if fields[name].args:
        message = f"{parent.name}.{name} takes arguments, so ask for it at /graphql/."
        raise InvalidInput(message, field=FIELDS)
    return fields[name]


def _of(name: str, leaf: Any) -> Of:
    found = SCALARS.get(leaf.name, Of.TEXT)
    return Of.MONEY if found is Of.NUMBER and name in MONEY else found


def measure_columns(what: Exportable, names: Sequence[str] | None) -> list[Column]:
    """The numbers of an aggregate. Raises InvalidInput."""
    measures = _object_type(f"{what.resource.type_name}Measures")
    wanted = measures.fields if names is None else [".".join(path) for path in _paths(names)]
    return [
        Column(name, (name,), _of(name, get_named_type(_field(measures, name).type)))
        for name in wanted
    ]


def text_of(selection: Selection) -> str:
    """As a document has it."""
    parts = (
        f"{name} {{ {text_of(inner)} }}" if inner else name for name, inner in selection.items()
    )
    return " ".join(parts)


def leaf_paths(selection: Selection) -> Iterable[tuple[str, ...]]:
    for name, inner in selection.items():
        if not inner:
            yield (name,)
        for path in leaf_paths(inner):
            yield (name, *path)
