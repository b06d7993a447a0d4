"""The kinds of clouds that can be connected, and what each needs."""

from typing import Any

import graphene

from gateway.core.graphql.pure import pure
from inventory.providers.capability import LISTINGS
from inventory.schema.enums import Completeness, ProviderCapability


class CredentialField(graphene.ObjectType):
    """One field of the form that connects a provider of a kind."""

    name = graphene.String(required=True, description="Its name in CredentialInput.")
    label = graphene.String(required=True, description="The label of its field in a form.")
    help = graphene.String(required=True, description="The value to enter, and where to find it.")
    type = graphene.String(required=True, description="string, integer, number or boolean.")
    required = graphene.Boolean(required=True, description="True if it must be given.")
    secret = graphene.Boolean(required=True, description="True if a form should hide it.")
    choices = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The values that it can have; empty: any.",
    )
    default = graphene.String(description="The value that is used if none is given.")
    minimum = graphene.Float(description="The smallest number that is accepted.")
    maximum = graphene.Float(description="The largest number that is accepted.")

    @staticmethod
    @pure
    def resolve_type(field: Any) -> str:
        return {str: "string", int: "integer", float: "number", bool: "boolean"}[field.type]

    @staticmethod
    @pure
    def resolve_default(field: Any) -> str | None:
        return None if field.default is None else str(field.default)


class ListCompleteness(graphene.ObjectType):
    """The completeness of a driver's list."""

    resource = graphene.String(required=True, description="As receipts name it.")
    completeness = graphene.Field(
        Completeness, required=True, description="The completeness of the list."
    )


class ProviderDriver(graphene.ObjectType):
    """A driver that a kind of cloud can be connected with."""

    name = graphene.String(required=True, description="The value of the credential driver.")
    label = graphene.String(required=True, description="Its display name.")
    capabilities = graphene.List(
        graphene.NonNull(ProviderCapability),
        required=True,
        description="The capabilities through this gateway.",
    )
    credential_fields = graphene.List(
        graphene.NonNull(CredentialField),
        required=True,
        description="The fields that connectProvider needs for it, the driver itself included.",
    )
    default_regions = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The regions that are connected when none are named.",
    )
    lists = graphene.List(
        graphene.NonNull(ListCompleteness),
        required=True,
        description="Its lists, and whether each is known to be complete.",
    )

    @staticmethod
    @pure
    def resolve_name(kind: Any) -> str:
        return str(kind.variant)

    @staticmethod
    @pure
    def resolve_capabilities(kind: Any) -> list[Any]:
        return sorted(kind.capabilities)

    @staticmethod
    @pure
    def resolve_credential_fields(kind: Any) -> Any:
        return kind.credentials

    @staticmethod
    @pure
    def resolve_lists(kind: Any) -> list[dict[str, Any]]:
        resources = [one.resource for one in sorted(LISTINGS & kind.capabilities)]
        return [
            {"resource": resource, "completeness": kind.completeness(resource)}
            for resource in resources
        ]


class ProviderKind(graphene.ObjectType):
    """A kind of cloud that can be connected."""

    slug = graphene.String(required=True, description="Its stable name, for example aws.")
    label = graphene.String(required=True, description="Its display name.")
    description = graphene.String(required=True, description="The cloud that it connects to.")
    capabilities = graphene.List(
        graphene.NonNull(ProviderCapability),
        required=True,
        description="Its capabilities through this gateway; for a kind with drivers, those that "
        "at least one driver has.",
    )
    credential_fields = graphene.List(
        graphene.NonNull(CredentialField),
        required=True,
        description="The fields that connectProvider needs: enough to draw a form. A kind with "
        "drivers needs the fields of the chosen driver.",
    )
    default_regions = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The regions that are connected when none are named.",
    )
    driver = graphene.String(
        description="The driver that a provider is connected with; null where there is no choice."
    )
    drivers = graphene.List(
        graphene.NonNull(ProviderDriver),
        required=True,
        description="The drivers that the credential driver chooses from, each with fields and "
        "capabilities of its own; empty where there is no choice.",
    )

    @staticmethod
    @pure
    def resolve_capabilities(kind: Any) -> list[Any]:
        of_drivers = (driver.capabilities for driver in kind.variants.values())
        return sorted(kind.capabilities.union(*of_drivers))

    @staticmethod
    @pure
    def resolve_credential_fields(kind: Any) -> Any:
        return kind.credentials

    @staticmethod
    @pure
    def resolve_driver(kind: Any) -> str | None:
        return kind.variant or None

    @staticmethod
    @pure
    def resolve_drivers(kind: Any) -> list[Any]:
        return list(kind.variants.values())
