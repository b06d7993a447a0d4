"""Webhooks and their deliveries."""

from typing import Any

import graphene

from gateway.core.graphql import nodes
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.paging import CountedConnection, OrderKey, Page, Window, page_arguments
from gateway.core.graphql.pure import pure
from gateway.core.graphql.record import Record
from gateway.core.ids import local_id
from gateway.core.webhooks import models
from gateway.core.webhooks.kinds import kind_named
from gateway.core.webhooks.schema.enums import (
    EVENTS,
    DeliveryState,
    WebhookEventType,
    WebhookState,
)
from gateway.core.webhooks.selectors import webhook_get, webhook_list

NEWEST_FIRST = OrderKey("created_at", descending=True)


class WebhookFilter(graphene.ObjectType):
    """Limits of a webhook's events. Null: no limit."""

    provider = graphene.List(
        graphene.NonNull(graphene.ID), description="Only events about these providers."
    )
    target = graphene.List(
        graphene.NonNull(graphene.ID), description="Only events about these objects."
    )
    field = graphene.List(
        graphene.NonNull(graphene.String), description="Only changes of these fields."
    )


class WebhookDelivery(Record):
    """An event that is sent to a webhook, and the latest attempt. Kept for a week."""

    message_id = graphene.String(
        required=True,
        description="The value of the header webhook-id, which is the same for each attempt.",
    )
    type = graphene.String(required=True, description="The kind of event: job.finished.")
    at = graphene.DateTime(required=True, description="When the event happened.")
    state = graphene.Field(DeliveryState, required=True, description="The outcome.")
    attempts = graphene.Int(required=True, description="The number of attempts to send it.")
    last_attempt_at = graphene.DateTime(description="When the latest attempt ended.")
    next_attempt_at = graphene.DateTime(
        description="The time of the next attempt; null: there is none."
    )
    status = graphene.Int(
        description="The HTTP status of the latest answer; null if there was none."
    )
    latency_ms = graphene.Int(description="How long the latest attempt took.")
    error = graphene.String(description="Why the latest attempt failed; null if it did not.")

    @staticmethod
    @pure
    def resolve_type(delivery: models.WebhookDelivery) -> str:
        return delivery.kind

    @staticmethod
    @pure
    def resolve_error(delivery: models.WebhookDelivery) -> str | None:
        return delivery.error or None


class WebhookDeliveryConnection(CountedConnection):
    """Deliveries, newest first."""

    class Meta:
        node = WebhookDelivery


class Webhook(graphene.ObjectType):
    """A webhook: an address of yours to which events are sent. Its secret was shown once."""

    class Meta:
        interfaces = (Node,)

    url = graphene.String(required=True, description="The address.")
    description = graphene.String(
        required=True, description="A description of your own; may be empty."
    )
    events = graphene.List(
        graphene.NonNull(WebhookEventType), required=True, description="The events that are sent."
    )
    filter = graphene.Field(WebhookFilter, required=True, description="The limits of these events.")
    state = graphene.Field(WebhookState, required=True, description="The state.")
    reason = graphene.String(description="Why it is PAUSED.")
    consecutive_failures = graphene.Int(
        required=True, description="The number of failed attempts since the last success."
    )
    next_attempt_at = graphene.DateTime(
        description="Nothing is sent before this time, because several attempts in a row failed."
    )
    previous_secret_until = graphene.DateTime(
        description="The time until which requests are also signed with the secret from before the "
        "rotation."
    )
    created_at = graphene.DateTime(required=True, description="When it was created.")
    updated_at = graphene.DateTime(required=True, description="When it was last changed.")
    deliveries = graphene.Field(
        WebhookDeliveryConnection,
        description="The deliveries, sent and waiting, newest first; kept for a week.",
        **page_arguments(),
    )

    @staticmethod
    @pure
    def resolve_id(webhook: models.Webhook) -> str:
        return webhook.public_id

    @staticmethod
    @pure
    def resolve_events(webhook: models.Webhook) -> list[Any]:
        return [EVENTS(name) for name in webhook.events if kind_named(name) is not None]

    @staticmethod
    @pure
    def resolve_reason(webhook: models.Webhook) -> str | None:
        return webhook.reason or None

    @staticmethod
    @pure
    def resolve_consecutive_failures(webhook: models.Webhook) -> int:
        return webhook.failures

    @staticmethod
    @pure
    def resolve_next_attempt_at(webhook: models.Webhook) -> Any:
        return webhook.retry_at

    @staticmethod
    def resolve_deliveries(webhook: models.Webhook, _info: Any, **window: Any) -> Any:
        return Page(webhook.deliveries.all(), order=NEWEST_FIRST, window=Window(**window))


class WebhookConnection(CountedConnection):
    """A page of webhooks."""

    class Meta:
        node = Webhook


class WebhookQuery(graphene.ObjectType):
    webhook = graphene.Field(
        Webhook,
        id=graphene.ID(required=True, description="The webhook's id."),
        description="A webhook of yours by its id. Null if there is none.",
    )
    webhooks = graphene.Field(
        WebhookConnection, description="Your webhooks, newest first.", **page_arguments()
    )

    @staticmethod
    def resolve_webhook(_root: None, info: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        return webhook_get(user=info.context.user, local_id=local_id(id, of="Webhook"))

    @staticmethod
    def resolve_webhooks(_root: None, info: Any, **window: Any) -> Any:
        rows = webhook_list(user=info.context.user)
        return Page(rows, order=NEWEST_FIRST, window=Window(**window))


nodes.register(
    Webhook,
    model=models.Webhook,
    load=lambda user, local: webhook_get(user=user, local_id=local),
)
