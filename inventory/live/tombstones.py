"""Records that are kept of deleted sources and providers, so that the past can be answered."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from inventory.live.locks import lock_for_deletion, lock_sources
from inventory.live.periods import record_periods
from inventory.live.resources import OBSERVED, RESOURCES
from inventory.live.versions import keep_rows
from inventory.models import PastProvider, Provider, Source
from inventory.models.past import OF_A_PROVIDER


def delete_sources(sources: QuerySet[Source]) -> None:
    """Delete sources with their rows, which are kept as they were. The caller holds the lock of
    their provider.
    """
    pks = lock_sources(sources)
    if not pks:
        return
    locked = Source.objects.filter(pk__in=pks)
    _keep_sources(locked, until=timezone.now())
    locked.delete()


def delete_providers(providers: QuerySet[Provider]) -> None:
    """Disconnect ``providers``; keeps their last rows, and a PastProvider for each."""
    deletable = lock_for_deletion(providers)
    now = timezone.now()
    _keep_sources(Source.objects.filter(provider__in=deletable), until=now)
    kept = [
        PastProvider(
            provider_key=one.pk, gone_at=now, **{name: getattr(one, name) for name in OF_A_PROVIDER}
        )
        for one in deletable
    ]
    PastProvider.objects.bulk_create(kept)
    deletable.delete()


def _keep_sources(sources: QuerySet[Source], *, until: datetime) -> None:
    gone = list(sources.select_related("provider"))
    record_periods(gone, until=until)
    for name in OBSERVED:
        resource = RESOURCES[name]
        listed = [one.pk for one in gone if one.resource == name]
        if listed:
            keep_rows(resource, resource.rows.filter(source__in=listed), until=until)
