"""Virtual machines: the type, the list, the one."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import graphene

from gateway.core.errors import ExpectedError, InvalidInput
from gateway.core.graphql import nodes
from gateway.core.graphql.enums import described_enum
from gateway.core.graphql.nodes import Node
from gateway.core.graphql.paging import CountedConnection, OrderKey, Page, Window, page_arguments
from gateway.core.ids import global_id, local_id
from inventory import access, models
from inventory.live.one import MachineAsk
from inventory.live.receipts import Receipt, all_complete
from inventory.models.source import SourceResource
from inventory.providers import all_kinds
from inventory.schema.catalog import Image, Location, Size
from inventory.schema.compute import ComputeService
from inventory.schema.enums import VirtualMachineState, VMBackend
from inventory.schema.live import Plan, PlanRequest, answered, chosen_max_age, live_field
from inventory.schema.machine_columns import columns_for
from inventory.schema.receipts import LiveConnection
from inventory.selectors.catalog import CatalogLookup
from inventory.selectors.ids import CloudId, parse_cloud_id
from inventory.selectors.machines import (
    MachineFilter,
    attach_sources,
    machine_get,
    machine_list,
    machines_with,
)
from inventory.selectors.sources import SourceFilter, source_get, source_list

MAX_AGE_DESCRIPTION = (
    "How old the answer may be, in seconds. 0: ask the clouds now. "
    "When absent, the gateway's LIVE_MAX_AGE (5)."
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
    tags = graphene.List(graphene.NonNull(Tag), required=True, description="Its tags, by key.")
    created_at = graphene.DateTime(
        description="When it was made or last launched, as the cloud says; null where it does not."
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
    def resolve_id(machine: models.VirtualMachine, _info: Any) -> str:
        public_id = machine.provider.public_id_text
        return global_id("VirtualMachine", f"{public_id}:{machine.region}:{machine.external_id}")

    @staticmethod
    def resolve_last_state(machine: models.VirtualMachine, _info: Any) -> str | None:
        return machine.last_state or None

    @staticmethod
    def resolve_size(machine: models.VirtualMachine, _info: Any) -> Any:
        return _catalog(machine).size_of(machine)

    @staticmethod
    def resolve_image(machine: models.VirtualMachine, _info: Any) -> Any:
        return _catalog(machine).image_of(machine)

    @staticmethod
    def resolve_location(machine: models.VirtualMachine, _info: Any) -> models.Location | None:
        if machine.location_id is None:
            return None
        return models.Location(
            provider=machine.provider,
            region=machine.region,
            external_id=machine.location_id,
            name=machine.location_name or machine.location_id,
        )

    @staticmethod
    def resolve_tags(machine: models.VirtualMachine, _info: Any) -> list[dict[str, str]]:
        return [{"key": key, "value": value} for key, value in machine.tags]

    @staticmethod
    def resolve_observed_at(machine: models.VirtualMachine, _info: Any) -> Any:
        return machine.seen_at

    @staticmethod
    def resolve_system_type(machine: models.VirtualMachine, _info: Any) -> Any:
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
)


class VirtualMachineConnection(CountedConnection):
    """A page of machines, and what is known of the sources it was built from."""

    class Meta:
        node = VirtualMachine
        interfaces = (LiveConnection,)


class MachinePage(Page[models.VirtualMachine]):
    """A page whose machines know their source and share one look at the catalogue."""

    def __init__(self, rows: Any, *, receipts: list[Receipt], **options: Any) -> None:
        super().__init__(rows, **options)
        self.sources = receipts

    @property
    def complete(self) -> bool:
        return all_complete(self.sources)

    def fetch(self) -> list[models.VirtualMachine]:
        machines = super().fetch()
        attach_sources(machines, [receipt.source for receipt in self.sources])
        shared = {"catalog": CatalogLookup(machines), "peers": machines}
        for machine in machines:
            vars(machine).update(shared)
        return machines


class VirtualMachineFilter(graphene.InputObjectType):
    """What machines must be like. Conditions hold together; in a list one suffices."""

    provider = graphene.List(
        graphene.NonNull(graphene.ID), description="Ids of providers; only these are asked."
    )
    kind = graphene.List(
        graphene.NonNull(graphene.String),
        description="Kinds of providers, as aws; only these are asked.",
    )
    region = graphene.List(
        graphene.NonNull(graphene.String), description="Regions; only these are asked."
    )
    state = graphene.List(graphene.NonNull(VirtualMachineState), description="States.")
    name = graphene.String(description="Contained in the machine's name, in any case.")


class MachineOrder(Enum):
    """The orders, each with the column or annotation that it goes by."""

    NAME = OrderKey("name")
    CREATED_AT = OrderKey("created_order", column="created_at")
    STATE = OrderKey("state")
    REGION = OrderKey("region")
    MEMORY = OrderKey("memory_order", column="memory")


class Direction(Enum):
    ASC = "ASC"
    DESC = "DESC"


VirtualMachineOrderField = described_enum(
    MachineOrder,
    name="VirtualMachineOrderField",
    description="What machines are ordered by. The row's own number breaks ties.",
    meanings={
        MachineOrder.NAME: "By name.",
        MachineOrder.CREATED_AT: "By creation; first those whose cloud does not say.",
        MachineOrder.STATE: "By the state's word.",
        MachineOrder.REGION: "By region.",
        MachineOrder.MEMORY: "By memory; first those whose cloud does not say.",
    },
)
OrderDirection = described_enum(
    Direction,
    name="OrderDirection",
    description="Which way a list is ordered.",
    meanings={Direction.ASC: "Smallest first.", Direction.DESC: "Largest first."},
)


class VirtualMachineOrder(graphene.InputObjectType):
    """How machines are ordered."""

    field = graphene.Field(VirtualMachineOrderField, required=True, description="What to order by.")
    direction = graphene.Field(
        OrderDirection, default_value=Direction.ASC, description="Which way."
    )


def machine_list_arguments() -> dict[str, Any]:
    """The arguments of every list of machines; made anew, because Graphene counts them."""
    return {
        **page_arguments(),
        "filter": graphene.Argument(
            VirtualMachineFilter, description="Which machines; absent: all."
        ),
        "order_by": graphene.Argument(
            VirtualMachineOrder, description="In which order; absent: by name."
        ),
        "max_age": graphene.Int(description=MAX_AGE_DESCRIPTION),
    }


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
        "yet. The receipt is in the answer's extensions.sources.",
    )

    @staticmethod
    def resolve_virtual_machines(_root: None, info: Any, **arguments: Any) -> MachinePage:
        return machine_page(info, arguments)

    @staticmethod
    def resolve_virtual_machine(_root: None, info: Any, **arguments: Any) -> Any:
        answers, plan = answered(info, arguments)
        answers.receipts_of(plan)  # raises what is wrong with the arguments
        if plan.machine is None:
            return None
        answer = answers.machines[plan.machine.key]
        if answer.row is None and answer.receipt.error is not None:
            # Nothing is known, which must not pass for "there is no such machine".
            raise ExpectedError(answer.receipt.error.message, code=answer.receipt.error.code)
        return answer.row


def machine_page(info: Any, arguments: dict[str, Any], *, provider_pk: int | None = None) -> Any:
    """The page a list field answers; ``provider_pk`` keeps a nested list to its parent."""
    answers, plan = answered(info, arguments)
    receipts = [
        receipt
        for receipt in answers.receipts_of(plan)
        if provider_pk is None or receipt.source.provider_id == provider_pk
    ]
    rows = machine_list(
        sources=[receipt.source for receipt in receipts],
        limits=machine_limits(arguments.get("filter") or {}),
    )
    order = _order(arguments.get("order_by"))
    if plan.selected is not None:
        rows = rows.only(*columns_for(plan.selected, order))
    return MachinePage(
        machines_with(rows, order.name),
        receipts=receipts,
        order=order,
        window=Window.of(arguments),
    )


def machine_limits(limits: Mapping[str, Any]) -> MachineFilter:
    """What a filter says of the machines themselves; ``source_limits`` has the rest."""
    states = limits.get("state")
    return MachineFilter(
        states=None if states is None else [state.value for state in states],
        name=limits.get("name"),
    )


def _order(order_by: Any) -> OrderKey:
    if order_by is None:
        return MachineOrder.NAME.value
    key: OrderKey = MachineOrder(order_by["field"]).value
    descending = order_by.get("direction") == Direction.DESC
    return OrderKey(key.name, descending, key.column)


@live_field("Query", "virtualMachines")
@live_field("Provider", "virtualMachines")
def plan_virtual_machines(request: PlanRequest) -> Plan:
    limits = source_limits(request)
    resource = SourceResource.VIRTUAL_MACHINES
    return Plan(
        sources=source_list(user=request.user, resource=resource, limits=limits),
        max_age=chosen_max_age(request),
        providers=limits.providers,
    )


@live_field("Query", "virtualMachine")
def plan_virtual_machine(request: PlanRequest) -> Plan:
    value = request.arguments.get("id", "")
    cloud_id = parse_cloud_id(local_id(value, of="VirtualMachine"))
    if cloud_id is None:
        raise InvalidInput("This is not the id of a machine of this gateway.", field="id")
    max_age = chosen_max_age(request)
    source = _machine_source(request, cloud_id)
    return Plan(
        machine=MachineAsk(source, cloud_id.external_id, max_age) if source else None,
        providers=[cloud_id.provider],
        in_extensions=True,
    )


def _machine_source(request: PlanRequest, cloud_id: CloudId) -> models.Source | None:
    return source_get(
        user=request.user,
        provider=cloud_id.provider,
        region=cloud_id.region,
        resource=SourceResource.VIRTUAL_MACHINES,
    )


def source_limits(request: PlanRequest) -> SourceFilter:
    """What the filter, and the fields around this one, limit the sources to."""
    limits = request.arguments.get("filter") or {}
    providers = request.scope.providers
    if limits.get("provider") is not None:
        ids = [
            local_id(value, of="Provider", field="filter.provider") for value in limits["provider"]
        ]
        named = [value for value in ids if access.is_public_id(value)]
        providers = named if providers is None else [pk for pk in named if pk in providers]
    _check_kinds(limits.get("kind"))
    return SourceFilter(providers, limits.get("kind"), limits.get("region"))


def _check_kinds(kinds: list[str] | None) -> None:
    known = [kind.slug for kind in all_kinds()]
    for slug in kinds or ():
        if slug not in known:
            message = f"There is no kind {slug!r}. Kinds: {', '.join(known)}."
            raise InvalidInput(message, field="filter.kind")
