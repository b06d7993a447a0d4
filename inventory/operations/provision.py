"""Buy a machine: find a region that offers it, create it once, wait until it runs."""

from dataclasses import replace

from inventory.operations.actions.virtual_machines import MACHINE
from inventory.operations.create import Product, create_once, look_at, made, result_of
from inventory.operations.marker import find_marked
from inventory.operations.outcomes import fail_with_reason
from inventory.operations.placed_order import PlacedOrder
from inventory.operations.placement import choose_region, order_of
from inventory.operations.target_context import cloud_at, scope_provider
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


PURCHASE = Product(MACHINE, Capability.PROVISION, choose_region, find_marked, _make, FAILED_STATES)


@operation("virtual_machine.provision", label="Provision a virtual machine", doubt=doubt_about)
def provision_virtual_machine(step: Step) -> Outcome:
    provider = scope_provider(step)
    if (wait := create_once(step, provider, PURCHASE)) is not None:
        return wait
    source = made(step, provider, PURCHASE)
    with cloud_at(source, step) as cloud:
        record: MachineRecord | None = look_at(step, source, PURCHASE, cloud)
        if record is not None and record.state in FAILED_STATES | {MachineState.STOPPED}:
            fail_with_reason(cloud, Capability.PROVISION, record.external_id)
    if record is not None and record.state in FAILED_STATES:
        word = record.state.value.lower()
        message = f"{record.external_id} ended as {word} instead of running."
        raise OperationFailed("PROVIDER_ERROR", message)
    if record is None or record.state != MachineState.RUNNING:
        return Wait(POLL_SECONDS)
    name = step.arguments["name"]
    return Done(f"{name} is running.", result=result_of(step, source, PURCHASE))
