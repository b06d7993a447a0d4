"""Start, stop, suspend, resume, terminate: look, ask if need be, look again until it is so.

Every step begins by reading the machine, so a step that runs again after a crash does nothing
twice. No cloud's "yes" is trusted: a job succeeds when the machine is seen in its new state.
"""

from inventory.live.store import store_removal
from inventory.operations.asking import POLL_SECONDS, ask_cloud, was_asked
from inventory.operations.changes import CHANGES, TERMINATE, Change
from inventory.operations.target import Target, machine_of
from inventory.types import MachineRecord
from jobs.registry import Done, OperationFailed, Outcome, Step, Wait, operation


def change_power(step: Step, change: Change) -> Outcome:
    """One step towards ``change.goal``."""
    with machine_of(step) as machine:
        record = machine.read()
        if record is None:
            return _gone(step, change, machine)
        if record.state == change.goal:
            return Done(_success(step, change), result={"state": record.state.value})
        return ask_for_power(step, machine, record, change)


def ask_for_power(step: Step, machine: Target, record: MachineRecord, change: Change) -> Wait:
    """Ask the cloud if the machine is ready for it, else wait. Fails what can never be."""
    if not change.allows(record.state):
        raise OperationFailed("CONFLICT", change.refusal(record.state))
    if record.state not in change.ready:
        return Wait(POLL_SECONDS)
    return ask_cloud(
        step,
        change.name,
        lambda: change.act(machine.cloud, machine.external_id),
        report=f"Asked the cloud; the machine was {record.state.value.lower()}.",
    )


def _gone(step: Step, change: Change, machine: Target) -> Outcome:
    """The cloud has no such machine. Some clouds forget a machine as soon as it is terminated."""
    if change is not TERMINATE:
        raise OperationFailed("NOT_FOUND", "The cloud has no such machine any more.")
    store_removal(machine.source, machine.external_id)
    return Done(_success(step, change), result={"state": change.goal.value})


def _success(step: Step, change: Change) -> str:
    if was_asked(step, change.name):
        return f"The machine is {change.done}."
    return f"The machine was {change.done} already; nothing was done."


def _register(change: Change) -> None:
    @operation(change.operation, label=change.label)
    def run(step: Step) -> Outcome:
        return change_power(step, change)


for _change in CHANGES.values():
    _register(_change)
