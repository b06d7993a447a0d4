"""What an action would meet, without acting: no job, no write, at the cloud or here.

The checks ask what the worker would ask, from the same table of changes: can this kind do it, is
the machine there, does its state allow it, is another job at work on it, and - where the cloud
can be asked without acting - would the cloud accept it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from gateway.core.ids import global_id
from inventory.live.connection import connected
from inventory.models import Provider, Source, VirtualMachine
from inventory.models.source import SourceResource
from inventory.operations.changes import CHANGES, REBOOTS_FROM, RESIZES_FROM, STOP
from inventory.operations.placement import choose_region, order_of
from inventory.providers import Capability, Cloud, ProviderError
from inventory.services.machines import check_count, machine_id
from inventory.services.orders import ProvisionRequest, own_id, provision_arguments
from inventory.services.tags import check_tag_change
from inventory.types import MachineRecord, MachineState, Verdict
from jobs.registry import OperationFailed
from jobs.selectors import unfinished_job_of

# Stands for the token that the job would have; the cloud sees it in a question only.
CLIENT_TOKEN = "dry-run"  # noqa: S105 - no secret

Judge = Callable[[MachineRecord], "Judgement"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a machine's state allows an action, and what the cloud would be asked first."""

    allowed: bool
    message: str
    would_ask: Capability | None = None  # None: nothing would be done


@dataclass(frozen=True, slots=True)
class Check:
    """One question that was asked, and its answer."""

    name: str
    ok: bool
    message: str


@dataclass(slots=True)
class DryRun:
    """All that was asked. ``state``: the machine's now, where there is one.

    ``targets``: of an action on many machines, what was asked about each.
    """

    checks: list[Check] = field(default_factory=list)
    state: MachineState | None = None
    targets: "list[TargetDryRun] | None" = None

    @property
    def allowed(self) -> bool:
        each_is = all(target.allowed for target in self.targets or ())
        return each_is and all(check.ok for check in self.checks)

    def note(self, name: str, ok: bool, message: str) -> bool:
        self.checks.append(Check(name, ok, message))
        return ok


@dataclass(frozen=True, slots=True)
class TargetDryRun:
    """One machine of several, and what was asked about it."""

    virtual_machine: VirtualMachine
    run: DryRun

    @property
    def allowed(self) -> bool:
        return self.run.allowed

    @property
    def state(self) -> MachineState | None:
        return self.run.state

    @property
    def checks(self) -> list[Check]:
        return self.run.checks


def dry_run_change(*, name: str, machine: VirtualMachine) -> DryRun:
    """``name`` is a key of CHANGES."""
    change = CHANGES[name]

    def judge(record: MachineRecord) -> Judgement:
        if record.state == change.goal:
            already = f"The machine is {change.done} already; nothing would be done."
            return Judgement(True, already)
        if not change.allows(record.state):
            return Judgement(False, change.refusal(record.state))
        return Judgement(True, _is(record.state), change.capability)

    return _on_machine(machine, change.capability, judge)


def dry_run_reboot(*, machine: VirtualMachine) -> DryRun:
    def judge(record: MachineRecord) -> Judgement:
        message = f"{_is(record.state)} Only what runs can be rebooted."
        return Judgement(record.state in REBOOTS_FROM, message, Capability.REBOOT)

    return _on_machine(machine, Capability.REBOOT, judge)


def dry_run_resize(*, machine: VirtualMachine, size: str, stop_first: bool = False) -> DryRun:
    _region, size_id = own_id(machine.source.provider, "Size", "size", size)

    def judge(record: MachineRecord) -> Judgement:
        if record.size_id == size_id:
            return Judgement(True, "The machine has this size already; nothing would be done.")
        if record.state in RESIZES_FROM:
            return Judgement(True, _is(record.state), Capability.RESIZE)
        can_stop = stop_first and STOP.allows(record.state)
        after = "It would be stopped first." if can_stop else "It has to be stopped first."
        return Judgement(can_stop, f"{_is(record.state)} {after}", Capability.STOP)

    return _on_machine(machine, Capability.RESIZE, judge, size=size_id)


def dry_run_tag(
    *, machine: VirtualMachine, wanted: Mapping[str, str], unwanted: Sequence[str]
) -> DryRun:
    check_tag_change(wanted, unwanted)

    def judge(record: MachineRecord) -> Judgement:
        gone = record.state in {MachineState.TERMINATED, MachineState.MISSING}
        return Judgement(not gone, _is(record.state), Capability.TAG)

    return _on_machine(machine, Capability.TAG, judge, wanted=wanted, unwanted=unwanted)


def dry_run_provision(*, provider: Provider, request: ProvisionRequest, count: int = 1) -> DryRun:
    """Sizes, images and zones as the region's catalogue has them now; then the cloud's own word."""
    run = DryRun()
    check_count(count)
    arguments = provision_arguments(provider, request, count=count)
    if not _can(run, provider, Capability.PROVISION):
        return run
    try:
        region = choose_region(provider, arguments)
    except OperationFailed as failure:
        run.note("offer", False, failure.message)
        return run
    run.note("offer", True, f"{region} offers size, image and location.")
    source = provider.sources.select_related("provider").get(
        region=region, resource=SourceResource.VIRTUAL_MACHINES
    )
    order = order_of(arguments, region=region, client_token=CLIENT_TOKEN)
    with _noting_failure(run, "cloud"), _cloud(source) as cloud:
        _note_verdict(run, cloud.check(Capability.PROVISION, order=order))
    return run


def _on_machine(
    machine: VirtualMachine, capability: Capability, judge: Judge, **details: Any
) -> DryRun:
    """The checks that every action on a machine has. A check that failed ends the questions."""
    run = DryRun()
    if not _can(run, machine.source.provider, capability):
        return run
    with _noting_failure(run, "target"), _cloud(machine.source) as cloud:
        record = cloud.find_machine(machine.external_id)
        if record is None:
            run.note("target", False, "The cloud has no such machine any more.")
            return run
        run.state = record.state
        run.note("target", True, f"The cloud has it: {record.name}.")
        _note_job(run, machine)
        judgement = judge(record)
        run.note("state", judgement.allowed, judgement.message)
        if judgement.allowed and judgement.would_ask is not None:
            asked = judgement.would_ask
            given = details if asked is capability else {}
            _note_verdict(run, cloud.check(asked, machine.external_id, **given))
    return run


def _can(run: DryRun, provider: Provider, capability: Capability) -> bool:
    able = capability in provider.kind.capabilities
    word = "can" if able else "cannot"
    message = f"{provider.kind.label} {word} do this through this gateway: {capability.meaning}"
    return run.note("capability", able, message)


def _note_job(run: DryRun, machine: VirtualMachine) -> None:
    job = unfinished_job_of(machine_id(machine))
    if job is None:
        run.note("job", True, "No other job is at work on it.")
    else:
        run.note("job", False, f"The job {global_id('Job', job.pk)} is still at work on it.")


def _note_verdict(run: DryRun, verdict: Verdict | None) -> None:
    """Nothing is noted where the cloud has no way to be asked without acting."""
    if verdict is not None:
        run.note("cloud", verdict.allowed, verdict.message)


@contextmanager
def _noting_failure(run: DryRun, name: str) -> Iterator[None]:
    """A cloud that fails is a check that failed: what was asked before still stands."""
    try:
        yield
    except ProviderError as error:
        run.note(name, False, f"{error.code}: {error.message}")


def _cloud(source: Source) -> AbstractContextManager[Cloud]:
    return connected(source, source.provider.deadline_seconds)


def _is(state: MachineState) -> str:
    return f"The machine is {state.value.lower()}."
