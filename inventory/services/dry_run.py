"""The questions that every dry run asks: no job, no write, at the cloud or here.

They are what the worker would ask: can this kind do it, is the target there, does its state allow
it, is another job at work on it, does a read of the target show that the cloud would refuse, and -
where the cloud can be asked without acting - would the cloud accept it.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any

from gateway.core.ids import global_id
from inventory.live.api import asked
from inventory.models import Observed, Provider, Source, VirtualMachine
from inventory.operations.actions import Action, Judgement, target_type_of
from inventory.operations.api import TAGS_LOCK
from inventory.providers import Capability, Cloud, ProviderError
from inventory.services.actions import target_id
from inventory.services.dry_run_costs import CostChange, change_of_state
from inventory.types import MeaningfulEnum, Verdict
from jobs.api import MAIN_LOCK, unfinished_job_of

# Stands for the token that the job would have; the cloud sees it in a question only.
CLIENT_TOKEN = "dry-run"  # noqa: S105 - no secret

Judge = Callable[[Any], Judgement]


@dataclass(frozen=True, slots=True)
class Check:
    """One question that was asked, and its answer."""

    name: str
    ok: bool
    message: str


@dataclass(slots=True)
class DryRun:
    """All that was asked. ``state``: the target's now, where there is one.

    ``targets``: for an action on many objects, the checks of each. ``user_data``: for an order
    that clones a repository. ``cost``: for a machine, or an order of machines.
    """

    checks: list[Check] = field(default_factory=list)
    state: MeaningfulEnum | None = None
    targets: list[Any] | None = None
    user_data: str | None = None
    cost: CostChange | None = None

    @property
    def allowed(self) -> bool:
        each_is = all(target.allowed for target in self.targets or ())
        return each_is and all(check.ok for check in self.checks)

    def note(self, name: str, ok: bool, message: str) -> bool:
        self.checks.append(Check(name, ok, message))
        return ok


@dataclass(frozen=True, slots=True)
class TargetDryRun:
    """One object of several, and what was asked about it."""

    row: Observed
    run: DryRun

    @property
    def allowed(self) -> bool:
        return self.run.allowed

    @property
    def state(self) -> MeaningfulEnum | None:
        return self.run.state

    @property
    def checks(self) -> list[Check]:
        return self.run.checks

    @property
    def cost(self) -> CostChange | None:
        return self.run.cost


def run_on_target(row: Observed, capability: Capability, judge: Judge, **details: Any) -> DryRun:
    """The checks that every action on one thing has. A check that failed ends the questions."""
    run = DryRun()
    target_type = target_type_of(row.source.resource)
    if not can_do(run, row.source.provider, capability):
        return run
    if why := row.source.provider.kind.unsupported(capability, row.external_id):
        run.note("capability", False, why)
        return run
    with noting_failure(run, "target"), cloud_of(row.source) as cloud:
        record = cloud.find(row.source.resource, row.external_id)
        if record is None:
            run.note("target", False, f"The cloud has no such {target_type.noun} any more.")
            return run
        run.state = record.state
        run.note("target", True, f"The cloud has it: {record.name}.")
        _note_job(run, row, TAGS_LOCK if capability is Capability.TAG else MAIN_LOCK)
        judgement = judge(record)
        run.note("state", judgement.allowed, judgement.message)
        if judgement.allowed and judgement.would_ask is not None:
            asked = judgement.would_ask
            given = details if asked is capability else {}
            blocker = cloud.find_blocker(asked, row.external_id)
            note_verdict(run, blocker or cloud.check(asked, row.external_id, **given))
    return run


def action_dry_run(*, action: Action, row: Observed) -> DryRun:
    """The result that a declared action would have, by the declaration that the workers use."""
    run = run_on_target(row, action.capability, action.judge_object)
    if isinstance(row, VirtualMachine) and run.allowed and run.state is not None:
        run.cost = change_of_state(row, run.state, getattr(action, "goal", run.state))
    return run


def can_do(run: DryRun, provider: Provider, capability: Capability) -> bool:
    able = capability in provider.kind.capabilities
    word = "can" if able else "cannot"
    message = f"{provider.kind.label} {word} do this through this gateway: {capability.meaning}"
    return run.note("capability", able, message)


def note_verdict(run: DryRun, verdict: Verdict | None) -> None:
    """Nothing is noted where the cloud has no way to be asked without acting."""
    if verdict is not None:
        later = " A job would wait and ask again." if verdict.is_temporary else ""
        run.note("cloud", verdict.allowed, f"{verdict.message}{later}")


@contextmanager
def noting_failure(run: DryRun, name: str) -> Iterator[None]:
    """Notes a cloud's failure as a failed check: earlier checks stay."""
    try:
        yield
    except ProviderError as error:
        run.note(name, False, f"{error.code}: {error.message}")


def cloud_of(source: Source) -> AbstractContextManager[Cloud]:
    return asked(source, source.provider.deadline_seconds)


def _note_job(run: DryRun, row: Observed, lock: str) -> None:
    job = unfinished_job_of(target_id(row), lock=lock)
    if job is None:
        run.note("job", True, "No other job is at work on it.")
    else:
        run.note("job", False, f"The job {global_id('Job', job.pk)} is still at work on it.")
