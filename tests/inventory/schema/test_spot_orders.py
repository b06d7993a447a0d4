"""Machines of spare capacity: an order of one at EC2, and what the other kinds answer."""

from types import SimpleNamespace

import pytest

from gateway.core.errors import NotSupported
from inventory.providers import Capability, all_kinds
from inventory.services.dry_run_costs import OF_A_SPOT_ORDER
from inventory.services.orders import ProvisionRequest, provision_arguments
from inventory.services.providers import provider_connect
from inventory.types import SpotOrder
from jobs.api import Job
from tests.inventory.factories import make_simulator
from tests.inventory.operations.running import run_to_its_end

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

BUY = """mutation ($input: ProvisionVirtualMachineInput!) { provisionVirtualMachine(input: $input) {
    job { id } errors { field code message }
    dryRun { allowed checks { name ok message }
        cost { after { hourly monthly } complete note } } } }"""
MACHINES = """{ virtualMachines(maxAge: 0) { complete nodes {
    externalId state instanceLifecycle price { amount } } } }"""
AMI = "ami-785db401"  # which every moto has
TAKING = [kind for kind in all_kinds() if kind.takes_spot]
OTHERS = [
    kind
    for kind in all_kinds()
    if Capability.PROVISION in kind.capabilities and not kind.takes_spot
]


@pytest.fixture
def account(user, moto, region):
    return provider_connect(
        owner=user, kind="aws", name="aws", credentials=moto.credentials, regions=[region]
    )


def bought(ask, provider, **given):
    order = {"provider": provider.scope, "name": "spare", "size": "t3.micro", "image": AMI}
    return ask(BUY, input=order | given).data["provisionVirtualMachine"]


def test_a_spot_machine_is_bought_and_shown_as_one(ask, account):
    answer = bought(ask, account, spot={"maxPricePerHour": 0.005})
    assert answer["errors"] == []
    assert run_to_its_end(Job.objects.get()).state == "SUCCEEDED"
    assert bought(ask, account, name="usual")["errors"] == []
    assert run_to_its_end(Job.objects.latest("created_at")).state == "SUCCEEDED"

    found = ask(MACHINES).data["virtualMachines"]
    assert found["complete"]
    lifecycles = [one["instanceLifecycle"] for one in found["nodes"]]
    assert sorted(lifecycles, key=str) == [None, "spot"]
    spot = found["nodes"][lifecycles.index("spot")]
    assert spot["price"] is None  # the price of spare capacity changes: no list has it


def test_a_dry_run_shows_the_most_that_it_can_cost(ask, account):
    limited = bought(ask, account, spot={"maxPricePerHour": 0.002}, dryRun=True)
    assert limited["errors"] == []
    cost = limited["dryRun"]["cost"]
    assert (cost["after"]["monthly"], cost["complete"]) == (1.46, False)
    assert cost["note"] == OF_A_SPOT_ORDER
    on_demand = bought(ask, account, dryRun=True)["dryRun"]["cost"]
    unlimited = bought(ask, account, spot={}, dryRun=True)["dryRun"]["cost"]
    assert unlimited["after"] == on_demand["after"]
    assert unlimited["note"] == OF_A_SPOT_ORDER
    assert not Job.objects.exists()


@pytest.mark.parametrize("price", [0, 1e-7, -1, 1e12, 0.001, 0.0010000001])
def test_an_impossible_price_is_refused(ask, account, price):
    [error] = bought(ask, account, spot={"maxPricePerHour": price})["errors"]

    assert (error["field"], error["code"]) == ("spot.maxPricePerHour", "INVALID")
    assert not Job.objects.exists()


def test_one_key_is_not_for_an_order_with_and_without_spot(ask, account):
    first = bought(ask, account, idempotencyKey="one")
    other = bought(ask, account, idempotencyKey="one", spot={})

    assert first["errors"] == []
    [error] = other["errors"]
    assert error["field"] == "idempotencyKey"
    assert Job.objects.count() == 1


def test_others_refuse_it():
    request = ProvisionRequest(name="n", size="s", image="i", spot=SpotOrder())
    assert TAKING
    assert OTHERS
    for kind in OTHERS:
        with pytest.raises(NotSupported, match="takes no spot") as caught:
            provision_arguments(SimpleNamespace(kind=kind), request)
        assert caught.value.field == "spot", kind.slug


def test_an_order_without_it_has_the_arguments_of_before(user):
    """So that an idempotency key of an earlier release finds its job."""
    provider = make_simulator(user, machines=0)

    assert "spot" not in provision_arguments(provider, ProvisionRequest("n", "s", "i"))
