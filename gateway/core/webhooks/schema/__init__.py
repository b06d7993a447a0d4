"""Webhooks in GraphQL."""

from gateway.core.webhooks.schema.mutations import WebhookMutations as Mutation
from gateway.core.webhooks.schema.types import WebhookQuery as Query

__all__ = ["Mutation", "Query"]
