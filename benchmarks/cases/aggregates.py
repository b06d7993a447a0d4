"""Machines counted and summed up by two keys, on PostgreSQL, beside a GROUP BY by hand."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any

import psycopg

from benchmarks.cases.large_inventory import MANY, inventory
from benchmarks.measure import Subject, timed
from benchmarks.registry import Skipped, Target, benchmark
from benchmarks.servers.gateway import Client, RefusedError
from benchmarks.world import World
from tests.postgres import PostgresMissingError, postgres_server

FIELDS, TAG = "by size and state", "by a tag and state"
FIELDS_BY_HAND, TAG_BY_HAND = "a request, and by hand: size", "a request, and by hand: a tag"
KEYS = {
    FIELDS: [{"field": "SIZE"}, {"field": "STATE"}],
    TAG: [{"tag": "team"}, {"field": "STATE"}],
}
GROUPS = {FIELDS: 24, TAG: 30}

QUERY = """query ($by: [VirtualMachineGroupBy!]!) {
    virtualMachinesAggregate(maxAge: 3600, groupBy: $by) { complete groupCount
        groups { keys { value } measures { count vcpus memory hourlyCost unpriced } } } }"""
NOTHING = "{ virtualMachinesAggregate(maxAge: 3600) { complete } }"
MEASURES = """COUNT(*), SUM(m.vcpus), SUM(m.memory), SUM(m.monthly_cost),
    COUNT(*) - COUNT(m.monthly_cost)"""
BY_HAND = {
    FIELDS: f"""SELECT m.size_id, m.state, {MEASURES} FROM inventory_virtualmachine m
        GROUP BY m.size_id, m.state ORDER BY 1, 2""",  # noqa: S608 - text of this module
    TAG: f"""SELECT t.value, m.state, {MEASURES} FROM inventory_virtualmachine m
        LEFT JOIN (SELECT DISTINCT machine_id, value FROM inventory_machinetag WHERE key = 'team') t
        ON t.machine_id = m.id GROUP BY t.value, m.state ORDER BY 1, 2""",  # noqa: S608 - as above
}


def _ask(client: Client, name: str) -> None:
    """Raises RefusedError for an answer that is not the one meant."""
    found = client.ask(QUERY, by=KEYS[name])["virtualMachinesAggregate"]
    counted = sum(group["measures"]["count"] for group in found["groups"])
    if not found["complete"] or counted != MANY or found["groupCount"] != GROUPS[name]:
        raise RefusedError(f"{found['groupCount']} groups of {counted} machines.")


def _by_hand(client: Client, connection: "psycopg.Connection[Any]", name: str) -> None:
    """The statement, and a request that computes nothing. Raises RefusedError as ``_ask``."""
    client.ask(NOTHING)
    lines = connection.execute(BY_HAND[name].encode()).fetchall()
    if len(lines) != GROUPS[name]:
        raise RefusedError(f"{len(lines)} groups.")


@benchmark(
    "aggregates",
    "100,000 stored machines of 100 providers, counted and summed up by two keys, over HTTP on "
    "PostgreSQL; beside a GROUP BY by hand and a request that computes nothing. No cloud is asked.",
    targets=(
        Target(FIELDS, FIELDS_BY_HAND, at_most=2.0),
        Target(TAG, TAG_BY_HAND, at_most=2.0),
    ),
    is_long=True,
)
def aggregates(world: World) -> Iterator[Mapping[str, Subject]]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_server())
        except PostgresMissingError as missing:
            raise Skipped(str(missing)) from missing
        client, url = inventory(world, server, MANY, stack)
        connection = stack.enter_context(psycopg.connect(url, autocommit=True))
        yield {
            name: timed(call, times=3, cpu=False)
            for name, call in (
                (FIELDS, partial(_ask, client, FIELDS)),
                (FIELDS_BY_HAND, partial(_by_hand, client, connection, FIELDS)),
                (TAG, partial(_ask, client, TAG)),
                (TAG_BY_HAND, partial(_by_hand, client, connection, TAG)),
            )
        }
