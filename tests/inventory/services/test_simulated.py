"""What the gateway makes up itself is bounded, and costs points by its number."""

import pytest

from gateway.core.errors import InvalidInput
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.schema import executor
from inventory.models import Credentials
from inventory.services import simulated
from inventory.services.providers import provider_update
from tests.inventory.factories import make_simulator, make_user

LIST = "{ virtualMachines(maxAge: %d) { totalCount } }"


@pytest.fixture
def ann(db):
    return make_user("ann")


def test_all_simulated_machines_of_a_user_are_bounded(ann, monkeypatch):
    monkeypatch.setattr(simulated, "MOST_MACHINES", 100)
    regions = ["sim-1", "sim-2"]
    make_simulator(ann, machines=30, regions=regions)
    other = make_simulator(ann, machines=20)

    for account in (
        {"machines": 11, "regions": regions},
        {"machines": 1, "region_names": ",".join(f"r{n}" for n in range(21))},
    ):
        with pytest.raises(InvalidInput, match="100 are allowed"):
            make_simulator(ann, **account)
    with pytest.raises(InvalidInput, match="41 simulated machines over all regions, beside 60"):
        provider_update(provider=other, credentials={"machines": "41"}, by=ann)
    with pytest.raises(InvalidInput, match="100 are allowed"):
        provider_update(provider=other, regions=["a", "b", "c"], by=ann)
    assert Credentials.objects.get(provider=other).values["machines"] == 20
    make_simulator(ann, machines=20)
    make_simulator(machines=100)


@pytest.mark.django_db(transaction=True)
def test_a_simulated_list_costs_points_by_its_machines_when_it_is_made(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path
    settings.GRAPHQL_BUDGET = {"per_second": 0.001, "burst": 100_000}
    ann = make_user("ann-of-the-budget")
    make_simulator(ann, machines=100)

    def left(max_age):
        context = Context(ann)
        answer = executor.run(GraphQLRequest(LIST % max_age, {}), context).as_response()
        assert answer["data"]["virtualMachines"] == {"totalCount": 100}
        return context.extensions["cost"]["budget"]["left"]

    first, second, third, fourth, fifth = (left(age) for age in (3600, 3600, 3600, 0, 3600))

    # What a list costs is taken before it is made, and seen in the next answer.
    assert 500 <= first - second < 700
    assert 0 < second - third < 200
    assert 500 <= fourth - fifth < 700
