"""Providers: what is connected and how it is doing; and the kinds that can be."""

from dataclasses import replace
from typing import Any

import graphene

from gateway.core.errors import ExpectedError
from gateway.core.graphql import nodes
from gateway.core.graphql.completeness import first_of
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.paging import checked_first
from gateway.core.graphql.pure import pure
from gateway.core.ids import global_id, local_id
from inventory import models
from inventory.live.receipts import NOT_ASKED_YET, Receipt, SourceStatus, receipt_of
from inventory.live.resources import RESOURCES
from inventory.models.source import SourceResource
from inventory.providers import all_kinds
from inventory.schema.catalog import Image, Location, Size
from inventory.schema.checks import ProviderCheck
from inventory.schema.container_filter import container_list_arguments
from inventory.schema.containers import ContainerConnection, ContainerPage, container_page
from inventory.schema.enums import ProviderCapability, ProviderStatus
from inventory.schema.live import (
    LiveAnswers,
    Plan,
    PlanRequest,
    answered,
    chosen_max_age,
    live_field,
    note_receipts,
    plan_of_sources,
)
from inventory.schema.live_page import receipts_within
from inventory.schema.machine_filter import machine_list_arguments
from inventory.schema.machines import (
    MachinePage,
    VirtualMachineConnection,
    machine_page,
)
from inventory.schema.receipts import SourceError, SourceReceipt
from inventory.selectors.catalog import catalog_list
from inventory.selectors.providers import (
    main_sources_of,
    provider_check_report,
    provider_get,
    provider_health,
    provider_list,
    providers_get,
)
from inventory.selectors.sources import SourceFilter

NARROW = "Raise first, 1000 at most, or give a search."


class CredentialField(graphene.ObjectType):
    """One field of the form that connects a provider of a kind."""

    name = graphene.String(required=True, description="What CredentialInput calls it.")
    label = graphene.String(required=True, description="What a form calls it.")
    help = graphene.String(required=True, description="What to enter and where to find it.")
    type = graphene.String(required=True, description="string, integer, number or boolean.")
    required = graphene.Boolean(required=True, description="Whether it must be given.")
    secret = graphene.Boolean(required=True, description="Whether a form should hide it.")
    default = graphene.String(description="What it is when it is not given.")
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


class ProviderKind(graphene.ObjectType):
    """A kind of cloud that can be connected."""

    slug = graphene.String(required=True, description="Its stable name, as aws.")
    label = graphene.String(required=True, description="Its name for people.")
    description = graphene.String(required=True, description="What it connects to.")
    capabilities = graphene.List(
        graphene.NonNull(ProviderCapability),
        required=True,
        description="What can be done with it through this gateway.",
    )
    credential_fields = graphene.List(
        graphene.NonNull(CredentialField),
        required=True,
        description="What connectProvider needs: enough to draw a form.",
    )
    default_regions = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The regions that are connected when none are named.",
    )

    @staticmethod
    @pure
    def resolve_capabilities(kind: Any) -> list[Any]:
        return sorted(kind.capabilities)

    @staticmethod
    @pure
    def resolve_credential_fields(kind: Any) -> Any:
        return kind.credentials


def _catalog_arguments() -> dict[str, Any]:
    return {
        "first": graphene.Int(
            default_value=50,
            description="How many; at most 1000. extensions.cuts says how many are left out.",
        ),
        "search": graphene.String(description="Contained in the name, in any case."),
        "max_age": graphene.Int(
            description="How old the answer may be, in seconds. 0: ask the cloud now. "
            "When absent, an hour."
        ),
    }


