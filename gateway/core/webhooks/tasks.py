"""The Celery tasks of webhooks. They look and hand over; threads of their own send."""

import logging
from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.db import Error
from django.utils import timezone

from gateway.core.db import is_unavailable
from gateway.core.webhooks.events import fan_out
from gateway.core.webhooks.pool import sending
from gateway.core.webhooks.retention import deliveries_prune
from gateway.core.webhooks.wake import SEND_TASK

log = logging.getLogger(__name__)


@shared_task(name=SEND_TASK)
def send() -> None:
    """Make deliveries of the events that wait, and send the due ones. Beat calls it, too."""
    try:
        fan_out()
        sending().start_due()
    except Error as error:
        if not is_unavailable(error):
            raise
        log.warning("The database does not answer; webhooks are sent later: %s", error)


@shared_task(name="webhooks.prune")
def prune() -> None:
    """Forget deliveries that are older than they are kept."""
    kept = timedelta(days=settings.WEBHOOK_DELIVERIES_KEPT_DAYS)
    deliveries_prune(older_than=timezone.now() - kept)
