"""A search for images asks the cloud, beyond what is stored."""

import pytest

from inventory.records.image import ImageRecord
from inventory.resources.image import Image
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.any_database  # it is about what the cloud is sent and answers

QUERY = """query ($search: String, $first: Int) {
    providers { images(search: $search, first: $first) { id externalId name region } } }"""


@pytest.fixture
def searches(monkeypatch):
    """Every search that reached a cloud; it finds one image that no list offers."""
    asked = []
    original = plain_cloud("images", "list")

    def list_images(cloud, search=None):
        if search is None:
            return original(cloud)
        asked.append(search)
        return [*original(cloud, search), ImageRecord("img-rare", f"rare {search}")]

    patch_cloud(monkeypatch, "images", "list", list_images)
    return asked


def test_without_a_search_the_stored_choice_is_shown(ask, user, searches):
    make_simulator(user)

    images = ask(QUERY).data["providers"][0]["images"]

    assert "img-debian-12" in {image["externalId"] for image in images}
    assert searches == []


def test_a_search_shows_what_is_stored_and_what_the_cloud_finds(ask, user, searches):
    make_simulator(user, regions=["r1", "r2"])
    ask(QUERY)
    stored = Image.objects.count()

    asked = ask(QUERY, search="debian 1")

    images = asked.data["providers"][0]["images"]
    assert [(image["name"], image["region"]) for image in images] == [
        ("Debian 12", "r1"),
        ("Debian 12", "r2"),
        ("Debian 13", "r1"),
        ("Debian 13", "r2"),
        ("rare debian 1", "r1"),
        ("rare debian 1", "r2"),
    ]
    assert searches == ["debian 1", "debian 1"]
    assert {entry["status"] for entry in asked.answer["extensions"]["sources"]} == {"LIVE"}
    assert asked.answer["extensions"]["complete"] is True
    assert Image.objects.count() == stored
    assert len(ask(QUERY, search="debian 1", first=2).data["providers"][0]["images"]) == 2


def test_an_image_is_found_by_its_id(ask, user):
    make_simulator(user)

    images = ask(QUERY, search="img-fedora-42").data["providers"][0]["images"]

    assert [image["name"] for image in images] == ["Fedora 42"]


def test_a_cloud_that_does_not_answer_the_search_makes_the_answer_incomplete(ask, user):
    make_simulator(user, error_rate=1)

    asked = ask(QUERY, search="debian")

    assert asked.answer["data"]["providers"][0]["images"] is None
    [error] = asked.answer["errors"]
    assert error["extensions"]["code"] == "PROVIDER_ERROR"
    assert asked.answer["extensions"]["complete"] is False
    (receipt,) = asked.answer["extensions"]["sources"]
    assert (receipt["status"], receipt["error"]["code"]) == ("FAILED", "PROVIDER_ERROR")
