"""Rows of a resource that no cloud lists, and that its lists at the root show too.

A resource registers which of them a user sees by its filter.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Q

from inventory.resources import Resource
from inventory.selectors.rows import NOTHING

# (user, filter) → which rows
Rows = Callable[[Any, Mapping[str, Any]], Q]
_rows: dict[str, Rows] = {}


def register_beside(resource: Resource, rows: Rows) -> None:
    _rows[resource.plural] = rows


def rows_beside(resource: Resource, info: Any, arguments: Mapping[str, Any]) -> Q:
    """Those that a list with these arguments shows beside the rows of its sources."""
    rows = _rows.get(resource.plural)
    if rows is None:
        return NOTHING
    return rows(info.context.user, arguments.get("filter") or {})
