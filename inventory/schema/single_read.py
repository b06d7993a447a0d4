"""One machine, or one container, asked of its cloud alone.

Of a region that is not connected the set of the provider's regions is asked, for the region may be
new: then its list is read. Null is the answer only where it is known that there is none.
"""

from typing import Any

from gateway.core.errors import ExpectedError, InvalidInput, NotFound
from gateway.core.ids import local_id, shown, split_id
from inventory.live.receipts import Receipt, unknown_regions
from inventory.live.resources import resources_of
from inventory.live.single_read import SingleRead, stored_one
from inventory.models.source import SourceResource
from inventory.schema.live import (
    LiveAnswers,
    Plan,
    PlanRequest,
    answered,
    chosen_max_age,
    plan_of_sources,
)
from inventory.selectors.ids import CloudId, parse_cloud_id
from inventory.selectors.providers import provider_get
from inventory.selectors.sources import SourceFilter, source_get


def plan_single(request: PlanRequest, *, of: str, noun: str, resource: SourceResource) -> Plan:
    """What a field needs that takes the ``id`` of a type ``of``.

    Raises InvalidInput, and NotFound for a region that the provider is not connected to.
    """
    cloud_id = parse_cloud_id(local_id(request.arguments.get("id", ""), of=of))
    if cloud_id is None:
        raise InvalidInput(f"This is not the id of a {noun} of this gateway.", field="id")
    max_age = chosen_max_age(request)
    source = source_get(
        user=request.user,
        provider=cloud_id.provider,
        region=cloud_id.region,
        resource=resource,
    )
    if source is None:
        return _plan_without_source(request, cloud_id, resource, max_age)
    return Plan(
        one=SingleRead(source, cloud_id.external_id, max_age),
        providers=[cloud_id.provider],
        in_extensions=True,
    )


def _plan_without_source(
    request: PlanRequest, cloud_id: CloudId, resource: SourceResource, max_age: float | None
) -> Plan:
    """Nothing is asked where there is no such provider for the user, or it has none of these."""
    options: dict[str, Any] = {"providers": [cloud_id.provider], "in_extensions": True}
    provider = provider_get(user=request.user, public_id=cloud_id.provider)
    if provider is None or resource not in resources_of(provider.kind):
        return Plan(**options)
    limits = SourceFilter([cloud_id.provider], regions=[cloud_id.region])
    plan = plan_of_sources(request, resource, limits, max_age=max_age, **options)
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
    answers: LiveAnswers, plan: Plan, arguments: dict[str, Any]
) -> tuple[Any, list[Receipt]]:
    """The row, and the receipts of what was asked for it. Raises the plan's error."""
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
