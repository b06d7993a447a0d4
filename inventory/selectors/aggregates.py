"""Counts and sums of stored rows, in all and of groups, computed by the database.

A row with several values of a tag's key is in several groups, so the groups may add up to more
than the totals, which count each row once. Money is summed up in whole micro-dollars.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from inventory.resources import Resource
from inventory.resources.groups import sums
from inventory.resources.priced import has_costs
from inventory.selectors.aggregate_sql import (
    Key,
    groups_table,
    is_rollup,
    measured,
    measures,
    rows_table,
    shown_table,
)
from inventory.selectors.keyset import KeysetOrder, OrderColumn
from inventory.selectors.past_table import past_table, without_terms

__all__ = ["Group", "GroupPage", "Key", "Measures", "groups_of", "order_of", "totals_of"]


@dataclass(frozen=True, slots=True)
class Measures:
    """``sums``: by the names of facts; None: no row has a value. ``cost``: the cost of a month in
    micro-dollars; None: none is known, or the resource has none. ``priced``: rows with one.
    """

    count: int = 0
    sums: Mapping[str, int | None] = field(default_factory=dict)
    cost: int | None = None
    priced: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """``values`` and ``labels`` are those of the keys; the value None: the rows have none.

    ``place``: its values of the columns of the order.
    """

    values: Sequence[str | None]
    labels: Sequence[str | None]
    measures: Measures
    place: Sequence[Any]


@dataclass(frozen=True, slots=True)
class GroupPage:
    """``count``: of all groups. ``totals``: of all rows; None: a row may be in several groups."""

    groups: Sequence[Group]
    count: int
    totals: Measures | None


def totals_of(resource: Resource, rows: QuerySet[Any]) -> Measures:
    """The sums of all ``rows``, each once: one statement. ``rows`` may be lines of a roll-up."""
    table = rows_table(resource, rows, ())
    if table is None:
        return _nothing(resource)
    numbers = measured(resource, of_lines=is_rollup(resource, rows))
    sql = f"SELECT {numbers} FROM ({table[0]}) b"  # noqa: S608 - see aggregate_sql
    with connection.cursor() as cursor:
        cursor.execute(sql, table[1])
        return _measures(resource, dict(zip(measures(resource), cursor.fetchone(), strict=True)))


def groups_of(
    resource: Resource,
    rows: QuerySet[Any],
    keys: Sequence[Key],
    *,
    order: KeysetOrder,
    after: Sequence[Any] | None,
    most: int,
) -> GroupPage:
    """The first ``most`` groups of ``rows`` in ``order`` behind ``after``, a ``place``; None: the
    beginning. One statement, and one for each tag, whatever the rows. ``rows`` may be lines of a
    roll-up, if all keys are its dimensions.
    """
    if past_table(rows) is not None:
        resource = without_terms(resource)
    table = rows_table(resource, rows, keys)
    once = all(key.tag is None for key in keys)
    if table is None:
        return GroupPage((), 0, _nothing(resource) if once else None)
    condition, values = ("1 = 1", []) if after is None else order.behind(after)
    of_lines = is_rollup(resource, rows)
    grouped, parameters = groups_table(resource, keys, of_lines=of_lines)
    totals = ", ".join(f"SUM({name}) AS c{name}" for name in measures(resource))
    sql = (
        f"WITH b AS ({table[0]}), g AS ({grouped}), h AS ({shown_table(resource, keys)}) "  # noqa: S608 - see aggregate_sql
        # One line at least, for the numbers of all groups.
        f"SELECT * FROM (SELECT COUNT(*) AS groups, {totals} FROM g) c LEFT JOIN ("
        f"SELECT 1 AS found, h.* FROM h WHERE {condition} ORDER BY {order.sql} LIMIT {int(most)}"
        f") p ON 1 = 1 ORDER BY {order.sql}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*table[1], *parameters, *values])
        names = [column[0] for column in cursor.description]
        lines = [dict(zip(names, line, strict=True)) for line in cursor.fetchall()]
    found = [_group(resource, keys, order, line) for line in lines if line["found"]]
    return GroupPage(
        found, lines[0]["groups"], _measures(resource, lines[0], "c") if once else None
    )


def order_of(resource: Resource, keys: Sequence[Key], by: str, *, descending: bool) -> KeysetOrder:
    """``by``: a column of ``order_names``; or ``k0`` … for a key. All keys break ties."""
    columns = []
    names = [f"k{number}" for number in range(len(keys))]
    if by not in names:
        columns.append(OrderColumn(by, descending, number=True))
    for name in sorted(names, key=lambda one: one != by):
        number, down = int(name[1:]), descending and name == by
        if keys[number].is_provider(resource):
            columns.append(OrderColumn(f"l{number}", down))
        columns.append(OrderColumn(name, down))
    return KeysetOrder(tuple(columns))


def order_names(resource: Resource) -> dict[str, str]:
    """The columns that groups may be ordered by, by the names of measures."""
    each = {name: f"s{number}" for number, name in enumerate(sums(resource))}
    costs = {"hourly_cost": "cost", "monthly_cost": "cost"}
    counts = {"priced": "priced", "unpriced": "unpriced"}
    return {"count": "n", **each, **(costs | counts if has_costs(resource) else {})}


def _group(
    resource: Resource, keys: Sequence[Key], order: KeysetOrder, line: Mapping[str, Any]
) -> Group:
    numbers = range(len(keys))
    return Group(
        [line[f"k{number}"] for number in numbers],
        [line[f"l{number}"] for number in numbers],
        _measures(resource, line),
        [_whole(line[one.name]) if one.number else line[one.name] for one in order.columns],
    )


def _measures(resource: Resource, line: Mapping[str, Any], prefix: str = "") -> Measures:
    """``prefix``: of the columns' names."""
    count = _whole(line[f"{prefix}n"]) or 0
    if not count:
        return _nothing(resource)
    each = {name: _whole(line[f"{prefix}s{number}"]) for number, name in enumerate(sums(resource))}
    if not has_costs(resource):
        return Measures(count, each)
    cost, priced = _whole(line[f"{prefix}cost"]), _whole(line[f"{prefix}priced"])
    return Measures(count, each, cost, priced or 0)


def _nothing(resource: Resource) -> Measures:
    """The sums of no rows: all zero, and everything is known."""
    return Measures(0, dict.fromkeys(sums(resource), 0), 0 if has_costs(resource) else None)


def _whole(value: Any) -> int | None:
    """PostgreSQL's sums are decimals."""
    return None if value is None else int(value)
