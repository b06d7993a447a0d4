"""Stored machines by a filter that a selection or a schedule keeps."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Self

from django.db.models import QuerySet

from inventory.models import Source, VirtualMachine
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.selectors.ids import CloudId
from inventory.selectors.rows import row_get, row_list

# The filters of VIRTUAL_MACHINES whose names here, which are stored with schedules, differ.
RENAMED = {"states": "state", "addresses": "address", "sizes": "size", "images": "image"}


@dataclass(frozen=True, slots=True)
class MachineFilter:
    """The filters of VIRTUAL_MACHINES that are about machines; None: no limit. All hold together.

    ``inventory/selectors/conditions.py`` has what each value is.
    """

    states: Collection[str] | None = None
    name: str | None = None
    tags: Sequence[tuple[str, str | None]] | None = None
    addresses: Collection[str] | None = None
    sizes: Collection[CloudId | str] | None = None
    images: Collection[CloudId | str] | None = None
    search: str | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    seen_after: datetime | None = None
    seen_before: datetime | None = None

    @classmethod
    def of(cls, limits: Mapping[str, Any]) -> Self:
        """From values by the names of the filters."""
        names = [one.name for one in fields(cls)]
        return cls(**{name: limits.get(RENAMED.get(name, name)) for name in names})

    @property
    def limits(self) -> dict[str, Any]:
        """Values by the names of the filters."""
        names = [one.name for one in fields(self)]
        return {RENAMED.get(name, name): getattr(self, name) for name in names}


def machine_list(
    *, sources: Iterable[Source], limits: MachineFilter = MachineFilter()
) -> QuerySet[VirtualMachine]:
    """The stored machines of ``sources`` that are within ``limits``."""
    return row_list(VIRTUAL_MACHINES, sources=sources, limits=limits.limits)


def machine_get(*, user: Any, local_id: str) -> VirtualMachine | None:
    """The stored machine with this local id, if ``user`` may see it."""
    found: VirtualMachine | None = row_get(VIRTUAL_MACHINES, user=user, local_id=local_id)
    return found
