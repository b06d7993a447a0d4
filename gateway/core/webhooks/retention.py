"""Deletes old deliveries, and events without deliveries because of an error."""

from datetime import datetime

from gateway.core.transactions import in_parts, in_transaction
from gateway.core.webhooks.models import WebhookDelivery, WebhookEvent

MOST_DELETED = 5000  # of one transaction


def deliveries_prune(*, older_than: datetime) -> int:
    """Delete the deliveries made, and the events failed, before ``older_than``.

    Returns how many deliveries those were.
    """

    @in_transaction
    def delete_some() -> int:
        old = WebhookDelivery.objects.filter(created_at__lt=older_than)
        keys = list(old.order_by("created_at").values_list("pk", flat=True)[:MOST_DELETED])
        deleted, _by_model = WebhookDelivery.objects.filter(pk__in=keys).delete()
        return deleted

    WebhookEvent.objects.filter(failed_at__lt=older_than).delete()
    return in_parts(delete_some, most=MOST_DELETED)
