"""A list of EC2 that has anything but items is no shorter list."""

import pytest
from libcloud.common.types import MalformedResponseError
from lxml import etree

from inventory.providers.ec2.parse import (
    NAMESPACE,
    images_in,
    machines_in,
    regions_in,
    sizes_in,
    zones_in,
)

LISTS = {
    "reservationSet": lambda reply: machines_in(reply, "us-east-1"),
    "imagesSet": images_in,
    "instanceTypeSet": sizes_in,
    "availabilityZoneInfo": zones_in,
    "regionInfo": regions_in,
}


def answer(name, content):
    return etree.fromstring(f"<Answer xmlns='{NAMESPACE}'><{name}>{content}</{name}></Answer>")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("content", ["<member/>", "<item/><member/>", "<Item/>", "none today"])
def test_what_is_no_item_is_not_left_out(name, content):
    with pytest.raises(MalformedResponseError, match=name):
        list(LISTS[name](answer(name, content)))


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("content", ["", "\n  ", "<!-- none -->"])
def test_an_empty_list_is_empty(name, content):
    assert list(LISTS[name](answer(name, content))) == []


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_is_missing_is_not_empty(name):
    with pytest.raises(MalformedResponseError, match=name):
        list(LISTS[name](answer("another", "")))
