"""The table of a simulated cloud's objects that are no machines."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from inventory.providers.simulator.store import Store

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Thing:
    """An object by its facts. ``passing``: its state until ``settles_at`` (seconds since 1970).

    ``gone``: it was deleted, and is listed no more from then on.
    """

    external_id: str
    facts: Facts
    passing: str = ""
    settles_at: float = 0.0
    gone: bool = False

    def is_settled(self, now: float) -> bool:
        return now >= self.settles_at


COLUMNS = "id, facts, passing, settles_at, gone"


def things(store: Store, region: str, resource: str) -> dict[str, Thing]:
    """The objects that were created, changed or deleted, by id, in the order of their creation."""
    query = f"SELECT {COLUMNS} FROM object WHERE region = ? AND resource = ? ORDER BY number"  # noqa: S608 - our own columns
    return {row[0]: _thing(row) for row in store.read(query, region, resource)}


def find(connection: sqlite3.Connection, region: str, resource: str, token: str) -> Thing | None:
    """The object that an earlier order with this token created; None: there is none."""
    query = f"SELECT {COLUMNS} FROM object WHERE region = ? AND resource = ? AND token = ?"  # noqa: S608 - our own columns
    row = connection.execute(query, (region, resource, token)).fetchone()
    return _thing(row) if row and token else None


def count(connection: sqlite3.Connection, region: str, resource: str) -> int:
    """The number of objects that were created and not deleted."""
    query = (
        "SELECT count(*) FROM object WHERE region = ? AND resource = ? AND token <> '' AND NOT gone"
    )
    return int(connection.execute(query, (region, resource)).fetchone()[0])


def write(
    connection: sqlite3.Connection, region: str, resource: str, thing: Thing, token: str
) -> None:
    """``token``: of the order that created it; empty: that stays as it is."""
    values = (json.dumps(thing.facts), thing.passing, thing.settles_at, thing.gone)
    connection.execute(
        "INSERT INTO object (region, resource, id, facts, passing, settles_at, gone, token) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (region, resource, id) DO UPDATE SET "
        "facts = excluded.facts, passing = excluded.passing, settles_at = excluded.settles_at, "
        "gone = excluded.gone, token = coalesce(nullif(excluded.token, ''), token)",
        (region, resource, thing.external_id, *values, token),
    )


def _thing(row: tuple[Any, ...]) -> Thing:
    external_id, facts, passing, settles_at, gone = row
    return Thing(external_id, json.loads(facts), passing, settles_at, bool(gone))
