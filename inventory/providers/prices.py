"""The prices of a kind: its list in libcloud's file, and the charge for a stopped machine."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

LINUX, WINDOWS = "linux", "windows"


class Charge(StrEnum):
    """The charge for a stopped machine. Its volumes are charged for as volumes."""

    NOTHING = "NOTHING"
    ALL = "ALL"  # as if it were running
    UNKNOWN = "UNKNOWN"  # the operator of the cloud decides: see the price book


class PriceQuestion(NamedTuple):
    """A machine whose price is looked up.

    ``region``: the cloud's own. ``operating_system``: empty: the cloud does not say. Memory is in
    MiB.
    """

    region: str
    size_id: str
    operating_system: str = ""
    vcpus: int | None = None
    memory: int | None = None


def no_price(_asked: PriceQuestion) -> Decimal | None:
    """For a kind without a list of prices."""
    return None


def no_volume_price(_region: str, _type: str) -> Decimal | None:
    """For a kind without a list of prices."""
    return None


@dataclass(frozen=True, slots=True)
class Prices:
    """``listed``: the price of an hour in libcloud's file, in US dollars.

    ``with_objects``: what records of machines have as their price is the cloud's own word.
    ``region_of(region, location)``: the region of the cloud, which has the price.
    ``stopped``: what a stopped machine costs, by the cloud's documentation ``stopped_source``.
    ``stopped_words``: the same by the cloud's own word for the state. ``volumes(region, type)`` and
    ``snapshots``: US dollars for a GiB a month, where the kind itself knows them.
    """

    listed: Callable[[PriceQuestion], Decimal | None] = no_price
    with_objects: bool = True
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
