"""Dry runs of a resize, a tag or an order of a machine: see ``dry_run``."""

from collections.abc import Mapping, Sequence

from gateway.core.errors import InvalidInput
from inventory.models import Provider, VirtualMachine
from inventory.operations.actions import Judgement
from inventory.operations.actions.virtual_machines import MACHINE, RESIZES_FROM, STOP
from inventory.operations.api import choose_region, find_size_id, order_of, source_in
from inventory.providers import Capability
from inventory.services.architectures import architecture_conflict, resize_conflict
from inventory.services.dry_run import (
    CLIENT_TOKEN,
    DryRun,
    can_do,
    cloud_of,
    note_verdict,
    noting_failure,
    run_on_target,
)
from inventory.services.dry_run_costs import change_of_size, cost_of_order
from inventory.services.machines import check_count
from inventory.services.orders import (
    ProvisionRequest,
    placed_size,
    provision_arguments,
    size_named,
    with_checkout,
)
from inventory.services.tags import check_tag_change
from inventory.types import MachineRecord, MachineState
from jobs.api import OperationFailed


def dry_run_resize(*, machine: VirtualMachine, size: str, stop_first: bool = False) -> DryRun:
    named = size_named(machine, size)
    try:
        size_id = placed_size(machine, named)
    except InvalidInput as refusal:
        run = DryRun()
        run.note("offer", False, refusal.message)
        return run

    def judge(record: MachineRecord) -> Judgement:
        if record.size_id == size_id:
            return Judgement(True, "The machine has this size already; nothing would be done.")
        if record.state in RESIZES_FROM:
            return Judgement(True, _is(record), Capability.RESIZE)
        can_stop = stop_first and STOP.allows(record.state)
        after = "It would be stopped first." if can_stop else "It has to be stopped first."
        return Judgement(can_stop, f"{_is(record)} {after}", Capability.STOP)

    run = run_on_target(machine, Capability.RESIZE, judge, size=size_id)
    if run.allowed:
        _note_size(run, machine, size_id)
    if conflict := resize_conflict(machine, size_id):
        run.note("architecture", False, conflict)
    if run.allowed and run.state is not None:
        run.cost = change_of_size(machine, run.state, size_id)
    return run


def _note_size(run: DryRun, machine: VirtualMachine, size: str) -> None:
    try:
        find_size_id(machine.source, size, machine.location_id)
    except OperationFailed as failure:
        run.note("offer", False, failure.message)


def dry_run_tag(
    *, machine: VirtualMachine, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> DryRun:
    check_tag_change(wanted, unwanted, rules=machine.source.provider.kind.tags)

    def judge(record: MachineRecord) -> Judgement:
        gone = record.state in {MachineState.TERMINATED, MachineState.MISSING}
        return Judgement(not gone, _is(record), Capability.TAG)

    return run_on_target(machine, Capability.TAG, judge, wanted=wanted, unwanted=unwanted)


def dry_run_provision(*, provider: Provider, request: ProvisionRequest, count: int = 1) -> DryRun:
    """Sizes, images and zones as the region's catalogue has them now; then the cloud's own word."""
    run = DryRun()
    check_count(count)
    arguments = with_checkout(provision_arguments(provider, request, count=count), request)
    if request.checkout is not None:
        run.user_data = str(arguments["user_data"])
    if not can_do(run, provider, Capability.PROVISION):
        return run
    try:
        placement = choose_region(provider, arguments)
        source = source_in(provider, placement.region)
    except OperationFailed as failure:
        run.note("offer", False, failure.message)
        return run
    region = placement.region
    run.note("offer", True, f"{region} offers size, image and location.")
    order = order_of({**arguments, **placement.changes}, region=region, client_token=CLIENT_TOKEN)
    if conflict := architecture_conflict(provider, region, order.size_id, order.image_id):
        run.note("architecture", False, conflict)
    with noting_failure(run, "cloud"), cloud_of(source) as cloud:
        note_verdict(run, cloud.check(Capability.PROVISION, order=order))
    run.cost = cost_of_order(provider, region, order, count)
    return run


def _is(record: MachineRecord) -> str:
    return MACHINE.in_state(record.state)
