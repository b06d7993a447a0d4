"""Stored machines, by a filter that a selection or a schedule keeps."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from django.db.models import QuerySet

from inventory.models import Source, VirtualMachine
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.selectors.rows import row_get, row_list

NO_LIMITS: Mapping[str, Any] = MappingProxyType({})


def machine_list(
    *, sources: Iterable[Source], limits: Mapping[str, Any] = NO_LIMITS
) -> QuerySet[VirtualMachine]:
    """The stored machines of ``sources`` that are within ``limits``: values by the names of the
    filters of VIRTUAL_MACHINES, as ``inventory/selectors/conditions.py`` takes them.
    """
    return row_list(VIRTUAL_MACHINES, sources=sources, limits=limits)


def machine_get(*, user: Any, local_id: str) -> VirtualMachine | None:
    """The stored machine with this local id, if ``user`` may see it."""
    found: VirtualMachine | None = row_get(VIRTUAL_MACHINES, user=user, local_id=local_id)
    return found
