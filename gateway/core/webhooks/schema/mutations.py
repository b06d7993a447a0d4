"""Mutations of webhooks. They take a session: no API token decides where data is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene

from gateway.core.errors import InvalidInput, NotFound
from gateway.core.graphql import nodes
from gateway.core.graphql.context import Context
from gateway.core.graphql.mutation import Mutation, root_fields
from gateway.core.ids import local_id, split_id
from gateway.core.webhooks import models, services
from gateway.core.webhooks.schema.enums import WebhookEventType
from gateway.core.webhooks.schema.types import Webhook, WebhookDelivery
from gateway.core.webhooks.selectors import webhook_get

URL = (
    "Where the requests are sent: https://…. http:// and addresses that are not in the open "
    "internet only where the operator's EGRESS_ALLOW lists them."
)
SECRET = "Verify the signatures with it. It is not shown again."  # noqa: S105 - a description
THE_WEBHOOK = "The webhook; null when nothing was done."


class WebhookFilterInput(graphene.InputObjectType):
    """Which events a webhook is sent; of a part that an event does not have, any."""

    provider = graphene.List(
        graphene.NonNull(graphene.ID), description="About these providers; absent: all of yours."
    )
    target = graphene.List(
        graphene.NonNull(graphene.ID), description="About these objects; absent: all."
    )
    field = graphene.List(
        graphene.NonNull(graphene.String),
        description="Of changes, those of these fields, as state; absent: all.",
    )


class CreateWebhook(Mutation):
    """Have events sent to an address of yours. The secret is in this answer and nowhere else."""

    webhook = graphene.Field(Webhook, description=THE_WEBHOOK)
    secret = graphene.String(description=SECRET)

    class Input:
        url = graphene.String(required=True, description=URL)
        events = graphene.List(
            graphene.NonNull(WebhookEventType), required=True, description="What is sent."
        )
        filter = graphene.InputField(
            WebhookFilterInput, description="Which of these events; absent: all that you may see."
        )
        description = graphene.String(description="Your words for it.")

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        url: str,
        events: Sequence[Any],
        filter: Mapping[str, Any] | None = None,  # noqa: A002 - as the schema has it
        description: str | None = None,
    ) -> Any:
        user: Any = context.user
        webhook = services.webhook_create(
            owner=user,
            url=url,
            events=_names(events),
            description=description or "",
            wanted=_filter(context, filter or {}),
        )
        return cls(webhook=webhook, secret=webhook.secret)


class UpdateWebhook(Mutation):
    """Change a webhook, disable it, or resume it. What is not named stays."""

    webhook = graphene.Field(Webhook, description=THE_WEBHOOK)

    class Input:
        id = graphene.ID(required=True, description="The webhook.")
        url = graphene.String(description=URL)
        events = graphene.List(graphene.NonNull(WebhookEventType), description="What is sent.")
        filter = graphene.InputField(
            WebhookFilterInput, description="Which of these events; {} removes every limit."
        )
        description = graphene.String(description="Your words for it.")
        enabled = graphene.Boolean(
            description="false: send nothing. true: send again, also after a pause; what has "
            "waited for less than a day follows."
        )

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        events: Sequence[Any] | None = None,
        filter: Mapping[str, Any] | None = None,  # noqa: A002 - as the schema has it
        **changes: Any,
    ) -> Any:
        webhook = services.webhook_update(
            webhook=_named(context, id),
            events=None if events is None else _names(events),
            wanted=None if filter is None else _filter(context, filter),
            **changes,
        )
        return cls(webhook=webhook)


class RotateWebhookSecret(Mutation):
    """Replace a webhook's secret. For 24 hours, requests are signed with the old one, too."""

    webhook = graphene.Field(Webhook, description=THE_WEBHOOK)
    secret = graphene.String(description=SECRET)

    class Input:
        id = graphene.ID(required=True, description="The webhook.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - the contract's name
        webhook = services.webhook_rotate(webhook=_named(context, id))
        return cls(webhook=webhook, secret=webhook.secret)


class TestWebhook(Mutation):
    """Send a test event to a webhook, once, also if it is paused or disabled."""

    delivery = graphene.Field(
        WebhookDelivery, description="The delivery, which waits; null when nothing was done."
    )

    class Input:
        id = graphene.ID(required=True, description="The webhook.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - the contract's name
        return cls(delivery=services.webhook_test(webhook=_named(context, id)))


class RedeliverWebhook(Mutation):
    """Send events again that a webhook has failed to take, or that its receiver has lost.

    They keep their message ids and are attempted for a day, from now.
    """

    count = graphene.Int(description="How many are sent again; null when nothing was done.")

    class Input:
        id = graphene.ID(required=True, description="The webhook.")
        message_ids = graphene.List(
            graphene.NonNull(graphene.String),
            description="Which deliveries, by messageId, whatever their state; at most 100. "
            "Absent: all that have FAILED.",
        )

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        message_ids: Sequence[str] | None = None,
    ) -> Any:
        webhook = _named(context, id)
        return cls(count=services.webhook_redeliver(webhook=webhook, message_ids=message_ids))


class DeleteWebhook(Mutation):
    """Delete a webhook with its deliveries. What waits is not sent any more."""

    id = graphene.ID(description="The id that is gone now; null when nothing was done.")

    class Input:
        id = graphene.ID(required=True, description="The webhook.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - the contract's name
        services.webhook_delete(webhook=_named(context, id))
        return cls(id=id)


WebhookMutations: Any = root_fields(
    "WebhookMutations",
    CreateWebhook,
    UpdateWebhook,
    DeleteWebhook,
    TestWebhook,
    RotateWebhookSecret,
    RedeliverWebhook,
)


def _named(context: Context, value: str) -> models.Webhook:
    """Raises NotFound, or InvalidInput."""
    webhook = webhook_get(user=context.user, local_id=local_id(value, of="Webhook"))
    if webhook is None:
        raise NotFound("You have no webhook with this id.", field="id")
    return webhook


def _names(events: Sequence[Any]) -> list[str]:
    return [str(getattr(event, "value", event)) for event in events]


def _filter(context: Context, given: Mapping[str, Any]) -> dict[str, list[str]]:
    """Raises InvalidInput for what is no id, and NotFound for what the user does not see."""
    wanted = {key: list(values) for key, values in given.items() if values is not None}
    services.check_filter(wanted)
    for value in wanted.get("provider", ()):
        local_id(value, of="Provider", field="filter.provider")
    for value in wanted.get("target", ()):
        parts = split_id(value)
        if parts is None or not parts[1].isprintable():
            message = "This is not an id of this gateway."
            raise InvalidInput(message, field="filter.target")
    for key in ("provider", "target"):
        if None in nodes.load_each(context.user, wanted.get(key, ())).values():
            raise NotFound(f"There is no {key} with this id.", field=f"filter.{key}")
    return wanted
