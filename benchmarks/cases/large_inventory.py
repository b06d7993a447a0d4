"""A filtered, ordered page out of many machines and out of few, on PostgreSQL."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import partial

import psycopg

from benchmarks.measure import Subject, timed
from benchmarks.registry import Skipped, Target, benchmark
from benchmarks.servers.fill import fill
from benchmarks.servers.fleet import multiply
from benchmarks.servers.gateway import Client, RefusedError, gateway
from benchmarks.world import World
from tests.postgres import PostgresMissingError, PostgresServer, postgres_server

PROVIDERS, FEW, MANY, PAGE = 100, 1_000, 100_000, 100
MANY_PLAIN, FEW_PLAIN = "of 100,000", "of 1,000"
MANY_COUNTED, FEW_COUNTED = "of 100,000, with totalCount", "of 1,000, with totalCount"

QUERY = """query ($counted: Boolean!) { virtualMachines(
        first: 100, maxAge: 3600, filter: {state: [RUNNING]}, orderBy: {field: NAME}) {
    totalCount @include(if: $counted) complete pageInfo { hasNextPage endCursor }
    nodes { id name state region provider { id name } size { id name memory } publicIps } } }"""


def inventory(
    world: World, server: PostgresServer, machines: int, stack: ExitStack, *, copies: int = 1
) -> tuple[Client, str]:
    """A gateway on PostgreSQL with as many machines, and the URL of its database. ``copies``: each
    stored machine is there as often.
    """
    name = f"machines_{machines}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    client = stack.enter_context(gateway(world, DATABASE_URL=server.url(name)))
    fill(client.environment, providers=PROVIDERS, machines=machines // copies)
    if copies > 1:
        multiply(server.url(name), copies)
    with psycopg.connect(server.url(name), autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")  # as autovacuum does, but now
    client.close()  # its connection was idle for too long; the next question opens another
    return client, server.url(name)


def _ask(client: Client, machines: int, *, counted: bool) -> None:
    """Raises RefusedError for an answer that is not the page meant."""
    page = client.ask(QUERY, counted=counted)["virtualMachines"]
    running = machines * 3 // 5
    if not page["complete"] or len(page["nodes"]) != PAGE:
        raise RefusedError(f"complete: {page['complete']}, {len(page['nodes'])} machines.")
    if counted and page["totalCount"] != running:
        raise RefusedError(f"{page['totalCount']} of {running} machines.")


@benchmark(
    "large_inventory",
    "The first 100 running machines in order of name, provider and size nested, out of 100,000 "
    "stored machines of 100 providers, over HTTP on PostgreSQL; beside the same out of 1,000 "
    "machines of 100 providers. No cloud is asked.",
    targets=(
        Target(MANY_PLAIN, FEW_PLAIN, at_most=3.0),
        Target(MANY_COUNTED, FEW_COUNTED, at_most=3.0),
    ),
    is_long=True,
)
def large_inventory(world: World) -> Iterator[Mapping[str, Subject]]:
    with ExitStack() as stack:
        try:
            server = stack.enter_context(postgres_server())
        except PostgresMissingError as missing:
            raise Skipped(str(missing)) from missing
        many, few = (inventory(world, server, count, stack)[0] for count in (MANY, FEW))
        yield {
            name: timed(partial(_ask, client, count, counted=counted), times=5, cpu=False)
            for name, client, count, counted in (
                (MANY_PLAIN, many, MANY, False),
                (FEW_PLAIN, few, FEW, False),
                (MANY_COUNTED, many, MANY, True),
                (FEW_COUNTED, few, FEW, True),
            )
        }
