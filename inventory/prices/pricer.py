"""From a provider's sources of prices to the columns of its rows. The first that has a price wins:

1. the price book: a size's own price, then prices of vCPUs, memory, disk and addresses;
2. the cloud's own list: as refreshed, then as it came with the object;
3. libcloud's file.

The book's discount is taken off prices of lists. A price that is known in part is unknown.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from typing import Any

from inventory.models import PriceBook, Provider
from inventory.models.priced import NO_PRICE
from inventory.prices.book import ANY_TYPE, Book, Stopped, read_book
from inventory.prices.catalogue import Key, Listed, listed_prices
from inventory.prices.document import DocumentError
from inventory.providers.prices import LINUX, Charge, PriceQuestion
from inventory.records.price import (
    HOURS_PER_MONTH,
    Price,
    PricedItem,
    PriceSource,
    PriceUnit,
    list_price,
    micros,
)

MIB_PER_GIB = 1024
LARGEST = (1 << 63) - 1
Values = Mapping[str, Any]
# The priced resources, each with the item of its objects in the lists of prices.
ITEMS: Mapping[str, PricedItem] = {
    "virtual_machines": PricedItem.SIZE,
    "volumes": PricedItem.VOLUME,
    "snapshots": PricedItem.SNAPSHOT,
    "buckets": PricedItem.BUCKET,
}
# The columns of a row that its price depends on.
DEPENDS_ON: Mapping[str, tuple[str, ...]] = {
    "virtual_machines": (
        "region",
        "size_id",
        "location_id",
        "operating_system",
        "off_list",
        "vcpus",
        "memory",
        "disk",
        "public_ips",
        "raw_state",
        "price_per_hour",
    ),
    "volumes": ("region", "type", "size"),
    "snapshots": ("region", "size"),
    "buckets": ("region",),
}


@lru_cache(64)
def _book_of(text: str) -> Book:
    """A stored book was valid when it was set, and days only pass."""
    return read_book(text)


def stored_book(provider: Provider) -> Book:
    """The provider's price book; an empty one if it has none."""
    stored = PriceBook.objects.filter(provider=provider).first()
    if stored is None:
        return Book()
    try:
        book = _book_of(stored.text)
    except DocumentError:
        return Book()  # of another release, whose rules differ: as if there were none
    return book if book.as_of or book.rate_date else replace(book, as_of=stored.set_at.date())


