"""Stored machines: filtered, in an order, with what they are shown with."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import DateTimeField, F, IntegerField, QuerySet, Value
from django.db.models.functions import Coalesce

from inventory.access import visible_machines
from inventory.models import Source, VirtualMachine
from inventory.selectors.ids import rows_with_cloud_id

# Rows whose cloud does not say when they were created come before all others.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
# Orders that are no column, because what their column holds may be null.
ORDERS = {
    "created_order": Coalesce(
        F("created_at"), Value(LONG_AGO, DateTimeField()), output_field=DateTimeField()
    ),
    "memory_order": Coalesce(F("memory"), Value(0), output_field=IntegerField()),
}


@dataclass(frozen=True, slots=True)
class MachineFilter:
    """None: no limit. ``name``: contained in the machine's name, in any case."""

    states: Collection[str] | None = None
    name: str | None = None


def machine_list(
    *, sources: Iterable[Source], limits: MachineFilter = MachineFilter()
) -> QuerySet[VirtualMachine]:
    """The stored machines of ``sources`` that are within ``limits``."""
    machines = VirtualMachine.objects.filter(source__in=[source.pk for source in sources])
    if limits.states is not None:
        machines = machines.filter(state__in=list(limits.states))
    if limits.name:
        machines = machines.filter(name__icontains=limits.name)
    return machines


def machines_with(machines: QuerySet[VirtualMachine], order: str) -> QuerySet[VirtualMachine]:
    """``machines`` with what it takes to sort them by ``order``, a column or a key of ORDERS."""
    return machines.annotate(**{order: ORDERS[order]}) if order in ORDERS else machines


def machine_get(*, user: Any, local_id: str) -> VirtualMachine | None:
    """The stored machine with this local id, if ``user`` may see it."""
    machines = rows_with_cloud_id(visible_machines(user), local_id)
    found: VirtualMachine | None = machines.select_related("source__provider", "provider").first()
    return found


def attach_sources(machines: Iterable[VirtualMachine], sources: Iterable[Source]) -> None:
    """Give each machine its source as this request knows it, so that no row needs a query.

    The source may be newer than what is stored: a wait that timed out marks its rows stale for
    this answer alone.
    """
    by_id = {source.pk: (source, source.provider) for source in sources}
    # As prefetching does: the foreign keys' own setters take ten times as long.
    remember_source = VirtualMachine.source.field.set_cached_value
    remember_provider = VirtualMachine.provider.field.set_cached_value
    for machine in machines:
        source, provider = by_id[machine.source_id]
        remember_source(machine, source)
        remember_provider(machine, provider)
