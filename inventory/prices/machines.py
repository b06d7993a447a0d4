"""Prices of machines and of their sizes, and the costs of stopped machines.

A size costs what a machine of it does that runs a free Linux, where the size was listed, and that
has no public address. So both are priced here, by the same rules.
"""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from inventory.prices.book import Stopped
from inventory.prices.catalogue import Listed
from inventory.prices.sources import Entry, Sources, Values
from inventory.providers.prices import LINUX, Charge, PriceQuestion
from inventory.records.price import (
    HOURS_PER_MONTH,
    Price,
    PricedItem,
    PriceSource,
    PriceUnit,
    micros,
)
from inventory.types import SPOT

MIB_PER_GIB = 1024
# The columns of a machine, beside those of its size, as those of a size have them.
OF_A_SIZE: Mapping[str, Any] = {
    "operating_system": None,
    "off_list": False,
    "instance_lifecycle": None,
    "public_ips": (),
    "raw_state": "",
}


def machine_of(size: Values) -> dict[str, Any]:
    """The columns of a machine of the size, from those of the size."""
    shared = ("region", "location_id", "vcpus", "memory", "disk", "price_per_hour")
    return {**OF_A_SIZE, **{name: size[name] for name in shared}, "size_id": size["external_id"]}


class MachinePrices:
    """``machines``: columns by their names, of all machines that will be priced."""

    def __init__(self, sources: Sources, machines: Sequence[Values]) -> None:
        self._of = sources
        self._quoted: dict[tuple[Any, ...], Price | None] = {}
        questions = {one for row in machines for one in self._questions(row)}
        sources.load(entry for one in questions for entry in self._entries(one))

    def quote(self, row: Values) -> Price | None:
        """The price of an hour of the running machine."""
        asked = self._question(row)
        # Machines of a size cost the same: it is decided once.
        key = (asked, row["disk"], row["off_list"], row["price_per_hour"])
        if key not in self._quoted:
            self._quoted[key] = self._decide(row, asked)
        return self._quoted[key]

    def of_size(self, row: Values) -> Price | None:
        """The price of an hour of the machine's size."""
        return self.quote({**row, **OF_A_SIZE})

    def _decide(self, row: Values, asked: PriceQuestion) -> Price | None:
        price = self._by_book(row)
        if price is not None or row["off_list"]:
            return price
        hour = PriceUnit.HOUR
        listed = self._listed(asked)
        if listed is not None:
            return self._of.of_list(listed.amount, hour, PriceSource.CLOUD, listed.as_of)
        if asked.spot:
            return None
        if row["price_per_hour"] is not None:
            return self._of.of_list(row["price_per_hour"], hour, PriceSource.CLOUD, None)
        filed = self._of.prices.listed(asked)
        if filed is None:
            return None
        as_of = self._of.kind.prices_as_of()
        return self._of.of_list(filed, hour, PriceSource.LIBCLOUD, as_of)

    def stopped_cost(self, row: Values, running: int | None) -> int | None:
        """The cost of a month of the stopped machine in micro-dollars; None: it is unknown."""
        book = self._of.book
        charge = self._of.prices.charge_of(row["raw_state"].partition(" ")[0])
        if book.stopped is Stopped.DISK:
            return self._kept_cost(row)
        if book.stopped is not None:
            charge = Charge.ALL if book.stopped is Stopped.ALL else Charge.NOTHING
        return {Charge.NOTHING: 0, Charge.ALL: running, Charge.UNKNOWN: None}[charge]

    # --- the cloud's list ---------------------------------------------------------------------

    def _questions(self, row: Values) -> tuple[PriceQuestion, PriceQuestion]:
        return self._question(row), self._question({**row, **OF_A_SIZE})

    def _question(self, row: Values) -> PriceQuestion:
        return PriceQuestion(
            self._of.region_of(row),
            row["size_id"] or "",
            row["operating_system"] or "",
            row["vcpus"],
            row["memory"],
            _addresses(row),
            row["instance_lifecycle"] == SPOT,
        )

    def _entries(self, asked: PriceQuestion) -> Iterable[Entry]:
        yield PricedItem.SIZE, asked.region, asked.size_id
        for part in self._of.prices.parts(asked):
            yield part.item, asked.region, part.name

    def _listed(self, asked: PriceQuestion) -> Listed | None:
        """The entry of the size, or the sum of its parts if the list has all of them."""
        if not asked.spot:
            entry = (PricedItem.SIZE, asked.region, asked.size_id)
            listed = self._of.listed(entry, asked.operating_system or LINUX)
            if listed is not None:
                return listed
        parts = self._of.prices.parts(asked)
        found = [self._of.listed((one.item, asked.region, one.name)) for one in parts]
        known = [one for one in found if one is not None]
        if not parts or len(known) < len(parts):
            return None
        amounts = (part.quantity * one.amount for part, one in zip(parts, known, strict=True))
        return Listed(sum(amounts, Decimal(0)), min(one.as_of for one in known))

    # --- the price book -----------------------------------------------------------------------

    def _by_book(self, row: Values) -> Price | None:
        amount = self._of.book.sizes.get(row["size_id"] or "")
        if amount is None:
            amount = self._by_parts(row, self._of.book.single)
        return None if amount is None else self._of.own(amount, PriceUnit.HOUR)

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

    def _kept_cost(self, row: Values) -> int | None:
        """The cost of a month of its disk and addresses; None if the book prices neither, or if a
        priced one is not known.
        """
        single = self._of.book.single
        kept = {name: single[name] for name in ("disk", "address") if name in single}
        parts = _parts(row)
        if not kept or any(parts[name] is None for name in kept):
            return None
        hour = sum(((parts[name] or 0) * price for name, price in kept.items()), Decimal(0))
        return micros(hour * HOURS_PER_MONTH * self._of.book.rate)


def _parts(row: Values) -> dict[str, Decimal | None]:
    """How much of each part a machine has, as an hour of it is priced."""
    memory, disk = row["memory"], row["disk"]
    return {
        "vcpu": None if row["vcpus"] is None else Decimal(row["vcpus"]),
        "memory": None if memory is None else Decimal(memory) / MIB_PER_GIB,
        "disk": None if disk is None else Decimal(disk) / HOURS_PER_MONTH,
        "address": Decimal(_addresses(row)),
    }


def _addresses(row: Values) -> int:
    """The number of its public IPv4 addresses. No cloud charges for IPv6 addresses."""
    return sum(map(_is_ipv4, row["public_ips"]))


def _is_ipv4(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).version == 4  # noqa: PLR2004 - IPv4
    except ValueError:
        return False
