"""Virtual machines: the type, the list, the one."""

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
from inventory.schema.catalog import Image, Location, Size
from inventory.schema.compute import ComputeService
from inventory.schema.enums import VirtualMachineState, VMBackend
from inventory.schema.live import (
    Plan,
    PlanRequest,
    answered,
    chosen_max_age,
    live_field,
    plan_of_sources,
)
from inventory.schema.live_page import LivePage, needs_rows, receipts_within
from inventory.schema.machine_columns import columns_for
from inventory.schema.machine_filter import (
    MAX_AGE_DESCRIPTION,
    machine_limits,
    machine_list_arguments,
    order_key,
    source_limits,
)
from inventory.schema.receipts import LiveConnection
from inventory.schema.single_read import plan_single, single
from inventory.selectors.catalog import CatalogLookup
from inventory.selectors.machines import (
    machine_get,
    machine_list,
    machines_get,
    with_order,
)


class Tag(graphene.ObjectType):
    """A tag or label that the cloud keeps with a machine."""

    key = graphene.String(required=True, description="The tag's name.")
    value = graphene.String(required=True, description="The tag's value; may be empty.")


class VirtualMachine(graphene.ObjectType):
    """A machine at a cloud, as it was last seen there."""

    class Meta:
        interfaces = (Node, ComputeService)

    external_id = graphene.String(required=True, description="The cloud's own id.")
    state = graphene.Field(VirtualMachineState, required=True, description="What it is doing.")
    raw_state = graphene.String(required=True, description="The cloud's own word for the state.")
    last_state = graphene.Field(
        VirtualMachineState, description="For a MISSING machine, what it was doing before."
    )
    missing_since = graphene.DateTime(
        description="For a MISSING machine, when its cloud first listed it no more."
    )
    provider = graphene.Field(
        "inventory.schema.providers.Provider", required=True, description="Whose machine it is."
    )
    region = graphene.String(required=True, description="The region it is in.")
    vcpus = graphene.Int(description="Virtual processors; null where the cloud does not say.")
    size = graphene.Field(Size, description="Its size; null where the cloud does not say.")
    image = graphene.Field(
        Image, description="What it was made from; null where the cloud does not say."
    )
    location = graphene.Field(Location, description="Its zone; null where the cloud has none.")
    public_ips = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Addresses that the internet can reach, IPv4 and IPv6.",
    )
    private_ips = graphene.List(
        graphene.NonNull(graphene.String),
        required=True,
        description="Addresses inside the cloud.",
    )
    tags = graphene.List(
        graphene.NonNull(Tag),
        required=True,
        description="Its tags, ordered by key and value. "
        "A key may have several values where the cloud allows it.",
    )
    created_at = graphene.DateTime(
        description="When it was created. It does not change when the machine is started. "
        "Null if the cloud does not report it."
    )
    launched_at = graphene.DateTime(
        description="When it was last started, as far as the cloud reports it. "
        "Null if the cloud does not."
    )
    observed_at = graphene.DateTime(
        required=True, description="When the cloud last confirmed what is shown."
    )
    stale = graphene.Boolean(
        required=True,
        description="True when it may have changed or gone since: "
        "its source failed, or no longer lists it.",
    )
    system_type = graphene.Field(VMBackend, description="What runs it.")
    price_per_hour = graphene.Float(
        description="List price in US dollars an hour, where it is known."
    )

    @staticmethod
    @pure
    def resolve_id(machine: models.VirtualMachine) -> str:
        public_id = machine.provider.public_id_text
        return global_id("VirtualMachine", f"{public_id}:{machine.region}:{machine.external_id}")

    @staticmethod
    @pure
    def resolve_last_state(machine: models.VirtualMachine) -> str | None:
        return machine.last_state or None

    @staticmethod
    @pure
    def resolve_size(machine: models.VirtualMachine) -> Any:
        return _catalog(machine).size_of(machine)

    @staticmethod
    @pure
    def resolve_image(machine: models.VirtualMachine) -> Any:
        return _catalog(machine).image_of(machine)

    @staticmethod
    @pure
    def resolve_location(machine: models.VirtualMachine) -> models.Location | None:
        if machine.location_id is None:
            return None
        return models.Location(
            provider=machine.provider,
            region=machine.region,
            external_id=machine.location_id,
            name=machine.location_name or machine.location_id,
        )

    @staticmethod
    @pure
    def resolve_tags(machine: models.VirtualMachine) -> list[dict[str, str]]:
        return [{"key": key, "value": value} for key, value in machine.tags]

    @staticmethod
    @pure
    def resolve_observed_at(machine: models.VirtualMachine) -> Any:
        return machine.seen_at

    @staticmethod
    @pure
    def resolve_system_type(machine: models.VirtualMachine) -> Any:
        return machine.provider.kind.backend


