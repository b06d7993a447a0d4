"""The operations that jobs can run.

An operation is one small function. It is called again and again until it returns ``Done``::

    @operation("virtual_machine.stop", label="Stop a virtual machine")
    def stop(step: Step) -> Outcome:
        machine = find(step.target)
        if machine.state == STOPPED:
            return Done("It is stopped.")
        if "asked_at" not in step.memory:
            step.about_to_act()
            step.remember(asked_at=now())   # before the act: a crash finds the note
            cloud.stop(machine)
        return Wait(seconds=2, message="The cloud is stopping it.")

After a crash at any point it is called again (``step.interrupted``), so it reads the state before
it acts. When the job's deadline has passed, it is called once more as a last look: then
``step.about_to_act()``, which it calls before it acts, raises. It is called outside of any
transaction and raises ``OperationFailed``; any other exception fails the job with INTERNAL. After
an error of the database's connection there is one more attempt.
"""

from collections.abc import Callable
from dataclasses import dataclass

from jobs.models import Job
from jobs.models.job import MAIN_LOCK
from jobs.operations.outcomes import Outcome
from jobs.operations.step import Step

Function = Callable[[Step], Outcome]
Doubt = Callable[[Job], str]
Remains = Callable[[Job], str]


def _nothing(_job: Job) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Operation:
    name: str  # stored on rows: it never changes
    label: str  # for people
    run: Function
    doubt: Doubt = _nothing
    lock: str = MAIN_LOCK
    remains: Remains = _nothing


class UnknownOperation(LookupError):
    """No operation of this name is registered in this process."""


_operations: dict[str, Operation] = {}


def operation(
    name: str,
    *,
    label: str,
    doubt: Doubt = _nothing,
    lock: str = MAIN_LOCK,
    remains: Remains = _nothing,
) -> Callable[[Function], Function]:
    """Register a function under ``name``. Raises ValueError if the name is taken.

    ``doubt``: returns sentences about objects that a job may have created without knowing it; empty
    if there is none. Such a job performs a last look before it is canceled, and its final message
    reports the doubt that is left.
    ``remains``: returns sentences about the state in which an unsuccessful job leaves its target,
    and what to do; empty if there is nothing to do. They are part of the final message.
    ``lock``: a target has at most one unfinished job for each lock. Operations that may run in
    parallel on one target have different locks.
    """

    def register(function: Function) -> Function:
        if name in _operations:
            raise ValueError(f"There are two operations named {name!r}.")
        _operations[name] = Operation(name, label, function, doubt, lock, remains)
        return function

    return register


def find_operation(name: str) -> Operation | None:
    return _operations.get(name)


def get_operation(name: str) -> Operation:
    """The operation of this name. Raises UnknownOperation."""
    if (found := find_operation(name)) is None:
        raise UnknownOperation(name)
    return found


def operation_label(name: str) -> str:
    """The operation's label; its name if this process does not know it."""
    return _operations[name].label if name in _operations else name


def doubt_about(job: Job) -> str:
    """See ``operation``; empty if there is no doubt."""
    found = find_operation(job.operation)
    return found.doubt(job) if found is not None else ""


def remains_of(job: Job) -> str:
    """See ``operation``; empty if there is nothing to do."""
    found = find_operation(job.operation)
    return found.remains(job) if found is not None else ""


def operation_names() -> tuple[str, ...]:
    return tuple(_operations)
