"""Receipts in the schema: the contribution of each source to an answer."""

from typing import Any

import graphene

from gateway.core.graphql.pure import pure
from inventory.live.api import RESOURCES, Receipt
from inventory.schema.enums import Completeness, SourceErrorCode, SourceStatus


class SourceError(graphene.ObjectType):
    """The reason why a source, or a whole provider, did not answer."""

    code = graphene.Field(
        SourceErrorCode, required=True, description="The code of the error. Codes do not change."
    )
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
        SourceStatus,
        required=True,
        description="How current and complete its rows are in this answer.",
    )
    completeness = graphene.Field(
        Completeness,
        required=True,
        description="The completeness of its list. UNPROVEN makes complete "
        "false, unless the provider's owner vouches for it with trustListing.",
    )
    fetched_at = graphene.DateTime(
        description="When its latest complete answer arrived: the rows are as old as this. With "
        "at, "
        "it may be up to an hour earlier than it was."
    )
    duration_ms = graphene.Int(description="How long the latest attempt took, in milliseconds.")
    next_try_at = graphene.DateTime(
        description="When a source that keeps failing is asked again; null: at the next query."
    )
    count = graphene.Int(
        description="The number of rows in its latest complete answer. Null with at, if no count "
        "of that time is stored."
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
    """A list of live data, with receipts that show what may be missing."""

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
        description="The providers within the filter that cannot have such objects, at all or in "
        "one region. They do not make complete false.",
    )
