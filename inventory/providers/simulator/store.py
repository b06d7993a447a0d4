"""The changes in a simulated cloud: a SQLite file that all processes share.

It holds differences alone: machines that were made, power changes, new sizes and tags, and every
effect that the cloud accepted, so that a test can count them.
"""

import hashlib
import json
import os
import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inventory.types import MachineState

TABLES = """
CREATE TABLE made (
    region TEXT, id TEXT, facts TEXT, token TEXT, at REAL,
    PRIMARY KEY (region, id), UNIQUE (region, token)
);
CREATE TABLE power (
    region TEXT, id TEXT, before TEXT, after TEXT, settles_at REAL,
    PRIMARY KEY (region, id)
);
CREATE TABLE effect (
    number INTEGER PRIMARY KEY, region TEXT, machine TEXT, action TEXT, token TEXT, at REAL
);
CREATE TABLE calls (
    region TEXT, second INTEGER, count INTEGER, PRIMARY KEY (region, second)
);
"""
# A file that an earlier release made gets it when it is opened.
ADDED_TABLES = """
CREATE TABLE IF NOT EXISTS amended (
    region TEXT, id TEXT, size TEXT, tags TEXT, PRIMARY KEY (region, id)
);
CREATE TABLE IF NOT EXISTS object (
    number INTEGER PRIMARY KEY, region TEXT, resource TEXT, id TEXT, facts TEXT, passing TEXT,
    settles_at REAL, gone INTEGER, token TEXT, UNIQUE (region, resource, id)
);
"""
VERSION = 2  # of the tables; a file of the first release says 0
WAIT_SECONDS = 10.0
MOST_MADE = 2_000  # machines of a region that somebody ordered; those that are gone are forgotten
MADE_KEPT_SECONDS = 24 * 60 * 60.0  # after a termination, for an order that is sent again
MOST_EFFECTS = 100_000  # of a file; the latest


@dataclass(frozen=True, slots=True)
class PowerChange:
    """``before`` until ``settles_at`` (seconds since 1970), ``after`` from then on."""

    before: MachineState
    after: MachineState
    settles_at: float

    def state_at(self, now: float) -> MachineState:
        return self.after if now >= self.settles_at else self.before


@dataclass(frozen=True, slots=True)
class MadeMachine:
    """A machine that somebody ordered."""

    external_id: str
    facts: dict[str, str]
    at: float


@dataclass(frozen=True, slots=True)
class Amendment:
    """The present size and tags of a machine; None: as it was made."""

    size: str | None
    tags: tuple[tuple[str, str], ...] | None


@dataclass(frozen=True, slots=True)
class Effect:
    """An action that the cloud accepted and that changed it."""

    region: str
    machine: str
    action: str
    token: str
    at: float


class Store:
    """The file of one seed. A cloud without changes has no file."""

    def __init__(self, directory: Path, seed: str) -> None:
        name = hashlib.blake2b(seed.encode(), digest_size=8).hexdigest()
        self._path = directory / f"{name}.sqlite3"

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that sees no other writer."""
        if not self._path.exists():
            self._create()
        connection = self._open()
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        finally:
            connection.close()

    def power_changes(self, region: str) -> dict[str, PowerChange]:
        rows = self.read("SELECT id, before, after, settles_at FROM power WHERE region = ?", region)
        return {
            row[0]: PowerChange(MachineState[row[1]], MachineState[row[2]], row[3]) for row in rows
        }

    def amendments(self, region: str) -> dict[str, Amendment]:
        rows = self.read("SELECT id, size, tags FROM amended WHERE region = ?", region)
        return {row[0]: Amendment(row[1], _tags_of(row[2])) for row in rows}

    def made(self, region: str) -> list[MadeMachine]:
        rows = self.read("SELECT id, facts, at FROM made WHERE region = ? ORDER BY at, id", region)
        return [MadeMachine(row[0], json.loads(row[1]), row[2]) for row in rows]

    def effects(self) -> list[Effect]:
        """Every accepted effect, oldest first: what a test counts."""
        rows = self.read("SELECT region, machine, action, token, at FROM effect ORDER BY number")
        return [Effect(*row) for row in rows]

    def count_call(self, region: str) -> int:
        """Note a call; how many there were in this second, this one included."""
        second = int(time.time())
        with self.writing() as connection:
            connection.execute(
                "DELETE FROM calls WHERE region = ? AND second < ?", (region, second)
            )
            row = connection.execute(
                "INSERT INTO calls VALUES (?, ?, 1) "
                "ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count",
                (region, second),
            ).fetchone()
        return int(row[0])

    def read(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        if not self._path.exists():
            return []
        connection = self._open()
        try:
            return connection.execute(query, values).fetchall()
        finally:
            connection.close()

    def _create(self) -> None:
        """Make the file with its tables: whole, or not at all.

        SQLite switches no file to WAL that another connection uses, however long one would wait.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(f"{self._path.stem}.{uuid.uuid4().hex}.draft")
        connection = sqlite3.connect(draft, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.executescript(f"BEGIN; {TABLES} COMMIT;")  # waits for the disk once
            _add_tables(connection)
        finally:
            connection.close()
        with suppress(FileExistsError):  # another process was first
            os.link(draft, self._path)
        draft.unlink()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=WAIT_SECONDS, isolation_level=None)
        if connection.execute("PRAGMA user_version").fetchone()[0] < VERSION:
            _add_tables(connection)
        return connection


