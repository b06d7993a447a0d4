"""Any declared creation of an object: ordered at most once, then followed until it is there."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from inventory.models import Provider
from inventory.operations.actions import CREATIONS, Creation
from inventory.operations.create import create_and_follow
from inventory.operations.deploy import region_of
from inventory.operations.marker import marked
from inventory.operations.product import PlacedOrder, Placement, Product
from inventory.operations.target_context import TargetContext
from inventory.operations.unclear_orders import doubt_about
from inventory.providers import Cloud
from jobs.api import Done, OperationFailed, Outcome, Step, Wait, operation

POLL_SECONDS = 2.0


def order_for(creation: Creation, arguments: Mapping[str, Any], mark: str) -> Any:
    """The order that a job's arguments stand for; ``mark``, the job's id, marks the object."""
    tags = tuple((key, value) for key, value in arguments["tags"])
    return creation.order({**arguments, "tags": marked(tags, mark)}, mark)


def _place(provider: Provider, arguments: Mapping[str, Any]) -> Placement:
    return Placement(region_of(provider, arguments))


def _make(creation: Creation, cloud: Cloud, placed: PlacedOrder) -> Any:
    order = order_for(creation, placed.arguments, placed.mark)
    return cloud.create(*creation.capability.key, order)


def _product(creation: Creation) -> Product:
    return Product(
        creation.target_type,
        creation.capability,
        _place,
        partial(_make, creation),
        creation.failed,
        reported=creation.failed,
    )


def _outcome(step: Step, creation: Creation, record: Any, result: dict[str, Any]) -> Outcome:
    if record is not None and record.state in creation.failed:
        noun, state = creation.target_type.noun, creation.target_type.in_state(record.state)
        message = f"The {noun} {record.external_id} was not created. {state}"
        raise OperationFailed("PROVIDER_ERROR", message)
    if record is None or record.state not in creation.done:
        return Wait(POLL_SECONDS)
    return Done(f"{step.arguments['name']} was created.", result=result)


def _register(creation: Creation) -> None:
    product = _product(creation)

    @operation(creation.operation, label=creation.label, doubt=doubt_about)
    def run(step: Step) -> Outcome:
        def look(_target: TargetContext, record: Any, result: dict[str, Any]) -> Outcome:
            return _outcome(step, creation, record, result)

        return create_and_follow(step, product, look)


for _creation in CREATIONS:
    _register(_creation)
