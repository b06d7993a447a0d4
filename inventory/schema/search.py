"""Objects of all types in one list, found by words."""

from collections.abc import Collection
from enum import Enum
from functools import cached_property
from typing import Any

import graphene
from graphene.utils.str_converters import to_snake_case

from gateway.core.errors import InvalidInput
from gateway.core.graphql.cursors import decoded_texts, encoded, unknown_cursor
from gateway.core.graphql.enums import described_enum
from gateway.core.graphql.paging import (
    MAX_FIRST,
    USUAL_FIRST,
    AnyPage,
    CountedConnection,
    Window,
)
from inventory.live.api import Receipt, all_complete
from inventory.resources import Resource, all_resources
from inventory.schema.live_answers import answered
from inventory.schema.live_plans import (
    PlanRequest,
    ReadPlan,
    chosen_max_age,
    live_field,
    plan_of_sources,
)
from inventory.schema.receipts import SourceReceipt
from inventory.schema.table.any_resource import AnyResource
from inventory.schema.table.beside import rows_beside
from inventory.schema.table.connections import MAX_AGE_DESCRIPTION
from inventory.schema.table.pages import join_rows
from inventory.schema.table.values import checked_search
from inventory.selectors.rows import rows_answered
from inventory.selectors.search import Found, Place

CURSOR = "search"
SEARCHED = tuple(one for one in all_resources() if one.has_root_list and "search" in one.filters)
_NUMBERS = {one.plural: number for number, one in enumerate(SEARCHED)}
_OF_TYPES = {to_snake_case(one.type_name).upper(): one for one in SEARCHED}
_Types: Any = Enum("ResourceType", {name: one.plural for name, one in _OF_TYPES.items()})  # type: ignore[misc]  # derived
ResourceType: Any = described_enum(
    _Types,
    name="ResourceType",
    description="A type of object that search finds.",
    meanings={_Types[name]: f"{one.nouns[1].capitalize()}." for name, one in _OF_TYPES.items()},
)


class ResourceConnection(CountedConnection):
    """A page of objects of several types, and what is known of the sources it was built from."""

    class Meta:
        node = AnyResource

    complete = graphene.Boolean(
        required=True,
        description="False when at least one source did not answer or its list may be incomplete: "
        "there may be others.",
    )
    sources = graphene.List(
        graphene.NonNull(SourceReceipt),
        required=True,
        description="One receipt for each source that was searched.",
    )


class SearchPage(AnyPage[Any]):
    """The root of a ResourceConnection."""

    def __init__(self, found: Found, receipts: list[Receipt], window: Window) -> None:
        super().__init__(window)
        self._found = found
        self._after = _place(window.after) if window.after else None
        self.sources = receipts

    @property
    def complete(self) -> bool:
        return all_complete(self.sources)

    @cached_property
    def total_count(self) -> int:
        return self._found.count()

    def fetch(self) -> list[Any]:
        found = self._found.page(self._after, self._count + 1)
        rows_of: dict[type, list[Any]] = {}
        for place, row in found:
            vars(row)["place"] = place
            rows_of.setdefault(type(row), []).append(row)
        for rows in rows_of.values():
            join_rows(rows, [receipt.source for receipt in self.sources])
        return [row for _place, row in found]

    def cursor(self, node: Any) -> str:
        return _cursor(vars(node)["place"])


class SearchQuery(graphene.ObjectType):
    search = graphene.Field(
        ResourceConnection,
        text=graphene.String(
            required=True,
            description="Words, each of which must be contained, case-insensitive, in the texts "
            "that the search of "
            "the type's own list covers: names, ids, addresses, tags as key=value.",
        ),
        types=graphene.List(
            graphene.NonNull(ResourceType), description="Only these types; absent: all."
        ),
        first=graphene.Int(
            default_value=USUAL_FIRST, description=f"How many; at most {MAX_FIRST}."
        ),
        after=graphene.String(description="The endCursor of the page before."),
        max_age=graphene.Int(description=MAX_AGE_DESCRIPTION),
        description="Objects of all types at all your clouds that match words, read live from "
        "all clouds at once and ordered by name. Deleted and missing objects are "
        "included, as in the lists.",
    )

    @staticmethod
    def resolve_search(_root: None, info: Any, text: str, **arguments: Any) -> SearchPage:
        answers, plan = answered(info, arguments)
        receipts = answers.receipts_of(plan)
        words = checked_search(text, field="text")
        if not words.strip():
            message = "text is empty: give a word that names, ids, addresses or tags contain."
            raise InvalidInput(message, field="text")
        queries = {
            SEARCHED.index(one): rows_answered(
                one,
                [receipt for receipt in receipts if receipt.source.resource == one.plural],
                limits={"search": words},
                beside=rows_beside(one, info, {}),
            )
            for one in _chosen(arguments.get("types"))
        }
        return SearchPage(Found(queries), receipts, Window.of(arguments))


@live_field("Query", "search")
def plan_search(request: PlanRequest) -> ReadPlan:
    names = [one.plural for one in _chosen(request.arguments.get("types"))]
    return plan_of_sources(request, names, max_age=chosen_max_age(request))


def _chosen(types: Collection[Any] | None) -> list[Resource]:
    if types is None:
        return list(SEARCHED)
    wanted = {getattr(one, "value", one) for one in types}
    return [one for one in SEARCHED if one.plural in wanted]


def _cursor(place: Place) -> str:
    return encoded([CURSOR, place.name, SEARCHED[place.number].plural, str(place.pk)])


def _place(cursor: str) -> Place:
    """Raises InvalidInput for the cursor of another list."""
    match decoded_texts(cursor):
        case [word, name, plural, pk] if word == CURSOR and pk.isdecimal() and plural in _NUMBERS:
            return Place(name, _NUMBERS[plural], int(pk))
    raise unknown_cursor("after")
