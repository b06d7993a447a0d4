"""What every record has, and which records clouds list under which name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

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


def listed(plural: str) -> Callable[[R], R]:
    """Register a record: clouds list it as ``plural``, in snake case.

    A kind of cloud that lists it has the capability ``LIST_<PLURAL>``.
    """

    def register(record: R) -> R:
        RECORDS[plural] = record
        return record

    return register
