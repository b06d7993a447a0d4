"""Buy a machine: find a region that offers it, create it once, wait until it runs."""

from dataclasses import replace
from typing import Any

from inventory.operations.actions.virtual_machines import MACHINE
from inventory.operations.create import create_and_follow
from inventory.operations.placement import choose_region, order_of
from inventory.operations.product import PlacedOrder, Product
from inventory.operations.target_context import TargetContext
from inventory.operations.unclear_orders import doubt_about
from inventory.providers import Capability, Cloud
from inventory.types import MachineRecord, MachineState
from jobs.api import Done, OperationFailed, Outcome, Step, Wait, operation

POLL_SECONDS = 2.0
FAILED_STATES = frozenset({MachineState.ERROR, MachineState.TERMINATED})


def _make(cloud: Cloud, placed: PlacedOrder) -> MachineRecord:
    order = order_of(placed.arguments, region=placed.region, client_token=placed.mark)
    order = replace(order, is_repeated=placed.is_repeated)
    record: MachineRecord = cloud.create("virtual_machines", "provision", order)
    return record


PURCHASE = Product(
    MACHINE,
    Capability.PROVISION,
    choose_region,
    _make,
    FAILED_STATES,
    reported=FAILED_STATES | {MachineState.STOPPED},
)


@operation("virtual_machine.provision", label="Provision a virtual machine", doubt=doubt_about)
def provision_virtual_machine(step: Step) -> Outcome:
    def look(_target: TargetContext, record: Any, result: dict[str, Any]) -> Outcome:
        return _outcome(step, record, result)

    return create_and_follow(step, PURCHASE, look)


def _outcome(step: Step, record: MachineRecord | None, result: dict[str, Any]) -> Outcome:
    if record is not None and record.state in FAILED_STATES:
        word = record.state.value.lower()
        message = f"{record.external_id} ended as {word} instead of running."
        raise OperationFailed("PROVIDER_ERROR", message)
    if record is None or record.state != MachineState.RUNNING:
        return Wait(POLL_SECONDS)
    return Done(f"{step.arguments['name']} is running.", result=result)
