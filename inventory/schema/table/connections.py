"""The list of a resource at the root and below a provider: connection, page and planner."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache, partial
from typing import Any

import graphene

from gateway.core.graphql.paging import CountedConnection, Window, page_arguments
from inventory.live.api import Receipt
from inventory.resources import Resource
from inventory.schema.live_answers import answered
from inventory.schema.live_plans import (
    Inherited,
    PlanRequest,
    ReadPlan,
    chosen_max_age,
    plan_of_sources,
)
from inventory.schema.receipts import LiveConnection
from inventory.schema.table.beside import rows_beside
from inventory.schema.table.columns import columns_for
from inventory.schema.table.facets import facets_field
from inventory.schema.table.filters import filter_input, limits_of, source_limits
from inventory.schema.table.orders import order_input, order_key
from inventory.schema.table.pages import LivePage, needs_rows, receipts_within
from inventory.schema.table.types import object_type
from inventory.selectors.rows import NOTHING, rows_answered, with_order
from inventory.selectors.sources import providers_without

MAX_AGE_DESCRIPTION = (
    "How old the answer may be, in seconds. 0: ask the clouds now. "
    "When absent, the gateway's LIVE_MAX_AGE (5)."
)


@cache
def connection_type(resource: Resource) -> Any:
    meta = {"node": object_type(resource), "interfaces": (LiveConnection,)}
    several = resource.nouns[1]
    attributes = {
        "__doc__": f"A page of {several}, and what is known of the sources it was built from.",
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
            order_input(resource), description="In which order; absent: by name."
        ),
        "max_age": graphene.Int(description=MAX_AGE_DESCRIPTION),
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
    rows = rows_answered(
        resource,
        receipts,
        limits=limits_of(resource, arguments.get("filter") or {}),
        beside=rows_beside(resource, info, arguments) if provider_pk is None else NOTHING,
    )
    order = order_key(resource, arguments.get("order_by"))
    if plan.selected is not None:
        rows = rows.only(*columns_for(resource, plan.selected, order))
    return LivePage(
        with_order(resource, rows, order.name),
        receipts=receipts,
        order=order,
        window=Window.of(arguments),
        fetched_anyway=needs_rows(plan, connection_name(resource)),
        without_service=partial(without_service, resource, info, arguments, receipts, provider_pk),
    )


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
    request = PlanRequest(info.context.user, arguments, Inherited())
    found = providers_without(
        resource,
        user=info.context.user,
        limits=source_limits(resource, request),
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
    limits = source_limits(resource, request)
    plan = plan_of_sources(request, resource.plural, limits, max_age=chosen_max_age(request))
    return replace(plan, providers=limits.providers_among(plan.sources))


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
    return (
        f"{resource.nouns[1].capitalize()} of all your clouds, asked live and at once. "
        f"Those that are {removed} or MISSING are included unless filtered out."
    )


def nested_description(resource: Resource) -> str:
    return resource.nested_description or f"This provider's {resource.nouns[1]}."
