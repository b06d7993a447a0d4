"""Costs that grow with the number of accounts: `python -m benchmarks.growth [ACCOUNTS ...]`.

For each number it starts a gateway on PostgreSQL, connects as many simulated accounts of 10,000
machines, lists each account, and asks each question in rounds. It prints a table;
docs/scale.md has the last one. Half a million machines take a quarter of an hour.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psycopg

from benchmarks.servers.gateway import Client, gateway
from benchmarks.servers.process import ROOT
from benchmarks.world import World, make_world
from gateway.run.ports import LOOPBACK
from tests.postgres import PostgresServer, postgres_server

MACHINES, ROUNDS = 10_000, 5
MIB = 1 << 20
STORED = "maxAge: 360000"
# The default deadlines are shorter than what half a million machines take.
PATIENT = {"LIVE_DEADLINE_MS": "300000", "REQUEST_SECONDS": "600"}
PAGE = "complete nodes { id name state region provider { id name } size { id name memory } }"
LIST_ONE = """query ($provider: ID!, $maxAge: Int!) {
    virtualMachines(first: 0, maxAge: $maxAge, filter: {provider: [$provider]}) {
        complete totalCount } }"""
ACCOUNTS = "{ providers { id } }"

QUESTIONS = {
    "a page of 100 by name": f"{{ virtualMachines(first: 100, {STORED}) {{ {PAGE} }} }}",
    "the same with the total": f"""{{ virtualMachines(first: 100, {STORED}) {{
        totalCount {PAGE} }} }}""",
    "20 by a part of their name": f"""{{ virtualMachines(first: 20, {STORED},
        filter: {{name: "web-1"}}) {{ {PAGE} }} }}""",
    "100 of a tag, running": f"""{{ virtualMachines(first: 100, {STORED},
        filter: {{state: [RUNNING], tags: [{{key: "env", value: "prod"}}]}}) {{ {PAGE} }} }}""",
    "counts by provider and state": f"""{{ virtualMachinesAggregate({STORED},
        groupBy: [{{field: PROVIDER}}, {{field: STATE}}]) {{
        complete groups {{ keys {{ value }} measures {{ count monthlyCost }} }} }} }}""",
    "counts by a tag": f"""{{ virtualMachinesAggregate({STORED}, groupBy: [{{tag: "env"}}]) {{
        complete groups {{ keys {{ value }} measures {{ count monthlyCost }} }} }} }}""",
}
"""Each is answered from what is stored."""
PAST = "a page of 100 as it was"
OF_THEN = f"""query ($at: DateTime!) {{ virtualMachines(first: 100, at: $at) {{ {PAGE} }} }}"""
ASKED_NOW = "all accounts asked at once, unchanged"
OF_NOW = f"""{{ virtualMachines(first: 100, maxAge: 0) {{ {PAGE}
    sources {{ status error {{ message }} }} }} }}"""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the table: medians, with the least and the most."""

    what: str
    values: tuple[float, ...]
    unit: str

    def __str__(self) -> str:
        low, high = min(self.values), max(self.values)
        spread = "" if len(self.values) == 1 else f" ({low:,.3g} – {high:,.3g})"
        return f"| {self.what} | {statistics.median(self.values):,.4g} {self.unit}{spread} |"


