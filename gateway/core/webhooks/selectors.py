"""Reads of webhooks: one's own alone, for superusers too."""

from typing import Any

from django.db.models import QuerySet

from gateway.core.accounts.credential import provider_limit
from gateway.core.ids import uuid_key
from gateway.core.webhooks.models import Webhook


def webhook_list(*, user: Any) -> QuerySet[Webhook]:
    """Empty for a token with a limit of providers: a webhook gets all that its owner may see."""
    if not user.is_authenticated or provider_limit(user) is not None:
        return Webhook.objects.none()
    return Webhook.objects.filter(owner=user.pk)


def webhook_get(*, user: Any, local_id: str) -> Webhook | None:
    """None if it does not exist, or belongs to another user."""
    key = uuid_key(local_id)
    return None if key is None else webhook_list(user=user).filter(pk=key).first()
