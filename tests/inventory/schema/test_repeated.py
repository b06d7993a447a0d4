"""A cloud lists an object twice: the counts of the list and of its receipt agree."""

import pytest

from inventory.resources.image import Image
from tests.clouds.engine import ENGINES, connect_engine, engines  # noqa: F401 - a fixture
from tests.inventory.cloud_patches import patch_named, plain_named
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.usefixtures("engines")


@pytest.fixture(autouse=True)
def _every_list_twice(monkeypatch):
    for name in ("list_machines", "list_containers", "list_sizes", "list_images", "list_locations"):
        original = plain_named(name)

        def twice(cloud, *arguments, original=original):
            return list(original(cloud, *arguments)) * 2

        patch_named(monkeypatch, name, twice)


@pytest.mark.parametrize("name", ["virtualMachines", "containers"])
def test_a_list_and_its_receipts_count_the_same(ask, user, name):
    provider = make_simulator(user, machines=4, regions=["r1", "r2"])
    connect_engine(user)
    ENGINES["engine", "here"].add("web")
    page = f"{name} {{ totalCount nodes {{ id }} sources {{ count }} }}"

    data = ask(f"{{ {page} providers {{ name {page} }} }}").data

    nested = [each for each in data["providers"] if each["name"] == provider.name]
    assert nested
    for found in (data[name], *(each[name] for each in data["providers"])):
        ids = [node["id"] for node in found["nodes"]]
        assert len(ids) == len(set(ids)) == found["totalCount"]
        assert found["totalCount"] == sum(receipt["count"] for receipt in found["sources"])
    assert data[name]["totalCount"] == {"virtualMachines": 8, "containers": 1}[name]


@pytest.mark.parametrize("name", ["sizes", "images", "locations"])
def test_a_catalogue_and_its_receipt_count_the_same(ask, user, name):
    make_simulator(user)

    answer = ask(f"{{ providers {{ {name}(first: 1000) {{ id }} }} }}").answer

    ids = [each["id"] for each in answer["data"]["providers"][0][name]]
    assert len(ids) == len(set(ids)) > 0
    assert [each["count"] for each in answer["extensions"]["sources"]] == [len(ids)]


def test_a_search_for_images_counts_each_once(ask, user):
    make_simulator(user)

    answer = ask('{ providers { images(search: "debian") { id } } }').answer

    ids = [each["id"] for each in answer["data"]["providers"][0]["images"]]
    assert len(ids) == len(set(ids)) > 0
    assert [each["count"] for each in answer["extensions"]["sources"]] == [len(ids)]
    assert Image.objects.count() == 0
