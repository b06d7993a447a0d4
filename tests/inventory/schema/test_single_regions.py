"""A machine or container in a region that its provider is not connected to, or not yet."""

import pytest

from gateway.core.ids import global_id
from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import Credentials, VirtualMachine
from tests.clouds.apis.kubernetes import Kubernetes
from tests.clouds.recorded import served
from tests.inventory.factories import machine_source, make_simulator, make_user
from tests.inventory.live.test_every_namespace import add_namespace, everywhere

pytestmark = pytest.mark.django_db(transaction=True)

MACHINE = "query ($id: ID!) { virtualMachine(id: $id, maxAge: 0) { name region } }"
CONTAINER = "query ($id: ID!) { container(id: $id, maxAge: 0) { name region } }"
SEED = "one-account"


@pytest.fixture
def external_id(user):
    """The external id of a machine in region b of the simulated account."""
    twin = make_simulator(user, seed=SEED, regions=["b"], region_names="a,b")
    refresh([Ask(machine_source(twin), 0)])
    found = VirtualMachine.objects.filter(region="b").values_list("external_id", flat=True)[0]
    twin.delete()
    return found


def account(user, regions):
    return make_simulator(user, seed=SEED, regions=regions, region_names="a")


def grow(provider, **changes):
    """The account has a region b from now on; the gateway is not informed."""
    row = Credentials.objects.get(provider=provider)
    row.values = row.values | {"region_names": "a,b"} | changes
    row.save()


def machine_in(provider, region, external_id):
    return global_id("VirtualMachine", f"{provider.public_id}:{region}:{external_id}")


def sources(answer):
    found = answer["extensions"]["sources"]
    return {(one["resource"], one["region"]): one["status"] for one in found}


def test_a_machine_of_a_new_region_is_found(ask, user, external_id):
    provider = account(user, ["all"])
    grow(provider)

    answer = ask(MACHINE, id=machine_in(provider, "b", external_id)).answer

    assert "errors" not in answer
    assert answer["data"]["virtualMachine"]["region"] == "b"
    assert answer["extensions"]["complete"] is True
    assert sources(answer) == {("regions", "all"): "LIVE", ("virtual_machines", "b"): "LIVE"}


def test_a_machine_that_a_new_region_does_not_have_is_null(ask, user):
    provider = account(user, ["all"])
    grow(provider)

    answer = ask(MACHINE, id=machine_in(provider, "b", "absent")).answer

    assert answer["data"] == {"virtualMachine": None}
    assert "errors" not in answer
    assert answer["extensions"]["complete"] is True
    assert sources(answer)["virtual_machines", "b"] == "LIVE"


@pytest.mark.parametrize("regions", [["all"], ["a"]])
def test_a_region_that_the_provider_has_not_is_an_error(ask, user, external_id, regions):
    provider = account(user, regions)
    if regions == ["a"]:
        grow(provider)  # the cloud has it, but it is not connected

    answer = ask(MACHINE, id=machine_in(provider, "b", external_id)).answer

    assert answer["data"] == {"virtualMachine": None}
    [error] = answer["errors"]
    assert error["extensions"] == {"code": "NOT_FOUND", "field": "id"}
    assert "not connected to region 'b'" in error["message"]


def test_regions_that_cannot_be_listed_are_an_error(ask, user, external_id):
    provider = account(user, ["all"])
    grow(provider, error_rate="1")

    answer = ask(MACHINE, id=machine_in(provider, "b", external_id)).answer

    assert answer["data"] == {"virtualMachine": None}
    assert answer["errors"][0]["extensions"]["code"] == "PROVIDER_ERROR"
    assert answer["extensions"]["complete"] is False


def test_another_field_of_the_operation_is_answered(ask, user, external_id):
    provider = account(user, ["all"])
    query = MACHINE.replace("region }", "region } virtualMachines(maxAge: 0) { totalCount }")

    answer = ask(query, id=machine_in(provider, "b", external_id)).answer

    assert answer["data"]["virtualMachine"] is None
    assert answer["data"]["virtualMachines"]["totalCount"] == 5
    assert len(answer["errors"]) == 1


def test_a_provider_of_somebody_else_is_as_none_at_all(ask, user, external_id):
    provider = account(user, ["all"])
    grow(provider)
    nobody = "00000000-0000-4000-8000-000000000000"
    ids = [machine_in(provider, "b", external_id), global_id("VirtualMachine", f"{nobody}:b:x")]

    answers = [ask(MACHINE, make_user(), id=one).answer for one in ids]

    assert [answer["data"] for answer in answers] == [{"virtualMachine": None}] * 2
    assert all(answer.keys() == answers[0].keys() for answer in answers)
    assert "errors" not in answers[0]


def test_a_kind_without_containers_has_none_in_any_region(ask, user):
    provider = account(user, ["all"])

    answer = ask(CONTAINER, id=global_id("Container", f"{provider.public_id}:b:x")).answer

    assert answer["data"] == {"container": None}
    assert "errors" not in answer


def test_what_it_would_ask_is_explained(ask, user, external_id):
    provider = account(user, ["all"])
    variables = {"id": machine_in(provider, "b", external_id)}
    query = """query ($text: String!, $variables: JSON) { explain(query: $text,
        variables: $variables) { sources { resource call action } fields { error } } }"""

    plan = ask(query, text=MACHINE, variables=variables).data["explain"]

    assert plan["sources"] == [{"resource": "regions", "call": "list", "action": "ASKED"}]
    assert plan["fields"] == [{"error": None}]


@pytest.mark.parametrize("denied", [set(), {"list namespaces"}])
def test_a_container_of_a_new_namespace(ask, monkeypatch, denied):
    cluster = Kubernetes()
    with served(cluster, monkeypatch):
        provider = everywhere()
        add_namespace(cluster, "born-later", listed=not denied)
        pod = cluster.pods[-1]
        external_id = f"{pod['metadata']['name']}/{pod['spec']['containers'][0]['name']}"
        cluster.denied = denied
        value = global_id("Container", f"{provider.public_id}:born-later:{external_id}")

        answer = ask(CONTAINER, provider.owner, id=value).answer

    if denied:
        assert answer["errors"][0]["extensions"]["code"] == "PERMISSION_DENIED"
        assert answer["extensions"]["complete"] is False
    else:
        assert answer["data"]["container"]["region"] == "born-later"
        assert answer["extensions"]["complete"] is True
