"""Who submits what a schedule asks for.

Jobs knows nothing of targets; whoever knows what a schedule's arguments mean registers a planner
for its operations. ::

    @planner("virtual_machine.", look=look)
    def plan(order: Order) -> Planned: ...  # submits, or raises an ExpectedError that says why not

It is called inside a transaction and calls no cloud. Before a planned time ``look`` is called
outside of any: it may bring up to date what the planner goes by, and returns what people should
know about that, or nothing. The rights that count are those that the owner has now.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.models import User

from jobs.models import Job


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be submitted for ``owner``; ``idempotency_key`` as in ``jobs.submit.services``."""

    operation: str
    arguments: Mapping[str, Any]
    owner: User
    idempotency_key: str | None = None


class Planned(NamedTuple):
    """``note``: how the job differs from the order, in sentences; empty if it does not."""

    job: Job
    note: str = ""


Plan = Callable[[Order], Planned]
Look = Callable[[Order], str]


class Planner(NamedTuple):
    """``plan`` submits what operations that begin with ``prefix`` ask for."""

    prefix: str
    plan: Plan
    look: Look


_planners: list[Planner] = []


def planner(prefix: str, *, look: Look) -> Callable[[Plan], Plan]:
    """Have a function submit what schedules ask for whose operation begins with ``prefix``."""

    def register(plan: Plan) -> Plan:
        _planners.append(Planner(prefix, plan, look))
        return plan

    return register


def find_planner(operation: str) -> Planner:
    """Raises LookupError when there is none."""
    for found in _planners:
        if operation.startswith(found.prefix):
            return found
    raise LookupError(f"Nobody plans {operation}.")
