"""Compares roll-ups with the rows that they count, and counts again where they differ.

The database's triggers keep them, so they differ only where somebody has taken the triggers away,
or has written to a roll-up.
"""

import logging

from gateway.core.transactions import in_transaction
from inventory.live.locks import lock_sources
from inventory.models import Source
from inventory.resources import Resource
from inventory.rollups.upkeep import fill, is_kept, make_rollups, rolled_up, sources_differing

log = logging.getLogger(__name__)


def rollups_differing() -> list[str]:
    """The errors in the roll-ups, as sentences; empty: none."""
    found = []
    for resource in rolled_up():
        if not is_kept(resource):
            found.append(f"The triggers that keep the roll-up of {resource.plural} are missing.")
        sources = sources_differing(resource)
        if sources:
            keys = ", ".join(map(str, sources))
            found.append(
                f"The roll-up of {resource.plural} differs from the rows of sources {keys}."
            )
    return found


def rollups_repair() -> int:
    """Make triggers that are missing, and count again where a roll-up differs from the rows;
    returns of how many sources it did.
    """
    for resource in rolled_up():
        if not is_kept(resource):
            log.error("The triggers that keep the roll-up of %s are missing.", resource.plural)
    make_rollups()
    return sum(
        _repair(resource, pk) for resource in rolled_up() for pk in sources_differing(resource)
    )


@in_transaction
def _repair(resource: Resource, source: int) -> int:
    if not lock_sources(Source.objects.filter(pk=source)):
        return 0
    fill(resource, source=source)
    log.error("The roll-up of %s differed from the rows of source %d.", resource.plural, source)
    return 1
