"""The rules of a provider's store: names, and the arguments that a request may have."""

from typing import Any

from gateway.core.errors import InvalidInput, NotSupported
from inventory.models import Provider
from inventory.providers.store_rules import StoreRules


def store_of(provider: Provider) -> StoreRules:
    """Raises NotSupported for a provider without buckets."""
    store = provider.kind.store
    if store is None:
        raise NotSupported(f"{provider.kind.label} has no buckets.")
    return store


def check_key(provider: Provider, key: str) -> None:
    """Raises InvalidInput for a key that the store does not take."""
    if problem := store_of(provider).problem_of_key(key):
        raise InvalidInput(problem, field="key")


def refuse_not_taken(provider: Provider, name: str, value: Any) -> None:
    """Raises NotSupported if ``value`` is given and the store has no place for it.

    ``name``: as in ``ProviderKind.not_taken``, whose last part is the argument.
    """
    why = provider.kind.not_taken.get(name)
    if why and value not in (None, False, ""):
        raise NotSupported(why, field=name.rpartition(".")[2])