def _catalog(machine: models.VirtualMachine) -> CatalogLookup:
    """The lookup shared by the machine's page; a machine that came alone gets one of its own."""
    own = vars(machine)
    if "catalog" not in own:
        own["catalog"] = CatalogLookup([machine])
    lookup: CatalogLookup = own["catalog"]
    return lookup


nodes.register(
    VirtualMachine,
    model=models.VirtualMachine,
    load=lambda user, local: machine_get(user=user, local_id=local),
    load_many=lambda user, locals_: machines_get(user=user, local_ids=locals_),
)


class VirtualMachineConnection(CountedConnection):
    """A page of machines, and what is known of the sources it was built from."""

    class Meta:
        node = VirtualMachine
        interfaces = (LiveConnection,)


class MachinePage(LivePage[models.VirtualMachine]):
    """A page whose machines know their source and share one look at the catalogue."""

    def fetch(self) -> list[models.VirtualMachine]:
        machines = super().fetch()
        shared = {"catalog": CatalogLookup(machines), "peers": machines}
        for machine in machines:
            vars(machine).update(shared)
        return machines


class MachineQuery(graphene.ObjectType):
    virtual_machines = graphene.Field(
        VirtualMachineConnection,
        **machine_list_arguments(),
        description="Machines at all your clouds, asked live and at once. "
        "Machines that are TERMINATED or MISSING are included unless filtered out.",
    )
    virtual_machine = graphene.Field(
        VirtualMachine,
        id=graphene.ID(required=True, description="The machine's id."),
        max_age=graphene.Int(description=MAX_AGE_DESCRIPTION),
        description="One machine, asked of its cloud alone; found even when no list showed it "
        "yet. The receipt is in the answer's extensions.sources. "
        "NOT_FOUND if its provider is not connected to its region.",
    )

    @staticmethod
    def resolve_virtual_machines(_root: None, info: Any, **arguments: Any) -> MachinePage:
        return machine_page(info, arguments)

    @staticmethod
    def resolve_virtual_machine(_root: None, info: Any, **arguments: Any) -> Any:
        return single(info, arguments)


def machine_page(info: Any, arguments: dict[str, Any], *, provider_pk: int | None = None) -> Any:
    """The page a list field answers; ``provider_pk`` keeps a nested list to its parent."""
    answers, plan = answered(info, arguments)
    receipts = receipts_within(answers, plan, provider_pk=provider_pk)
    rows = machine_list(
        sources=[receipt.source for receipt in receipts],
        limits=machine_limits(arguments.get("filter") or {}),
    )
    order = order_key(arguments.get("order_by"))
    if plan.selected is not None:
        rows = rows.only(*columns_for(plan.selected, order))
    return MachinePage(
        with_order(rows, order.name),
        receipts=receipts,
        order=order,
        window=Window.of(arguments),
        fetched_anyway=needs_rows(plan, VirtualMachineConnection.__name__),
    )


@live_field("Query", "virtualMachines")
@live_field("Provider", "virtualMachines")
def plan_virtual_machines(request: PlanRequest) -> Plan:
    limits = source_limits(request)
    plan = plan_of_sources(
        request, SourceResource.VIRTUAL_MACHINES, limits, max_age=chosen_max_age(request)
    )
    return replace(plan, providers=limits.providers_among(plan.sources))


@live_field("Query", "virtualMachine")
def plan_virtual_machine(request: PlanRequest) -> Plan:
    resource = SourceResource.VIRTUAL_MACHINES
    return plan_single(request, of="VirtualMachine", noun="machine", resource=resource)
