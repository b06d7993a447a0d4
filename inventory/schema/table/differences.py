"""``<plural>Diff``: the differences between the lists of two moments. No cloud is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from typing import Any

import graphene
from django.utils import timezone

from gateway.core.errors import InvalidInput
from gateway.core.graphql.cursors import decoded_texts, encoded, unknown_cursor
from gateway.core.graphql.enums import described_enum
from gateway.core.graphql.paging import MAX_FIRST, USUAL_FIRST, checked_first
from gateway.core.graphql.scalars import JSON
from inventory.live.api import all_complete
from inventory.resources import Resource
from inventory.schema.live_answers import answered
from inventory.schema.live_plans import PlanRequest, ReadPlan
from inventory.schema.receipts import SourceReceipt
from inventory.schema.table.connections import plan_past
from inventory.schema.table.filters import filter_input, limits_of, source_limits
from inventory.schema.table.moments import checked_moment
from inventory.schema.table.pages import join_rows
from inventory.schema.table.types import object_type
from inventory.selectors.differences import ORDER, Difference, Differences, Kind

DifferenceKind = described_enum(
    Kind,
    name="DifferenceKind",
    description="How an object differs between two times.",
    meanings={
        Kind.ADDED: "At from, it did not exist, was deleted or missing, or did not match the "
        "filter.",
        Kind.REMOVED: "At to, it does not exist, is deleted or missing, or does not match the "
        "filter.",
        Kind.CHANGED: "It exists at both times, and a field with a history differs.",
    },
)


class FieldDifference(graphene.ObjectType):
    """A field that differs."""

    field = graphene.String(required=True, description="Its name in the schema.")
    before = JSON(description="The old value.")
    after = JSON(description="The new value; ids of other objects are the cloud's own.")


def difference_name(resource: Resource) -> str:
    return f"{resource.type_name}Difference"


def diff_name(resource: Resource) -> str:
    return f"{resource.type_name}Diff"


@cache
def difference_type(resource: Resource) -> Any:
    one = object_type(resource)
    fields = {
        "__doc__": f"One of the {resource.nouns[1]} that differ between two times.",
        "kind": graphene.Field(DifferenceKind, required=True, description="How it differs."),
        "before": graphene.Field(one, description="As it was at from; null if it is ADDED."),
        "after": graphene.Field(one, description="As it was at to; null if it is REMOVED."),
        "fields": graphene.List(
            graphene.NonNull(FieldDifference),
            required=True,
            description="The fields that differ, if it is CHANGED.",
        ),
    }
    return type(difference_name(resource), (graphene.ObjectType,), fields)


@cache
def diff_type(resource: Resource) -> Any:
    several = resource.nouns[1]
    fields: dict[str, Any] = {
        "__doc__": f"The differences between the {several} of two times.",
        "complete": graphene.Boolean(
            required=True,
            description="False if the list of either time was not complete: a difference may be "
            "an object that was not read.",
        ),
        "sources_before": graphene.List(
            graphene.NonNull(SourceReceipt),
            required=True,
            description="The receipts of the time from.",
        ),
        "sources": graphene.List(
            graphene.NonNull(SourceReceipt),
            required=True,
            description="The receipts of the time to.",
        ),
        "page_info": graphene.Field(
            graphene.relay.PageInfo, required=True, description="True if there are more."
        ),
        "nodes": graphene.List(
            graphene.NonNull(difference_type(resource)),
            required=True,
            description="The differences on this page, by name.",
        ),
    }
    for kind in Kind:
        fields[kind.lower()] = graphene.Int(
            required=True, description=f"How many {several} are {kind}, in all pages together."
        )
    return type(diff_name(resource), (graphene.ObjectType,), fields)


def diff_field(resource: Resource) -> Any:
    def resolve(_root: None, info: Any, **arguments: Any) -> Diff:
        answers, plan = answered(info, arguments)
        answers.receipts_of(plan)
        return Diff(resource, arguments, plan)

    several = resource.nouns[1]
    arguments: dict[str, Any] = {
        "from": graphene.DateTime(required=True, description="The earlier time."),
        "to": graphene.DateTime(description="The later time; absent: now."),
        "filter": graphene.Argument(
            filter_input(resource), description=f"Which {several}, at either time; absent: all."
        ),
        "first": graphene.Int(
            default_value=USUAL_FIRST, description=f"How many; at most {MAX_FIRST}."
        ),
        "after": graphene.String(description="The endCursor of the page before."),
    }
    return graphene.Field(
        diff_type(resource),
        **arguments,
        description=f"The {several} that were added, removed and changed between two times, as far "
        "as the gateway knew. A deleted or missing object counts as absent. No cloud is asked.",
        resolver=resolve,
    )


def plan_diff(resource: Resource, request: PlanRequest) -> ReadPlan:
    """Raises InvalidInput for times that cannot be."""
    until = checked_moment(request.arguments.get("to"), field="to") or timezone.now()
    since = checked_moment(request.arguments["from"], field="from")
    if since is None or since >= until:
        raise InvalidInput("from must be earlier than to.", field="from")
    checked_first(request.arguments.get("first"))
    limits = source_limits(resource, request, past=True)
    before = plan_past(resource, request, limits, since)
    return replace(plan_past(resource, request, limits, until), before=before.past)


class Diff:
    """The answer. Only selected fields are computed."""

    def __init__(self, resource: Resource, arguments: Mapping[str, Any], plan: ReadPlan) -> None:
        if plan.past is None or plan.before is None:
            raise TypeError("The plan is of no two moments.")
        self._resource = resource
        self._past = {"before": plan.before, "after": plan.past}
        self._first = checked_first(arguments.get("first"))
        self._after = arguments.get("after")
        self._place = _place_of(self._after) if self._after else None
        self._limits = limits_of(resource, arguments.get("filter") or {})

    @property
    def sources(self) -> Sequence[Any]:
        return self._past["after"].receipts

    @property
    def sources_before(self) -> Sequence[Any]:
        return self._past["before"].receipts

    @property
    def complete(self) -> bool:
        return all_complete([*self.sources, *self.sources_before])

    @property
    def added(self) -> int:
        return self._counts[Kind.ADDED]

    @property
    def removed(self) -> int:
        return self._counts[Kind.REMOVED]

    @property
    def changed(self) -> int:
        return self._counts[Kind.CHANGED]

    @property
    def nodes(self) -> Sequence[Difference]:
        return self._page[: self._first]

    @property
    def page_info(self) -> dict[str, Any]:
        cursors = [_cursor_of(one.place) for one in self.nodes]
        return {
            "has_next_page": len(self._page) > self._first,
            "has_previous_page": bool(self._after),
            "start_cursor": cursors[0] if cursors else None,
            "end_cursor": cursors[-1] if cursors else None,
        }

    @cached_property
    def _counts(self) -> Mapping[Kind, int]:
        return self._differences.counts()

    @cached_property
    def _page(self) -> list[Difference]:
        """With one more than is shown, where there are more."""
        found = self._differences.page(after=self._place, most=self._first + 1)
        for when, past in self._past.items():
            rows = [row for one in found if (row := getattr(one, when)) is not None]
            join_rows(rows, [receipt.source for receipt in past.receipts], at=past.moment)
        return found

    @cached_property
    def _differences(self) -> Differences:
        return Differences(
            self._resource, self._past["before"], self._past["after"], limits=self._limits
        )


def _cursor_of(place: Sequence[Any]) -> str:
    return encoded([column.text_of(one) for column, one in zip(ORDER.columns, place, strict=True)])


def _place_of(cursor: str) -> list[Any]:
    """Raises InvalidInput for a forged one."""
    texts = decoded_texts(cursor)
    if len(texts) != len(ORDER.columns):
        raise unknown_cursor("after")
    try:
        return [one.value_of(text) for one, text in zip(ORDER.columns, texts, strict=True)]
    except ValueError:
        raise unknown_cursor("after") from None
