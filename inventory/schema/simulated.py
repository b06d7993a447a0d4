"""What a simulated list costs: its machines are the gateway's own work, whoever has them listed."""

from collections.abc import Iterable

from django.utils import timezone

from gateway.core.graphql.budget import charge
from gateway.core.graphql.context import Context
from inventory.live.api import Ask, Outlook, outlook
from inventory.models import Source
from inventory.models.source import SourceResource

POINTS = 5  # for each machine of a list that has to be made


def charge_simulated(asks: Iterable[Ask], context: Context) -> None:
    """Charge for the simulated machines that would be listed. Raises RateLimited."""
    now = timezone.now()
    simulated = [ask for ask in asks if _is_simulated(ask.source)]
    machines = sum(
        _machines_of(ask.source) for ask in simulated if outlook(ask, now) is Outlook.ASKED
    )
    if machines:
        charge(context, POINTS * machines)


def _is_simulated(source: Source) -> bool:
    is_list = source.resource == SourceResource.VIRTUAL_MACHINES
    return is_list and source.provider.kind.simulated is not None


def _machines_of(source: Source) -> int:
    """As many as the latest list had, or in one that was never read as its account says."""
    if source.count is not None:
        return source.count
    simulated = source.provider.kind.simulated
    return simulated(source.provider.credentials.values)[0] if simulated else 0
