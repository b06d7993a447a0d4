"""How many machines the gateway may have to make up for one user.

They cost its own memory, CPU and database, unlike the machines of a cloud that is elsewhere.
"""

from collections.abc import Mapping
from typing import Any

from gateway.core.errors import InvalidInput
from inventory.models import Provider
from inventory.providers import ProviderKind

MOST_MACHINES = 100_000


def check_simulated(
    kind: ProviderKind,
    values: Mapping[str, Any],
    regions: int,
    *,
    owner: Any,
    besides: Provider | None = None,
) -> None:
    """Raises InvalidInput if all simulated machines of ``owner`` would be more than MOST_MACHINES.

    ``values``: an account's credentials, with so many ``regions``. ``besides``: the provider that
    it replaces.
    """
    if kind.simulated is None:
        return
    wanted = _machines(kind, values, regions)
    others = Provider.objects.filter(owner=owner, kind_slug=kind.slug).select_related("credentials")
    if besides is not None:
        others = others.exclude(pk=besides.pk)
    there = sum(_machines(kind, one.credentials.values, len(one.regions)) for one in others)
    if wanted + there > MOST_MACHINES:
        message = (
            f"These would be {wanted:,} simulated machines over all regions, beside {there:,} that "
            f"you have; {MOST_MACHINES:,} are allowed."
        )
        raise InvalidInput(message, field="credentials")


def _machines(kind: ProviderKind, values: Mapping[str, Any], regions: int) -> int:
    """In all regions, those included that a list of all regions would add."""
    machines, named = kind.simulated(values) if kind.simulated else (0, 0)
    return machines * max(regions, named)
