"""A page of what is stored, provider and size nested, over HTTP within the process."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from benchmarks.measure import Subject, timed
from benchmarks.registry import Target, benchmark
from benchmarks.web import Web
from benchmarks.world import Visitor, World
from inventory.services.providers import provider_connect

GATEWAY, BY_HAND, STOCK = "gateway", "by hand", "stock graphene-django"
PROVIDERS, MACHINES = 3, 500  # each

FIELDS = """id name state region vcpus memory publicIps createdAt
    provider { id name } size { id name memory }"""
PAGE = "totalCount pageInfo { hasNextPage endCursor }"
QUERY = f"""query ($first: Int!) {{
    virtualMachines(first: $first, maxAge: 3600) {{ {PAGE} nodes {{ {FIELDS} }} }} }}"""
STOCK_QUERY = f"""query ($first: Int!) {{
    virtualMachines(first: $first) {{ {PAGE} edges {{ node {{ {FIELDS} }} }} }} }}"""
LIST_EVERYTHING = """{ virtualMachines(first: 0, maxAge: 0) { complete totalCount }
    providers { sizes { id } } }"""

ABOUT = (
    "The first {rows} of 1,500 stored machines in order of name, with provider, size and the "
    "total, through Django's WSGI application; no cloud is asked. Beside a view by hand (ORM "
    "values, orjson) with the same answer, and a graphene-django connection."
)


def _page(world: World, rows: int, times: int) -> Iterator[Mapping[str, Subject]]:
    visitor = world.visitor(f"stored-{rows}")
    web = _stored(visitor)
    asks = {
        GATEWAY: partial(web.post, "/graphql/", QUERY, first=rows),
        BY_HAND: partial(web.post, "/by-hand/", "", first=rows),
        STOCK: partial(web.post, "/stock/", STOCK_QUERY, first=rows),
    }
    _check(web, rows)
    yield {name: timed(ask, times=times) for name, ask in asks.items()}


def _stored(visitor: Visitor) -> Web:
    """A client of a user whose simulators' machines and sizes are stored."""
    for number in range(PROVIDERS):
        provider_connect(
            owner=visitor.user,
            kind="simulator",
            name=f"simulator-{number}",
            credentials={"seed": f"bench-{number}", "machines": str(MACHINES)},
        )
    web = Web(visitor.token)
    found = web.data("/graphql/", LIST_EVERYTHING)["virtualMachines"]
    if found != {"complete": True, "totalCount": PROVIDERS * MACHINES}:
        raise ValueError(f"The simulators answered {found}.")
    return web


def _check(web: Web, rows: int) -> None:
    """That all three answer alike, but for ids and cursors, which graphene-django makes its way."""
    ours = web.data("/graphql/", QUERY, first=rows)["virtualMachines"]
    by_hand = web.data("/by-hand/", "", first=rows)["virtualMachines"]
    stock = web.data("/stock/", STOCK_QUERY, first=rows)["virtualMachines"]
    stock["nodes"] = [edge["node"] for edge in stock.pop("edges")]
    for page in (ours, by_hand, stock):
        del page["pageInfo"]["endCursor"]
    if ours != by_hand:
        raise ValueError("The view by hand does not answer as the gateway does.")
    if _without_ids(stock) != _without_ids(ours):
        raise ValueError("The stock connection does not answer as the gateway does.")


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(each) for key, each in value.items() if key != "id"}
    return [_without_ids(each) for each in value] if isinstance(value, list) else value


@benchmark(
    "stored_list_100",
    ABOUT.format(rows=100),
    targets=(Target(GATEWAY, BY_HAND, at_most=2.0), Target(GATEWAY, STOCK, at_most=0.4)),
)
def stored_list_100(world: World) -> Iterator[Mapping[str, Subject]]:
    yield from _page(world, 100, times=10)


@benchmark(
    "stored_list_1000",
    ABOUT.format(rows="1,000"),
    targets=(Target(GATEWAY, BY_HAND, at_most=1.8), Target(GATEWAY, STOCK, at_most=0.25)),
)
def stored_list_1000(world: World) -> Iterator[Mapping[str, Subject]]:
    yield from _page(world, 1000, times=2)
