"""The prices of a kind: its list in libcloud's file, and the charge for a stopped machine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from inventory.records.price import PricedItem
from inventory.types import SizeRecord

LINUX, WINDOWS = "linux", "windows"


class Charge(StrEnum):
    """The charge for a stopped machine. Its volumes are charged for as volumes."""

    NOTHING = "NOTHING"
    ALL = "ALL"  # as if it were running
    UNKNOWN = "UNKNOWN"  # the operator of the cloud decides: see the price book


class PriceQuestion(NamedTuple):
    """A machine whose price is looked up.

    ``region``: the cloud's own. ``operating_system``: empty: the cloud does not say. Memory is in
    MiB. ``addresses``: public ones of IPv4. ``spot``: it is spare capacity.
    """

    region: str
    size_id: str
    operating_system: str = ""
    vcpus: int | None = None
    memory: int | None = None
    addresses: int = 0
    spot: bool = False


class PricedPart(NamedTuple):
    """So many of an entry of the cloud's list: vCPUs, GiB of memory, addresses."""

    item: PricedItem
    name: str
    quantity: Decimal


def no_parts(_asked: PriceQuestion) -> Sequence[PricedPart]:
    """For a kind whose list has the prices of sizes."""
    return ()


def no_stated_size(_size_id: str) -> SizeRecord | None:
    """For a kind whose sizes are all in lists."""
    return None


def type_alone(volume_type: str, _location: str | None) -> str:
    """For a kind whose list has the prices of types of volumes."""
    return volume_type


def no_price(_asked: PriceQuestion) -> Decimal | None:
    """For a kind without a list of prices."""
    return None


def no_volume_price(_region: str, _type: str) -> Decimal | None:
    """For a kind without a list of prices."""
    return None


@dataclass(frozen=True, slots=True)
class Prices:
    """``listed``: the price of an hour in libcloud's file, in US dollars.

    ``parts``: the entries of the cloud's own list that a machine is paid for by, where the list has
    no prices of sizes; empty: they are not known. ``stated_size(size_id)``: the size that an id
    states, of a custom machine. ``volume_name(type, location)``: the name of a type in that list.
    ``region_of(region, location)``: the region of the cloud, which has the price.
    ``same_everywhere``: the price in the record of a size holds in all locations.
    ``stopped``: what a stopped machine costs, by the cloud's documentation ``stopped_source``.
    ``stopped_words``: the same by the cloud's own word for the state. ``volumes(region, type)`` and
    ``snapshots``: US dollars for a GiB a month, where the kind itself knows them.
    """

    listed: Callable[[PriceQuestion], Decimal | None] = no_price
    parts: Callable[[PriceQuestion], Sequence[PricedPart]] = no_parts
    stated_size: Callable[[str], SizeRecord | None] = no_stated_size
    volume_name: Callable[[str, str | None], str] = type_alone
    same_everywhere: bool = True
    region_of: Callable[[str, str | None], str] = lambda region, _location: region
    stopped: Charge = Charge.UNKNOWN
    stopped_source: str = ""
    stopped_words: Mapping[str, Charge] = field(default_factory=dict)
    volumes: Callable[[str, str], Decimal | None] = no_volume_price
    snapshots: Decimal | None = None

    def charge_of(self, raw_state: str) -> Charge:
        """The charge for a stopped machine in this state."""
        return self.stopped_words.get(raw_state, self.stopped)


NO_PRICES = Prices()
