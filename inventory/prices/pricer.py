"""From a provider's sources of prices to the columns of its rows. The first that has a price wins:

1. the price book: a size's own price, then prices of vCPUs, memory, disk and addresses;
2. the cloud's own list: as refreshed, then as it came with the object;
3. libcloud's file.

The book's discount is taken off prices of lists. A price that is known in part is unknown.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from inventory.models import Provider, Size, VirtualMachine
from inventory.models.priced import NO_PRICE
from inventory.prices.machines import MachinePrices, machine_of
from inventory.prices.sources import Sources, Values
from inventory.prices.storage import StoragePrices
from inventory.records.price import HOURS_PER_MONTH, Price

LARGEST = (1 << 63) - 1
# The columns of a row that its price depends on, by resource.
DEPENDS_ON: Mapping[str, tuple[str, ...]] = {
    "virtual_machines": (
        "region",
        "size_id",
        "location_id",
        "operating_system",
        "off_list",
        "instance_lifecycle",
        "vcpus",
        "memory",
        "disk",
        "public_ips",
        "raw_state",
        "price_per_hour",
    ),
    "sizes": ("region", "external_id", "location_id", "vcpus", "memory", "disk", "price_per_hour"),
    "volumes": ("region", "location_id", "type", "size"),
    "snapshots": ("region", "storage_location", "size"),
    "buckets": ("region",),
}
NO_SIZE_PRICE: Mapping[str, Any] = {"usd_per_hour": None, "price_as_of": None}
NO_MACHINE_PRICE: Mapping[str, Any] = {**NO_PRICE, "size_usd_per_hour": None}
# The columns that are written, by resource.
WRITTEN: Mapping[str, tuple[str, ...]] = {
    name: tuple({"virtual_machines": NO_MACHINE_PRICE, "sizes": NO_SIZE_PRICE}.get(name, NO_PRICE))
    for name in DEPENDS_ON
}


def priced(provider: Provider, resource: str, rows: Sequence[Values]) -> list[dict[str, Any]]:
    """The columns ``WRITTEN`` for each row of a resource of ``DEPENDS_ON``, in their order.

    ``rows``: columns by their names.
    """
    return list(map(_pricer(Sources(provider), resource, rows), rows))


def order_price(provider: Provider, region: str, size_id: str, place: str | None) -> Price | None:
    """The price of an hour of a machine that is ordered: that of its size, in the location."""
    sizes = Size.objects.filter(provider=provider, region=region)
    size = sizes.filter(external_id=size_id).first()
    if place is None:  # then it is where the sizes were listed
        place = (size or sizes.first() or Size()).location_id
    sources = Sources(provider)
    known = size or sources.prices.stated_size(size_id)
    columns = {name: getattr(known, name, None) for name in DEPENDS_ON["sizes"]}
    columns |= {"region": region, "external_id": size_id, "location_id": place}
    if not sources.prices.same_everywhere and place != (size and size.location_id):
        columns["price_per_hour"] = None
    machine = machine_of(columns)
    return MachinePrices(sources, [machine]).quote(machine)


def resized(machine: VirtualMachine, size_id: str) -> dict[str, Any]:
    """The columns ``WRITTEN`` of the machine with another size, in its present place and state."""
    provider = machine.source.provider
    sizes = Size.objects.filter(provider=provider, region=machine.region)
    size = sizes.filter(external_id=size_id).first()
    sources = Sources(provider)
    columns = {name: getattr(machine, name) for name in DEPENDS_ON["virtual_machines"]}
    shared = ("vcpus", "memory", "disk", "price_per_hour")
    known = size or sources.prices.stated_size(size_id)
    columns |= {"size_id": size_id, **{name: getattr(known, name, None) for name in shared}}
    if not sources.prices.same_everywhere:  # then machines have no price in their records
        columns["price_per_hour"] = None
    return _of_machine(MachinePrices(sources, [columns]), columns)


def _pricer(
    sources: Sources, resource: str, rows: Sequence[Values]
) -> Callable[[Values], dict[str, Any]]:
    if resource == "virtual_machines":
        machines = MachinePrices(sources, rows)
        return lambda row: _of_machine(machines, row)
    if resource == "sizes":
        sizes = MachinePrices(sources, [machine_of(row) for row in rows])
        return lambda row: _of_size(sizes.quote(machine_of(row)))
    storage = StoragePrices(sources, resource, rows)
    return lambda row: _of_storage(storage, row)


def _of_machine(prices: MachinePrices, row: Values) -> dict[str, Any]:
    price, size = prices.quote(row), prices.of_size(row)
    running = None if price is None else price.usd * HOURS_PER_MONTH
    columns = _columns(price, running, prices.stopped_cost(row, running))
    return columns | {"size_usd_per_hour": _of_size(size)["usd_per_hour"]}


def _of_size(price: Price | None) -> dict[str, Any]:
    if price is None or price.usd > LARGEST:
        return dict(NO_SIZE_PRICE)
    return {"usd_per_hour": price.usd, "price_as_of": price.as_of}


def _of_storage(prices: StoragePrices, row: Values) -> dict[str, Any]:
    price = prices.quote(row)
    cost = prices.cost(price, row)
    return _columns(price, cost, cost)


def _columns(price: Price | None, running: int | None, stopped: int | None) -> dict[str, Any]:
    """A price, or a cost, that no column can hold is unknown."""
    costs = {"cost_running": running, "cost_stopped": stopped}
    amount = None if price is None else price.amount
    if any(value is not None and value > LARGEST for value in (amount, *costs.values())):
        return dict(NO_PRICE)
    columns = {**NO_PRICE, **costs}
    if price is not None:
        columns |= {
            "price_amount": price.amount,
            "price_currency": price.currency,
            "price_unit": price.unit.value,
            "price_source": price.source.value,
            "price_as_of": price.as_of,
        }
    return columns
