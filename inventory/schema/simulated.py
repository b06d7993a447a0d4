"""The cost of a simulated list: the gateway itself makes the objects, for any user's request."""

from collections.abc import Iterable

from django.utils import timezone

from gateway.core.graphql.budget import charge_work
from gateway.core.graphql.context import Context
from inventory.live.api import OBSERVED, Ask, Outlook, outlook
from inventory.models import Source

POINTS = 5  # for each object of a list that has to be made


def charge_simulated(asks: Iterable[Ask], context: Context, *, besides: int = 0) -> None:
    """Charge for the simulated objects that would be listed, and ``besides``, which are points.

    No more than ``charge_work`` takes: the largest simulator can be read with a full budget.
    Raises RateLimited.
    """
    now = timezone.now()
    simulated = [ask for ask in asks if _is_simulated(ask.source)]
    objects = sum(
        _objects_of(ask.source) for ask in simulated if outlook(ask, now) is Outlook.ASKED
    )
    if points := POINTS * objects + besides:
        charge_work(context, points)


def _is_simulated(source: Source) -> bool:
    return source.resource in OBSERVED and source.provider.kind.simulated is not None


def _objects_of(source: Source) -> int:
    """As many as the latest list had, or in one that was never read as its account has machines."""
    if source.count is not None:
        return source.count
    simulated = source.provider.kind.simulated
    return simulated(source.provider.credentials.values)[0] if simulated else 0
