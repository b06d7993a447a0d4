"""Fetch, then execute: an operation's needs are known, and read, before it runs."""

import pytest
from graphql import is_required_argument

from gateway.core.ids import global_id
from gateway.schema import schema
from inventory.models import Source
from inventory.providers.simulator.driver import SimulatorDriver
from inventory.providers.simulator.world import Place
from inventory.schema.live_plans import live_fields
from inventory.services.machines import provider_id
from inventory.services.providers import provider_update
from tests.inventory.factories import make_simulator, make_user

LIVE_OPERATIONS = {
    "root list": "{ virtualMachines { totalCount } }",
    "aliases": "{ a: virtualMachines { totalCount } "
    "b: virtualMachines(maxAge: 60) { totalCount } }",
    "fragment": "{ ...f } fragment f on Query { virtualMachines { ...g } } "
    "fragment g on VirtualMachineConnection { nodes { id } }",
    "nested list": "{ providers { virtualMachines { nodes { name } } } }",
    "catalogue": "{ providers { sizes { name } images { name } locations { name } } }",
    "list in a list": "{ virtualMachines { nodes { provider { virtualMachines { totalCount } "
    "sizes { name } } } } }",
    "interface": "{ allComputeTypes { name ... on VirtualMachine { provider { "
    "virtualMachines { totalCount } } } } }",
    "receipt's provider": "{ virtualMachines { sources { provider { images { name } } } } }",
    "kinds": "{ providers { ...on Provider { virtualMachines(first: 1) { edges { cursor } } } } }",
}


@pytest.fixture
def calls(monkeypatch):
    """The regions that simulated clouds were asked for, in order."""
    regions = []
    original = SimulatorDriver.call

    def counted(driver):
        regions.append((driver.place.seed, driver.place.region))
        return original(driver)

    monkeypatch.setattr(SimulatorDriver, "call", counted)
    return regions


@pytest.mark.parametrize("operation", LIVE_OPERATIONS.values(), ids=LIVE_OPERATIONS)
def test_every_live_field_is_met_before_execution(ask, user, operation):
    make_simulator(user)

    asked = ask(operation)

    assert asked.data
    assert asked.live.plans
    assert asked.live.misses == 0


def test_one_operation_asks_each_source_once(ask, user, calls):
    make_simulator(user, seed="one")
    make_simulator(user, seed="two", regions=["r1", "r2"])

    asked = ask(
        "{ a: virtualMachines(maxAge: 0) { totalCount } b: virtualMachines { totalCount } "
        "providers { virtualMachines(maxAge: 30) { totalCount } } }"
    )

    assert sorted(calls) == [("one", "sim-1"), ("two", "r1"), ("two", "r2")]
    assert asked.data["a"] == asked.data["b"] == {"totalCount": 15}


def test_a_skipped_field_asks_nothing(ask, user, calls):
    make_simulator(user)
    query = """query ($no: Boolean!) {
        virtualMachines @include(if: $no) { totalCount } providers { id } }"""

    assert "virtualMachines" not in ask(query, no=False).data
    assert calls == []


WRITTEN = {"DateTime!": '"2024-01-01T00:00:00Z"', "ID!": '"x"', "String!": '"x"'}


def null_arguments():
    """A query with null for an argument that takes none: of each live root field that has one."""
    for type_name, name in live_fields():
        definitions = schema.graphql_schema.type_map[type_name].fields[name].args
        for argument, definition in definitions.items() if type_name == "Query" else ():
            if is_required_argument(definition):
                of = str(definition.type)
                yield (
                    f"query ($given: {of.rstrip('!')} = {WRITTEN[of]}) "
                    f"{{ {name}({argument}: $given) {{ __typename }} }}"
                )


@pytest.mark.parametrize(
    "query",
    [
        *null_arguments(),
        """query ($given: ID = "x") {
            virtualMachines(maxAge: 0, filter: {provider: [$given]}) { totalCount } }""",
    ],
)
def test_a_field_whose_arguments_are_wrong_fails_and_asks_nothing(ask, user, calls, query):
    """A variable with a default may be null, also for an argument that takes no null."""
    make_simulator(user)

    asked = ask(query, given=None)

    (error,) = asked.answer["errors"]
    assert len(error["path"]) == 1
    assert "must not be null" in error["message"] or "invalid value" in error["message"]
    assert asked.live.receipts == {}
    assert calls == []


def test_a_filter_limits_which_sources_are_asked(ask, user, calls):
    make_simulator(user, seed="one", regions=["r1", "r2"])
    make_simulator(user, seed="two", hang="true", deadline_ms=200)

    answer = ask(
        '{ virtualMachines(maxAge: 0, filter: {region: ["r2"]}) '
        "{ totalCount complete sources { region status } } }"
    ).data["virtualMachines"]

    assert calls == [("one", "r2")]
    assert answer == {
        "totalCount": 5,
        "complete": True,
        "sources": [{"region": "r2", "status": "LIVE"}],
    }


