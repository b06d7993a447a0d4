"""``<plural>Aggregate`` of a subscription covers the sources that have answered."""

import pytest

from gateway.core.errors import RateLimited
from gateway.core.graphql.cost import LIVE_POINTS
from inventory.models import Grant, Role
from inventory.schema.table import arrivals
from tests.client import GraphQLClient, token_of
from tests.gateway.streams.client import all_of, answered, in_loop, in_thread, make_streams, opened
from tests.inventory.factories import make_simulator
from tests.inventory.held_clouds import hold_cloud
from tests.inventory.resources.names import RESOURCES, plural
from tests.jobs.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

SHOWN = """complete sources { provider { name } region resource status error { code } }
    totals { count vcpus } groupCount groups { keys { label } measures { count } }
    pageInfo { hasNextPage }"""
ARGUMENTS = """filter: $filter, groupBy: $by, maxAge: $maxAge, first: $first, orderBy: $order"""
VARIABLES = """($filter: VirtualMachineFilter, $by: [VirtualMachineGroupBy!], $maxAge: Int,
    $first: Int = 100, $order: VirtualMachineGroupOrder)"""
STREAM = f"subscription {VARIABLES} {{ virtualMachinesAggregate({ARGUMENTS}) {{ {SHOWN} }} }}"
QUERY = f"query {VARIABLES} {{ virtualMachinesAggregate({ARGUMENTS}) {{ {SHOWN} }} }}"


@pytest.fixture(autouse=True)
def _clouds(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def client(ann):
    return GraphQLClient(token_of(ann))


def streamed(client, query=STREAM, **variables):
    """The answers of a stream, which completes by itself."""
    return all_of(client.token, query, **variables)


def aggregates(answers):
    return [answer["data"]["virtualMachinesAggregate"] for answer in answers]


def providers(aggregate):
    return sorted(one["provider"]["name"] for one in aggregate["sources"])


def test_each_event_is_of_the_sources_that_have_answered(ann, client, monkeypatch):
    answers = hold_cloud(monkeypatch, "slow")
    make_simulator(ann, machines=3, name="slow", seed="slow")
    make_simulator(ann, machines=2, name="fast")
    found = []

    async def watch(streams):
        variables = {"maxAge": 0, "by": [{"field": "PROVIDER"}]}
        async with opened(streams, client.token, STREAM, variables=variables) as response:
            await response.count(1)
            answers.set()
            await response.end()
        found.extend(aggregates(response.answers))

    in_loop(watch, make_streams())

    first, last = found
    assert (providers(first), first["complete"]) == (["fast"], False)
    assert (first["totals"]["count"], first["sources"][0]["status"]) == (2, "LIVE")
    assert [group["keys"][0]["label"] for group in first["groups"]] == ["fast"]
    assert (providers(last), last["complete"]) == (["fast", "slow"], True)
    assert last["totals"]["count"] == 5
    assert {one["status"] for one in last["sources"]} == {"LIVE"}


@pytest.mark.parametrize("regions", [["r1", "r2"], ["all"]])
def test_the_last_one_is_the_aggregate_of_a_query(ann, client, regions):
    for name in ("one", "other"):
        make_simulator(ann, name=name, machines=12, regions=regions, region_names="r1,r2")
    variables = {
        "filter": {"state": ["RUNNING"]},
        "by": [{"field": "REGION"}, {"field": "STATE"}],
        "order": {"field": "COUNT", "direction": "DESC"},
        "first": 1,
    }

    *_, last = aggregates(streamed(client, maxAge=0, **variables))

    asked = client.data(QUERY, maxAge=3600, **variables)["virtualMachinesAggregate"]
    for one in (*last["sources"], *asked["sources"]):
        del one["status"]  # LIVE, CACHED
    assert last == asked
    assert (last["complete"], last["groupCount"], last["pageInfo"]["hasNextPage"]) == (
        True,
        2,
        True,
    )


def test_what_is_stored_and_young_enough_is_one_event(ann, client):
    make_simulator(ann, machines=3, name="cloud")
    client.data(QUERY, maxAge=0)

    [found] = aggregates(streamed(client, maxAge=3600))

    assert (found["complete"], found["sources"][0]["status"]) == (True, "CACHED")
    assert found["totals"]["count"] == 3


def test_a_cloud_that_fails_leaves_the_last_one_incomplete(ann, client):
    provider = make_simulator(ann, machines=3, name="cloud")
    client.data(QUERY, maxAge=0)
    provider.credentials.values["error_rate"] = "1"
    provider.credentials.save()

    *_, last = aggregates(streamed(client, maxAge=0))

    assert (last["complete"], last["totals"]["count"]) == (False, 3)
    assert last["sources"][0]["error"]["code"]


def test_a_provider_that_is_disconnected_meanwhile_is_not_counted_any_more(ann, monkeypatch):
    answers = hold_cloud(monkeypatch, "slow")
    bob = make_user("bob")
    shared = make_simulator(ann, machines=3, name="shared")
    make_simulator(bob, machines=2, name="own", seed="slow")
    Grant.objects.create(provider=shared, user=bob, role=Role.VIEWER.value)
    token = token_of(bob)

    async def watch(streams):
        variables = {"maxAge": 0}
        async with opened(streams, token, STREAM, variables=variables) as response:
            [first] = aggregates(await response.count(1))
            await in_thread(shared.delete)
            answers.set()
            await response.end()
        *_, last = aggregates(response.answers)
        assert (providers(first), first["totals"]["count"]) == (["shared"], 3)
        shown = (sorted(providers(last)), last["totals"]["count"], last["complete"])
        assert shown == (["own", "shared"], 2, False)

    in_loop(watch, make_streams())


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        ({"maxAge": -1}, "maxAge"),
        ({"first": -1}, "first"),
        ({"by": [{"tag": "a", "field": "STATE"}]}, "groupBy"),
        ({"filter": {"kind": ["nonsense"]}}, "filter.kind"),
        ({"filter": {"region": ["nowhere"]}}, "filter.region"),
    ],
)
def test_what_is_wrong_is_told(ann, client, variables, field):
    make_simulator(ann, machines=2, name="cloud")

    *_, last = streamed(client, **variables)

    assert last["errors"][0]["extensions"]["field"] == field


