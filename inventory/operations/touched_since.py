"""Finds out if a machine was started, or acted on, since a job had left it off.

Three signs show it: another job acted on it, a read noticed that it was on, or the cloud reports a
later start. A start and a stop outside of the gateway are not seen if no read fell between them and
the cloud reports no start (``MachineRecord.launched_at``).
"""

from datetime import datetime

from inventory.models import Change, VirtualMachine
from inventory.operations.target_context import TargetContext
from inventory.types import MachineRecord, MachineState
from jobs.api import Step

# A machine that was off is in one of these only if it was started.
ON = (
    MachineState.RUNNING,
    MachineState.REBOOTING,
    MachineState.SUSPENDED,
    MachineState.PAUSED,
)


def was_touched_since(
    step: Step,
    machine: TargetContext,
    record: MachineRecord,
    *,
    since: datetime,
    launched: str | None,
) -> bool:
    """``launched``: the latest start, as it was noted then; None: it is not known."""
    return (
        _was_launched_since(record, launched)
        or _was_seen_on_since(machine, since)
        or step.was_acted_on_since(since)
    )


def launch_of(record: MachineRecord) -> str | None:
    return record.launched_at.isoformat() if record.launched_at is not None else None


def _was_launched_since(record: MachineRecord, launched: str | None) -> bool:
    return launched is not None and launch_of(record) not in {None, launched}


def _was_seen_on_since(machine: TargetContext, since: datetime) -> bool:
    row = VirtualMachine.objects.filter(source=machine.source, external_id=machine.external_id)
    return Change.objects.filter(
        source=machine.source,
        row_id__in=row.values("pk"),
        at__gt=since,
        field="state",
        after__in=[state.value for state in ON],
    ).exists()
