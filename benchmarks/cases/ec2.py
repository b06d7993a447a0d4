"""1,000 EC2 machines from a static reply: the listing alone, and a whole live answer."""

from collections.abc import Iterator, Mapping
from functools import partial

import orjson

from benchmarks.beside.clouds import (
    KEY,
    REGION,
    SECRET,
    boto3_client,
    boto3_instances,
    libcloud_nodes,
)
from benchmarks.beside.stock_nodes import TEN_FIELDS, nodes_as_json
from benchmarks.measure import Subject, timed
from benchmarks.registry import Target, benchmark
from benchmarks.servers.ec2 import static_ec2
from benchmarks.web import Web
from benchmarks.world import World
from inventory.providers import connect, get_kind
from inventory.providers.ec2.actions import KNOWN
from inventory.services.providers import provider_connect
from inventory.types import MachineRecord

GATEWAY, LIBCLOUD, BOTO3 = "gateway", "libcloud", "boto3"
STOCK, STORED = "libcloud + stock graphene", "gateway, maxAge: 3600"
CHANGED = "gateway, a changed reply"
MACHINES = 1000
TIMEOUT = 30.0
# The first listing imports boto3 and libcloud's tables: on a busy machine it takes longer than the
# usual deadline.
DEADLINE_MS = 120_000

QUERY = f"""query ($maxAge: Int) {{
    virtualMachines(first: 1000, maxAge: $maxAge) {{ nodes {{ {TEN_FIELDS} }} complete }} }}"""
COMPLETE = b'"complete":true'
RECEIPTS = """{ virtualMachines(first: 0, maxAge: 0) {
    complete totalCount sources { status error { code message } } } }"""


def credentials(url: str) -> dict[str, str]:
    return {"access_key_id": KEY, "secret_access_key": SECRET, "endpoint_url": url}


def records(url: str) -> list[MachineRecord]:
    """As a refresh lists a region whose reply has changed: parsed, by a fresh driver."""
    KNOWN.clear()
    kind = get_kind("aws")
    with connect(kind, kind.clean_credentials(credentials(url)), REGION, TIMEOUT) as cloud:
        return cloud.read("virtual_machines")


@benchmark(
    "ec2_list",
    "A region of 1,000 EC2 machines from a static reply of 5.6 MB to objects in memory: the "
    "gateway's driver beside libcloud's list_nodes and boto3's paginator.",
    targets=(Target(GATEWAY, LIBCLOUD), Target(GATEWAY, BOTO3)),
)
def ec2_list(world: World) -> Iterator[Mapping[str, Subject]]:
    with static_ec2(world, instances=MACHINES) as url:
        client = boto3_client(url)
        listed = {
            GATEWAY: {machine.external_id for machine in records(url)},
            LIBCLOUD: {node.id for node in libcloud_nodes(url)},
            BOTO3: {instance["InstanceId"] for instance in boto3_instances(client)},
        }
        if any(ids != listed[GATEWAY] or len(ids) != MACHINES for ids in listed.values()):
            raise ValueError(f"Listed: { ({name: len(ids) for name, ids in listed.items()}) }.")
        yield {
            GATEWAY: timed(partial(records, url)),
            LIBCLOUD: timed(partial(libcloud_nodes, url)),
            BOTO3: timed(partial(boto3_instances, client)),
        }
        client.close()


@benchmark(
    "ec2_answer",
    "The same 1,000 machines as an answer: `virtualMachines(first: 1000, maxAge: 0)` with ten "
    "fields through Django's WSGI application, nothing changed since (ask, compare, write the "
    "receipt, answer), beside libcloud's list_nodes and a stock graphene list of these fields. A "
    "changed reply is parsed; one that is as before is not.",
    targets=(Target(GATEWAY, STOCK, at_most=0.2), Target(CHANGED, STOCK), Target(STORED, GATEWAY)),
)
def ec2_answer(world: World) -> Iterator[Mapping[str, Subject]]:
    with static_ec2(world, instances=MACHINES) as url:
        visitor = world.visitor("ec2-answer")
        provider_connect(
            owner=visitor.user,
            kind="aws",
            name="aws",
            credentials=credentials(url),
            deadline_ms=DEADLINE_MS,
        )
        web = Web(visitor.token)
        _check(web, url)
        yield {
            GATEWAY: timed(partial(_answer, web, 0)),
            CHANGED: timed(lambda: (KNOWN.clear(), _answer(web, 0))),
            STOCK: timed(lambda: nodes_as_json(libcloud_nodes(url))),
            STORED: timed(partial(_answer, web, 3600)),
        }


def _answer(web: Web, max_age: int) -> bytes:
    """Raises ValueError if it is not complete: an answer without rows takes no time."""
    answer = web.post("/graphql/", QUERY, maxAge=max_age)
    if COMPLETE not in answer:
        raise ValueError(web.data("/graphql/", RECEIPTS))
    return answer


def _check(web: Web, url: str) -> None:
    """That both answers hold the same machines; ids are the product's own.

    Raises ValueError with the receipts if not all machines are there.
    """
    receipts = web.data("/graphql/", RECEIPTS)["virtualMachines"]
    if not receipts["complete"] or receipts["totalCount"] != MACHINES:
        raise ValueError(receipts)
    page = web.data("/graphql/", QUERY, maxAge=0)["virtualMachines"]
    theirs = orjson.loads(nodes_as_json(libcloud_nodes(url)))["data"]["machines"]
    ours = {machine["externalId"]: machine for machine in page["nodes"]}
    for machine in theirs:
        if {**machine, "id": ours[machine["externalId"]]["id"]} != ours[machine["externalId"]]:
            raise ValueError(f"{machine} is not {ours[machine['externalId']]}.")
    if not len(ours) == len(theirs) == MACHINES:
        raise ValueError(f"{len(ours)} and {len(theirs)} machines.")
