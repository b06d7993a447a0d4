"""Webhooks, the events that wait for them, and deliveries."""

import uuid
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from gateway.core.crypto import EncryptedJSONField
from gateway.core.ids import global_id

MESSAGE = "msg_"  # begins the ids of messages
ENDED = ""  # the token of a lease that no thread has


class WebhookState(StrEnum):
    """``::

    ACTIVE ◀──▶ DISABLED    by its owner
       ▲ └────▶ PAUSED      by the gateway; its owner resumes it
       └──────────┘
    """

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    DISABLED = "DISABLED"


class DeliveryState(StrEnum):
    """``::

    PENDING ──▶ DELIVERED    the endpoint answered with 200 to 299
       ├──────▶ FAILED       the last attempt failed
       └──────▶ WITHHELD     its object was deleted, or the owner may not see it any more

    Each of these becomes PENDING when its owner has it sent again.
    """

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    WITHHELD = "WITHHELD"


class Webhook(models.Model):
    """An address of a user to which events are sent.

    ``lease_token``, ``lease_until``: of the one thread that sends to it. A change by its owner ends
    the lease during a request: the token is ENDED. ``failures``: attempts that failed since the
    last success; ``retry_at``: no attempt before this time. ``previous_secret``: requests are also
    signed with it until ``previous_secret_until``.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=2000)
    description = models.CharField(max_length=200, blank=True)
    events = models.JSONField(default=list)  # names of kinds
    filter = models.JSONField(default=dict)  # lists of texts, by a key of the events' items
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in WebhookState],
        default=WebhookState.ACTIVE.value,
    )
    reason = models.CharField(max_length=300, blank=True)  # why it is PAUSED
    secret = EncryptedJSONField()
    previous_secret = EncryptedJSONField(null=True)
    previous_secret_until = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=32, blank=True)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["state"], name="webhook_by_state")]

    def __str__(self) -> str:
        return self.description or f"webhook {self.pk}"

    @property
    def public_id(self) -> str:
        """The global id."""
        return global_id("Webhook", self.pk)


class WebhookEvent(models.Model):
    """An event that no delivery was made of yet.

    ``keys``: of the objects that it is about. ``details``: of the moment of the event; only the
    kind reads both. ``failed_at``: when its kind raised an error; no delivery is made of it.
    """

    kind = models.CharField(max_length=40)
    at = models.DateTimeField()
    keys: Any = models.JSONField()
    details: Any = models.JSONField(default=dict)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["id"], condition=Q(failed_at__isnull=True), name="webhook_event_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M:%S}"


class WebhookDelivery(models.Model):
    """An event for one webhook, and its latest attempt. ``keys``: those that it asked for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    webhook = models.ForeignKey(
        Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False
    )
    kind = models.CharField(max_length=40)
    at = models.DateTimeField()  # of the event
    keys: Any = models.JSONField()
    details: Any = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in DeliveryState],
        default=DeliveryState.PENDING.value,
    )
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=now, editable=False)
    next_attempt_at = models.DateTimeField(null=True)  # null: there is none
    last_attempt_at = models.DateTimeField(null=True)
    status = models.PositiveIntegerField(null=True)  # HTTP; null: there was no answer
    latency_ms = models.PositiveIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["webhook", "-created_at", "-id"], name="delivery_of_webhook"),
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(next_attempt_at__isnull=False),
                name="delivery_due",
            ),
            models.Index(fields=["created_at"], name="delivery_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for webhook {self.webhook_id}"

    @property
    def message_id(self) -> str:
        """The id in the header ``webhook-id``: the same for every attempt."""
        return f"{MESSAGE}{self.pk.hex}"