def test_another_users_sources_are_not_asked(ask, user, calls):
    make_simulator(make_user())

    answer = ask("{ virtualMachines(maxAge: 0) { totalCount sources { region } } }").data

    assert answer == {"virtualMachines": {"totalCount": 0, "sources": []}}
    assert calls == []


def test_a_failing_source_makes_the_answer_incomplete_and_its_rows_stale(ask, user):
    make_simulator(user, name="good", machines=2)
    bad = make_simulator(user, name="bad", machines=3)
    query = """{ virtualMachines(maxAge: 0) {
        complete totalCount nodes { stale provider { name status lastError { code } } }
        sources { status count error { code retryable } provider { name } } } }"""
    ask(query)

    provider_update(provider=bad, credentials={"error_rate": "1"})

    answer = ask(query).data["virtualMachines"]

    assert (answer["complete"], answer["totalCount"]) == (False, 5)
    stale = {(node["provider"]["name"], node["stale"]) for node in answer["nodes"]}
    assert stale == {("good", False), ("bad", True)}
    by_name = {receipt["provider"]["name"]: receipt for receipt in answer["sources"]}
    assert by_name["good"]["status"] == "LIVE"
    assert by_name["good"]["error"] is None
    assert by_name["bad"]["status"] == "STALE"
    assert by_name["bad"]["error"] == {"code": "PROVIDER_ERROR", "retryable": True}
    failing = next(node for node in answer["nodes"] if node["stale"])
    assert failing["provider"]["status"] == "DEGRADED"
    assert failing["provider"]["lastError"] == {"code": "PROVIDER_ERROR"}


def test_a_later_page_asks_no_cloud_unless_it_says_so(ask, user, calls):
    make_simulator(user)
    page = ask("{ virtualMachines(first: 2) { pageInfo { endCursor } } }").data["virtualMachines"]
    calls.clear()
    query = """query ($after: String!, $maxAge: Int) {
        virtualMachines(first: 2, after: $after, maxAge: $maxAge) { sources { status } } }"""
    after = page["pageInfo"]["endCursor"]

    assert ask(query, after=after).data["virtualMachines"]["sources"] == [{"status": "CACHED"}]
    assert calls == []
    assert ask(query, after=after, maxAge=0).data["virtualMachines"]["sources"] == [
        {"status": "LIVE"}
    ]


def test_what_has_no_receipts_of_its_own_puts_them_into_extensions(ask, user):
    make_simulator(user, name="good")
    make_simulator(user, name="bad", error_rate=1)

    answer = ask("{ allComputeTypes(maxAge: 0) { name } }").answer

    assert len(answer["data"]["allComputeTypes"]) == 5
    assert answer["extensions"]["complete"] is False
    statuses = {
        entry["provider"]["name"]: entry["status"] for entry in answer["extensions"]["sources"]
    }
    assert statuses == {"good": "LIVE", "bad": "FAILED"}


def test_node_shows_the_stored_rows_and_asks_no_cloud(ask, user, calls):
    provider = make_simulator(user)

    fields = "... on Provider { virtualMachines { totalCount complete sources { status } } }"
    answer = ask(f"query ($id: ID!) {{ node(id: $id) {{ {fields} }} }}", id=provider_id(provider))

    assert answer.data["node"]["virtualMachines"] == {
        "totalCount": 0,
        "complete": False,
        "sources": [{"status": "FAILED"}],
    }
    assert calls == []
    assert answer.live.misses == 0


def test_one_machine_is_asked_alone_and_found_before_any_list(ask, user, calls):
    provider = make_simulator(user)

    seed = provider.credentials.values["seed"]
    external_id = Place(seed, "sim-1").machine_id(0)
    machine_id = global_id("VirtualMachine", f"{provider.public_id}:sim-1:{external_id}")
    query = "query ($id: ID!) { virtualMachine(id: $id) { externalId stale provider { name } } }"

    answer = ask(query, id=machine_id).answer

    assert answer["data"]["virtualMachine"]["externalId"] == external_id
    assert answer["extensions"]["sources"][0]["status"] == "LIVE"
    assert len(calls) == 1
    # the source itself was not listed
    source = Source.objects.get(provider=provider, resource="virtual_machines")
    assert source.fetched_at is None


def test_one_machine_of_a_failing_cloud_is_an_error_rather_than_nothing(ask, user):
    provider = make_simulator(user, error_rate=1)

    machine_id = global_id("VirtualMachine", f"{provider.public_id}:sim-1:sim-0")
    query = "query ($id: ID!) { virtualMachine(id: $id) { name } }"

    answer = ask(query, id=machine_id).answer

    assert answer["data"] == {"virtualMachine": None}
    assert answer["errors"][0]["extensions"]["code"] == "PROVIDER_ERROR"
    assert answer["extensions"]["complete"] is False


def test_one_machine_that_the_cloud_does_not_have_is_null(ask, user):
    provider = make_simulator(user)

    machine_id = global_id("VirtualMachine", f"{provider.public_id}:sim-1:sim-0")

    answer = ask("query ($id: ID!) { virtualMachine(id: $id) { name } }", id=machine_id).answer

    assert answer["data"] == {"virtualMachine": None}
    assert "errors" not in answer
