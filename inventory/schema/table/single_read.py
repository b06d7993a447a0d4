"""One object, read live from its cloud.

If the region is not connected, it may be new. Then the set of the provider's regions is read, and
the list of a new region is read. The answer is null only if the object is known not to exist.
"""

from typing import Any

import graphene

from gateway.core.errors import ExpectedError, InvalidInput, NotFound
from gateway.core.ids import local_id, shown, split_id
from inventory.live.api import Receipt, SingleRead, resources_of, stored_one, unknown_regions
from inventory.resources import Resource
from inventory.schema.live_answers import LiveAnswers, answered
from inventory.schema.live_plans import PlanRequest, ReadPlan, chosen_max_age, plan_of_sources
from inventory.schema.table.connections import MAX_AGE_DESCRIPTION
from inventory.schema.table.types import object_type
from inventory.selectors.ids import CloudId, parse_cloud_id
from inventory.selectors.providers import provider_get
from inventory.selectors.sources import SourceFilter, source_get


def single_field(resource: Resource) -> Any:
    return graphene.Field(
        object_type(resource),
        id=graphene.ID(required=True, description=f"The {resource.nouns[0]}'s id."),
        max_age=graphene.Int(description=MAX_AGE_DESCRIPTION),
        description=single_description(resource),
        resolver=lambda _root, info, **arguments: single(info, arguments),
    )


def single_description(resource: Resource) -> str:
    return resource.single_description or (
        f"One {resource.nouns[0]}, read live from its cloud, even if no list has shown it "
        "yet. The receipt is in the answer's extensions.sources. "
        "NOT_FOUND if its provider is not connected to its region."
    )


def plan_single(resource: Resource, request: PlanRequest) -> ReadPlan:
    """The plan of the field. Raises InvalidInput, and NotFound for a region that the provider is
    not connected to.
    """
    noun = resource.nouns[0]
    cloud_id = parse_cloud_id(local_id(request.arguments.get("id", ""), of=resource.type_name))
    if cloud_id is None:
        raise InvalidInput(f"This is not the id of a {noun} of this gateway.", field="id")
    max_age = chosen_max_age(request)
    source = source_get(
        user=request.user,
        provider=cloud_id.provider,
        region=cloud_id.region,
        resource=resource.plural,
    )
    if source is None:
        return _plan_without_source(request, cloud_id, resource, max_age)
    return ReadPlan(
        one=SingleRead(source, cloud_id.external_id, max_age),
        providers=[cloud_id.provider],
        in_extensions=True,
    )


def _plan_without_source(
    request: PlanRequest, cloud_id: CloudId, resource: Resource, max_age: float | None
) -> ReadPlan:
    """Nothing is asked where there is no such provider for the user, or it has none of these."""
    options: dict[str, Any] = {"providers": [cloud_id.provider], "in_extensions": True}
    provider = provider_get(user=request.user, public_id=cloud_id.provider)
    if provider is None or resource.plural not in resources_of(provider.kind):
        return ReadPlan(**options)
    limits = SourceFilter([cloud_id.provider], regions=[cloud_id.region])
    plan = plan_of_sources(request, resource.plural, limits, max_age=max_age, **options)
    if not plan.sources:
        raise _not_connected(cloud_id.region)
    return plan


def single(info: Any, arguments: dict[str, Any]) -> Any:
    """The row, or None when there is none. Raises why it cannot be known."""
    answers, plan = answered(info, arguments)
    row, receipts = _found(answers, plan, arguments)
    if row is not None:
        return row
    for receipt in receipts:
        if receipt.error is not None:
            # Nothing is known, which must not pass for "there is none".
            raise ExpectedError(receipt.error.message, code=receipt.error.code)
    if unknown := unknown_regions(receipts, plan.regions):
        raise _not_connected(unknown[0])
    return None


def _found(
    answers: LiveAnswers, plan: ReadPlan, arguments: dict[str, Any]
) -> tuple[Any, list[Receipt]]:
    """The row, and the receipts of the sources asked for it. Raises the plan's error."""
    receipts = answers.known_receipts_of(plan)
    if plan.one is not None:
        answer = answers.ones[plan.one.key]
        return answer.row, [answer.receipt]
    _type, local = split_id(arguments["id"]) or ("", "")
    cloud_id = parse_cloud_id(local)
    for receipt in receipts:
        if cloud_id is not None and not receipt.source.is_region_set:
            return stored_one(SingleRead(receipt.source, cloud_id.external_id, None)), receipts
    return None, receipts


def _not_connected(region: str) -> NotFound:
    message = f"The provider is not connected to region {shown(region)}: nothing is known of it."
    return NotFound(message, field="id")
