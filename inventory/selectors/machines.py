"""Stored machines by a filter that a selection or a schedule keeps."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from django.db.models import QuerySet

from inventory.models import Source, VirtualMachine
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.selectors.ids import CloudId
from inventory.selectors.rows import row_get, row_list

# The filters of VIRTUAL_MACHINES whose names here, which are stored with schedules, differ.
RENAMED = {
    "states": "state",
    "addresses": "address",
    "sizes": "size",
    "images": "image",
    "excluded": "not",
    "providers": "provider",
    "kinds": "kind",
    "regions": "region",
}


@dataclass(frozen=True, slots=True)
class MachineFilter:
    """The filters of VIRTUAL_MACHINES that are about machines; None: no limit. All hold together.

    ``inventory/selectors/conditions.py`` has what each value is. ``excluded``: what must not hold;
    ``providers``, ``kinds`` and ``regions`` are given there alone.
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
    tag_keys: Sequence[tuple[str, None]] | None = None
    untagged: bool | None = None
    stale: bool | None = None
    state_changed_after: datetime | None = None
    state_changed_before: datetime | None = None
    launched_after: datetime | None = None
    launched_before: datetime | None = None
    min_price_per_hour: Decimal | None = None
    max_price_per_hour: Decimal | None = None
    providers: Collection[str] | None = None
    kinds: Collection[str] | None = None
    regions: Collection[str] | None = None
    excluded: "MachineFilter | None" = None

    @classmethod
    def of(cls, limits: Mapping[str, Any]) -> Self:
        """From values by the names of the filters."""
        names = [one.name for one in fields(cls)]
        values = {name: limits.get(RENAMED.get(name, name)) for name in names}
        if values["excluded"] is not None:
            values["excluded"] = cls.of(values["excluded"])
        return cls(**values)

    @property
    def limits(self) -> dict[str, Any]:
        """Values by the names of the filters."""
        names = [one.name for one in fields(self)]
        found = {RENAMED.get(name, name): getattr(self, name) for name in names}
        if self.excluded is not None:
            found["not"] = self.excluded.limits
        return found


def machine_list(
    *, sources: Iterable[Source], limits: MachineFilter = MachineFilter()
) -> QuerySet[VirtualMachine]:
    """The stored machines of ``sources`` that are within ``limits``."""
    return row_list(VIRTUAL_MACHINES, sources=sources, limits=limits.limits)


def machine_get(*, user: Any, local_id: str) -> VirtualMachine | None:
    """The stored machine with this local id, if ``user`` may see it."""
    found: VirtualMachine | None = row_get(VIRTUAL_MACHINES, user=user, local_id=local_id)
    return found