class Provider(graphene.ObjectType):
    """An account at a cloud that you connected. Its credentials can be written, never read."""

    class Meta:
        interfaces = (Node,)

    name = graphene.String(required=True, description="Your name for it.")
    kind = graphene.Field(ProviderKind, required=True, description="What kind of cloud it is.")
    regions = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="The regions that are asked, preferred ones first.",
    )
    status = graphene.Field(
        ProviderStatus, required=True, description="How it answered when it was last asked."
    )
    last_error = graphene.Field(
        SourceError, description="Why it, or one of its regions, is failing; null when none is."
    )
    sources = graphene.List(
        graphene.NonNull(SourceReceipt),
        required=True,
        description="The stored receipt of each region, machines or containers, and of the set of "
        'regions where that was connected with "all"; no cloud is asked.',
    )
    check = graphene.Field(
        ProviderCheck,
        description="What checkProvider found last; null: it was not checked since it was "
        "connected, or since its credentials were changed. No cloud is asked.",
    )
    deadline_ms = graphene.Int(description="How long a region may take to answer, in milliseconds.")
    trust_listing = graphene.Boolean(
        required=True,
        description="Whether its owner vouches that lists whose completeness is UNPROVEN have "
        "every object.",
    )
    created_at = graphene.DateTime(required=True, description="When it was connected.")
    sizes = graphene.List(
        graphene.NonNull(Size),
        **_catalog_arguments(),
        description="Sizes that can be bought, by name; at most an hour old. "
        "Receipts are in the answer's extensions.sources.",
    )
    images = graphene.List(
        graphene.NonNull(Image),
        **_catalog_arguments(),
        description="Images that machines can be made from, by name; at most an hour old. "
        "A search - an image's id, or a part of its name - asks the cloud now, and finds what is "
        "not offered by itself. Receipts are in the answer's extensions.sources.",
    )
    locations = graphene.List(
        graphene.NonNull(Location),
        **_catalog_arguments(),
        description="Zones of the regions, by name; at most an hour old. "
        "Receipts are in the answer's extensions.sources.",
    )
    virtual_machines = graphene.Field(
        VirtualMachineConnection,
        **machine_list_arguments(),
        description="This provider's machines.",
    )
    containers = graphene.Field(
        ContainerConnection,
        **container_list_arguments(),
        description="This provider's containers.",
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
    def resolve_deadline_ms(provider: models.Provider) -> int:
        return round(provider.deadline_seconds * 1000)

    @staticmethod
    def resolve_sizes(provider: models.Provider, info: Any, **arguments: Any) -> Any:
        return _catalog(provider, info, models.Size, arguments)

    @staticmethod
    def resolve_images(provider: models.Provider, info: Any, **arguments: Any) -> Any:
        return _catalog(provider, info, models.Image, arguments)

    @staticmethod
    def resolve_locations(provider: models.Provider, info: Any, **arguments: Any) -> Any:
        return _catalog(provider, info, models.Location, arguments)

    @staticmethod
    def resolve_virtual_machines(
        provider: models.Provider, info: Any, **arguments: Any
    ) -> MachinePage:
        page: MachinePage = machine_page(info, arguments, provider_pk=provider.pk)
        return page

    @staticmethod
    def resolve_containers(provider: models.Provider, info: Any, **arguments: Any) -> ContainerPage:
        return container_page(info, arguments, provider_pk=provider.pk)


def _catalog(
    provider: models.Provider, info: Any, model: Any, arguments: dict[str, Any]
) -> list[Any]:
    """The provider's stored entries. Raises ExpectedError when none of its regions was ever read:
    an empty list would mean that the cloud offers nothing.
    """
    count = checked_first(arguments.get("first"))
    answers, plan = answered(info, arguments)
    receipts = receipts_within(answers, plan, provider_pk=provider.pk)
    note_receipts(info.context, receipts)
    read = [receipt for receipt in receipts if not receipt.source.is_region_set]
    if read and all(receipt.status is SourceStatus.FAILED for receipt in read):
        raise _never_read(read[0])
    sources = [receipt.source for receipt in receipts]
    stored = catalog_list(model=model, sources=sources, search=arguments.get("search"))
    found = _found_images(answers, plan, sources)
    entries = _by_name([*found, *stored[: count + 1]])

    def total() -> int:
        places = set(stored.values_list("region", "external_id")) if found else ()
        extra = {(image.region, image.external_id) for image in found}.difference(places)
        return len(extra) + (len(places) if found else stored.count())

    return first_of(info, entries, count, total=total, hint=NARROW)


def _never_read(receipt: Receipt) -> ExpectedError:
    error = receipt.error
    code, message = (error.code, error.message) if error else (NOT_ASKED_YET, "")
    if code == NOT_ASKED_YET:
        message = "This catalogue has not been read yet. Name maxAge to have the cloud asked."
    return ExpectedError(message, code=code)


def _found_images(
    answers: LiveAnswers, plan: Plan, sources: list[models.Source]
) -> list[models.Image]:
    """What a search found at the clouds: it may be beyond what is stored."""
    searched = answers.image_searches.get(plan.image_search or "", {})
    return [
        image for source in sources if source.pk in searched for image in searched[source.pk].images
    ]


def _by_name(entries: list[Any]) -> list[Any]:
    """Each once, by name. A stored entry counts before one that was found."""
    by_place = {(entry.region, entry.external_id): entry for entry in entries}
    return sorted(by_place.values(), key=lambda entry: (entry.name, entry.region))


def _plan_catalog(request: PlanRequest, resource: SourceResource) -> Plan:
    limits = SourceFilter(providers=request.scope.providers)
    return plan_of_sources(
        request,
        resource,
        limits,
        max_age=chosen_max_age(request, default=RESOURCES[resource].default_max_age),
        in_extensions=True,
    )


@live_field("Provider", "sizes")
def plan_sizes(request: PlanRequest) -> Plan:
    return _plan_catalog(request, SourceResource.SIZES)


@live_field("Provider", "images")
def plan_images(request: PlanRequest) -> Plan:
    plan = _plan_catalog(request, SourceResource.IMAGES)
    search = (request.arguments.get("search") or "").strip()
    return replace(plan, image_search=search) if search else plan


@live_field("Provider", "locations")
def plan_locations(request: PlanRequest) -> Plan:
    return _plan_catalog(request, SourceResource.LOCATIONS)


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
