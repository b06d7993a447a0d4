"""``virtualMachines`` of a subscription: source by source, each with its receipt, to the last."""

import pytest

from inventory.models import Source
from inventory.resources import all_resources
from tests.client import GraphQLClient, token_of
from tests.gateway.streams.client import all_of, answered, in_loop, in_thread, make_streams, opened
from tests.inventory.factories import make_simulator
from tests.inventory.held_clouds import hold_cloud
from tests.jobs.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

DELIVER = """subscription ($filter: VirtualMachineFilter, $maxAge: Int) {
    virtualMachines(filter: $filter, maxAge: $maxAge) {
        source { provider { name } region resource status count error { code } }
        nodes { id name state provider { name } size { name } } } }"""
LIST = """query ($filter: VirtualMachineFilter, $maxAge: Int) {
    virtualMachines(filter: $filter, maxAge: $maxAge, first: 1000) { complete nodes { id } } }"""


@pytest.fixture(autouse=True)
def _clouds(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def client(ann):
    return GraphQLClient(token_of(ann))


def delivered(client, **variables):
    """The deliveries of a stream, which completes by itself, up to its last event."""
    return all_of(client.token, DELIVER, **variables)


def deliveries(answers):
    return [answer["data"]["virtualMachines"] for answer in answers]


def ids(found):
    return sorted(node["id"] for one in found for node in one["nodes"])


def test_the_fast_cloud_comes_before_the_slow_one_has_answered(ann, client, monkeypatch):
    answers = hold_cloud(monkeypatch, "slow")
    make_simulator(ann, machines=3, name="slow", seed="slow")
    make_simulator(ann, machines=2, name="fast")

    async def watch(streams):
        variables = {"maxAge": 0}
        async with opened(streams, client.token, DELIVER, variables=variables) as response:
            await response.count(1)
            listed = Source.objects.filter(provider__name="slow").exclude(fetched_at=None)
            assert not await in_thread(listed.exists)
            answers.set()
            await response.end()
        first, second = deliveries(response.answers)
        assert (first["source"]["provider"]["name"], len(first["nodes"])) == ("fast", 2)
        assert (second["source"]["provider"]["name"], len(second["nodes"])) == ("slow", 3)
        assert {first["source"]["status"], second["source"]["status"]} == {"LIVE"}

    in_loop(watch, make_streams())


def test_together_they_are_the_list(ann, client):
    for name in ("one", "other"):
        make_simulator(ann, name=name, machines=12, regions=["r1", "r2"], region_names="r1,r2")
    filter_ = {"state": ["RUNNING"]}

    found = deliveries(delivered(client, filter=filter_, maxAge=0))

    listed = client.data(LIST, filter=filter_, maxAge=3600)["virtualMachines"]
    assert ids(found) == sorted(node["id"] for node in listed["nodes"])
    assert len(ids(found)) > 0
    places = [(one["source"]["provider"]["name"], one["source"]["region"]) for one in found]
    assert sorted(places) == [("one", "r1"), ("one", "r2"), ("other", "r1"), ("other", "r2")]
    for one in found:
        assert one["nodes"] == sorted(one["nodes"], key=lambda node: node["name"])


def test_what_is_stored_and_young_enough_is_sent_without_asking(ann, client):
    make_simulator(ann, machines=3, name="cloud")
    client.data(LIST, maxAge=0)

    [found] = deliveries(delivered(client, maxAge=3600))

    assert (found["source"]["status"], len(found["nodes"])) == ("CACHED", 3)


def test_a_cloud_that_fails_is_sent_with_its_error_and_what_is_stored(ann, client):
    provider = make_simulator(ann, machines=3, name="cloud")
    client.data(LIST, maxAge=0)
    provider.credentials.values["error_rate"] = "1"
    provider.credentials.save()

    [found] = deliveries(delivered(client, maxAge=0))

    assert found["source"]["status"] in {"STALE", "FAILED"}
    assert found["source"]["error"]["code"]
    assert len(found["nodes"]) == 3


def test_the_set_of_regions_comes_last(ann, client):
    make_simulator(ann, machines=2, name="cloud", regions=["all"], region_names="r1,r2,r3")

    found = deliveries(delivered(client, maxAge=0))

    resources = [one["source"]["resource"] for one in found]
    assert resources == ["virtual_machines"] * 3 + ["regions"]
    assert found[-1]["nodes"] == []
    assert {one["source"]["region"] for one in found[:3]} == {"r1", "r2", "r3"}


@pytest.mark.parametrize(
    ("variables", "field"),
    [
        ({"maxAge": -1}, "maxAge"),
        ({"filter": {"kind": ["nonsense"]}}, "filter.kind"),
        ({"filter": {"region": ["nowhere"]}}, "filter.region"),
    ],
)
def test_what_is_wrong_is_told(ann, client, variables, field):
    make_simulator(ann, machines=2, name="cloud")

    *_, last = delivered(client, **variables)

    assert last["errors"][0]["extensions"]["field"] == field


def test_every_resource_that_is_listed_at_the_root_is_delivered(client):
    """The stream of a resource without a source completes at once."""
    for resource in all_resources():
        if resource.has_root_list:
            name = "".join(word.title() for word in resource.plural.split("_"))
            name = name[0].lower() + name[1:]
            found = []

            async def watch(streams, name=name, found=found):
                query = f"subscription {{ {name} {{ source {{ status }} nodes {{ id }} }} }}"
                found.append(await answered(streams, client.token, query))

            in_loop(watch, make_streams())
            assert found[0].events == [("complete", None)]


def test_a_provider_that_is_disconnected_while_it_is_waited_for_is_told(ann, client, monkeypatch):
    answers = hold_cloud(monkeypatch, "slow")
    slow = make_simulator(ann, machines=3, name="slow", seed="slow")
    make_simulator(ann, machines=2, name="fast")

    async def watch(streams):
        variables = {"maxAge": 0}
        async with opened(streams, client.token, DELIVER, variables=variables) as response:
            await response.count(1)
            await in_thread(slow.delete)
            answers.set()
            await response.end()
        first, last = deliveries(response.answers)
        assert (first["source"]["provider"]["name"], len(first["nodes"])) == ("fast", 2)
        assert (last["source"]["provider"]["name"], last["nodes"]) == ("slow", [])
        assert last["source"]["status"] == "FAILED"

    in_loop(watch, make_streams())
