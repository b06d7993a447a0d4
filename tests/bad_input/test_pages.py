"""Impossible pages are refused: their size, cursor, order and age."""

import base64
import json

import pytest

from tests.inventory.resources.names import LISTED, RESOURCES, plural

LISTS = {
    **{plural(one): "nodes { id }" for one in LISTED},
    "jobs": "nodes { id }",
    "allComputeTypes": "id",
    "repositories": "id",
}
MACHINES = """query ($first: Int, $after: String, $orderBy: VirtualMachineOrder) {
    virtualMachines(first: $first, after: $after, orderBy: $orderBy, maxAge: 60) {
        totalCount nodes { id name } pageInfo { endCursor hasNextPage } } }"""
JOBS = "query ($after: String) { jobs(first: 2, after: $after) { pageInfo { endCursor } } }"
CURSOR_MESSAGE = "The cursor in after: is not one of this list in this order; start without it."
KEY = "00000000-0000-4000-8000-000000000000"


def cursor(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def refused(client, query, **variables):
    answer = client.post(query, variables)
    assert list(answer["data"].values()) == [None]
    (error,) = answer["errors"]
    return error["message"], error["extensions"]


@pytest.mark.parametrize("first", [-1, -(2**31), 1001, 2**31 - 1])
@pytest.mark.parametrize(("field", "selected"), LISTS.items(), ids=LISTS)
def test_a_page_of_a_size_that_cannot_be(client, field, selected, first):
    query = f"query ($first: Int) {{ {field}(first: $first) {{ {selected} }} }}"

    message = f"first must be between 0 and 1000, not {first}."
    assert refused(client, query, first=first) == (message, {"code": "INVALID", "field": "first"})


@pytest.mark.parametrize(
    "field", [plural(one) for one in RESOURCES if not one.is_connection_below_provider]
)
def test_a_catalogue_of_a_size_that_cannot_be_nulls_no_neighbour(
    transactional_db, client, provider, field
):
    answer = client.post(f"{{ providers {{ name {field}(first: 1001) {{ id }} }} }}")

    assert answer["data"] == {"providers": [{"name": "mine", field: None}]}
    assert answer["errors"][0]["path"] == ["providers", 0, field]
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "field": "first"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ("first: -1", "first"),
        ("first: 1001", "first"),
        ("last: -1", "last"),
        ("last: 1001", "last"),
        ("first: 1, last: 1", "last"),
    ],
)
def test_the_viewer_s_repositories(client, given, field):
    answer = client.post(f"{{ viewer {{ login repositories({given}) {{ totalCount }} }} }}")

    assert answer["data"] == {"viewer": {"login": "ann", "repositories": None}}
    assert answer["errors"][0]["extensions"] == {"code": "INVALID", "field": field}


def test_a_negative_offset(client):
    query = "query ($offset: Int) { repositories(offset: $offset) { id } }"

    message = "offset must be 0 or more, not -1."
    assert refused(client, query, offset=-1) == (message, {"code": "INVALID", "field": "offset"})
    assert client.data(query, offset=2**31 - 1) == {"repositories": []}


def test_nothing_and_null_are_pages_too(client, machines):
    none = client.data(MACHINES, first=0)["virtualMachines"]
    usual = client.data(MACHINES, first=None, after=None, orderBy=None)["virtualMachines"]

    assert (none["nodes"], none["totalCount"]) == ([], 12)
    assert none["pageInfo"] == {"endCursor": None, "hasNextPage": True}
    assert len(usual["nodes"]) == 12


FORGED = {
    "no base64": "%%%",
    "not ASCII": "é",
    "text": "x",
    "null": base64.urlsafe_b64encode(b"null").decode(),
    "nested for ever": base64.urlsafe_b64encode(b"[" * 3000).decode(),
    "half a surrogate": base64.urlsafe_b64encode(b'["name", "pk", "\\ud800", "1"]').decode(),
    "empty": cursor(),
    "without values": cursor("name", "pk"),
    "half of the values": cursor("name", "pk", "a"),
    "no key": cursor("name", "pk", "a", "b"),
    "null key": cursor("name", "pk", "a", None),
    "null value": cursor("name", "pk", None, "1"),
    "object": cursor("name", "pk", {"a": 1}, "1"),
    "number": cursor("name", "pk", "a", 1),
    "endless key": cursor("name", "pk", "a", "9" * 5000),
    "NUL": cursor("name", "pk", "a\x00", "1"),
    "other direction": cursor("-name", "-pk", "a", "1"),
    "other order": cursor("state", "pk", "RUNNING", "1"),
    "other column": cursor("fingerprint", "pk", "a", "1"),
    "other list": cursor("-created_at", "-pk", "2026-01-01T00:00:00+00:00", KEY),
    "with a tail": cursor("name", "pk", "a", "1") + "=",
}


