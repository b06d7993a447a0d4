"""Twenty sources asked at once, over HTTP, of a running gateway."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

from benchmarks.cases.ec2 import credentials, records
from benchmarks.measure import Subject, timed
from benchmarks.registry import Target, benchmark
from benchmarks.servers.ec2 import static_ec2
from benchmarks.servers.gateway import Client, RefusedError, gateway
from benchmarks.world import World
from inventory.providers import connect, get_kind

GATEWAY, SLOWEST, ONE = "gateway, 20 sources", "one source itself", "gateway, one source"
SOURCES, MACHINES, LATENCY_MS = 20, 50, 200
TIMEOUT = 30.0

QUERY = """query ($provider: [ID!]) {
    virtualMachines(first: 50, maxAge: 0, filter: {provider: $provider}) {
        complete totalCount nodes { id name state region provider { name } size { name } }
        sources { status error { code message } } } }"""

ABOUT = (
    "20 {sources} of 50 machines that take 200 ms to answer, all asked now, the first 50 machines "
    "over HTTP from a running gateway, beside one of these sources asked directly."
)


def _settings(seed: str) -> dict[str, Any]:
    return {"seed": seed, "machines": MACHINES, "latency_ms": LATENCY_MS, "boot_ms": 0}


def _list_simulator() -> None:
    kind = get_kind("simulator")
    values = {name: str(value) for name, value in _settings("fan-out").items()}
    with connect(kind, kind.clean_credentials(values), "sim-1", TIMEOUT) as cloud:
        cloud.read("virtual_machines")


@contextmanager
def _gateway_with(
    world: World, kind: str, credentials_of: Callable[[int], Mapping[str, Any]]
) -> Iterator[tuple[Client, str]]:
    """A client, and the id of the first of its SOURCES providers."""
    with gateway(world) as client:
        ids = [
            client.connect_provider(
                kind=kind, name=f"{kind}-{number}", credentials=credentials_of(number)
            )
            for number in range(SOURCES)
        ]
        yield client, ids[0]


def _ask(client: Client, machines: int, providers: list[str] | None = None) -> None:
    """Raises RefusedError for an answer that is not whole: its time would mean nothing."""
    page = client.ask(QUERY, provider=providers)["virtualMachines"]
    if not page["complete"] or page["totalCount"] != machines:
        errors = [source["error"] for source in page["sources"] if source["error"]]
        raise RefusedError(f"{page['totalCount']} machines, and {errors}")


def _subjects(client: Client, first: str, one: Callable[[], Any]) -> Mapping[str, Subject]:
    return {
        GATEWAY: timed(partial(_ask, client, SOURCES * MACHINES), cpu=False),
        SLOWEST: timed(one, cpu=False),
        ONE: timed(partial(_ask, client, MACHINES, [first]), cpu=False),
    }


@benchmark(
    "fan_out_simulator",
    ABOUT.format(sources="simulators"),
    targets=(Target(GATEWAY, SLOWEST, at_most=1.5), Target(ONE, SLOWEST)),
)
def fan_out_simulator(world: World) -> Iterator[Mapping[str, Subject]]:
    with _gateway_with(world, "simulator", lambda number: _settings(f"fan-out-{number}")) as found:
        yield _subjects(*found, _list_simulator)


@benchmark(
    "fan_out_ec2",
    ABOUT.format(sources="EC2 accounts, answered from a static reply,"),
    targets=(Target(GATEWAY, SLOWEST, at_most=2.0), Target(ONE, SLOWEST)),
)
def fan_out_ec2(world: World) -> Iterator[Mapping[str, Subject]]:
    with ExitStack() as stack:
        url = stack.enter_context(static_ec2(world, instances=MACHINES, delay_ms=LATENCY_MS))
        found = stack.enter_context(_gateway_with(world, "aws", lambda _number: credentials(url)))
        yield _subjects(*found, partial(records, url))
