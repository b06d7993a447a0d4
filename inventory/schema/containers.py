"""Containers: the type, the list, the one."""

from dataclasses import replace
from typing import Any

import graphene

from gateway.core.graphql import nodes
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.paging import CountedConnection, Window
from gateway.core.graphql.pure import pure
from gateway.core.ids import global_id
from inventory import models
from inventory.models.source import SourceResource
from inventory.schema.compute import ComputeService
from inventory.schema.container_filter import (
    ContainerOrderKey,
    container_limits,
    container_list_arguments,
)
from inventory.schema.enums import ContainerState, ContainerType
from inventory.schema.live import (
    Plan,
    PlanRequest,
    answered,
    chosen_max_age,
    live_field,
    plan_of_sources,
)
from inventory.schema.live_page import LivePage, needs_rows, receipts_within
from inventory.schema.machine_filter import MAX_AGE_DESCRIPTION, order_key, source_limits
from inventory.schema.machines import Tag
from inventory.schema.receipts import LiveConnection
from inventory.schema.single_read import plan_single, single
from inventory.selectors.containers import container_get, container_list, containers_get
from inventory.selectors.ids import cloud_id_of
from inventory.selectors.machines import with_order


class ContainerPort(graphene.ObjectType):
    """A port that a container listens at. Without a host port it is open inside of its network."""

    container_port = graphene.Int(required=True, description="The port inside of the container.")
    protocol = graphene.String(required=True, description="tcp, udp or sctp.")
    host_port = graphene.Int(description="The port of its host that leads there.")
    host_ip = graphene.String(description="The host's address that it is open at; null: not told.")


class Container(graphene.ObjectType):
    """A container of an engine or a cluster, as it was last seen there."""

    class Meta:
        interfaces = (Node, ComputeService)

    external_id = graphene.String(
        required=True, description="The engine's own id; of a cluster, pod/container."
    )
    state = graphene.Field(ContainerState, required=True, description="What it is doing.")
    raw_state = graphene.String(required=True, description="The engine's own word for the state.")
    exit_code = graphene.Int(description="How it ended; null while it has not.")
    last_state = graphene.Field(
        ContainerState, description="For a MISSING container, what it was doing before."
    )
    missing_since = graphene.DateTime(
        description="For a MISSING container, when it was first listed no more."
    )
    provider = graphene.Field(
        "inventory.schema.providers.Provider", required=True, description="Whose container it is."
    )
    region = graphene.String(required=True, description="Its region: of a cluster, the namespace.")
    image = graphene.String(description="What it was made from, as it was asked for.")
    image_id = graphene.String(description="What that was then: a digest.")
    command = graphene.String(description="What it runs; null where it is not told.")
    ips = graphene.List(
        graphene.NonNull(graphene.String), required=True, description="Its own addresses."
    )
    ports = graphene.List(
        graphene.NonNull(ContainerPort), required=True, description="The ports it listens at."
    )
    labels = graphene.List(graphene.NonNull(Tag), required=True, description="Its labels, by key.")
    created_at = graphene.DateTime(description="When it was made; null where it is not told.")
    observed_at = graphene.DateTime(
        required=True, description="When what is shown was last confirmed."
    )
    stale = graphene.Boolean(
        required=True,
        description="True when it may have changed or gone since: "
        "its source failed, or no longer lists it.",
    )
    system_type = graphene.Field(ContainerType, description="What runs it.")

    @staticmethod
    @pure
    def resolve_id(container: models.Container) -> str:
        return global_id("Container", cloud_id_of(container))

    @staticmethod
    @pure
    def resolve_last_state(container: models.Container) -> str | None:
        return container.last_state or None

    @staticmethod
    @pure
    def resolve_ports(container: models.Container) -> list[dict[str, Any]]:
        names = ("container_port", "protocol", "host_port", "host_ip")
        return [dict(zip(names, port, strict=True)) for port in container.ports]

    @staticmethod
    @pure
    def resolve_labels(container: models.Container) -> list[dict[str, str]]:
        return [{"key": key, "value": value} for key, value in container.labels]

    @staticmethod
    @pure
    def resolve_observed_at(container: models.Container) -> Any:
        return container.seen_at

    @staticmethod
    @pure
    def resolve_system_type(container: models.Container) -> Any:
        return container.provider.kind.container_type


nodes.register(
    Container,
    model=models.Container,
    load=lambda user, local: container_get(user=user, local_id=local),
    load_many=lambda user, locals_: containers_get(user=user, local_ids=locals_),
)


class ContainerConnection(CountedConnection):
    """A page of containers, and what is known of the sources it was built from."""

    class Meta:
        node = Container
        interfaces = (LiveConnection,)


ContainerPage = LivePage[models.Container]


class ContainerQuery(graphene.ObjectType):
    containers = graphene.Field(
        ContainerConnection,
        **container_list_arguments(),
        description="Containers of all your engines and clusters, asked live and at once. "
        "Those that have ended, are REMOVED or MISSING are included unless filtered out.",
    )
    container = graphene.Field(
        Container,
        id=graphene.ID(required=True, description="The container's id."),
        max_age=graphene.Int(description=MAX_AGE_DESCRIPTION),
        description="One container, asked by itself; found even when no list showed it yet. "
        "The receipt is in the answer's extensions.sources. "
        "NOT_FOUND if its provider is not connected to its region.",
    )

    @staticmethod
    def resolve_containers(_root: None, info: Any, **arguments: Any) -> ContainerPage:
        return container_page(info, arguments)

    @staticmethod
    def resolve_container(_root: None, info: Any, **arguments: Any) -> Any:
        return single(info, arguments)


def container_page(
    info: Any, arguments: dict[str, Any], *, provider_pk: int | None = None
) -> ContainerPage:
    """The page a list field answers; ``provider_pk`` keeps a nested list to its parent."""
    answers, plan = answered(info, arguments)
    receipts = receipts_within(answers, plan, provider_pk=provider_pk)
    rows = container_list(
        sources=[receipt.source for receipt in receipts],
        limits=container_limits(arguments.get("filter") or {}),
    )
    order = order_key(arguments.get("order_by"), ContainerOrderKey)
    return ContainerPage(
        with_order(rows, order.name),
        receipts=receipts,
        order=order,
        window=Window.of(arguments),
        fetched_anyway=needs_rows(plan, ContainerConnection.__name__),
    )


@live_field("Query", "containers")
@live_field("Provider", "containers")
def plan_containers(request: PlanRequest) -> Plan:
    limits = source_limits(request)
    plan = plan_of_sources(
        request, SourceResource.CONTAINERS, limits, max_age=chosen_max_age(request)
    )
    return replace(plan, providers=limits.providers_among(plan.sources))


@live_field("Query", "container")
def plan_container(request: PlanRequest) -> Plan:
    resource = SourceResource.CONTAINERS
    return plan_single(request, of="Container", noun="container", resource=resource)
