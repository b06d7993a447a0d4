"""Machines counted by a roll-up, and found by a part of their name, on PostgreSQL."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

import psycopg

from benchmarks.cases.large_inventory import inventory
from benchmarks.measure import WALL, Subject, timed
from benchmarks.registry import Skipped, Target, benchmark
from benchmarks.servers.gateway import Client, RefusedError
from benchmarks.world import World
from tests.postgres import PostgresMissingError, postgres_server

MACHINES, COPIES, GROUPS = 500_000, 500, 24
ANSWER, BY_HAND = "by size and state", "GROUP BY by hand"
ALLOWED = "a request, and a tenth of that GROUP BY"
FOUND, LOOKED_AT = "by a part of a name", "every name looked at, by hand"
QUERY = """{ virtualMachinesAggregate(maxAge: 36000, groupBy: [{field: SIZE}, {field: STATE}]) {
    complete groupCount
    groups { keys { value } measures { count vcpus memory monthlyCost unpriced } } } }"""
NOTHING = "{ virtualMachinesAggregate(maxAge: 36000) { complete } }"
GROUP_BY = """SELECT size_id, state, COUNT(*), SUM(vcpus), SUM(memory), SUM(monthly_cost),
    COUNT(*) - COUNT(monthly_cost) FROM inventory_virtualmachine GROUP BY 1, 2 ORDER BY 1, 2"""
SEARCH = """query ($part: String) { virtualMachines(maxAge: 36000, first: 20,
    filter: {name: $part}) { complete nodes { id name } } }"""
LOOK = "SELECT id FROM inventory_virtualmachine WHERE name_folded LIKE %s"


def _ask(client: Client) -> None:
    """Raises RefusedError for an answer that is not the one meant."""
    found = client.ask(QUERY)["virtualMachinesAggregate"]
    counted = sum(group["measures"]["count"] for group in found["groups"])
    if not found["complete"] or counted != MACHINES or found["groupCount"] != GROUPS:
        raise RefusedError(f"{found['groupCount']} groups of {counted} machines.")


def _group(connection: "psycopg.Connection[Any]") -> None:
    """Raises RefusedError, as all of these."""
    lines = connection.execute(GROUP_BY.encode()).fetchall()
    if len(lines) != GROUPS:
        raise RefusedError(f"{len(lines)} groups.")


def _allowed(client: Client, connection: "psycopg.Connection[Any]") -> Subject:
    """A request that computes nothing, and a tenth of the statement by hand."""
    request = timed(partial(client.ask, NOTHING), times=3, cpu=False)
    statement = timed(partial(_group, connection), cpu=False)
    return lambda: {WALL: request()[WALL] + statement()[WALL] / 10}


def _search(client: Client, part: str) -> None:
    found = client.ask(SEARCH, part=part)["virtualMachines"]
    if not found["complete"] or not found["nodes"]:
        raise RefusedError("No machine is found.")


def _look(connection: "psycopg.Connection[Any]", part: str) -> None:
    """Each name is looked at, as without an index."""
    connection.execute("SET enable_bitmapscan = off")
    if not connection.execute(LOOK.encode(), [f"%{part}%"]).fetchall():
        raise RefusedError("No machine is found.")


@benchmark(
    "rollup",
    "500,000 stored machines of 100 providers, counted and summed up by two keys, over HTTP on "
    "PostgreSQL, beside a request and a tenth of a GROUP BY by hand; and found by a part of their "
    "name, beside a look at every name by hand. No cloud is asked.",
    targets=(
        Target(ANSWER, ALLOWED, at_most=1.0),
        Target(ANSWER, BY_HAND),
        Target(FOUND, LOOKED_AT),
    ),
    is_long=True,
)
def rollup(world: World) -> Iterator[Mapping[str, Subject]]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_server())
        except PostgresMissingError as missing:
            raise Skipped(str(missing)) from missing
        client, url = inventory(world, server, MACHINES, stack, copies=COPIES)
        connection = stack.enter_context(psycopg.connect(url, autocommit=True))
        name = connection.execute(
            b"SELECT name FROM inventory_virtualmachine ORDER BY id LIMIT 1"
        ).fetchone()
        part = f"{name[0] if name else ''}-1".removeprefix("web-")
        yield {
            ALLOWED: _allowed(client, connection),
            **{
                name: timed(call, times=3, cpu=False)
                for name, call in (
                    (ANSWER, partial(_ask, client)),
                    (BY_HAND, partial(_group, connection)),
                    (FOUND, partial(_search, client, part)),
                    (LOOKED_AT, partial(_look, connection, part)),
                )
            },
        }
