"""A query asks every kind of cloud at once."""

import pytest

from inventory.providers import shipped
from inventory.services.providers import provider_connect
from tests.client import GraphQLClient
from tests.inventory.factories import make_user
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.container_backends import CONTAINER_BACKENDS
from tests.inventory.providers.contract.every import single_kinds

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = [kind.slug for kind in single_kinds() if shipped(kind)]
MACHINES = {kind.slug for kind in single_kinds() if shipped(kind) and kind.lists_machines}
CONTAINERS = {kind.slug for kind in single_kinds() if shipped(kind) and kind.lists_containers}
EVERY_BACKEND = BACKENDS | CONTAINER_BACKENDS


@pytest.fixture
def client(request):
    """The client of a user who has an account at each kind of cloud."""
    user = make_user()
    for slug in KINDS:
        account = EVERY_BACKEND[slug](request)
        account.launch()
        given = {name: str(one) for name, one in account.credentials.items() if one is not None}
        provider_connect(
            owner=user, kind=slug, name=slug, credentials=given, regions=[account.region]
        )
    return GraphQLClient().log_in(user.username, "correct-horse")


def test_all_compute_types_of_every_kind_in_one_query(client):
    query = """{ allComputeTypes(first: 1000, maxAge: 0) { __typename id name memory
        ... on VirtualMachine { state rawState provider { kind { slug } } }
        ... on Container { containerState: state rawState provider { kind { slug } } } } }"""
    answer = client.post(query)

    assert "errors" not in answer
    found = answer["data"]["allComputeTypes"]
    of = {"VirtualMachine": set(), "Container": set()}
    for one in found:
        of[one["__typename"]].add(one["provider"]["kind"]["slug"])
    assert of == {"VirtualMachine": MACHINES, "Container": CONTAINERS}
    assert len(KINDS) >= 8
    assert all(one["memory"] > 0 for one in found if one["__typename"] == "VirtualMachine")
    assert answer["extensions"]["complete"] is True
    assert {one["status"] for one in answer["extensions"]["sources"]} == {"LIVE"}


def test_what_can_be_bought_of_every_kind_in_one_query(client):
    query = """{ providers { name sizes(first: 1000) { externalId memory }
        images(first: 1000) { externalId } locations { externalId } } }"""
    providers = client.data(query)["providers"]

    assert {provider["name"] for provider in providers} == set(KINDS)
    for provider in providers:
        sizes = {one["externalId"] for one in provider["sizes"]}
        if provider["name"] not in MACHINES:
            assert not sizes
            continue
        assert BACKENDS[provider["name"]].size in sizes
        assert provider["images"]
        assert provider["locations"]
