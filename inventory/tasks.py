"""What beat asks of the inventory."""

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from inventory.live.api import changes_prune, gone_rows_prune, regions_prune, sources_complete


@shared_task(name="inventory.prune")
def prune() -> None:
    """Forget what is older than it is kept; add the sources that a new release lists."""
    now = timezone.now()
    changes_prune(older_than=now - timedelta(days=settings.CHANGES_KEPT_DAYS))
    gone_rows_prune(older_than=now - timedelta(days=settings.GONE_CONTAINERS_KEPT_DAYS))
    regions_prune()
    sources_complete()
