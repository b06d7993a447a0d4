"""One question to every kind of cloud at once."""

import pytest

from inventory.providers import all_kinds, shipped
from inventory.services.providers import provider_connect
from tests.client import GraphQLClient
from tests.clouds.moto import moto, region  # noqa: F401 - fixtures
from tests.inventory.factories import make_user
from tests.inventory.providers.contract.backends import BACKENDS

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = [kind.slug for kind in all_kinds() if shipped(kind)]


@pytest.fixture
def client(request):
    """Of a user who has an account at each kind of cloud."""
    user = make_user()
    for slug in KINDS:
        account = BACKENDS[slug](request)
        account.launch()
        given = {name: str(one) for name, one in account.credentials.items() if one is not None}
        provider_connect(
            owner=user, kind=slug, name=slug, credentials=given, regions=[account.region]
        )
    return GraphQLClient().log_in(user.username, "correct-horse")


def test_all_compute_types_of_every_kind_in_one_query(client):
    query = """{ allComputeTypes(first: 1000, maxAge: 0) {
        id name memory ... on VirtualMachine { state rawState provider { kind { slug } } } } }"""
    answer = client.post(query)

    assert "errors" not in answer
    machines = answer["data"]["allComputeTypes"]
    assert {machine["provider"]["kind"]["slug"] for machine in machines} == set(KINDS)
    assert len(KINDS) >= 7
    assert all(machine["memory"] > 0 for machine in machines)
    assert answer["extensions"]["complete"] is True
    assert {one["status"] for one in answer["extensions"]["sources"]} == {"LIVE"}


def test_what_can_be_bought_of_every_kind_in_one_query(client):
    query = """{ providers { name sizes(first: 1000) { externalId memory }
        images(first: 1000) { externalId } locations { externalId } } }"""
    providers = client.data(query)["providers"]

    assert {provider["name"] for provider in providers} == set(KINDS)
    for provider in providers:
        assert BACKENDS[provider["name"]].size in {one["externalId"] for one in provider["sizes"]}
        assert provider["images"]
        assert provider["locations"]
