"""The periodic tasks of the inventory, which Celery beat starts."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from inventory.live.api import (
    changes_prune,
    gone_rows_prune,
    past_prune,
    regions_prune,
    reprice_all,
    rollups_repair,
    sources_complete,
)


@shared_task(name="inventory.prune")
def prune() -> None:
    """Delete data that is older than its retention period. Add the sources that a new release
    lists, its prices, and the sources that an interrupted request has left out. Repair the
    roll-ups.
    """
    now = timezone.now()
    horizon = now - timedelta(days=settings.CHANGES_KEPT_DAYS)
    changes_prune(older_than=horizon)
    past_prune(older_than=horizon)
    gone_rows_prune(older_than=now - timedelta(days=settings.GONE_CONTAINERS_KEPT_DAYS))
    regions_prune()
    sources_complete()
    reprice_all()
    rollups_repair()