def test_groups_that_cost_too_much_are_refused_before_anything_is_asked(ann, client, settings):
    settings.GRAPHQL_LIMITS = settings.GRAPHQL_LIMITS | {"cost": 1000}
    provider = make_simulator(ann, machines=2, name="cloud")

    [refused] = streamed(client, by=[{"field": "STATE"}], maxAge=0, first=1000)

    assert refused["errors"][0]["extensions"]["code"] == "QUERY_TOO_LARGE"
    assert not provider.sources.exclude(attempt_started_at=None).exists()


def test_a_spent_budget_delays_and_leaves_nothing_out(ann, client, monkeypatch):
    """A stream that has nothing to show would pass for an account without machines."""
    make_simulator(ann, machines=20, name="cloud")
    charged = []

    def spent_once(asks, context, **besides):
        charged.append(besides)
        if len(charged) == 1:
            raise RateLimited("spent", retry_after=0)

    monkeypatch.setattr(arrivals, "charge_simulated", spent_once)

    [found] = aggregates(streamed(client, maxAge=0))

    assert found["totals"]["count"] == 20
    assert charged == 2 * [{"besides": LIVE_POINTS}]


def test_every_resource_that_is_listed_at_the_root_is_counted(client):
    """The stream of a resource without a source sends one empty answer."""

    async def watch(streams):
        for name in (f"{plural(one)}Aggregate" for one in RESOURCES if one.has_root_list):
            query = (
                f"subscription {{ {name} {{ complete sources {{ status }} totals {{ count }} }} }}"
            )
            found = await answered(streams, client.token, query)
            nothing = {"complete": True, "sources": [], "totals": {"count": 0}}
            assert [answer["data"] for answer in found.answers] == [{name: nothing}]
            assert found.events[-1] == ("complete", None)

    in_loop(watch, make_streams())
