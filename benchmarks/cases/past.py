"""Lists and aggregates as they were a day and a half ago, on PostgreSQL, beside those of now."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import psycopg

from benchmarks.cases.large_inventory import MANY, inventory
from benchmarks.measure import Subject, timed
from benchmarks.registry import By, Skipped, Target, benchmark
from benchmarks.servers.gateway import Client, RefusedError
from benchmarks.world import World
from tests.postgres import PostgresMissingError, postgres_server

NOTHING = "nothing"
PAGE, TAGGED, STATES, TEAMS = "a page", "a page by a tag", "by size and state", "by a tag"
NOW, THEN = "now", "then"
CHANGED = 10  # of so many machines one was changed since

LIST = """query ($at: DateTime, $age: Int, $filter: VirtualMachineFilter) { virtualMachines(
        first: 100, at: $at, maxAge: $age, filter: $filter) { complete
    nodes { id name state region provider { id name } size { id name memory } publicIps } } }"""
GROUPS = """query ($at: DateTime, $age: Int, $by: [VirtualMachineGroupBy!]!) {
    virtualMachinesAggregate(at: $at, maxAge: $age, groupBy: $by) { complete
        groups { keys { value } measures { count vcpus memory hourlyCost unpriced } } } }"""
ASKED: Mapping[str, tuple[str, dict[str, Any]]] = {
    PAGE: (LIST, {"filter": {"state": ["RUNNING"]}}),
    TAGGED: (LIST, {"filter": {"tags": [{"key": "team", "value": "team-3"}]}}),
    STATES: (GROUPS, {"by": [{"field": "SIZE"}, {"field": "STATE"}]}),
    TEAMS: (GROUPS, {"by": [{"tag": "team"}]}),
}
# All was seen two days ago; a tenth of the machines had another state until a day ago.
HISTORY = """
    UPDATE inventory_source SET recorded_since = now() - interval '2 days',
        listing_started_at = now() - interval '2 days' WHERE fetched_at IS NOT NULL;
    UPDATE inventory_virtualmachine SET recorded_since = now() - interval '2 days';
    INSERT INTO inventory_pastrow (source_key, provider_key, row_key, since, until, facts)
        SELECT source_id, provider_id, id, recorded_since, now() - interval '1 day',
            to_jsonb(m) || '{"state": "PENDING"}'
        FROM inventory_virtualmachine m WHERE id % 10 = 0;
    UPDATE inventory_virtualmachine SET recorded_since = now() - interval '1 day'
        WHERE id % 10 = 0;
"""


def _ask(client: Client, name: str, at: str | None) -> None:
    """Raises RefusedError for an answer that is not complete, or is not of then."""
    document, variables = ASKED[name]
    age = None if at else 3_600_000
    (found,) = client.ask(document, **variables, at=at, age=age).values()
    if not found["complete"] or not (found.get("nodes") or found.get("groups")):
        raise RefusedError(f"{name} is not complete, or empty.")
    if name == STATES:
        states = {group["keys"][1]["value"] for group in found["groups"]}
        counted = sum(group["measures"]["count"] for group in found["groups"])
        if counted != MANY or ("PENDING" in states) != bool(at):
            raise RefusedError(f"{counted} machines in the states {states}.")


def _ask_nothing(client: Client, at: str) -> None:
    client.ask("query ($at: DateTime) { virtualMachines(at: $at) { complete } }", at=at)


@benchmark(
    "past",
    "100,000 stored machines of 100 providers as they were a day and a half ago, of which a tenth "
    "has changed since: 100 of them by state and by a tag, and all of them grouped, over HTTP on "
    "PostgreSQL; beside the same of now. No cloud is asked.",
    targets=(
        *(Target(f"{name}, {THEN}", f"{name}, {NOW}", at_most=5.0) for name in ASKED),
        Target(f"{PAGE}, {THEN}", NOTHING, at_most=10.0, by=By.DIFFERENCE),
    ),
    is_long=True,
)
def past(world: World) -> Iterator[Mapping[str, Subject]]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_server())
        except PostgresMissingError as missing:
            raise Skipped(str(missing)) from missing
        client, url = inventory(world, server, MANY, stack)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(HISTORY.encode())
            connection.execute("VACUUM ANALYZE")
        at = (datetime.now(UTC) - timedelta(days=1.5)).isoformat()
        moments = {NOW: None, THEN: at}
        yield {
            NOTHING: timed(partial(_ask_nothing, client, at), times=5, cpu=False),
            **{
                f"{name}, {when}": timed(partial(_ask, client, name, moment), times=3, cpu=False)
                for name in ASKED
                for when, moment in moments.items()
            },
        }
