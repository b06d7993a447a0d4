"""Providers: the connected accounts and their health; and the kinds that can be connected."""

from typing import Any

import graphene
from django.conf import settings

from gateway.core.graphql import nodes
from gateway.core.graphql.extend import extend
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.pure import pure
from gateway.core.ids import global_id, local_id
from inventory import models
from inventory.live.api import Receipt, receipt_of
from inventory.providers import all_kinds
from inventory.schema.checks import ProviderCheck
from inventory.schema.enums import ProviderStatus
from inventory.schema.provider_kinds import ProviderKind
from inventory.schema.receipts import SourceError, SourceReceipt
from inventory.schema.table.derive import provider_fields
from inventory.selectors.providers import (
    main_sources_of,
    provider_check_report,
    provider_get,
    provider_health,
    provider_list,
    providers_get,
)


class Provider(graphene.ObjectType):
    """An account at a cloud that you connected. Its credentials can be written, never read."""

    class Meta:
        interfaces = (Node,)

    name = graphene.String(required=True, description="Your name for it.")
    kind = graphene.Field(ProviderKind, required=True, description="The kind of cloud.")
    regions = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The regions that are asked, preferred ones first.",
    )
    status = graphene.Field(
        ProviderStatus, required=True, description="The result of the latest requests to it."
    )
    last_error = graphene.Field(
        SourceError,
        description="The latest error of the provider or of a region; null if none fails.",
    )
    sources = graphene.List(
        graphene.NonNull(SourceReceipt),
        required=True,
        description="The stored receipts: of machines or containers in each region, and of the "
        'set of regions if it was connected with "all". No cloud is asked.',
    )
    check = graphene.Field(
        ProviderCheck,
        description="The latest result of checkProvider; null if it was not checked since it was "
        "connected, or since its credentials were changed. No cloud is asked.",
    )
    deadline_ms = graphene.Int(description="How long a region may take to answer, in milliseconds.")
    trust_listing = graphene.Boolean(
        required=True,
        description="True if its owner vouches that lists whose completeness is UNPROVEN have "
        "every object.",
    )
    created_at = graphene.DateTime(required=True, description="When it was connected.")
    ends_with_demo = graphene.Boolean(
        required=True,
        description="True if it is a part of the demo and is disconnected when another provider is "
        "connected.",
    )

    @staticmethod
    @pure
    def resolve_id(provider: models.Provider) -> str:
        return global_id("Provider", provider.public_id)

    @staticmethod
    @pure
    def resolve_status(provider: models.Provider) -> Any:
        return provider_health(provider).status

    @staticmethod
    @pure
    def resolve_last_error(provider: models.Provider) -> Any:
        failing = provider_health(provider).failing
        return failing and receipt_of(failing, asked=False).error

    @staticmethod
    @pure
    def resolve_sources(provider: models.Provider) -> list[Receipt]:
        sources = main_sources_of(provider)
        return [receipt_of(source, asked=False) for source in sources]

    @staticmethod
    @pure
    def resolve_check(provider: models.Provider) -> Any:
        return provider_check_report(provider)

    @staticmethod
    @pure
    def resolve_ends_with_demo(provider: models.Provider) -> bool:
        return provider.demo and not settings.DEMO_KEPT

    @staticmethod
    @pure
    def resolve_deadline_ms(provider: models.Provider) -> int:
        return round(provider.deadline_seconds * 1000)


extend(Provider, **provider_fields())
nodes.register(
    Provider,
    model=models.Provider,
    load=lambda user, local: provider_get(user=user, public_id=local),
    load_many=lambda user, locals_: providers_get(user=user, public_ids=locals_),
)


class ProviderQuery(graphene.ObjectType):
    provider = graphene.Field(
        Provider,
        id=graphene.ID(required=True, description="The provider's id."),
        description="A provider by its id. Its live fields are read live, as under providers. "
        "Null when there is none, or none that you may see.",
    )
    provider_kinds = graphene.List(
        graphene.NonNull(ProviderKind),
        description="The kinds of clouds that can be connected, by slug.",
    )
    providers = graphene.List(
        graphene.NonNull(Provider), description="The providers you may see, by name."
    )

    @staticmethod
    def resolve_provider(_root: None, info: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        return provider_get(user=info.context.user, public_id=local_id(id, of="Provider"))

    @staticmethod
    def resolve_provider_kinds(_root: None, _info: Any) -> Any:
        return all_kinds()

    @staticmethod
    def resolve_providers(_root: None, info: Any) -> Any:
        return provider_list(user=info.context.user)
