"""explain reports the steps of a query and takes none of them."""

import pytest
from django.utils import timezone

from gateway.core.ids import global_id
from inventory.live import connection
from inventory.live.source_state import store_failure
from inventory.models import Source, VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode
from tests.inventory.factories import machine_source, make_simulator, make_user

pytestmark = pytest.mark.any_database  # plans are made in Python

EXPLAIN = """query ($text: String!, $variables: JSON, $name: String) {
    explain(query: $text, variables: $variables, operationName: $name) {
        calls estimatedMs fields { path error }
        sources { provider { name } region resource call about action maxAge fetchedAt nextTryAt
            estimatedMs deadlineMs fields } } }"""
LIST = "query ($age: Int) { all: virtualMachines(maxAge: $age) { nodes { name } } }"


@pytest.fixture
def silence(monkeypatch):
    """No cloud may be connected to."""

    def refuse(*_arguments):
        raise AssertionError("A cloud was asked.")

    monkeypatch.setattr(connection, "connect", refuse)


@pytest.fixture
def explain(ask, user):
    def plan(query, asker=user, **variables):
        return ask(EXPLAIN, asker=asker, text=query, variables=variables).data["explain"]

    return plan


def test_a_source_that_was_never_asked(explain, user, silence):
    make_simulator(user, name="cloud", regions=["one", "two"], deadline_ms=2500)

    plan = explain(LIST, age=0)

    assert plan["calls"] == 2
    assert plan["estimatedMs"] is None
    assert plan["fields"] == [{"path": "all", "error": None}]
    assert plan["sources"][0] == {
        "provider": {"name": "cloud"},
        "region": "one",
        "resource": "virtual_machines",
        "call": "list",
        "about": None,
        "action": "ASKED",
        "maxAge": 0.0,
        "fetchedAt": None,
        "nextTryAt": None,
        "estimatedMs": None,
        "deadlineMs": 2500,
        "fields": ["all"],
    }
    assert not Source.objects.exclude(attempt_started_at=None).exists()


def test_it_tells_what_then_happens(ask, explain, user):
    make_simulator(user, latency_ms=40)
    ask(LIST, age=0)

    cached, asked = explain(LIST, age=60), explain(LIST, age=0)

    assert (cached["calls"], cached["estimatedMs"]) == (0, 0)
    assert cached["sources"][0]["action"] == "CACHED"
    assert asked["calls"] == 1
    assert asked["estimatedMs"] == Source.objects.exclude(duration_ms=None).get().duration_ms >= 40
    assert ask(LIST, age=60).live.receipts.popitem()[1].status == "CACHED"


def test_one_source_of_two_fields_is_asked_once_and_the_smaller_age_wins(explain, user, silence):
    provider = make_simulator(user)
    source = machine_source(provider)
    Source.objects.filter(pk=source.pk).update(
        fetched_at=timezone.now(), listing_started_at=timezone.now(), duration_ms=70
    )

    plan = explain(
        "{ a: virtualMachines(maxAge: 60) { totalCount } allComputeTypes(maxAge: 0) { id } "
        'providers { images(search: "debian") { id } } jobs { totalCount } }'
    )

    listed, searched = plan["sources"]
    assert (listed["action"], listed["maxAge"]) == ("ASKED", 0.0)
    assert listed["fields"] == ["a", "allComputeTypes"]
    assert (searched["call"], searched["about"]) == ("search", "debian")
    assert searched["fields"] == ["providers.images"]
    assert [field["path"] for field in plan["fields"]] == [
        "a",
        "allComputeTypes",
        "providers.images",
    ]


def test_a_source_that_keeps_failing(explain, user, silence):
    source = machine_source(make_simulator(user))
    error = ProviderError(ProviderErrorCode.RATE_LIMITED, "Later.", retry_after=50)
    store_failure(source.pk, error, started_at=timezone.now())

    [step] = explain(LIST, age=0)["sources"]

    assert step["action"] == "LEFT_ALONE"
    assert step["nextTryAt"] is not None
    assert step["estimatedMs"] == 0


def test_one_machine(ask, explain, user):
    make_simulator(user, machines=1)
    ask(LIST, age=0)
    machine = VirtualMachine.objects.get()
    local = f"{machine.provider.public_id}:{machine.region}:{machine.external_id}"
    query = "query ($id: ID!, $age: Int) { virtualMachine(id: $id, maxAge: $age) { name } }"
    named = {"id": global_id("VirtualMachine", local)}

    [asked] = explain(query, **named, age=0)["sources"]
    [cached] = explain(query, **named, age=60)["sources"]

    assert (asked["call"], asked["about"], asked["action"]) == (
        "find",
        machine.external_id,
        "ASKED",
    )
    assert cached["action"] == "CACHED"


def test_what_is_skipped_is_not_planned(explain, user, silence):
    make_simulator(user)

    plan = explain(
        "query ($no: Boolean!) { virtualMachines @include(if: $no) { totalCount } "
        "host { cpu { cores } } }",
        no=False,
    )

    assert (plan["sources"], plan["fields"], plan["calls"]) == ([], [], 0)


def test_a_field_that_would_fail(explain, user, silence):
    make_simulator(user)

    plan = explain("{ virtualMachines(maxAge: -1) { totalCount } }")

    assert plan["sources"] == []
    assert plan["fields"][0]["error"].startswith("maxAge is in seconds")


def test_only_ones_own_sources_are_told_of(explain, user, silence):
    make_simulator(user)

    assert explain(LIST, asker=make_user(), age=0)["sources"] == []


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{", "The query cannot be run: Syntax Error"),
        ("{ nope }", "Cannot query field 'nope' on type 'Query'."),
        ('mutation { cancelJob(input: {id: "x"}) { errors { code } } }', "try dryRun"),
        ("query a { host { cpu { cores } } } query b { host { cpu { cores } } }", "operationName"),
        ("{ virtualMachine { id } }", "argument 'id' of type 'ID!' is required"),
        ("{ viewer " + "{ repositories { nodes " * 13 + "}" * 27, "levels deep"),
    ],
)
def test_what_cannot_be_explained(ask, user, query, message):
    answer = ask(EXPLAIN, text=query).answer

    [error] = answer["errors"]
    assert message in error["message"]
    assert error["extensions"] == {"code": "INVALID", "field": "query"}


def test_variables_that_are_no_object(ask, user):
    answer = ask(EXPLAIN, text="{ host { cpu { cores } } }", variables=[1]).answer

    assert answer["errors"][0]["extensions"]["field"] == "variables"
