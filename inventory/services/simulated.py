"""How many machines the gateway may have to make up for one user.

They cost its own memory, CPU and database, unlike the machines of a cloud that is elsewhere.
"""

from gateway.core.accounts.locks import lock_user
from gateway.core.errors import InvalidInput
from inventory.models import Provider
from inventory.providers import ProviderKind

MOST_MACHINES = 100_000


def lock_simulating_owner(provider: Provider) -> None:
    """Have those who change the simulated machines of one owner follow each other.

    Call it before other rows are locked. Other kinds of providers need no lock.
    """
    if provider.kind.simulated is not None:
        lock_user(provider.owner)


def check_simulated(provider: Provider) -> None:
    """Raises InvalidInput if all simulated machines of its owner are more than MOST_MACHINES.

    Call it in the transaction that stored the provider, its regions and its credentials, under
    ``lock_simulating_owner``.
    """
    kind = provider.kind
    if kind.simulated is None:
        return
    owned = Provider.objects.filter(owner=provider.owner_id, kind_slug=kind.slug)
    there = {one.pk: _machines(kind, one) for one in owned.select_related("credentials")}
    wanted = there.pop(provider.pk)
    others = sum(there.values())
    if wanted + others > MOST_MACHINES:
        message = (
            f"These would be {wanted:,} simulated machines over all regions, beside {others:,} "
            f"that you have; {MOST_MACHINES:,} are allowed."
        )
        raise InvalidInput(message, field="credentials")


def _machines(kind: ProviderKind, provider: Provider) -> int:
    """In all regions, those included that a list of all regions would add."""
    values = provider.credentials.values
    machines, named = kind.simulated(values) if kind.simulated else (0, 0)
    return machines * max(len(provider.regions), named)
