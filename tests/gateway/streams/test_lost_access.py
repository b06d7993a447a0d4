"""A user loses the access to a provider while a stream asks it: no answer passes for complete.

In the lists and aggregates of each type of object that is listed at the root.
"""

import json
from itertools import product

import pytest

from inventory.models import Grant, Role, Source
from inventory.models.source import SourceResource
from inventory.resources import all_resources
from inventory.schema.live_answers import LiveAnswers
from inventory.schema.live_plans import PlanRequest
from inventory.schema.table.connections import plan_list
from tests.client import token_of
from tests.gateway.streams.client import all_of, in_loop, in_thread, make_streams, opened
from tests.inventory.factories import make_simulator
from tests.inventory.held_clouds import hold_cloud
from tests.inventory.resources.names import plural
from tests.jobs.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)

LISTED = [one for one in all_resources() if one.has_root_list]
CASES = list(product(("list", "aggregate"), ("alone", "with another"), ("named", "of all")))


@pytest.fixture(autouse=True)
def _clouds(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def bob():
    return make_user("bob")


def shared_with(bob, provider):
    Grant.objects.create(provider=provider, user=bob, role=Role.VIEWER.value)
    return provider


def watching(resource, way):
    name, type_name = plural(resource), f"{resource.type_name}Filter"
    selected = "source { provider { name } } nodes { id }"
    if way == "aggregate":
        name, selected = f"{name}Aggregate", "complete sources { provider { name } }"
    return f"""subscription ($filter: {type_name}) {{
        {name}(filter: $filter, maxAge: 0) {{ {selected} }} }}"""


def refused(answer):
    [error] = answer["errors"]
    assert "data" not in answer
    return error["extensions"]


@pytest.fixture
def clouds(ann, bob, monkeypatch):
    """Makes the providers of bob. He loses the role on one while all are asked."""
    fetching = LiveAnswers.fetching

    def fetched_then_revoked(self, plan):
        found = list(fetching(self, plan))  # no read goes on after the test
        Grant.objects.all().delete()
        yield from found

    def clouds(resource, *, has_other):
        found = [shared_with(bob, make_simulator(ann, machines=2, name="lost"))]
        if has_other:
            found.append(make_simulator(bob, machines=2, name="kept"))
        for provider in found:  # simulators list not every resource
            Source.objects.get_or_create(
                provider=provider, region="sim-1", resource=resource.plural
            )
        return found

    monkeypatch.setattr(LiveAnswers, "fetching", fetched_then_revoked)
    return clouds


@pytest.mark.parametrize("case", CASES, ids=" ".join)
@pytest.mark.parametrize("resource", LISTED, ids=lambda one: one.plural)
def test_the_stream_ends_with_an_error(clouds, bob, resource, case):
    way, beside, asked = case
    providers = clouds(resource, has_other=beside == "with another")
    named = {"provider": [one.scope for one in providers]} if asked == "named" else None

    [answer] = all_of(token_of(bob), watching(resource, way), filter=named)

    field = {"field": "filter.provider"} if named else {}
    assert refused(answer) == {"code": "NOT_FOUND"} | field


@pytest.mark.parametrize("is_named", [True, False], ids=["named", "all"])
@pytest.mark.parametrize("way", ["list", "aggregate"])
def test_a_role_that_is_revoked_while_the_cloud_answers(ann, bob, way, is_named, monkeypatch):
    answers = hold_cloud(monkeypatch, "slow")
    slow = shared_with(bob, make_simulator(ann, machines=3, name="slow", seed="slow"))
    fast = make_simulator(bob, machines=2, name="fast")
    token = token_of(bob)
    [machines] = [one for one in LISTED if one.plural == "virtual_machines"]
    named = {"provider": [slow.scope, fast.scope]} if is_named else None

    async def watch(streams):
        query = watching(machines, way)
        async with opened(streams, token, query, variables={"filter": named}) as response:
            await response.count(1)
            await in_thread(Grant.objects.all().delete)
            answers.set()
            await response.end()
        first, last = response.answers
        assert "fast" in json.dumps(first)
        assert refused(last)["code"] == "NOT_FOUND"
        assert response.events[-1] == ("complete", None)
        assert "slow" not in response.text
        assert '"complete": true' not in json.dumps(response.answers)

    in_loop(watch, make_streams())


@pytest.mark.parametrize("lost", ["role", "provider"])
def test_a_new_list_of_regions_of_another_provider_hides_no_loss(ann, bob, lost):
    """The sources are listed again then, and the lost provider has none any more."""
    shared = shared_with(bob, make_simulator(ann, machines=2, name="shared"))
    own = make_simulator(bob, machines=1, name="own", regions=["all"], region_names="r1,r2")
    [machines] = [one for one in LISTED if one.plural == "virtual_machines"]
    plan = plan_list(machines, PlanRequest(bob, {}))
    known = {one.pk for one in plan.sources if one.provider_id == shared.pk}
    region_set = own.sources.get(resource=SourceResource.REGIONS)
    answers = LiveAnswers()

    (Grant.objects.all() if lost == "role" else shared).delete()
    change = answers._follow([plan], region_set)

    assert known
    assert known <= {one.pk for one in plan.sources}
    assert not known & change.gone
