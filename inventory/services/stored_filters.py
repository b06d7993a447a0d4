"""A filter of machines as the arguments of schedules and of jobs have it, in JSON."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime

from inventory.selectors.ids import CloudId
from inventory.selectors.machines import MachineFilter

CATALOG = ("sizes", "images")
TIMES = (
    "created_after",
    "created_before",
    "seen_after",
    "seen_before",
    "state_changed_after",
    "state_changed_before",
    "launched_after",
    "launched_before",
)
PRICES = ("min_price_per_hour", "max_price_per_hour")
# The filters of the first release: a selection by no other one is the same text as it was then, for
# the arguments of a repeated request are compared with those that are stored.
FIRST_FILTERS = frozenset(
    {
        *("states", "name", "tags", "addresses", "sizes", "images", "search"),
        *("created_after", "created_before", "seen_after", "seen_before"),
    }
)


def filter_to_store(values: Mapping[str, Any]) -> dict[str, Any]:
    """``values``: of a MachineFilter, as JSON has them."""
    return {
        name: value for name, value in values.items() if value is not None or name in FIRST_FILTERS
    }


def filter_stored(values: Mapping[str, Any]) -> MachineFilter:
    """Of what ``filter_to_store`` returned, in this release or an earlier one."""
    known = {name: value for name, value in values.items() if value is not None}
    found = dict(known)
    for names, read in _READ_BACK.items():
        found |= {name: read(known[name]) for name in names if name in known}
    return MachineFilter(**found)


def _pairs(values: Sequence[Any]) -> list[Any]:
    return [(key, value) for key, value in values]


def _catalog_ids(values: Sequence[Any]) -> list[CloudId | str]:
    return [one if isinstance(one, str) else CloudId(*one) for one in values]


# The parts of a filter of which JSON has other values.
_READ_BACK: Mapping[tuple[str, ...], Callable[[Any], Any]] = {
    TIMES: parse_datetime,
    PRICES: Decimal,
    CATALOG: _catalog_ids,
    ("tags", "tag_keys"): _pairs,
    ("excluded",): filter_stored,
}
