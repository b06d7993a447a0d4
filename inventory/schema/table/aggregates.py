"""The aggregate of a resource: counts and sums of the rows of its list, in all and of groups.

It asks the sources that the list with the same filter asks, and has their receipts.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property, partial
from typing import Any

import graphene
from django.db.models import Q

from gateway.core.errors import InvalidInput
from gateway.core.graphql.paging import MAX_FIRST, checked_first
from inventory.live.api import Receipt, all_complete
from inventory.models import Provider
from inventory.resources import Resource
from inventory.schema.live_answers import answered
from inventory.schema.live_plans import PlanRequest, ReadPlan
from inventory.schema.table.aggregate_types import aggregate_type
from inventory.schema.table.beside import rows_beside
from inventory.schema.table.connections import MAX_AGE_DESCRIPTION, plan_list, without_service
from inventory.schema.table.exported import MOST_GROUPS, exported_in
from inventory.schema.table.filters import filter_input, limits_of
from inventory.schema.table.group_keys import (
    MOST_KEYS,
    UNKNOWN_LAST,
    group_by_input,
    group_cursor,
    group_order,
    group_order_input,
    keys_of,
    place_of_cursor,
)
from inventory.schema.table.moments import at_argument
from inventory.schema.table.shown_groups import shown_groups, shown_measures
from inventory.selectors.aggregates import Group, GroupPage, groups_of, totals_of
from inventory.selectors.rollups import Answered
from inventory.selectors.rows import NOTHING

FIRST = 100


def usual_keys(resource: Resource) -> dict[tuple[str, str], int]:
    """How many keys a group has at most, for the cost of a query."""
    return {(f"{resource.type_name}Group", "keys"): MOST_KEYS}


def aggregate_field(resource: Resource) -> Any:
    def resolve(_root: None, info: Any, **arguments: Any) -> Aggregate:
        answers, plan = answered(info, arguments)
        receipts = answers.receipts_of(plan)
        return aggregate_of_receipts(resource, info, arguments, receipts, at=plan.moment)

    several = resource.nouns[1]
    return graphene.Field(
        aggregate_type(resource),
        **aggregate_arguments(resource),
        description=f"Counts and sums of the {several} at all your clouds, read live from all of "
        "them at once. They cover the rows of the list with the same filter.",
        resolver=resolve,
    )


def aggregate_arguments(resource: Resource, *, later_pages: bool = True) -> dict[str, Any]:
    """Made anew, because Graphene counts them. ``later_pages``: there is more than the first, and
    the past.
    """
    several = resource.nouns[1]
    found = {
        "filter": graphene.Argument(
            filter_input(resource), description=f"Which {several}; absent: all."
        ),
        "group_by": graphene.List(
            graphene.NonNull(group_by_input(resource)),
            description=f"The keys of the groups, at most {MOST_KEYS}.",
        ),
        "max_age": graphene.Int(description=MAX_AGE_DESCRIPTION),
        "at": at_argument(),
        "first": graphene.Int(
            default_value=FIRST, description=f"How many groups; at most {MAX_FIRST}."
        ),
        "after": graphene.String(description="The endCursor of the page before."),
        "order_by": graphene.Argument(
            group_order_input(resource),
            description=f"The order; absent: by the keys. {UNKNOWN_LAST}",
        ),
    }
    if not later_pages:
        del found["after"], found["at"]
    return found


def aggregate_of_receipts(
    resource: Resource,
    info: Any,
    arguments: Mapping[str, Any],
    receipts: Sequence[Receipt],
    *,
    waits: bool = False,
    at: datetime | None = None,
) -> "Aggregate":
    """``waits``: more receipts will come, so it is not complete. ``at``: None: of now."""
    given = dict(arguments)
    without = partial(without_service, resource, info, given, receipts)
    beside = rows_beside(resource, info, given)
    found = Aggregate(resource, receipts, given, without, beside=beside, waits=waits, at=at)
    if (exported := exported_in(info.context)) is not None:
        exported.begin(receipts, beside=bool(beside))
        found.show_all()
    return found


def plan_aggregate(resource: Resource, request: PlanRequest) -> ReadPlan:
    """As the list's. Raises InvalidInput for arguments that make no sense: no cloud is asked."""
    keys = keys_of(resource, request.arguments.get("group_by"))
    group_order(resource, keys, request.arguments.get("order_by"))
    checked_first(request.arguments.get("first"), default=FIRST)
    return plan_list(resource, request)


class Aggregate:
    """The answer. Only selected fields are computed: a statement for groups, one for totals."""

    def __init__(
        self,
        resource: Resource,
        receipts: Sequence[Receipt],
        arguments: Mapping[str, Any],
        without: Callable[[], list[Any]],
        *,
        beside: Q = NOTHING,
        waits: bool = False,
        at: datetime | None = None,
    ) -> None:
        self.sources = receipts
        self._waits = waits
        self._without_service = without
        self._resource = resource
        self._keys = keys_of(resource, arguments.get("group_by"))
        self._order = group_order(resource, self._keys, arguments.get("order_by"))
        self._first = checked_first(arguments.get("first"), default=FIRST)
        self._after = arguments.get("after")
        self._place = self._after and place_of_cursor(self._after, self._keys, self._order)
        self._answered = Answered(
            resource=resource,
            receipts=receipts,
            limits=limits_of(resource, arguments.get("filter") or {}),
            beside=beside,
            at=at,
        )

    def show_all(self) -> None:
        """Have all groups on one page. Raises InvalidInput for more than MOST_GROUPS."""
        self._first = MOST_GROUPS
        if self._page.count > MOST_GROUPS:
            message = (
                f"There are {self._page.count} groups, and an export has at most {MOST_GROUPS}. "
                "Narrow filter, or group by fewer keys."
            )
            raise InvalidInput(message, field="groupBy")

    @property
    def complete(self) -> bool:
        return not self._waits and all_complete(self.sources)

    @property
    def without_service(self) -> list[Any]:
        return self._without_service()

    @cached_property
    def totals(self) -> dict[str, Any]:
        counted_once = self._keys and all(key.tag is None for key in self._keys)
        found = self._page.totals if counted_once else None
        found = found or totals_of(self._resource, self._answered.counted_by(()))
        return shown_measures(self._resource, found)

    @cached_property
    def groups(self) -> list[dict[str, Any]]:
        return shown_groups(self._resource, self._keys, self._groups, self._providers)

    @property
    def group_count(self) -> int:
        return self._page.count

    @property
    def page_info(self) -> dict[str, Any]:
        groups = self._groups
        cursors = [group_cursor(self._keys, self._order, one.place) for one in groups]
        return {
            "has_next_page": len(self._page.groups) > self._first,
            "has_previous_page": bool(self._after),
            "start_cursor": cursors[0] if cursors else None,
            "end_cursor": cursors[-1] if cursors else None,
        }

    @property
    def _providers(self) -> dict[str, Provider]:
        return {str(one.source.provider_id): one.source.provider for one in self.sources}

    @property
    def _groups(self) -> Sequence[Group]:
        return self._page.groups[: self._first]

    @cached_property
    def _page(self) -> GroupPage:
        """With one group more than are shown, where there are more."""
        if not self._keys:
            return GroupPage((), 0, None)
        return groups_of(
            self._resource,
            self._answered.counted_by(self._keys),
            self._keys,
            order=self._order,
            after=self._place or None,
            most=self._first + 1,
        )
