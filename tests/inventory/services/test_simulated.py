"""The number of simulated objects is bounded, and decides the points that they cost."""

import itertools

import pytest
from django.contrib.auth.models import User

from gateway.core.errors import InvalidInput, RateLimited
from gateway.core.graphql import budget
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.schema import executor
from inventory.models import Credentials
from inventory.services import simulated
from inventory.services.providers import provider_update
from tests.inventory.factories import make_simulator, make_user

pytestmark = pytest.mark.any_database  # it is about what the cloud is sent and answers

_numbers = itertools.count(1)
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

    # The cost of a list is taken before the list is made, and shows in the next answer.
    assert 500 <= first - second < 700
    assert 0 < second - third < 200
    assert 500 <= fourth - fifth < 700


@pytest.mark.django_db(transaction=True)
def test_the_largest_simulator_can_be_read_with_a_full_budget(settings, tmp_path):
    """5 points for each of 1,000 machines are more than the budget ever holds."""
    settings.SIMULATOR_DIR = tmp_path
    settings.GRAPHQL_BUDGET = {"per_second": 0.001, "burst": 2000}
    ann = make_user("ann-of-the-small-budget")
    make_simulator(ann, machines=1000)
    request = GraphQLRequest("{ virtualMachines(maxAge: 0, first: 1) { totalCount complete } }", {})

    answer = executor.run(request, Context(ann)).as_response()

    assert answer["data"]["virtualMachines"] == {"totalCount": 1000, "complete": True}
    with pytest.raises(RateLimited):  # it took half of the budget
        executor.run(request, Context(ann))


@pytest.mark.parametrize(
    ("before", "points", "taken"),
    [(0, 10, 10), (0, 600, 500), (0, 10**9, 500), (700, 600, 300), (1000, 5, 0)],
)
def test_work_of_any_size_leaves_an_operation_admitted_from_a_full_budget(
    settings, before, points, taken
):
    settings.GRAPHQL_BUDGET = {"per_second": 0.001, "burst": 1000}
    context = Context(User(pk=-next(_numbers), username="nobody"))
    budget.charge(context, before)

    budget.charge_work(context, points)

    assert budget.charge(context, 0) == pytest.approx(1000 - before - taken, abs=1)
