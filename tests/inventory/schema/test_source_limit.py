"""An operation that would ask more than MAX_SOURCES sources is refused before any is asked."""

import pytest

from inventory.live import connection
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db(transaction=True)

LISTS = {
    "list": "{ virtualMachines(maxAge: 0) { totalCount complete } }",
    "aggregate": "{ virtualMachinesAggregate(maxAge: 0) { totals { count } complete } }",
    "nested": "{ providers { virtualMachines(maxAge: 0) { totalCount } } }",
    "several": "{ virtualMachines(maxAge: 0) { totalCount } volumes(maxAge: 0) { totalCount } }",
}


@pytest.fixture
def cloud(user, settings):
    settings.MAX_SOURCES = 2
    return make_simulator(user, name="cloud", regions=["one", "two", "three"])


@pytest.fixture
def unasked(monkeypatch):
    def refuse(*_arguments):
        raise AssertionError("A cloud was asked.")

    monkeypatch.setattr(connection, "connect", refuse)


@pytest.mark.parametrize("query", LISTS.values(), ids=LISTS)
@pytest.mark.usefixtures("cloud", "unasked")
def test_too_many_sources_are_refused(ask, query):
    errors = ask(query).answer["errors"]

    assert {error["extensions"]["code"] for error in errors} == {"QUERY_TOO_LARGE"}
    assert all("MAX_SOURCES is 2" in error["message"] for error in errors)


@pytest.mark.usefixtures("cloud")
def test_as_many_as_allowed_are_asked(ask):
    query = '{ virtualMachines(maxAge: 0, filter: {region: ["one", "two"]}) { complete } }'

    assert ask(query).data["virtualMachines"]["complete"] is True


def test_sources_that_are_young_enough_do_not_count(ask, cloud, settings):
    settings.MAX_SOURCES = 3
    assert ask(LISTS["list"]).data["virtualMachines"]["complete"] is True
    settings.MAX_SOURCES = 1

    answer = ask("{ virtualMachines(maxAge: 600) { complete totalCount } }")

    assert answer.data["virtualMachines"]["complete"] is True


@pytest.mark.usefixtures("cloud", "unasked")
def test_explain_says_that_it_would_be_refused(ask):
    explain = """query ($text: String!) { explain(query: $text) {
        calls fields { path error } sources { region action } } }"""

    plan = ask(explain, text=LISTS["list"]).data["explain"]

    assert plan["calls"] == 3
    assert {one["region"] for one in plan["sources"]} == {"one", "two", "three"}
    assert "MAX_SOURCES is 2" in plan["fields"][0]["error"]
