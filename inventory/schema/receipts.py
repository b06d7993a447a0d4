"""Receipts in the schema: the contribution of each source to an answer."""

from typing import Any

import graphene

from gateway.core.graphql.pure import pure
from inventory.live.api import RESOURCES, Receipt
from inventory.schema.enums import Completeness, SourceErrorCode, SourceStatus


class SourceError(graphene.ObjectType):
    """Why a source, or a provider as a whole, did not answer."""

    code = graphene.Field(SourceErrorCode, required=True, description="Why, as a stable word.")
    message = graphene.String(required=True, description="The error, in one line.")
    retryable = graphene.Boolean(
        required=True, description="True if the same request may succeed later."
    )


class SourceReceipt(graphene.ObjectType):
    """The receipt of one source, which is a provider's region and a resource."""

    provider = graphene.Field(
        "inventory.schema.providers.Provider", required=True, description="The provider asked."
    )
    region = graphene.String(
        required=True, description='Its region that was asked; "all" for the set of regions.'
    )
    resource = graphene.String(
        required=True,
        description=f"The requested resource: {', '.join(RESOURCES)}; "
        'regions is the set of regions of a provider that was connected with "all".',
    )
    status = graphene.Field(
        SourceStatus, required=True, description="How far the answer can rely on it."
    )
    completeness = graphene.Field(
        Completeness,
        required=True,
        description="The completeness of its list. UNPROVEN makes complete "
        "false, unless the provider's owner vouches for it with trustListing.",
    )
    fetched_at = graphene.DateTime(
        description="When its latest complete answer came in: the age of the rows shown. With at, "
        "it may be up to an hour earlier than it was."
    )
    duration_ms = graphene.Int(description="How long the latest attempt took, in milliseconds.")
    next_try_at = graphene.DateTime(
        description="When a source that keeps failing is asked again; null: at the next question."
    )
    count = graphene.Int(
        description="How many rows its latest complete answer had; null where at is between two "
        "answers of which no count was kept."
    )
    error = graphene.Field(
        SourceError, description="Why its answer is not complete; null when it is."
    )

    @staticmethod
    @pure
    def resolve_provider(receipt: Receipt) -> Any:
        return receipt.source.provider

    @staticmethod
    @pure
    def resolve_region(receipt: Receipt) -> Any:
        return receipt.source.region

    @staticmethod
    @pure
    def resolve_resource(receipt: Receipt) -> Any:
        return receipt.source.resource


class MissingService(graphene.ObjectType):
    """Why a provider has none of the objects that a list shows."""

    provider = graphene.Field(
        "inventory.schema.providers.Provider", required=True, description="The provider."
    )
    region = graphene.String(description="The region without the service; null: every region.")
    reason = graphene.String(required=True, description="Why it has none, in one sentence.")


class LiveConnection(graphene.Interface):
    """A list over live data: it says what it could not see."""

    complete = graphene.Boolean(
        required=True,
        description="False when at least one source did not answer, when its list may omit "
        "objects, or when the set of sources is not known: rows may be missing or old, and "
        "totalCount too low or too high.",
    )
    sources = graphene.List(
        graphene.NonNull(SourceReceipt),
        required=True,
        description="One receipt for each source that the list was built from.",
    )
    without_service = graphene.List(
        graphene.NonNull(MissingService),
        required=True,
        description="The providers that the list is about and that cannot have such objects, or "
        "not in a region: nothing is missing because of them, and complete may be true.",
    )
