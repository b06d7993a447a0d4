"""A filter of machines as the arguments of schedules and of jobs have it, in JSON."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.dateparse import parse_datetime

from inventory.resources.base import Filter, How
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.selectors.ids import CloudId

NOT = "not"
# The filters of VIRTUAL_MACHINES that are stored under other names.
STORED_AS = {
    "state": "states",
    "address": "addresses",
    "size": "sizes",
    "image": "images",
    "provider": "providers",
    "kind": "kinds",
    "region": "regions",
    NOT: "excluded",
}
NAMES = {stored: name for name, stored in STORED_AS.items()}
TIMES = frozenset({How.SINCE, How.BEFORE, How.SEEN_SINCE, How.SEEN_BEFORE})
# The filters of the first release: a selection by no other one is the same text as it was then, for
# the arguments of a repeated request are compared with those that are stored.
FIRST_FILTERS = (
    *("states", "name", "tags", "addresses", "sizes", "images", "search"),
    *("created_after", "created_before", "seen_after", "seen_before"),
)


def filter_to_store(limits: Mapping[str, Any]) -> dict[str, Any]:
    """``limits``: JSON values by the names of the filters of VIRTUAL_MACHINES."""
    found = dict.fromkeys(FIRST_FILTERS) | _renamed(limits)
    if NOT in limits:
        every = (STORED_AS.get(name, name) for name in VIRTUAL_MACHINES.filters)
        found[STORED_AS[NOT]] = dict.fromkeys(every) | _renamed(limits[NOT])
    return found


def _renamed(limits: Mapping[str, Any]) -> dict[str, Any]:
    return {STORED_AS.get(name, name): value for name, value in limits.items()}


def filter_stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """The filter that ``filter_to_store`` turned into ``values``, in this or an earlier release.

    Raises KeyError for an unknown filter.
    """
    known = {NAMES.get(name, name): value for name, value in values.items() if value is not None}
    return {
        name: _read_back(VIRTUAL_MACHINES.filters[name], value) for name, value in known.items()
    }


def _read_back(one: Filter, value: Any) -> Any:
    """The value of which JSON has another one."""
    if one.how is How.NOT:
        return filter_stored(value)
    if one.how is How.ENTRIES:
        return [own if isinstance(own, str) else CloudId(*own) for own in value]
    if one.how in TIMES:
        return parse_datetime(value)
    if one.how in {How.AT_LEAST, How.AT_MOST}:
        return Decimal(value)
    if one.how in {How.PAIRS, How.KEYS}:
        return [(key, text) for key, text in value]
    return value
