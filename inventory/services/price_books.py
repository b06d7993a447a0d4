"""Price books of providers."""

from typing import Any

from django.utils import timezone

from gateway.core.errors import InvalidInput
from gateway.core.transactions import in_transaction
from inventory.live.api import lock_provider, reprice
from inventory.models import PriceBook, Provider
from inventory.prices.book import read_book
from inventory.prices.document import DocumentError
from inventory.services.provider_accounts import disconnected


def price_book_set(*, provider: Provider, text: str, by: Any = None, demo: bool = False) -> int:
    """Store the price book and price the provider's rows by it; an empty one removes it.

    Returns how many rows have other prices. Raises InvalidInput, which names the line, and NotFound
    if the provider was disconnected meanwhile. ``demo``: the demo itself sets it; else a provider
    of the demo is its user's from then on.
    """
    if text.strip():
        _check(text)
    _store(provider, text, by, stays_demo=demo)
    return reprice(provider)


def _check(text: str) -> None:
    try:
        read_book(text)
    except DocumentError as error:
        raise InvalidInput(str(error), field="text") from None


@in_transaction
def _store(provider: Provider, text: str, by: Any, *, stays_demo: bool) -> None:
    locked = lock_provider(provider.pk)
    if locked is None:
        raise disconnected()
    if locked.demo and not stays_demo:
        Provider.objects.filter(pk=locked.pk).update(demo=False)
    if not text.strip():
        PriceBook.objects.filter(provider=locked).delete()
        return
    given = {"text": text, "set_at": timezone.now(), "set_by": by}
    PriceBook.objects.update_or_create(provider=locked, defaults=given)
