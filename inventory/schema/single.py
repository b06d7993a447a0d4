"""One machine, or one container, asked of its cloud alone."""

from typing import Any

from gateway.core.errors import ExpectedError, InvalidInput
from gateway.core.ids import local_id
from inventory.live.one import OneAsk
from inventory.models.source import SourceResource
from inventory.schema.live import Plan, PlanRequest, answered, chosen_max_age
from inventory.selectors.ids import parse_cloud_id
from inventory.selectors.sources import source_get


def plan_single(request: PlanRequest, *, of: str, noun: str, resource: SourceResource) -> Plan:
    """What a field needs that takes the ``id`` of a type ``of``. Raises InvalidInput."""
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
    return Plan(
        one=OneAsk(source, cloud_id.external_id, max_age) if source else None,
        providers=[cloud_id.provider],
        in_extensions=True,
    )


def single(info: Any, arguments: dict[str, Any]) -> Any:
    """The row, or None when there is none. Raises why it cannot be known."""
    answers, plan = answered(info, arguments)
    answers.receipts_of(plan)  # raises what is wrong with the arguments
    if plan.one is None:
        return None
    answer = answers.ones[plan.one.key]
    if answer.row is None and answer.receipt.error is not None:
        # Nothing is known, which must not pass for "there is none".
        raise ExpectedError(answer.receipt.error.message, code=answer.receipt.error.code)
    return answer.row
