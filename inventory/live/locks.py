"""Locks on providers and sources, in the order that docs/architecture.md states.

A transaction locks providers first, then sources, both in the order of their primary keys, and
each with one call. PostgreSQL's lock is FOR NO KEY UPDATE: a transaction that holds the lock of
their source may still insert rows that refer to the locked one. SQLite has one write lock, which a
transaction takes when it begins.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from inventory.models import Provider, Source


def lock_provider(provider_id: int) -> Provider | None:
    """Lock the provider's row until the transaction ends; None if there is none.

    Whoever changes its regions, adds or removes its sources, or deletes it must hold this lock.
    """
    return Provider.objects.select_for_update(no_key=True).filter(pk=provider_id).first()


def lock_sources(sources: QuerySet[Source]) -> list[int]:
    """Lock all of ``sources`` until the transaction ends; returns their primary keys.

    Call it before several sources are changed or deleted. A later call in the same transaction must
    not lock further sources.
    """
    rows = sources.select_for_update(no_key=True, of=("self",)).only("pk").order_by("pk")
    return [source.pk for source in rows]


def lock_providers(provider_ids: Iterable[int]) -> list[int]:
    """Lock several providers and all of their sources; returns the ids of those that exist."""
    rows = Provider.objects.select_for_update(no_key=True).filter(pk__in=list(provider_ids))
    found = [row.pk for row in rows.only("pk").order_by("pk")]
    lock_sources(Source.objects.filter(provider__in=found))
    return found


def lock_for_deletion(providers: QuerySet[Provider]) -> QuerySet[Provider]:
    """Lock ``providers`` and everything below them; returns those that can be deleted now.

    Rows that refer to a provider are inserted by transactions that hold the lock of a source or of
    the provider. While all of these locks are held, no such row can be added, and no transaction
    that waits for the provider's row holds a row that the deletion removes.
    """
    found = lock_providers(providers.values_list("pk", flat=True))
    deletable = Provider.objects.filter(pk__in=found)
    list(deletable.select_for_update().order_by("pk"))
    return deletable
