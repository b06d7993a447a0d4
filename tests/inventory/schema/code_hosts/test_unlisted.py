"""Repositories that a host shows and no list has are shown, and not stored."""

import copy

import pytest

from gateway.core.ids import global_id
from inventory.models import Repository
from tests.clouds.apis.github import OWNER
from tests.inventory.factories import make_simulator
from tests.inventory.schema.code_hosts.world import READ_ALL

pytestmark = pytest.mark.django_db(transaction=True)
NODES = """{ organization(login: "cloudmesh-community") {
    repositories(first: 100) { nodes { id name } } } }"""
ORDER = """mutation ($input: ProvisionVirtualMachineInput!) {
    provisionVirtualMachine(input: $input) {
        dryRun { allowed userData } errors { field code message } } }"""


def test_a_single_read_stores_nothing_that_no_list_showed(client, github, provider):
    """A token reads every public repository of its host by its number."""
    client.data(READ_ALL)
    stored = set(Repository.objects.values_list("external_id", flat=True))
    elsewhere = copy.deepcopy(github.repositories[0])
    elsewhere |= {"id": 23, "node_id": "R_23", "name": "else", "full_name": "elsewhere/else"}
    github.repositories.append(elsewhere)
    local = global_id("Repository", f"{provider.public_id}:global:23")

    found = client.post(f'{{ repository(id: "{local}") {{ id name stale }} }}')

    assert found["data"]["repository"] == {"id": local, "name": "else", "stale": False}
    assert found["extensions"]["complete"] is True
    assert set(Repository.objects.values_list("external_id", flat=True)) == stored


def test_a_stored_one_is_brought_up_to_date(client, github, provider):
    client.data(READ_ALL)
    github.rename("boat", "ship")
    local = global_id("Repository", f"{provider.public_id}:global:147539337")

    client.data(f'{{ repository(id: "{local}", maxAge: 0) {{ name }} }}')

    assert Repository.objects.get(external_id="147539337").full_name == f"{OWNER}/ship"


def test_a_repository_of_an_organization_can_be_ordered(client, github, provider, user):
    """The repository was not listed before, so it is not stored."""
    nodes = client.data(NODES)["organization"]["repositories"]["nodes"]
    [boat] = [one["id"] for one in nodes if one["name"] == "boat"]
    cloud = make_simulator(user, machines=0)
    given = {
        "provider": global_id("Provider", str(cloud.public_id)),
        "name": "web",
        "size": "sim.nano",
        "image": "img-debian-12",
        "dryRun": True,
    }

    taken = client.data(ORDER, input={**given, "repository": boat})["provisionVirtualMachine"]
    gone = global_id("Repository", f"{provider.public_id}:global:1")
    refused = client.data(ORDER, input={**given, "repository": gone})["provisionVirtualMachine"]

    assert taken["errors"] == []
    assert f"https://github.com/{OWNER}/boat" in taken["dryRun"]["userData"]
    assert [one["code"] for one in refused["errors"]] == ["NOT_FOUND"]
    assert not Repository.objects.exists()
