"""Enums of webhooks."""

from enum import Enum
from typing import Any

from gateway.core.graphql.enums import described_enum
from gateway.core.webhooks import models
from gateway.core.webhooks.kinds import kinds_on_offer

# The names in the body have full stops, which GraphQL's do not: JOB_FINISHED is job.finished.
EVENTS: Any = Enum(  # type: ignore[misc]  # apps register the kinds
    "WebhookEventType",
    {kind.name.upper().replace(".", "_"): kind.name for kind in kinds_on_offer()},
)

WebhookEventType = described_enum(
    EVENTS,
    name="WebhookEventType",
    description="A kind of event that a webhook can receive.",
    meanings={EVENTS(kind.name): f"{kind.name}: {kind.description}" for kind in kinds_on_offer()},
)
WebhookState = described_enum(
    models.WebhookState,
    name="WebhookState",
    description="The state of a webhook.",
    meanings={
        models.WebhookState.ACTIVE: "It receives its events.",
        models.WebhookState.PAUSED: "The gateway has paused it; reason says why. "
        "updateWebhook(input: {enabled: true}) resumes it.",
        models.WebhookState.DISABLED: "You have disabled it.",
    },
)
DeliveryState = described_enum(
    models.DeliveryState,
    name="WebhookDeliveryState",
    description="The outcome of a delivery.",
    meanings={
        models.DeliveryState.PENDING: "It will be sent, for the first time or again.",
        models.DeliveryState.DELIVERED: "The endpoint answered with a status from 200 to 299.",
        models.DeliveryState.FAILED: "It is not sent again; error says why.",
        models.DeliveryState.WITHHELD: "It was not sent: its object was deleted, or you may not "
        "see it any more.",
    },
)