class Pricer:
    """The prices of a provider's objects of one resource."""

    def __init__(self, provider: Provider, resource: str, rows: Sequence[Values]) -> None:
        """``rows``: columns by their names, all that will be priced."""
        self._kind = provider.kind
        self._prices = provider.kind.prices
        self._resource = resource
        self._book = stored_book(provider)
        self._listed = self._read_listed(rows)

    def columns_of(self, row: Values) -> dict[str, Any]:
        """The columns of ``Priced`` for the row."""
        if self._resource == "virtual_machines":
            return self._of_machine(row)
        price = self._of_storage(row)
        if price is None:
            return dict(NO_PRICE)
        cost = self._storage_cost(price, row)
        return _columns(price, cost, cost)

    def quote(self, row: Values) -> Price | None:
        """The price of an hour of a running machine, or of a GiB a month."""
        if self._resource == "virtual_machines":
            return self._machine_price(row)
        return self._of_storage(row)

    def _read_listed(self, rows: Sequence[Values]) -> Mapping[Key, Listed]:
        regions = {self._region(row) for row in rows}
        names = {_name(self._resource, row) for row in rows}
        return listed_prices(self._kind.slug, ITEMS[self._resource], regions, names)

    def _region(self, row: Values) -> str:
        return self._prices.region_of(row["region"], row.get("location_id"))

    # --- machines -----------------------------------------------------------------------------

    def _of_machine(self, row: Values) -> dict[str, Any]:
        price = self._machine_price(row)
        running = None if price is None else price.usd * HOURS_PER_MONTH
        return _columns(price, running, self._stopped_cost(row, running))

    def _machine_price(self, row: Values) -> Price | None:
        price = self._by_book(row)
        if price is not None or row["off_list"]:
            return price
        listed = self._listed_of(row, row["operating_system"] or LINUX)
        if listed is not None:
            return self._list(listed.amount, PriceUnit.HOUR, PriceSource.CLOUD, listed.as_of)
        if self._prices.with_objects and row["price_per_hour"] is not None:
            return self._list(row["price_per_hour"], PriceUnit.HOUR, PriceSource.CLOUD, None)
        filed = self._prices.listed(
            PriceQuestion(
                self._region(row),
                row["size_id"] or "",
                row["operating_system"] or "",
                row["vcpus"],
                row["memory"],
            )
        )
        if filed is None:
            return None
        as_of = self._kind.prices_as_of()
        return self._list(filed, PriceUnit.HOUR, PriceSource.LIBCLOUD, as_of)

    def _by_book(self, row: Values) -> Price | None:
        amount = self._book.sizes.get(row["size_id"] or "")
        if amount is None:
            amount = self._by_parts(row, self._book.single)
        return None if amount is None else self._own(amount, PriceUnit.HOUR)

    def _by_parts(self, row: Values, prices: Mapping[str, Decimal]) -> Decimal | None:
        """An hour of its parts; None if the book prices neither vCPUs nor memory, or if the size of
        a part that has a price is not known.
        """
        if not prices.keys() & {"vcpu", "memory"}:
            return None
        parts = _parts(row)
        known = [(parts[name], prices[name]) for name in parts if name in prices]
        if any(size is None for size, _price in known):
            return None
        return sum((size * price for size, price in known if size is not None), Decimal(0))

    def _stopped_cost(self, row: Values, running: int | None) -> int | None:
        charge = self._prices.charge_of(row["raw_state"].partition(" ")[0])
        if self._book.stopped is Stopped.DISK:
            return self._kept_cost(row)
        if self._book.stopped is not None:
            charge = Charge.ALL if self._book.stopped is Stopped.ALL else Charge.NOTHING
        return {Charge.NOTHING: 0, Charge.ALL: running, Charge.UNKNOWN: None}[charge]

    def _kept_cost(self, row: Values) -> int | None:
        """The cost of a month of its disk and addresses; None if the book prices neither, or if a
        priced one is not known.
        """
        kept = {
            name: self._book.single[name]
            for name in ("disk", "address")
            if name in self._book.single
        }
        parts = _parts(row)
        if not kept or any(parts[name] is None for name in kept):
            return None
        hour = sum(((parts[name] or 0) * price for name, price in kept.items()), Decimal(0))
        return micros(hour * HOURS_PER_MONTH * self._book.rate)

    # --- volumes, snapshots, buckets ----------------------------------------------------------

    def _of_storage(self, row: Values) -> Price | None:
        own = self._own_storage(row)
        if own is not None:
            return self._own(own, PriceUnit.GIB_MONTH)
        listed = self._listed_of(row, "")
        unit, source = PriceUnit.GIB_MONTH, PriceSource.CLOUD
        if listed is not None:
            return self._list(listed.amount, unit, source, listed.as_of)
        known = self._storage_of_kind(row)
        return None if known is None else self._list(known, unit, source, None)

    def _own_storage(self, row: Values) -> Decimal | None:
        if self._resource != "volumes":
            return self._book.single.get(self._resource.removesuffix("s"))
        volumes = self._book.volumes
        return volumes.get(row["type"] or "", volumes.get(ANY_TYPE))

    def _storage_of_kind(self, row: Values) -> Decimal | None:
        if self._resource == "volumes":
            return self._prices.volumes(self._region(row), row["type"] or "")
        return self._prices.snapshots if self._resource == "snapshots" else None

    def _storage_cost(self, price: Price, row: Values) -> int | None:
        """None where the GiB that are paid for are not known.

        A cloud's snapshots are paid for by their stored data, which is less than the volume's size.
        A price book, and a cloud that prices that size, say so of themselves.
        """
        size = row.get("size")
        by_size = self._resource == "volumes" or (
            price.source is PriceSource.PRICE_BOOK or self._prices.snapshots is not None
        )
        return size * price.usd if size is not None and by_size else None

    # --- prices -------------------------------------------------------------------------------

    def _listed_of(self, row: Values, operating_system: str) -> Listed | None:
        region, name = self._region(row), _name(self._resource, row)
        keys = (Key(place, name, operating_system) for place in (region, ""))
        return next((self._listed[key] for key in keys if key in self._listed), None)

    def _own(self, amount: Decimal, unit: PriceUnit) -> Price:
        book = self._book
        usd, day = micros(amount * book.rate), book.as_of or book.rate_date
        return Price(micros(amount), book.currency, unit, PriceSource.PRICE_BOOK, day, usd)

    def _list(self, amount: Decimal, unit: PriceUnit, source: PriceSource, as_of: Any) -> Price:
        return list_price(amount, unit, source, as_of, discount=self._book.discount)


def priced(provider: Provider, resource: str, rows: Sequence[Values]) -> list[dict[str, Any]]:
    """The columns of ``Priced`` for each row, in their order."""
    pricer = Pricer(provider, resource, rows)
    return [pricer.columns_of(row) for row in rows]


def _parts(row: Values) -> dict[str, Decimal | None]:
    """How much of each part a machine has, as an hour of it is priced."""
    memory, disk = row["memory"], row["disk"]
    return {
        "vcpu": None if row["vcpus"] is None else Decimal(row["vcpus"]),
        "memory": None if memory is None else Decimal(memory) / MIB_PER_GIB,
        "disk": None if disk is None else Decimal(disk) / HOURS_PER_MONTH,
        "address": Decimal(sum(map(_is_ipv4, row["public_ips"]))),
    }


def _is_ipv4(address: str) -> bool:
    """Nobody charges for addresses of IPv6."""
    try:
        return ipaddress.ip_address(address).version == 4  # noqa: PLR2004 - IPv4
    except ValueError:
        return False


def _name(resource: str, row: Values) -> str:
    if resource == "virtual_machines":
        return row["size_id"] or ""
    return (row["type"] or "") if resource == "volumes" else ""


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
