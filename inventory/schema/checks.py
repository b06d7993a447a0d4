"""The report of checkProvider in the schema."""

from typing import Any

import graphene

from gateway.core.graphql.pure import pure
from inventory.schema.enums import PermissionStatus, ProviderCapability
from inventory.schema.receipts import SourceError

SKEW = (
    "The cloud's clock minus the gateway's, in seconds, within about one second. Null if the cloud "
    "does not report it."
)


class PermissionCheck(graphene.ObjectType):
    """The permission of the account for one capability in a region."""

    capability = graphene.Field(ProviderCapability, required=True, description="The action.")
    status = graphene.Field(PermissionStatus, required=True, description="The result.")
    actions = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The cloud's own names of the permissions: those that are missing if DENIED, "
        "else all that are needed. Empty where it has no name.",
    )
    message = graphene.String(required=True, description="How it is known, or why it is not.")

    @staticmethod
    @pure
    def resolve_status(finding: Any) -> Any:
        return finding.permission


class RegionCheck(graphene.ObjectType):
    """The result of a check in one region."""

    region = graphene.String(required=True, description="The region.")
    reachable = graphene.Boolean(required=True, description="True if there was any answer.")
    latency_ms = graphene.Int(
        description="How long the smallest request waited for the head of its response over an "
        "open connection, in milliseconds, rounded up. For a cloud without HTTP, how "
        "long the request took. Null: no answer."
    )
    clock_skew_seconds = graphene.Int(description=SKEW)
    credentials_valid = graphene.Boolean(
        description="True if the region accepts the credentials; null where it did not answer, or "
        "refused them while the clocks differ by five minutes, which breaks any signature."
    )
    error = graphene.Field(
        SourceError,
        description="Why its machines or containers could not be listed; null when they were.",
    )
    permissions = graphene.List(
        graphene.NonNull(PermissionCheck),
        required=True,
        description="One for each capability of the kind. Lists were really requested. For other "
        "capabilities the cloud was asked without acting, where that is possible.",
    )


class MissingPermission(graphene.ObjectType):
    """A permission that the account does not have, and the regions where it is missing."""

    capability = graphene.Field(
        ProviderCapability, required=True, description="The capability that is missing."
    )
    actions = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The cloud's own names of the missing permissions.",
    )
    regions = graphene.List(graphene.NonNull(graphene.String), required=True, description="Where.")


class WantingPermission(graphene.ObjectType):
    """The earlier name of MissingPermission."""

    capability = graphene.Field(
        ProviderCapability, required=True, description="The capability that is missing."
    )
    actions = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The cloud's own names of the missing permissions.",
    )
    regions = graphene.List(graphene.NonNull(graphene.String), required=True, description="Where.")


class ProviderCheck(graphene.ObjectType):
    """The latest result of checkProvider. Reading it asks no cloud."""

    checked_at = graphene.DateTime(required=True, description="When it began.")
    duration_ms = graphene.Int(required=True, description="How long it took, in milliseconds.")
    credentials_valid = graphene.Boolean(
        description="True if any region accepts the credentials, false if one refuses them and "
        "none accepts them, null if no region reports it."
    )
    regions_error = graphene.Field(
        SourceError,
        description="Why the regions of the account could not be listed; null if they were, and "
        "if the provider names its regions.",
    )
    clock_skew_seconds = graphene.Int(
        description=f"The largest difference among the regions. {SKEW}"
    )
    warnings = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Warnings, and explanations of errors, such as a clock that differs by five "
        "minutes.",
    )
    missing_permissions = graphene.List(
        graphene.NonNull(MissingPermission),
        required=True,
        description="The permissions that were found DENIED, each with its regions.",
    )
    wanting = graphene.List(
        graphene.NonNull(WantingPermission),
        required=True,
        description="The earlier name of missingPermissions.",
        deprecation_reason="Use missingPermissions, which has the same content.",
    )
    regions = graphene.List(
        graphene.NonNull(RegionCheck),
        required=True,
        description="One for each region, preferred ones first.",
    )

    @staticmethod
    @pure
    def resolve_wanting(report: Any) -> Any:
        return report.missing_permissions
