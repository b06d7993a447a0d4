"""The keys by which an aggregate is grouped and ordered: the inputs, and how they are read."""

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any

import graphene

from gateway.core.errors import InvalidInput
from gateway.core.graphql.cursors import decoded_texts, encoded, unknown_cursor
from gateway.core.graphql.enums import described_enum
from inventory.resources import Resource
from inventory.resources.groups import group_fields, tag_filter
from inventory.schema.table.orders import Direction, OrderDirection
from inventory.schema.table.values import LONGEST_EXACT
from inventory.selectors.aggregates import Key, order_names, order_of
from inventory.selectors.keyset import KeysetOrder

MOST_KEYS = 3
KEYS = ("first_key", "second_key", "third_key")
UNKNOWN_LAST = "Objects without a value come last in both directions."


@cache
def group_by_input(resource: Resource) -> Any:
    attributes = {
        "__doc__": f"A key to group {resource.nouns[1]} by: "
        + ("exactly one of field and tag." if tag_filter(resource) else "a field."),
        "field": graphene.InputField(_field_enum(resource), description="A field."),
    }
    if tag_filter(resource) is not None:
        attributes["tag"] = graphene.InputField(
            graphene.String,
            description="The key of a tag or label, exactly: groups are those of its values. One "
            f"with several values is in several groups. {LONGEST_EXACT} characters at most.",
        )
    return type(f"{resource.type_name}GroupBy", (graphene.InputObjectType,), attributes)


def _field_enum(resource: Resource) -> Any:
    fields = _fields(resource)
    texts = (one.description for one in group_fields(resource).values())
    return described_enum(
        fields,
        name=f"{resource.type_name}GroupField",
        description=f"Fields by which {resource.nouns[1]} are grouped.",
        meanings=dict(zip(fields, texts, strict=True)),
    )


@cache
def _fields(resource: Resource) -> type[Enum]:
    fields: Any = Enum  # mypy takes no names that are not written out
    names = {name.upper(): name for name in group_fields(resource)}
    return fields(f"{resource.type_name}GroupField", names)


@cache
def group_order_input(resource: Resource) -> Any:
    columns = _columns(resource)
    field = described_enum(
        columns,
        name=f"{resource.type_name}GroupOrderField",
        description=f"A field to order groups of {resource.nouns[1]} by. Their keys break ties.",
        meanings={one: _meaning(one.name) for one in columns},
    )
    attributes = {
        "__doc__": f"The order of groups of {resource.nouns[1]}. {UNKNOWN_LAST}",
        "field": graphene.InputField(field, required=True, description="The field to order by."),
        "direction": graphene.InputField(
            OrderDirection, default_value=Direction.ASC, description="Ascending or descending."
        ),
    }
    return type(f"{resource.type_name}GroupOrder", (graphene.InputObjectType,), attributes)


def _meaning(name: str) -> str:
    words = name.lower().replace("_", " ")
    if name.lower() in KEYS:
        return f"By the {words} of groupBy; providers by name."
    return f"By {words}."


@cache
def _columns(resource: Resource) -> type[Enum]:
    """Each with its name: two measures may be ordered by one column."""
    columns: Any = Enum  # as above
    names = [*order_names(resource), *KEYS]
    return columns(f"{resource.type_name}GroupOrderField", {name.upper(): name for name in names})


def keys_of(
    resource: Resource,
    given: Sequence[Mapping[str, Any]] | None,
    *,
    field: str = "groupBy",
    most: int = MOST_KEYS,
) -> list[Key]:
    """``field``: the argument. Raises InvalidInput for more than ``most``, and for one that is not
    exactly one of field and tag.
    """
    asked = list(given or ())
    if len(asked) > most:
        raise InvalidInput(f"At most {most} keys, not {len(asked)}.", field=field)
    return [_key(resource, one, argument=field) for one in asked]


def _key(resource: Resource, given: Mapping[str, Any], *, argument: str) -> Key:
    field, tag = given.get("field"), given.get("tag")
    if (field is None) == (tag is None):
        found = "neither" if field is None else "both"
        message = f"Each key has exactly one of field and tag; this one has {found}."
        raise InvalidInput(message, field=argument)
    if field is not None:
        fields: Any = _fields(resource)
        return Key(fields(field).value)
    if len(str(tag)) > LONGEST_EXACT:
        message = f"A key has {len(str(tag))} characters; {LONGEST_EXACT} are compared exactly."
        raise InvalidInput(message, field=argument)
    return Key(tag=tag)


def group_order(
    resource: Resource, keys: Sequence[Key], given: Mapping[str, Any] | None
) -> KeysetOrder:
    """By the keys, where nothing else is asked for. Raises InvalidInput for a key that is not."""
    if given is None:
        return order_of(resource, keys, "k0", descending=False)
    columns: Any = _columns(resource)
    name = columns(given["field"]).value
    descending = given.get("direction") == Direction.DESC
    if name not in KEYS:
        return order_of(resource, keys, order_names(resource)[name], descending=descending)
    number = KEYS.index(name)
    if number >= len(keys):
        message = f"groupBy has {len(keys)} keys, so there is no {name.upper()}."
        raise InvalidInput(message, field="orderBy")
    return order_of(resource, keys, f"k{number}", descending=descending)


def group_cursor(keys: Sequence[Key], order: KeysetOrder, place: Sequence[Any]) -> str:
    """A cursor is good for the same keys in the same order."""
    values = zip(order.columns, place, strict=True)
    return encoded([*_signature(keys, order), *(column.text_of(one) for column, one in values)])


def place_of_cursor(cursor: str, keys: Sequence[Key], order: KeysetOrder) -> list[Any]:
    """Raises InvalidInput for a cursor of other keys or another order, and for a forged one."""
    texts, signature = decoded_texts(cursor), _signature(keys, order)
    values = texts[len(signature) :]
    if texts[: len(signature)] != signature or len(values) != len(order.columns):
        raise unknown_cursor("after")
    try:
        return [one.value_of(text) for one, text in zip(order.columns, values, strict=True)]
    except ValueError:
        raise unknown_cursor("after") from None


def _signature(keys: Sequence[Key], order: KeysetOrder) -> list[str]:
    named = [key.field if key.tag is None else f"tag:{key.tag}" for key in keys]
    return [*named, order.sql]
