"""DigitalOcean and Linode: the hooks of ``TokenDriver`` that replace a method."""

import pytest
from libcloud.compute.drivers.digitalocean import DigitalOcean_v2_NodeDriver
from libcloud.compute.drivers.linode import LinodeNodeDriverV4

from inventory.providers.libcloud.token_driver import image_named, location_named, size_named
from tests.inventory.providers.methods.checks import has_none
from tests.inventory.providers.methods.scripted import asked, driver


def name_that_begins_with_a_digit():
    """ "Must begin and end with an alphanumeric character": "Create a Linode"."""
    made = driver(LinodeNodeDriverV4, lambda *_: pytest.fail("It asks."))
    place, size = location_named(made, "us-east"), size_named(made, "g6-nanode-1")
    image = image_named(made, "linode/debian12")
    with pytest.raises(Exception, match="Invalid name"):
        made.create_node(place, "1st-web", size, image, root_pass="a-password-of-tests")
    assert asked(made) == []


NONE = "Libcloud has no method."
ROWS = {
    "digitalocean": {
        "virtual_machines.tag": ("", NONE, has_none(DigitalOcean_v2_NodeDriver, "tag")),
    },
    "linode": {
        "virtual_machines.tag": ("", NONE, has_none(LinodeNodeDriverV4, "tag")),
        "virtual_machines.provision": (
            "create_node",
            "It refuses names that Linode accepts: those that begin with a digit.",
            name_that_begins_with_a_digit,
        ),
    },
}
