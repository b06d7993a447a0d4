"""The list of a resource at the root and below a provider: connection, page and planner."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import cache, partial
from typing import Any

import graphene

from gateway.core.graphql.paging import CountedConnection, Window, page_arguments
from inventory.live.api import Receipt
from inventory.resources import Resource
from inventory.schema.live_answers import answered
from inventory.schema.live_plans import (
    PlanRequest,
    ReadPlan,
    chosen_max_age,
    plan_of_sources,
)
from inventory.schema.receipts import LiveConnection
from inventory.schema.table.beside import rows_beside
from inventory.schema.table.columns import columns_for
from inventory.schema.table.exported import ExportedPage, exported_in
from inventory.schema.table.facets import facets_field
from inventory.schema.table.filters import filter_input, limits_of, source_limits
from inventory.schema.table.moments import at_argument, moment_of
from inventory.schema.table.orders import order_input, order_key
from inventory.schema.table.pages import LivePage, needs_rows, receipts_within
from inventory.schema.table.types import object_type
from inventory.selectors.past_sources import past_of
from inventory.selectors.rollups import Answered
from inventory.selectors.rows import NOTHING, with_order
from inventory.selectors.sources import SourceFilter, providers_without
from inventory.types import MISSING

MAX_AGE_DESCRIPTION = (
    "How old the answer may be, in seconds. 0: ask the clouds now. "
    "When absent, the gateway's LIVE_MAX_AGE (5)."
)


@cache
def connection_type(resource: Resource) -> Any:
    meta = {"node": object_type(resource), "interfaces": (LiveConnection,)}
    several = resource.nouns[1]
    attributes = {
        "__doc__": f"A page of {several}, with the receipts of its sources.",
        "Meta": type("Meta", (), meta),
        "facets": facets_field(resource),
    }
    return type(connection_name(resource), (CountedConnection,), attributes)


def connection_name(resource: Resource) -> str:
    return f"{resource.type_name}Connection"


def list_arguments(resource: Resource) -> dict[str, Any]:
    """The arguments of every list of the resource; made anew, because Graphene counts them."""
    several = resource.nouns[1]
    return {
        **page_arguments(),
        "filter": graphene.Argument(
            filter_input(resource), description=f"Which {several}; absent: all."
        ),
        "order_by": graphene.Argument(
            order_input(resource), description="The order; absent: by name."
        ),
        "max_age": graphene.Int(description=MAX_AGE_DESCRIPTION),
        "at": at_argument(),
    }


def page(
    resource: Resource,
    info: Any,
    arguments: dict[str, Any],
    *,
    provider_pk: int | None = None,
) -> LivePage[Any]:
    """The page a list field answers; ``provider_pk`` keeps a nested list to its parent."""
    answers, plan = answered(info, arguments)
    receipts = receipts_within(answers, plan, provider_pk=provider_pk)
    beside = rows_beside(resource, info, arguments) if provider_pk is None else NOTHING
    exported = exported_in(info.context) if provider_pk is None else None
    later = None if exported is None or exported.is_first else exported
    # The keys of a later page are known: an object that does not match any more is shown, too.
    limits = limits_of(resource, arguments.get("filter") or {}) if later is None else {}
    if exported is not None and later is None:
        exported.begin(receipts, beside=bool(beside))
    found = Answered(
        resource=resource, receipts=receipts, limits=limits, beside=beside, at=plan.moment
    )
    order = order_key(resource, arguments.get("order_by"))
    rows = with_order(resource, found.rows, order.name)
    if exported is not None and later is None:
        exported.note_keys(rows.order_by(*order.ordering))
    if plan.selected is not None:
        rows = rows.only(*columns_for(resource, plan.selected, order))
    options: dict[str, Any] = {
        "answered": found,
        "receipts": receipts,
        "order": order,
        "window": Window.of(arguments),
        "at": plan.moment,
        "fetched_anyway": needs_rows(plan, connection_name(resource)),
        "without_service": partial(
            without_service, resource, info, arguments, receipts, provider_pk
        ),
    }
    return LivePage(rows, **options) if later is None else ExportedPage(rows, later, **options)


def without_service(
    resource: Resource,
    info: Any,
    arguments: dict[str, Any],
    receipts: Iterable[Receipt],
    provider_pk: int | None = None,
) -> list[dict[str, Any]]:
    """The providers that the list is about and whose kinds do not list the resource, and the
    regions that have no such service.
    """
    request = PlanRequest(info.context.user, arguments)
    found = providers_without(
        resource,
        user=info.context.user,
        limits=source_limits(resource, request, past=arguments.get("at") is not None),
        provider_pk=provider_pk,
    )
    several = resource.nouns[1]
    sources = [one.source for one in receipts]
    return [
        *(
            {"provider": one, "reason": f"{one.kind.label} has no {several} in this gateway."}
            for one in found
        ),
        *(
            {"provider": one.provider, "region": one.region, "reason": one.absence}
            for one in sources
            if one.absence
        ),
    ]


def plan_list(resource: Resource, request: PlanRequest) -> ReadPlan:
    moment = moment_of(request.arguments)
    limits = source_limits(resource, request, past=moment is not None)
    if moment is not None:
        return plan_past(resource, request, limits, moment)
    plan = plan_of_sources(request, resource.plural, limits, max_age=chosen_max_age(request))
    return replace(plan, providers=limits.providers_among(plan.sources))


def plan_past(
    resource: Resource, request: PlanRequest, limits: SourceFilter, moment: datetime
) -> ReadPlan:
    """A plan that asks nothing: it has the receipts of the moment."""
    past = past_of(resource, user=request.user, limits=limits, moment=moment, lists=request.lists)
    return ReadPlan(
        past=past,
        regions=frozenset(limits.regions or ()),
        providers=limits.providers_among([one.source for one in past.receipts]),
    )


def root_list(resource: Resource) -> Any:
    def resolve(_root: None, info: Any, **arguments: Any) -> LivePage[Any]:
        return page(resource, info, arguments)

    return graphene.Field(
        connection_type(resource),
        **list_arguments(resource),
        description=list_description(resource),
        resolver=resolve,
    )


def nested_list(resource: Resource) -> Any:
    def resolve(provider: Any, info: Any, **arguments: Any) -> LivePage[Any]:
        return page(resource, info, arguments, provider_pk=provider.pk)

    return graphene.Field(
        connection_type(resource),
        **list_arguments(resource),
        description=nested_description(resource),
        resolver=resolve,
    )


def list_description(resource: Resource) -> str:
    if resource.list_description:
        return resource.list_description
    removed = resource.observation.removed if resource.observation else ""
    gone = f"{removed} or {MISSING}" if removed else MISSING
    return (
        f"{resource.nouns[1].capitalize()} of all your clouds, read live from all of them at once. "
        f"Those that are {gone} are included unless filtered out."
    )


def nested_description(resource: Resource) -> str:
    return resource.nested_description or f"This provider's {resource.nouns[1]}."
