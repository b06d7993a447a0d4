"""Answers to a query during a fault of the network to one of two clouds, and afterwards."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from gateway.run.options import ROOT
from tests.clouds.fault_proxy import BlackHole, Cut, Delay, Rate, Reset, fault_proxy
from tests.functional.gateway import RemoteClient

pytestmark = [pytest.mark.functional, pytest.mark.any_database]  # it is the network that fails

# The deadline of a cloud whose answer does not come in time. A cloud that answers, and a fault that
# is an answer, have all the time that a busy machine needs.
SHORT_MS = 1500
LONG_MS = 120_000
# An answer waits for SHORT_MS; one that waited for the other cloud's deadline takes longer.
MOST_SECONDS = LONG_MS / 2000
ASKERS = 12
# `HANG_SECONDS=180 make test TESTS=tests/functional/test_network_faults.py` looks for minutes.
HANG_SECONDS = int(os.environ.get("HANG_SECONDS", "6"))
CONNECT = """mutation ($input: ConnectProviderInput!) {
    connectProvider(input: $input) { provider { id } errors { message } } }"""
SET_DEADLINE = """mutation ($id: ID!, $deadlineMs: Int!) {
    updateProvider(input: {id: $id, deadlineMs: $deadlineMs}) { errors { message } } }"""
DISCONNECT = """mutation ($id: ID!) {
    disconnectProvider(input: {id: $id}) { errors { message } } }"""
CLOSE_BREAKER = "mutation ($id: ID!) { checkProvider(input: {id: $id}) { errors { message } } }"
IDS = """query ($provider: [ID!]) {
    virtualMachines(filter: {provider: $provider}) { nodes { id } } }"""
BOTH = """query ($provider: [ID!], $id: ID!) {
    virtualMachines(maxAge: 0, filter: {provider: $provider}) { sources { status } }
    virtualMachine(id: $id, maxAge: 0) { stale } }"""
LIST = """query ($provider: [ID!]) {
    virtualMachines(first: 1000, maxAge: 0, filter: {provider: $provider}) {
        complete totalCount nodes { name stale provider { name } }
        sources { provider { name } status count error { code retryable } } } }"""


@pytest.fixture
def proxy(moto):
    address = urlsplit(moto.url)
    with fault_proxy(address.hostname, address.port) as proxy:
        yield proxy


@pytest.fixture
def two_clouds(administrator, moto, proxy):
    """``near`` is asked directly, ``far`` through the proxy; both have seven machines."""
    moto.reset()
    moto.launch("us-east-1", count=7)
    ids = {}
    for name, url in (("near", moto.url), ("far", proxy.url)):
        credentials = moto.credentials | {"endpoint_url": url}
        answer = administrator.data(
            CONNECT,
            input={
                "kind": "aws",
                "name": name,
                "regions": ["us-east-1"],
                "deadlineMs": LONG_MS,
                "credentials": [
                    {"name": key, "value": value} for key, value in credentials.items()
                ],
            },
        )["connectProvider"]
        assert answer["errors"] == []
        ids[name] = answer["provider"]["id"]
    yield ids
    for provider_id in ids.values():
        administrator.data(DISCONNECT, id=provider_id)


@pytest.fixture
def ask(administrator, two_clouds):
    def listing():
        administrator.data(CLOSE_BREAKER, id=two_clouds["far"])  # else it might not be asked
        began = time.monotonic()
        page = administrator.data(LIST, provider=list(two_clouds.values()))["virtualMachines"]
        page["seconds"] = time.monotonic() - began
        page["receipts"] = {receipt["provider"]["name"]: receipt for receipt in page["sources"]}
        return page

    return listing


@pytest.fixture
def begin(administrator, proxy, two_clouds):
    """Begin a fault of the network to ``far``, or end it (None)."""

    def begin(fault):
        is_silent = isinstance(fault, BlackHole | Delay | Rate)
        deadline_ms = SHORT_MS if is_silent else LONG_MS
        found = administrator.data(SET_DEADLINE, id=two_clouds["far"], deadlineMs=deadline_ms)
        assert found["updateProvider"]["errors"] == []
        proxy.fault = fault

    return begin


FAULTS = {
    "black hole": (BlackHole(), "TIMEOUT"),
    "too late": (Delay(30), "TIMEOUT"),
    "too slow": (Rate(300), "TIMEOUT"),
    "reset": (Reset(), "UNREACHABLE"),
    "cut": (Cut(3000), "PROVIDER_ERROR"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_costs_its_own_cloud_alone_and_is_told(ask, begin, name):
    fault, code = FAULTS[name]

    begin(fault)
    never_seen = ask()
    begin(None)
    well = ask()
    begin(fault)
    once_seen = ask()
    begin(None)
    again = ask()

    for page in (never_seen, once_seen):
        assert page["complete"] is False
        assert page["receipts"]["far"]["error"]["code"] in {code, "UNREACHABLE"}
        assert page["receipts"]["far"]["error"]["retryable"] is True
        assert page["receipts"]["near"]["status"] == "LIVE"
        assert page["seconds"] < MOST_SECONDS
        near = [node for node in page["nodes"] if node["provider"]["name"] == "near"]
        assert [node["stale"] for node in near] == [False] * 7
    assert never_seen["receipts"]["far"]["status"] == "FAILED"
    assert never_seen["totalCount"] == 7  # no part of a cut listing passes for machines
    assert once_seen["receipts"]["far"]["status"] == "STALE"
    far = [node for node in once_seen["nodes"] if node["provider"]["name"] == "far"]
    assert [node["stale"] for node in far] == [True] * 7
    for page in (well, again):
        assert (page["complete"], page["totalCount"]) == (True, 14)
        assert {receipt["status"] for receipt in page["sources"]} == {"LIVE"}
        assert not any(node["stale"] for node in page["nodes"])


def test_what_is_late_but_in_time_is_a_whole_answer(ask, proxy):
    proxy.fault = Delay(0.3)

    page = ask()

    assert (page["complete"], page["totalCount"]) == (True, 14)


def test_a_cloud_that_hangs_for_long_uses_nothing_up(administrator, ask, two_clouds, begin):
    """Every question finds it hanging, lists and single machines alike, for HANG_SECONDS."""
    ask()
    machines = administrator.data(IDS, provider=[two_clouds["far"]])["virtualMachines"]["nodes"]
    begin(BlackHole())
    ends_at = time.monotonic() + HANG_SECONDS
    asked = 0

    def look():
        client = RemoteClient(administrator.url, administrator.token)
        seen = []
        while time.monotonic() < ends_at:
            began = time.monotonic()
            page = client.data(BOTH, provider=list(two_clouds.values()), id=machines[0]["id"])
            statuses = [receipt["status"] for receipt in page["virtualMachines"]["sources"]]
            seen.append((sorted(statuses), time.monotonic() - began))
        return seen

    with ThreadPoolExecutor(ASKERS) as pool:
        for future in [pool.submit(look) for _ in range(ASKERS)]:
            for statuses, seconds in future.result():
                asked += 1
                assert statuses == ["LIVE", "STALE"]
                assert seconds < MOST_SECONDS
    assert asked >= ASKERS

    begin(None)
    assert ask()["sources"] == [
        {"provider": {"name": name}, "status": "LIVE", "count": 7, "error": None}
        for name in ("near", "far")
    ]


@pytest.mark.django_db(transaction=True)
def test_the_claim_of_a_killed_process_lapses(redis_url, settings, tmp_path):
    """A process that is killed during a listing makes others wait only until its claim lapses."""
    from inventory.live.age import Ask  # noqa: PLC0415 - as above
    from inventory.live.receipts import SourceStatus  # noqa: PLC0415 - needs the broker's settings
    from inventory.live.refresh import refresh  # noqa: PLC0415 - as above
    from tests.inventory.factories import machine_source, make_simulator  # noqa: PLC0415 - as above

    settings.SIMULATOR_DIR = tmp_path / "simulator"
    source = machine_source(make_simulator())
    claim = (
        "import django, time; django.setup();"
        "from inventory.live import claims;"
        f"print(bool(claims.acquire({{{source.pk}: 2}})), flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", claim],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={
            "DJANGO_SETTINGS_MODULE": "gateway.settings",
            "REDIS_URL": settings.REDIS_URL,
            "DATA_DIR": str(tmp_path),
        },
    )
    assert holder.stdout.readline() == "True\n"
    holder.kill()
    holder.wait(60)
    holder.stdout.close()

    began = time.monotonic()
    receipt = refresh([Ask(source, 0)])[source.pk]

    assert receipt.status is SourceStatus.LIVE
    assert time.monotonic() - began < MOST_SECONDS
