"""The labels of the images and types of Linodes: the requests, and the effect of a failure."""

import pytest

from inventory.providers import connect, get_kind
from tests.clouds.apis.linode import Linode
from tests.clouds.recorded import recording, served
from tests.inventory.providers.contract.backends import OnLinode

IMAGES = {one["id"]: one["label"] for one in recording("linode/list_images")["data"]}
TYPES = {one["id"]: one["label"] for one in recording("linode/list_types")["data"]}
KIND = get_kind("linode")


@pytest.fixture
def cloud(monkeypatch):
    with served(Linode(), monkeypatch) as cloud:
        for linode in cloud.linodes:
            linode["image"], linode["type"] = OnLinode.image, OnLinode.size
        yield cloud


def listed():
    with connect(KIND, KIND.clean_credentials(OnLinode.given), "global", 30) as account:
        machines = account.read("virtual_machines")
        assert account.find("virtual_machines", machines[0].external_id) == machines[0]
    return machines


def asked(cloud, path):
    return [request for request in cloud.asked if request.path == path]


def test_labels_of_types_and_of_linodes_own_images_are_read_once(cloud):
    first, second = listed(), listed()

    assert {one.image_name for one in first} == {IMAGES[OnLinode.image]}
    assert {one.size_name for one in first} == {TYPES[OnLinode.size]}
    assert first == second
    assert len(asked(cloud, "/v4/images")) == len(asked(cloud, "/v4/linode/types")) == 1


def test_labels_of_the_accounts_images_are_read_each_time(cloud):
    cloud.linodes[0]["image"] = "private/1"
    first, _ = listed(), listed()

    assert first[0].image_name == "private/1"  # it is in no list, as a deleted one
    assert first[0].problem is None
    assert {one.image_name for one in first[1:]} <= {IMAGES[OnLinode.image]}
    assert len(asked(cloud, "/v4/images")) == 4


@pytest.mark.parametrize(
    ("path", "noun"), [("/v4/images", "images"), ("/v4/linode/types", "types")]
)
def test_linodes_are_listed_without_the_labels(cloud, path, noun):
    """A token without the scope images:read_only is refused the list of images."""
    reason = "Your OAuth token is not authorized to use this endpoint."
    cloud.fault = cloud.error(401, reason)
    cloud.fault_meets = lambda request: request.path == path

    machines = listed()

    assert machines
    for machine in machines:
        assert machine.problem == f"The names of {noun} could not be read: {reason}"
        is_image = noun == "images"
        assert machine.image_name == (machine.image_id if is_image else IMAGES[machine.image_id])
        assert machine.size_name == (TYPES[machine.size_id] if is_image else machine.size_id)
