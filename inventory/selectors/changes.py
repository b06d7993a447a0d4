"""What changed, newest first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, F, QuerySet, Window
from django.db.models.functions import RowNumber

from inventory.access import visible_changes
from inventory.models import Change, VirtualMachine

NEWEST_FIRST = ("-at", "-pk")
# Columns by the names that the schema has for them.
NAMES = {
    "size_id": "size",
    "image_id": "image",
    "location_id": "location",
    "public_ips": "publicIps",
    "private_ips": "privateIps",
    "created_at": "createdAt",
}


def field_name(column: str) -> str:
    """As the schema names the column."""
    return NAMES.get(column, column)


def change_list(
    *, user: Any, since: datetime | None = None, providers: Collection[str] | None = None
) -> QuerySet[Change]:
    """The changes that ``user`` may see, their machines loaded; ``providers`` are public ids."""
    changes = visible_changes(user)
    if since is not None:
        changes = changes.filter(at__gte=since)
    if providers is not None:
        changes = changes.filter(provider__public_id__in=list(providers))
    return changes.select_related("machine__source__provider", "machine__provider").order_by(
        *NEWEST_FIRST
    )


@dataclass(slots=True)
class Latest:
    """The latest changes of a machine, newest first, one more than was asked for where there are
    more; and how many there are in all.
    """

    changes: list[Change] = field(default_factory=list)
    total: int = 0


class ChangesLookup:
    """The latest changes of a page of machines: one query for all, when the first is asked."""

    def __init__(self, machines: Sequence[VirtualMachine]) -> None:
        self._machines = machines
        self._found: dict[int, dict[int, Latest]] = {}

    def of(self, machine: VirtualMachine, *, first: int) -> Latest:
        if first not in self._found:
            self._found[first] = self._latest(first)
        return self._found[first][machine.pk]

    def _latest(self, first: int) -> dict[int, Latest]:
        found = {machine.pk: Latest() for machine in self._machines}
        number = Window(
            RowNumber(), partition_by=F("machine"), order_by=[F("at").desc(), F("pk").desc()]
        )
        total = Window(Count("pk"), partition_by=F("machine"))
        changes = Change.objects.filter(machine__in=list(found)).annotate(
            number=number, total=total
        )
        for change in changes.filter(number__lte=first + 1).order_by(*NEWEST_FIRST):
            latest = found[change.machine_id]
            latest.changes.append(change)
            latest.total = change.total
        return found