@pytest.mark.parametrize("after", FORGED.values(), ids=FORGED)
def test_a_cursor_that_is_none_of_the_list(transactional_db, client, provider, after):
    expected = (CURSOR_MESSAGE, {"code": "INVALID", "field": "after"})

    assert refused_nodes(client, after) == expected


def refused_nodes(client, after):
    answer = client.post(MACHINES, {"after": after})
    assert answer["data"]["virtualMachines"] is None
    return answer["errors"][0]["message"], answer["errors"][0]["extensions"]


@pytest.mark.parametrize(
    "moment",
    [
        "x",
        "5",
        "9999-12-31T23:59:59-23:00",
        "0001-01-01T00:00:00+23:00",
    ],
)
def test_a_moment_that_cannot_be(transactional_db, client, provider, moment):
    query = MACHINES.replace("maxAge: 60", "orderBy: {field: CREATED_AT}, maxAge: 60")
    query = query.replace(", orderBy: $orderBy", "").replace(", $orderBy: VirtualMachineOrder", "")

    for text, after in (
        (query, cursor("created_order", "pk", moment, "1")),
        (JOBS, cursor("-created_at", "-pk", moment, KEY)),
    ):
        (error,) = client.errors(text, after=after)
        assert (error["message"], error["extensions"]["code"]) == (CURSOR_MESSAGE, "INVALID")


def test_a_key_beyond_any_row_is_an_empty_page(client, machines):
    after = cursor("name", "pk", "\U0010ffff", "9" * 30)

    data = client.data(MACHINES, after=after)["virtualMachines"]

    assert (data["nodes"], data["totalCount"]) == ([], 12)


@pytest.mark.each_case
@pytest.mark.parametrize("field", ["NAME", "CREATED_AT", "STATE", "REGION", "MEMORY"])
@pytest.mark.parametrize("direction", ["ASC", "DESC", None])
def test_every_order_pages_through_everything_once(client, machines, field, direction):
    order = {"field": field, "direction": direction}
    seen, after = [], None

    for _ in range(4):
        page = client.data(MACHINES, first=5, after=after, orderBy=order)["virtualMachines"]
        seen += [node["id"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert len(seen) == len(set(seen)) == 12


def test_a_negative_age(transactional_db, client, provider, unchanged):
    unchanged()

    for field, selected in (("virtualMachines", "totalCount"), ("allComputeTypes", "id")):
        query = f"query ($maxAge: Int) {{ {field}(maxAge: $maxAge) {{ {selected} }} }}"
        message = "maxAge is in seconds, 0 or more; it cannot be -1."
        expected = (message, {"code": "INVALID", "field": "maxAge"})
        assert refused(client, query, maxAge=-1) == expected
    unchanged()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (
            "{ virtualMachines(orderBy: {field: NOPE}) { totalCount } }",
            "Value 'NOPE' does not exist in 'VirtualMachineOrderField' enum.",
        ),
        (
            "{ virtualMachines(filter: {state: [NOPE]}) { totalCount } }",
            "Value 'NOPE' does not exist in 'VirtualMachineState' enum.",
        ),
        ("{ jobs(filter: {state: [NOPE]}) { totalCount } }", "Value 'NOPE' does not exist"),
        ("{ virtualMachines(filter: {nope: 1}) { totalCount } }", "Field 'nope' is not defined"),
        ("{ virtualMachines(first: 2147483648) { totalCount } }", "Int cannot represent"),
        ('{ virtualMachines(first: "5") { totalCount } }', "Int cannot represent"),
        ("{ virtualMachine { id } }", "argument 'id' of type 'ID!' is required"),
    ],
)
def test_what_the_schema_does_not_know_runs_nothing(client, unchanged, query, message):
    unchanged()

    answer = client.post(query)

    assert "data" not in answer
    assert message in answer["errors"][0]["message"]
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    unchanged()
