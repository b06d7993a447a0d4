"""The operations that jobs can run: what other apps need to define one.

An operation is one small function, called again and again until it says that it is done::

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

It may be called again after a crash at any point (``step.interrupted``), so it looks before it
acts. When the job's deadline has passed it is called once more, to look: ``step.about_to_act()``,
which it calls before it acts, then raises. It is called outside of any transaction and raises
``OperationFailed``; any other exception is a fault of ours and fails the job with INTERNAL. An
error of the database's connection is tried again once.
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
    """Register a function under ``name``; two functions of one name are an error.

    ``doubt``: what a job may have made without knowing it, in sentences; empty if there is none. A
    job about which there is doubt takes a last look before it is canceled, and its end reports what
    is still in doubt.
    ``remains``: the state in which a job that is not done leaves its target, and what to do, in
    sentences; empty if there is nothing to do. The message of its end has it.
    ``lock``: a target has one unfinished job for each. Operations that may run beside each other on
    one target have different locks.
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
    """What people call it; the name itself where this process does not know it."""
    return _operations[name].label if name in _operations else name


def doubt_about(job: Job) -> str:
    """What the job may have made without knowing it; empty if there is no doubt."""
    found = find_operation(job.operation)
    return found.doubt(job) if found is not None else ""


def remains_of(job: Job) -> str:
    """The state in which the job, if it is not done, leaves its target; empty if as it was."""
    found = find_operation(job.operation)
    return found.remains(job) if found is not None else ""


def operation_names() -> tuple[str, ...]:
    return tuple(_operations)