def _add_tables(connection: sqlite3.Connection) -> None:
    connection.executescript(
        f"BEGIN IMMEDIATE; {ADDED_TABLES} PRAGMA user_version = {VERSION}; COMMIT;"
    )


def note_effect(
    connection: sqlite3.Connection, *, region: str, machine: str, action: str, token: str = ""
) -> None:
    connection.execute(
        "INSERT INTO effect (region, machine, action, token, at) VALUES (?, ?, ?, ?, ?)",
        (region, machine, action, token, time.time()),
    )
    connection.execute(
        "DELETE FROM effect WHERE number <= (SELECT max(number) FROM effect) - ?", (MOST_EFFECTS,)
    )


def note_power(
    connection: sqlite3.Connection, *, region: str, machine: str, change: PowerChange
) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO power VALUES (?, ?, ?, ?, ?)",
        (region, machine, change.before.value, change.after.value, change.settles_at),
    )


def note_amendment(
    connection: sqlite3.Connection, *, region: str, machine: str, amendment: Amendment
) -> None:
    """Store ``amendment``. A field that is None keeps the value of an earlier amendment."""
    tags = None if amendment.tags is None else json.dumps(amendment.tags)
    connection.execute(
        "INSERT INTO amended VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "size = coalesce(excluded.size, size), tags = coalesce(excluded.tags, tags)",
        (region, machine, amendment.size, tags),
    )


def _tags_of(text: str | None) -> tuple[tuple[str, str], ...] | None:
    return None if text is None else tuple((key, value) for key, value in json.loads(text))


def find_made(connection: sqlite3.Connection, *, region: str, token: str) -> MadeMachine | None:
    """The machine that an earlier order with this token made."""
    row = connection.execute(
        "SELECT id, facts, at FROM made WHERE region = ? AND token = ?", (region, token)
    ).fetchone()
    return MadeMachine(row[0], json.loads(row[1]), row[2]) if row else None


def count_made(connection: sqlite3.Connection, *, region: str) -> int:
    """The number of ordered machines in the region. If there are many, old ones are forgotten."""
    query = "SELECT count(*) FROM made WHERE region = ?"
    (count,) = connection.execute(query, (region,)).fetchone()
    if count >= MOST_MADE:
        _forget_made(connection, region)
        (count,) = connection.execute(query, (region,)).fetchone()
    return int(count)


def _forget_made(connection: sqlite3.Connection, region: str) -> None:
    """Forget machines that were terminated long ago. No other machine is shown because of it."""
    rows = connection.execute(
        "SELECT made.id FROM made JOIN power USING (region, id) "
        "WHERE region = ? AND after = ? AND settles_at < ?",
        (region, MachineState.TERMINATED.value, time.time() - MADE_KEPT_SECONDS),
    )
    gone = [(region, machine) for (machine,) in rows]
    for table in ("made", "power", "amended"):
        connection.executemany(f"DELETE FROM {table} WHERE region = ? AND id = ?", gone)  # noqa: S608 - our own tables


def note_made(
    connection: sqlite3.Connection, *, region: str, token: str, machine: MadeMachine
) -> None:
    connection.execute(
        "INSERT INTO made VALUES (?, ?, ?, ?, ?)",
        (region, machine.external_id, json.dumps(machine.facts), token, machine.at),
    )
