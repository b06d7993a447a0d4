"""The base of all records, the names of their lists at clouds, and their changes of state."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from inventory.records.state_change import StateChange
from inventory.types import NOT_STORED, MeaningfulEnum


@dataclass(frozen=True, slots=True)
class ObservedRecord:
    """An object as a cloud describes it now. A record adds fields, each with a default."""

    external_id: str
    name: str
    state: MeaningfulEnum
    raw_state: str  # the cloud's own word
    created_at: datetime | None = None  # aware
    # The cloud's id of this very object, where external_id may name another one later. Not stored.
    instance_id: str | None = field(default=None, repr=False, metadata=NOT_STORED)
    problem: str | None = field(default=None, repr=False)  # why a part of it is unknown


R = TypeVar("R", bound=type[ObservedRecord])
RECORDS: dict[str, type[ObservedRecord]] = {}
CHANGES: dict[str, tuple[StateChange, ...]] = {}


def listed(plural: str, *changes: StateChange) -> Callable[[R], R]:
    """Register a record: clouds list it as ``plural``, in snake case.

    A kind of cloud that lists it has the capability ``LIST_<PLURAL>``. ``changes``: the actions
    that take nothing but such an object, and that end in a state of it. A kind of cloud that does
    one has the capability ``<VERB>_<TYPE>``.
    """

    def register(record: R) -> R:
        RECORDS[plural] = record
        CHANGES[plural] = changes
        return record

    return register
