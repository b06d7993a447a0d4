"""Changes as they are asked for."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.services.machines import provider_id
from inventory.services.providers import provider_update
from tests.inventory.factories import make_simulator, make_user

ONE_BY_ONE = """{ virtualMachines(first: 50, maxAge: 0) { nodes {
    name changes(first: 2) { field before after at } } } }"""
ALL = """query ($since: DateTime, $provider: [ID!], $first: Int) {
    changes(since: $since, provider: $provider, first: $first) {
        at field before after virtualMachine { name provider { name } } } }"""


def grow(ask, user, **options):
    """A provider whose second listing shows two machines more."""
    provider = make_simulator(user, machines=3, **options)
    ask("{ virtualMachines(maxAge: 0) { totalCount } }", asker=user)
    provider_update(provider=provider, credentials={"machines": "5"})
    ask("{ virtualMachines(maxAge: 0) { totalCount } }", asker=user)
    return provider


def test_changes_of_a_machine_and_of_all(ask, user):
    provider = grow(ask, user, name="cloud")

    changes = ask(ALL).data["changes"]
    assert len(changes) == 2
    assert {change["field"] for change in changes} == {"state"}
    assert {change["virtualMachine"]["provider"]["name"] for change in changes} == {"cloud"}
    nodes = ask(ONE_BY_ONE).data["virtualMachines"]["nodes"]
    shown = {node["name"]: len(node["changes"]) for node in nodes}
    assert sorted(shown.values()) == [0, 0, 0, 1, 1]

    assert len(ask(ALL, first=1).data["changes"]) == 1
    assert len(ask(ALL, provider=[provider_id(provider)]).data["changes"]) == 2
    assert ask(ALL, provider=[]).data["changes"] == []
    later = "2100-01-01T00:00:00+00:00"
    assert ask(ALL, since=later).data["changes"] == []


def test_others_see_none_of_them(ask, user):
    provider = grow(ask, user)
    other = make_user()

    assert ask(ALL, asker=other).data["changes"] == []
    [error] = ask(ALL, asker=other, provider=[provider_id(provider)]).answer["errors"]
    assert error["extensions"] == {"code": "NOT_FOUND", "field": "provider"}


def test_the_changes_of_a_page_cost_one_query(ask, user):
    grow(ask, user)
    query = ONE_BY_ONE.replace("maxAge: 0", "maxAge: 60")

    with CaptureQueriesContext(connection) as captured:
        ask(query)

    assert sum("inventory_change" in entry["sql"] for entry in captured) == 1


def test_times_without_an_offset_are_utc_and_impossible_ones_are_told(ask, user):
    grow(ask, user)

    assert len(ask(ALL, since="2020-01-01T00:00:00").data["changes"]) == 2
    [error] = ask(ALL, since="0001-01-01T00:00:00+23:00").answer["errors"]
    assert error["extensions"] == {"code": "INVALID", "field": "since"}
