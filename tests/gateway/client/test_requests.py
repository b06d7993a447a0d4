"""Addresses, pauses and pages of the typed client."""

import asyncio
from types import SimpleNamespace

import httpx
import pytest

from gateway_client import AsyncGateway, Gateway, patience
from gateway_client.addresses import graphql_address, stream_address
from gateway_client.patience import AsyncPatientClient, PatientClient

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/graphql/"),
        ("http://127.0.0.1:8000/graphql", "http://127.0.0.1:8000/graphql/"),
        (" https://cloud.example.org/gateway/ ", "https://cloud.example.org/gateway/graphql/"),
    ],
)
def test_an_address_is_completed(given, address):
    assert graphql_address(given) == address
    assert stream_address(address) == address + "stream"


@pytest.mark.parametrize(
    "given", ["", "127.0.0.1:8000", "ftp://example.org", "http://", "http://127.0.0.1:port"]
)
def test_what_is_no_address_is_refused(given):
    with pytest.raises(ValueError, match="is no address"):
        graphql_address(given)


BUSY = (429, {"Retry-After": "2"})


@pytest.mark.parametrize(
    ("answers", "status", "pauses"),
    [
        ([BUSY, BUSY, (200, {})], 200, [2, 2]),
        ([BUSY] * 4, 429, [2, 2, 2]),
        ([(503, {})], 503, []),
        ([(429, {"Retry-After": "3600"})], 429, []),
        ([(429, {"Retry-After": "nan"})], 429, []),
        ([(500, {"Retry-After": "1"})], 500, []),
    ],
)
def test_the_gateway_says_how_long_to_wait(answers, status, pauses, monkeypatch):
    slept = []
    monkeypatch.setattr(patience, "time", SimpleNamespace(sleep=slept.append))
    left = list(answers)

    def answer(_request):
        code, headers = left.pop(0)
        return httpx.Response(code, headers=headers)

    with PatientClient(transport=httpx.MockTransport(answer)) as client:
        assert client.post("http://127.0.0.1/", json={}).status_code == status
    assert (slept, left) == (pauses, [])

    async def again():
        async with AsyncPatientClient(transport=httpx.MockTransport(answer)) as client:
            return (await client.post("http://127.0.0.1/", json={})).status_code

    async def sleep(seconds):
        slept.append(seconds)

    slept.clear()
    left.extend(answers)
    monkeypatch.setattr(patience, "asyncio", SimpleNamespace(sleep=sleep))
    assert asyncio.run(again()) == status
    assert (slept, left) == (pauses, [])


def machine(number):
    return {
        "id": str(number),
        "name": f"web-{number}",
        "state": "RUNNING",
        "region": "sim-1",
        "provider": {"id": "p", "name": "Demo"},
        "size": None,
        "vcpus": 1,
        "memory": 512,
        "publicIps": [],
        "privateIps": [],
        "pricePerHour": None,
        "tags": [],
        "createdAt": None,
        "observedAt": "2026-01-01T00:00:00Z",
        "stale": False,
        "externalId": f"i-{number}",
        "problem": None,
    }


def page_of(numbers, *, complete=True, after=None):
    return {
        "totalCount": 3,
        "complete": complete,
        "sources": [],
        "pageInfo": {"hasNextPage": after is not None, "endCursor": after},
        "nodes": [machine(number) for number in numbers],
    }


@pytest.fixture
def two_pages(monkeypatch):
    """Answers both clients with two pages, the second incomplete; the variables of each request."""
    asked = []

    def answer(self, query, operation_name=None, variables=None, **_kwargs):
        given = self._convert_dict_to_json_serializable(variables)
        asked.append(given)
        pages = {None: page_of([1, 2], after="2"), "2": page_of([3], complete=False)}
        return httpx.Response(200, json={"data": {"virtualMachines": pages[given["after"]]}})

    async def later(self, *args, **kwargs):
        return answer(self, *args, **kwargs)

    monkeypatch.setattr(Gateway, "execute", answer)
    monkeypatch.setattr(AsyncGateway, "execute", later)
    return asked


def both_clients(**given):
    async def read():
        async with AsyncGateway("http://127.0.0.1") as gateway:
            return await gateway.all_machines(**given)

    with Gateway("http://127.0.0.1") as gateway:
        yield gateway.all_machines(**given)
    yield asyncio.run(read())


def test_all_pages_are_one_list_and_an_incomplete_one_marks_it(two_pages):
    for found in both_clients(max_age=0):
        assert [one.name for one in found.nodes] == ["web-1", "web-2", "web-3"]
        assert (found.total_count, found.complete) == (3, False)
        assert [one["maxAge"] for one in two_pages] == [0, None]  # the clouds are asked once
        two_pages.clear()


def test_no_more_is_read_than_the_limit(two_pages):
    for found in both_clients(limit=2):
        assert (len(found.nodes), found.total_count, found.complete) == (2, 3, True)
        assert [one["first"] for one in two_pages] == [2]
        two_pages.clear()
