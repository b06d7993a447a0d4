"""The demo ends when an account that it did not create is connected."""

import pytest
from django.contrib.auth import get_user_model

from gateway.core.accounts.models import Team
from gateway.core.ids import global_id
from inventory.models import Credentials, Provider, Source, VirtualMachine
from inventory.services.providers import demo_disconnect, provider_connect, provider_update
from tests.client import GraphQLClient, token_of
from tests.inventory.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)
CONNECT = """mutation ($name: String!) { connectProvider(input: {
    kind: "simulator", name: $name, credentials: [] }) { provider { id } errors { code } } }"""
MACHINES = "{ virtualMachines(maxAge: 0) { totalCount nodes { provider { name } } } }"


@pytest.fixture
def demo():
    owner = get_user_model().objects.create_superuser("admin", password="x")
    provider = provider_connect(
        owner=owner, kind="simulator", name="Demo", credentials={"machines": "3"}, demo=True
    )
    answer(owner, MACHINES)  # its machines are stored
    assert VirtualMachine.objects.filter(provider=provider).count() == 3
    return provider


def answer(user, query, **variables):
    return GraphQLClient(token_of(user)).data(query, **variables)


@pytest.mark.parametrize("who", ["the owner of the demo", "somebody else"])
def test_an_account_of_somebody_s_own_ends_it(demo, who):
    user = demo.owner if who == "the owner of the demo" else make_user()

    answer(user, CONNECT, name="Real")

    assert list(Provider.objects.values_list("name", flat=True)) == ["Real"]
    assert Source.objects.exclude(provider__name="Real").count() == 0
    assert VirtualMachine.objects.filter(provider__name="Demo").count() == 0
    assert Credentials.objects.count() == 1
    names = {
        node["provider"]["name"] for node in answer(user, MACHINES)["virtualMachines"]["nodes"]
    }
    assert names == {"Real"}


def test_the_api_names_the_providers_that_end_with_it(demo, settings):
    ask = "{ providers { name endsWithDemo } }"
    assert answer(demo.owner, ask)["providers"] == [{"name": "Demo", "endsWithDemo": True}]

    settings.DEMO_KEPT = True
    assert not any(one["endsWithDemo"] for one in answer(demo.owner, ask)["providers"])

    settings.DEMO_KEPT = False
    answer(demo.owner, CONNECT, name="Real")
    assert answer(demo.owner, ask)["providers"] == [{"name": "Real", "endsWithDemo": False}]


def test_demo_1_keeps_it(demo, settings):
    settings.DEMO_KEPT = True

    answer(demo.owner, CONNECT, name="Real")

    assert set(Provider.objects.values_list("name", flat=True)) == {"Demo", "Real"}


def test_its_own_accounts_do_not_end_it(demo):
    provider_connect(owner=demo.owner, kind="simulator", name="Demo 2", credentials={}, demo=True)

    assert set(Provider.objects.values_list("name", flat=True)) == {"Demo", "Demo 2"}


def test_an_account_that_cannot_be_connected_leaves_it(demo):
    failed = answer(demo.owner, CONNECT, name="Demo")  # the name is taken

    assert failed["connectProvider"]["errors"] == [{"code": "CONFLICT"}]
    assert list(Provider.objects.values_list("name", flat=True)) == ["Demo"]


def test_demo_0_disconnects_it_and_nothing_else(demo, settings):
    settings.DEMO_KEPT = True
    answer(demo.owner, CONNECT, name="Real")

    assert demo_disconnect() == 1

    assert list(Provider.objects.values_list("name", flat=True)) == ["Real"]
    assert demo_disconnect() == 0


UPDATE = """mutation ($input: UpdateProviderInput!) { updateProvider(input: $input) {
    provider { id } errors { code } } }"""
GRANT = """mutation ($input: GrantProviderAccessInput!) { grantProviderAccess(input: $input) {
    grant { id } errors { code } } }"""
CHANGES = {
    "name": "Mine",
    "credentials": [{"name": "latency_ms", "value": "1"}],
    "regions": ["sim-1", "sim-2"],
    "deadlineMs": 4000,
}


def names():
    return set(Provider.objects.values_list("name", flat=True))


@pytest.mark.parametrize("change", CHANGES)
def test_one_that_its_user_has_changed_stays(demo, change):
    answered = answer(demo.owner, UPDATE, input={"id": demo.scope, change: CHANGES[change]})
    assert answered["updateProvider"]["errors"] == []

    answer(demo.owner, CONNECT, name="Real")

    assert names() == {"Mine" if change == "name" else "Demo", "Real"}
    assert VirtualMachine.objects.filter(provider=demo).count() == 3
    assert demo_disconnect() == 0


@pytest.mark.parametrize("whom", ["user", "team"])
def test_one_that_was_shared_stays(demo, whom):
    team = Team.objects.create(name="ops")
    bob = make_user("bob")
    shared = {"user": global_id("User", bob.pk), "team": global_id("Team", team.pk)}
    given = {"provider": demo.scope, "role": "VIEWER", whom: shared[whom]}
    assert answer(demo.owner, GRANT, input=given)["grantProviderAccess"]["errors"] == []

    answer(demo.owner, CONNECT, name="Real")

    assert names() == {"Demo", "Real"}


def test_an_update_that_changes_nothing_leaves_it_the_demo_s(demo):
    answer(demo.owner, UPDATE, input={"id": demo.scope})
    answer(demo.owner, UPDATE, input={"id": demo.scope, "name": " "})  # refused

    answer(demo.owner, CONNECT, name="Real")

    assert names() == {"Real"}


def test_what_the_demo_itself_changes_is_still_the_demo_s(demo):
    provider_update(provider=demo, credentials={"latency_ms": "1"}, demo=True)

    assert demo_disconnect() == 1
