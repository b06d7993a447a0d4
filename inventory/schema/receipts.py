"""Receipts in the schema: what an answer owes to each source."""

from typing import Any

import graphene

from gateway.core.graphql.pure import pure
from inventory.live.api import RESOURCES, Receipt
from inventory.schema.enums import Completeness, SourceErrorCode, SourceStatus


class SourceError(graphene.ObjectType):
    """Why a source, or a provider as a whole, did not answer."""

    code = graphene.Field(SourceErrorCode, required=True, description="Why, as a stable word.")
    message = graphene.String(required=True, description="What happened, in one line.")
    retryable = graphene.Boolean(
        required=True, description="Whether asking again later may help without changing anything."
    )


class SourceReceipt(graphene.ObjectType):
    """What one source - a provider's region - contributed to an answer."""

    provider = graphene.Field(
        "inventory.schema.providers.Provider", required=True, description="The provider asked."
    )
    region = graphene.String(
        required=True, description='Its region that was asked; "all" for the set of regions.'
    )
    resource = graphene.String(
        required=True,
        description=f"What was asked for: {', '.join(RESOURCES)}; "
        'regions is the set of regions of a provider that was connected with "all".',
    )
    status = graphene.Field(
        SourceStatus, required=True, description="How far the answer can rely on it."
    )
    completeness = graphene.Field(
        Completeness,
        required=True,
        description="Whether it is known that its list has every object. UNPROVEN makes complete "
        "false, unless the provider's owner vouches for it with trustListing.",
    )
    fetched_at = graphene.DateTime(
        description="When its latest complete answer came in: the age of the rows shown."
    )
    duration_ms = graphene.Int(description="How long the latest attempt took, in milliseconds.")
    next_try_at = graphene.DateTime(
        description="When a source that keeps failing is asked again; null: at the next question."
    )
    count = graphene.Int(description="How many rows its latest complete answer had.")
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
        description="False when at least one source did not answer, when its list may lack "
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
