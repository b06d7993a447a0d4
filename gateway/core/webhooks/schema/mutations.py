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
    "The address of the requests: https://…. http:// and addresses outside of the public internet "
    "are allowed only if the operator's EGRESS_ALLOW lists them."
)
SECRET = "Verify the signatures with it. It is not shown again."  # noqa: S105 - a description
THE_WEBHOOK = "The webhook; null if nothing was done."


class WebhookFilterInput(graphene.InputObjectType):
    """Limits of a webhook's events. A limit does not apply to an event without that property."""

    provider = graphene.List(
        graphene.NonNull(graphene.ID),
        description="Only events about these providers; absent: all of yours.",
    )
    target = graphene.List(
        graphene.NonNull(graphene.ID), description="Only events about these objects; absent: all."
    )
    field = graphene.List(
        graphene.NonNull(graphene.String),
        description="Only changes of these fields, such as state; absent: all. A field that no "
        "type of object has, or no type of the targets, is an error.",
    )


class CreateWebhook(Mutation):
    """Create a webhook, which sends events to your address. Only this answer shows the secret."""

    webhook = graphene.Field(Webhook, description=THE_WEBHOOK)
    secret = graphene.String(description=SECRET)

    class Input:
        url = graphene.String(required=True, description=URL)
        events = graphene.List(
            graphene.NonNull(WebhookEventType),
            required=True,
            description="The events that are sent.",
        )
        filter = graphene.InputField(
            WebhookFilterInput, description="Limits of these events; absent: all that you may see."
        )
        description = graphene.String(description="A description of your own.")

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
    """Change, disable or resume a webhook. Absent fields do not change."""

    webhook = graphene.Field(Webhook, description=THE_WEBHOOK)

    class Input:
        id = graphene.ID(required=True, description="The webhook.")
        url = graphene.String(description=URL)
        events = graphene.List(
            graphene.NonNull(WebhookEventType), description="The events that are sent."
        )
        filter = graphene.InputField(
            WebhookFilterInput, description="Limits of these events; {} removes every limit."
        )
        description = graphene.String(description="A description of your own.")
        enabled = graphene.Boolean(
            description="If false, nothing is sent. If true, sending starts again, also after a "
            "pause; events that have waited for less than a day are sent."
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
    """Replace the secret of a webhook. For 24 hours, requests are also signed with the old one."""

    webhook = graphene.Field(Webhook, description=THE_WEBHOOK)
    secret = graphene.String(description=SECRET)

    class Input:
        id = graphene.ID(required=True, description="The webhook.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - the contract's name
        webhook = services.webhook_rotate(webhook=_named(context, id))
        return cls(webhook=webhook, secret=webhook.secret)


class TestWebhook(Mutation):
    """Send one test event to a webhook, even if it is paused or disabled."""

    delivery = graphene.Field(
        WebhookDelivery, description="The delivery, which is waiting; null if nothing was done."
    )

    class Input:
        id = graphene.ID(required=True, description="The webhook.")

    @classmethod
    def perform(cls, context: Context, *, id: str) -> Any:  # noqa: A002 - the contract's name
        return cls(delivery=services.webhook_test(webhook=_named(context, id)))


class RedeliverWebhook(Mutation):
    """Send events again that a webhook did not accept, or that its receiver has lost.

    They keep their message ids and are tried for a day from now. At most 5,000 wait at the same
    time.
    """

    count = graphene.Int(
        description="The number of events that are sent again; null if nothing was done."
    )
    remaining = graphene.Int(
        description="The number of FAILED events that are left, because too many would wait. Call "
        "the mutation again after these were sent. Null if nothing was done."
    )

    class Input:
        id = graphene.ID(required=True, description="The webhook.")
        message_ids = graphene.List(
            graphene.NonNull(graphene.String),
            description="The messageIds of the deliveries, in any state; at most 100. Absent: all "
            "that have FAILED, oldest first.",
        )

    @classmethod
    def perform(
        cls,
        context: Context,
        *,
        id: str,  # noqa: A002 - the contract's name
        message_ids: Sequence[str] | None = None,
    ) -> Any:
        done = services.webhook_redeliver(webhook=_named(context, id), message_ids=message_ids)
        return cls(count=done.count, remaining=done.remaining)


class DeleteWebhook(Mutation):
    """Delete a webhook with its deliveries. Deliveries that wait are not sent any more."""

    id = graphene.ID(description="The id of the deleted webhook; null if nothing was done.")

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
    """Raises InvalidInput for a malformed id, and NotFound for one that the user may not see."""
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
