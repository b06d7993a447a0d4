"""The report of checkProvider in the schema."""

from typing import Any

import graphene

from gateway.core.graphql.pure import pure
from inventory.schema.enums import PermissionStatus, ProviderCapability
from inventory.schema.receipts import SourceError

SKEW = (
    "By how many seconds the cloud's clock is ahead of the gateway's, negative when it is behind, "
    "within about one; null where the cloud does not say."
)


class PermissionCheck(graphene.ObjectType):
    """Whether the account may use one capability of its kind in a region."""

    capability = graphene.Field(
        ProviderCapability, required=True, description="What would be done."
    )
    status = graphene.Field(PermissionStatus, required=True, description="Whether it may.")
    actions = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="What the cloud itself calls the permission: of DENIED what is lacking, else "
        "all that is needed. Empty where it has no name.",
    )
    message = graphene.String(required=True, description="How it is known, or why it is not.")

    @staticmethod
    @pure
    def resolve_status(finding: Any) -> Any:
        return finding.permission


class RegionCheck(graphene.ObjectType):
    """What a check found in one region."""

    region = graphene.String(required=True, description="The region.")
    reachable = graphene.Boolean(
        required=True, description="Whether anything answered, with whatever words."
    )
    latency_ms = graphene.Int(
        description="How long the smallest question waited for the head of its answer, over a "
        "connection that was open already, in milliseconds, rounded up. Of what does not speak "
        "HTTP, how long the question took. Null: no answer."
    )
    clock_skew_seconds = graphene.Int(description=SKEW)
    credentials_valid = graphene.Boolean(
        description="Whether the region takes the credentials; null where it did not answer, or "
        "refused them while the clocks differ by five minutes, which breaks any signature."
    )
    error = graphene.Field(
        SourceError,
        description="Why its machines or containers could not be listed; null when they were.",
    )
    permissions = graphene.List(
        graphene.NonNull(PermissionCheck),
        required=True,
        description="One for each capability of the kind. Lists were asked for really; of what "
        "would change something the cloud was asked without acting, where it can be.",
    )


class WantingPermission(graphene.ObjectType):
    """What the account may not do, and where."""

    capability = graphene.Field(
        ProviderCapability, required=True, description="What cannot be done."
    )
    actions = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="What the cloud itself calls that which is lacking.",
    )
    regions = graphene.List(graphene.NonNull(graphene.String), required=True, description="Where.")


class ProviderCheck(graphene.ObjectType):
    """What checkProvider found when it was last asked for. Reading it asks no cloud."""

    checked_at = graphene.DateTime(required=True, description="When it began.")
    duration_ms = graphene.Int(required=True, description="How long it took, in milliseconds.")
    credentials_valid = graphene.Boolean(
        description="Whether the credentials are good: true when any region takes them, false when "
        "one refuses them and none does, null when none tells."
    )
    regions_error = graphene.Field(
        SourceError,
        description="Why the regions of the account could not be listed; null when they were, and "
        "when the provider names its regions.",
    )
    clock_skew_seconds = graphene.Int(description=f"The largest of the regions. {SKEW}")
    warnings = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="What is not wrong yet, or explains what is: a clock that differs by five "
        "minutes.",
    )
    wanting = graphene.List(
        graphene.NonNull(WantingPermission),
        required=True,
        description="The permissions that were found DENIED, each with its regions.",
    )
    regions = graphene.List(
        graphene.NonNull(RegionCheck),
        required=True,
        description="One for each region, preferred ones first.",
    )
