"""An answer shows no hidden schema, no internals, and no rows of other users."""

import base64
import json

import pytest

from gateway.core.graphql.documents import documents_of
from gateway.core.ids import global_id
from gateway.schema import schema
from tests.inventory.factories import make_simulator

HIDDEN = ("{ __schema { types { name } } }", '{ __type(name: "User") { fields { name } } }')
INJECTIONS = [
    "' OR 1=1 --",
    '"; DROP TABLE inventory_provider; --',
    "%",
    "_",
    "\\",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "../../etc/passwd",
    "*)(uid=*",
    "$where: 1",
]


@pytest.fixture
def _hidden(settings):
    documents_of.cache_clear()
    settings.GRAPHQL_INTROSPECTION = settings.GRAPHQL_SUGGESTIONS = False
    yield
    documents_of.cache_clear()


@pytest.mark.usefixtures("_hidden")
@pytest.mark.parametrize("query", HIDDEN)
def test_a_hidden_schema_is_not_told(client, query):
    answer = client.post(query)

    assert "data" not in answer
    assert "introspection has been disabled" in answer["errors"][0]["message"]


@pytest.mark.usefixtures("_hidden")
@pytest.mark.parametrize(
    "query",
    [
        "{ viewr { id } }",
        "{ viewer { logn } }",
        "{ jobs(frst: 1) { totalCount } }",
        "{ virtualMachines(filter: {stat: [RUNNING]}) { totalCount } }",
        "{ virtualMachines(filter: {state: [RUNING]}) { totalCount } }",
        "query ($a: JobFiltr) { jobs(filter: $a) { totalCount } }",
        '{ explain(query: "{ viewr { id } }") { calls } }',
    ],
)
def test_a_hidden_schema_is_not_spelt_out_by_suggestions(client, query):
    told = json.dumps(client.post(query)["errors"])

    assert "id you mean" not in told
    assert "'viewer'" not in told
    assert "RUNNING" not in told


def test_a_fault_of_ours_tells_nothing_of_itself(client, monkeypatch):
    def broken(*_args, **_options):
        raise RuntimeError("/srv/gateway/secret.py: password=swordfish")

    field = schema.graphql_schema.query_type.fields["host"]
    monkeypatch.setattr(field, "resolve", broken)

    answer = client.post("{ host { cpu { model } } }")

    told = json.dumps(answer)
    assert answer["errors"][0]["extensions"] == {"code": "INTERNAL"}
    for word in ("swordfish", "RuntimeError", "Traceback", ".py", "srv"):
        assert word not in told


# --- others' rows


def forged(*values):
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def test_a_cursor_shows_no_rows_of_others(transactional_db, client, stranger, ann):
    """A cursor is a position in an order, not a right: each user sees only their own rows."""
    make_simulator(ann, machines=6)
    query = """query ($after: String) { virtualMachines(first: 2, after: $after, maxAge: 0)
        { totalCount nodes { id } pageInfo { endCursor } } }"""
    page = client.data(query)["virtualMachines"]
    assert page["totalCount"] == 6

    seen = stranger.data(query, after=page["pageInfo"]["endCursor"])["virtualMachines"]

    assert (seen["totalCount"], seen["nodes"]) == (0, [])


@pytest.mark.parametrize(
    "cursor",
    [
        forged("name", "pk", "' OR 1=1 --", "1"),
        forged("name", "pk", "a", "1 OR 1=1"),
        forged("owner__password", "pk", "a", "1"),
        forged("-provider__credentials__values", "pk", "a", "1"),
        forged("name", "pk", {"a": 1}, []),
        forged("name"),
        forged(),
        "x",
        "////",
        "é",
    ],
)
def test_a_forged_cursor_is_refused_or_only_a_place(transactional_db, client, ann, cursor):
    make_simulator(ann, machines=3)
    answer = client.post(
        """query ($after: String) { virtualMachines(after: $after, maxAge: 0)
        { totalCount nodes { id } } }""",
        {"after": cursor},
    )

    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert codes <= {"INVALID"}
    if not codes:
        assert answer["data"]["virtualMachines"]["totalCount"] == 3


@pytest.mark.each_case
@pytest.mark.parametrize("text", INJECTIONS)
def test_text_is_looked_for_as_it_is(transactional_db, client, ann, text):
    make_simulator(ann, machines=3)
    client.data("{ virtualMachines(maxAge: 0) { totalCount } }")
    query = """query ($t: String!) {
        name: virtualMachines(filter: {name: $t}) { totalCount }
        search: virtualMachines(filter: {search: $t}) { totalCount }
        tag: virtualMachines(filter: {tags: [{key: $t}]}) { totalCount }
        repositories(search: $t) { name } }"""

    assert client.data(query, t=text) == {
        "name": {"totalCount": 0},
        "search": {"totalCount": 0},
        "tag": {"totalCount": 0},
        "repositories": [],
    }
    assert client.data("{ virtualMachines { totalCount } }") == {
        "virtualMachines": {"totalCount": 3}
    }


@pytest.mark.parametrize("text", INJECTIONS)
def test_an_id_is_taken_for_nothing_else(client, text):
    ids = [
        text,
        global_id("Provider", text),
        global_id("VirtualMachine", text),
        global_id(text, "1"),
    ]
    for value in ids:
        answer = client.post("query ($id: ID!) { node(id: $id) { id } }", {"id": value})
        codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
        assert answer["data"] == {"node": None}
        assert codes <= {"INVALID"}


def test_somebody_else_s_objects_answer_as_absent_ones(client, stranger, ann):
    """Every field and every type: tests/matrix and tests/bad_input/test_ids.py."""
    provider = make_simulator(ann, machines=2)
    mine = global_id("Provider", provider.public_id)
    absent = global_id("Provider", "00000000-0000-4000-8000-000000000000")
    query = "query ($id: ID!) { node(id: $id) { id } }"

    assert client.data(query, id=mine) == {"node": {"id": mine}}
    assert stranger.post(query, {"id": mine}) == stranger.post(query, {"id": absent})
    assert stranger.data("{ providers { id } }") == {"providers": []}