def grown(world: World, server: PostgresServer, accounts: int) -> Iterator[Line]:
    """The lines for a gateway with as many accounts."""
    name = f"growth_{accounts}"
    with psycopg.connect(server.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    with (
        gateway(world, timeout=600, DATABASE_URL=server.url(name), **PATIENT) as client,
        psycopg.connect(server.url(name), autocommit=True) as connection,
    ):
        connect(client.environment, accounts)
        providers = [each["id"] for each in client.ask(ACCOUNTS)["providers"]]
        yield from _listings(client, providers)
        connection.execute("VACUUM ANALYZE")
        for what, query in QUESTIONS.items():
            yield Line(what, _milliseconds(partial(_complete, client, query)), "ms")
        then = datetime.now(UTC).isoformat()
        yield Line(PAST, _milliseconds(partial(_complete, client, OF_THEN, at=then)), "ms")
        yield Line(ASKED_NOW, (_seconds(partial(_complete, client, OF_NOW)),), "s")
        yield Line("all machines as JSON lines", _export(client, accounts * MACHINES), "s")
        yield Line("the database", (_database_size(connection),), "MiB")
        for process, resident in sorted(_memory(client.port)):
            yield Line(f"memory of {process}", (resident,), "MiB")


def _listings(client: Client, providers: list[str]) -> Iterator[Line]:
    """Each account once, and once more unchanged."""
    for what in ("an account listed for the first time", "an account listed again, unchanged"):
        times = []
        for provider in providers:
            began = time.perf_counter()
            found = client.ask(LIST_ONE, provider=provider, maxAge=0)["virtualMachines"]
            times.append(time.perf_counter() - began)
            if found != {"complete": True, "totalCount": MACHINES}:
                raise ValueError(f"{provider} answered {found}.")
        yield Line(what, tuple(times), "s")


def _complete(client: Client, query: str, **variables: str) -> None:
    """Raises ValueError for an answer that is a part."""
    (found,) = client.ask(query, **variables).values()
    if not found["complete"]:
        raise ValueError(f"{query} was not answered completely: {found.get('sources')}")


def _milliseconds(call: Callable[[], None]) -> tuple[float, ...]:
    call()
    return tuple(1000 * _seconds(call) for _ in range(ROUNDS))


def _seconds(call: Callable[[], None]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _export(client: Client, rows: int) -> tuple[float]:
    """Seconds. Raises ValueError for another number of rows."""
    began = time.perf_counter()
    url = f"http://{LOOPBACK}:{client.port}/export/virtualMachines.jsonl?maxAge=360000"
    asked = Request(url, headers={"Authorization": client.authorization})
    with urlopen(asked, timeout=3600) as reply:  # noqa: S310 - our own gateway
        lines = sum(1 for _ in reply)
    if lines != rows + 1:  # and the trailer
        raise ValueError(f"{lines} lines of {rows} machines.")
    return (time.perf_counter() - began,)


def _database_size(connection: "psycopg.Connection[Any]") -> float:
    """MiB."""
    found = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return found[0] / MIB if found else 0.0


def _memory(port: int) -> Iterator[tuple[str, float]]:
    """The processes of the gateway that listens there, and their resident MiB."""
    of_gateway = f"PORT={port}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if of_gateway not in (process / "environ").read_bytes().split(b"\0"):
                continue
            words = (process / "cmdline").read_text().split("\0")
            pages = int((process / "statm").read_text().split()[1])
        except OSError:  # it has ended
            continue
        named = " ".join(word for word in words if "/" not in word and not word.startswith("-"))
        yield named[:60].strip() or words[0], pages * os.sysconf("SC_PAGE_SIZE") / MIB


def connect(environment: Any, accounts: int) -> None:
    """Connect as many simulators, in a process that has Django set up for ``environment``."""
    subprocess.run(  # noqa: S603 - our own module and arguments
        [sys.executable, "-m", "benchmarks.growth", "--connect", str(accounts)],
        cwd=ROOT,
        env=dict(environment),
        check=True,
    )


def _connect(accounts: int) -> None:
    import django  # noqa: PLC0415 - a script's own

    django.setup()
    from django.contrib.auth import get_user_model  # noqa: PLC0415 - after django.setup

    from inventory.services import simulated  # noqa: PLC0415 - as above
    from inventory.services.providers import provider_connect  # noqa: PLC0415 - as above

    simulated.MOST_MACHINES = accounts * MACHINES
    owner = get_user_model().objects.order_by("pk")[0]
    for number in range(accounts):
        provider_connect(
            owner=owner,
            kind="simulator",
            name=f"simulator-{number}",
            credentials={"seed": f"growth-{number}", "machines": str(MACHINES)},
        )


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--connect"]:
        _connect(int(arguments[1]))
        return
    with make_world() as world, ExitStack() as stack:
        server = stack.enter_context(postgres_server())
        for accounts in map(int, arguments or ["5", "50"]):
            print(f"{accounts} accounts of {MACHINES:,} machines", flush=True)  # noqa: T201 - for a terminal
            for line in grown(world, server, accounts):
                print(line, flush=True)  # noqa: T201 - as above


if __name__ == "__main__":
    main(sys.argv[1:])
