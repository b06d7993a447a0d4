"""Which machines, and in which order: what every list of machines takes."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

import graphene

from gateway.core.errors import InvalidInput
from gateway.core.graphql.enums import described_enum
from gateway.core.graphql.order import OrderKey
from gateway.core.graphql.paging import page_arguments
from gateway.core.times import in_utc
from inventory.live.bounds import LONGEST_ITEM
from inventory.providers import all_kinds
from inventory.providers.addresses import is_address
from inventory.schema.enums import VirtualMachineState
from inventory.schema.live import PlanRequest
from inventory.schema.named import catalog_ids_named, check_cloud_ids, provider_ids_named
from inventory.selectors.machines import MachineFilter
from inventory.selectors.sources import SourceFilter

MAX_AGE_DESCRIPTION = (
    "How old the answer may be, in seconds. 0: ask the clouds now. "
    "When absent, the gateway's LIVE_MAX_AGE (5)."
)
MOST_TAGS = 20
MOST_WORDS = 20
LONGEST_EXACT = LONGEST_ITEM - 1  # what is longer is cut when it is stored


class TagFilter(graphene.InputObjectType):
    """A tag, or a label, that is asked for."""

    key = graphene.String(
        required=True, description=f"The tag's name, exactly; {LONGEST_EXACT} characters at most."
    )
    value = graphene.String(
        description=f"Its value, exactly, {LONGEST_EXACT} characters at most; absent: any. "
        "An action takes no tag without a value."
    )


def _texts(description: str) -> graphene.List:
    return graphene.List(graphene.NonNull(graphene.String), description=description)


class VirtualMachineFilter(graphene.InputObjectType):
    """What machines must be like: all that is said, and of a list, but for tags, one suffices."""

    provider = graphene.List(
        graphene.NonNull(graphene.ID), description="Ids of providers; only these are asked."
    )
    kind = _texts("Kinds of providers, as aws; only these are asked.")
    region = _texts("Regions; only these are asked. A region that no provider has is an error.")
    state = graphene.List(graphene.NonNull(VirtualMachineState), description="States.")
    name = graphene.String(description="Contained in the machine's name, in any case.")
    tags = graphene.List(
        graphene.NonNull(TagFilter), description="Tags that it has, all of them; at most 20."
    )
    search = graphene.String(
        description="Words, each contained, in any case, in a name or an id (its own, its size's, "
        "image's or zone's), an address, or a tag as key=value."
    )
    size = _texts(
        "Sizes: a Size's id, for machines of its provider and region alone, or the cloud's own id, "
        "for machines of all providers and regions."
    )
    image = _texts(
        "Images: an Image's id, for machines of its provider and region alone, or the cloud's own "
        "id, for machines of all providers and regions."
    )
    address = _texts(
        "Addresses, public or private: whole IPv4 or IPv6 addresses, in any spelling. Networks "
        "and parts of an address are refused."
    )
    created_after = graphene.DateTime(
        description="Created (createdAt) at this time or later; UTC where it names no offset. "
        "A later start does not count."
    )
    created_before = graphene.DateTime(description="Created (createdAt) before this time.")
    seen_after = graphene.DateTime(
        description="Last confirmed by its cloud (observedAt) at this time or later."
    )
    seen_before = graphene.DateTime(description="Not confirmed since this time.")


class MachineOrder(Enum):
    """The orders, each with the column or annotation that it goes by."""

    NAME = OrderKey("name")
    CREATED_AT = OrderKey("created_order", column="created_at")
    STATE = OrderKey("state")
    REGION = OrderKey("region")
    MEMORY = OrderKey("memory_order", column="memory")
    VCPUS = OrderKey("vcpus_order", column="vcpus")
    PRICE = OrderKey("price_order", column="price_per_hour")


class Direction(Enum):
    ASC = "ASC"
    DESC = "DESC"


VirtualMachineOrderField = described_enum(
    MachineOrder,
    name="VirtualMachineOrderField",
    description="What machines are ordered by. The row's own number breaks ties.",
    meanings={
        MachineOrder.NAME: "By name.",
        MachineOrder.CREATED_AT: "By createdAt; machines without it come first.",
        MachineOrder.STATE: "By the state's word.",
        MachineOrder.REGION: "By region.",
        MachineOrder.MEMORY: "By memory; first those whose cloud does not say.",
        MachineOrder.VCPUS: "By virtual processors; first those whose cloud does not say.",
        MachineOrder.PRICE: "By list price; first those whose price is not known.",
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


def machine_limits(limits: Mapping[str, Any]) -> MachineFilter:
    """What a filter says of the machines themselves; ``source_limits`` has the rest.

    Raises InvalidInput.
    """
    states = limits.get("state")
    return MachineFilter(
        states=None if states is None else [state.value for state in states],
        name=limits.get("name"),
        tags=tag_pairs(limits.get("tags"), field="filter.tags"),
        addresses=checked_addresses(limits.get("address")),
        sizes=catalog_ids_named(limits.get("size"), of="Size", field="filter.size"),
        images=catalog_ids_named(limits.get("image"), of="Image", field="filter.image"),
        search=checked_search(limits.get("search")),
        created_after=in_utc(limits.get("created_after"), field="filter.createdAfter"),
        created_before=in_utc(limits.get("created_before"), field="filter.createdBefore"),
        seen_after=in_utc(limits.get("seen_after"), field="filter.seenAfter"),
        seen_before=in_utc(limits.get("seen_before"), field="filter.seenBefore"),
    )


def order_key(order_by: Any, orders: Any = MachineOrder) -> OrderKey:
    """The order that is asked for among ``orders``, an enum of OrderKeys; by NAME when none is."""
    if order_by is None:
        name: OrderKey = orders.NAME.value
        return name
    key: OrderKey = orders(order_by["field"]).value
    descending = order_by.get("direction") == Direction.DESC
    return OrderKey(key.name, descending, key.column)


def source_limits(request: PlanRequest) -> SourceFilter:
    """What the filter, and the fields around this one, limit the sources to.

    Raises InvalidInput, and NotFound for a provider that the user may not see.
    """
    limits = request.arguments.get("filter") or {}
    providers = request.scope.providers
    if limits.get("provider") is not None:
        named = provider_ids_named(request.user, limits["provider"], field="filter.provider")
        providers = named if providers is None else [pk for pk in named if pk in providers]
    _check_kinds(limits.get("kind"))
    check_cloud_ids(request.user, limits.get("size"), of="Size", field="filter.size")
    check_cloud_ids(request.user, limits.get("image"), of="Image", field="filter.image")
    return SourceFilter(providers, limits.get("kind"), limits.get("region"))


def _check_kinds(kinds: list[str] | None) -> None:
    known = [kind.slug for kind in all_kinds()]
    for slug in kinds or ():
        if slug not in known:
            message = f"There is no kind {slug!r}. Kinds: {', '.join(known)}."
            raise InvalidInput(message, field="filter.kind")


def tag_pairs(
    given: Sequence[Mapping[str, Any]] | None, *, field: str
) -> list[tuple[str, str | None]] | None:
    """Pairs of key and value, or of key and None. Raises InvalidInput for too many, or too long."""
    if given is None:
        return None
    if len(given) > MOST_TAGS:
        word = field.rpartition(".")[2]
        raise InvalidInput(f"At most {MOST_TAGS} {word}, not {len(given)}.", field=field)
    pairs = [(tag["key"], tag.get("value")) for tag in given]
    longest = max((len(text) for pair in pairs for text in pair if text), default=0)
    if longest > LONGEST_EXACT:
        message = (
            f"A key or a value has {longest} characters; {LONGEST_EXACT} are compared exactly."
        )
        raise InvalidInput(message, field=field)
    return pairs


def checked_addresses(values: Sequence[str] | None) -> list[str] | None:
    """Raises InvalidInput for a text that is no address: it would find nothing, silently."""
    for value in values or ():
        if not is_address(value):
            message = (
                f"{value!r} is no address. Write a whole IPv4 or IPv6 address, as 10.0.0.5 or "
                "2001:db8::1. Networks are not supported; a part of an address is found by search."
            )
            raise InvalidInput(message, field="filter.address")
    return None if values is None else list(values)


def checked_search(text: str | None) -> str | None:
    """Raises InvalidInput for more words than are looked for."""
    if text is not None and len(text.split()) > MOST_WORDS:
        message = f"At most {MOST_WORDS} words, not {len(text.split())}."
        raise InvalidInput(message, field="filter.search")
    return text
