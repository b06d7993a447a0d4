"""What an action on a machine would meet, without acting: see ``dry_run_checks``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.core.errors import InvalidInput
from inventory.models import Provider, VirtualMachine
from inventory.operations.changes import CHANGES, REBOOTS_FROM, RESIZES_FROM, STOP
from inventory.operations.placement import choose_region, find_size_id, order_of
from inventory.operations.target_context import source_in
from inventory.providers import Capability
from inventory.services.dry_run_checks import (
    CLIENT_TOKEN,
    Check,
    DryRun,
    Judgement,
    can_do,
    cloud_of,
    is_now,
    note_verdict,
    noting_failure,
    run_change,
    run_on_target,
)
from inventory.services.machines import check_count
from inventory.services.orders import (
    ProvisionRequest,
    placed_size,
    provision_arguments,
    size_named,
)
from inventory.services.tags import check_tag_change
from inventory.types import ContainerState, MachineRecord, MachineState
from jobs.api import OperationFailed


@dataclass(frozen=True, slots=True)
class TargetDryRun:
    """One machine of several, and what was asked about it."""

    virtual_machine: VirtualMachine
    run: DryRun

    @property
    def allowed(self) -> bool:
        return self.run.allowed

    @property
    def state(self) -> MachineState | ContainerState | None:
        return self.run.state

    @property
    def checks(self) -> list[Check]:
        return self.run.checks


def dry_run_change(*, name: str, machine: VirtualMachine) -> DryRun:
    """``name`` is a key of CHANGES."""
    return run_change(machine, CHANGES[name])


def dry_run_reboot(*, machine: VirtualMachine) -> DryRun:
    def judge(record: MachineRecord) -> Judgement:
        message = f"{_is(record)} Only what runs can be rebooted."
        return Judgement(record.state in REBOOTS_FROM, message, Capability.REBOOT)

    return run_on_target(machine, Capability.REBOOT, judge)


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
    arguments = provision_arguments(provider, request, count=count)
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
    with noting_failure(run, "cloud"), cloud_of(source) as cloud:
        note_verdict(run, cloud.check(Capability.PROVISION, order=order))
    return run


def _is(record: MachineRecord) -> str:
    return is_now("machine", record.state)
