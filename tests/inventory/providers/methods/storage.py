"""Volumes, snapshots and key pairs of DigitalOcean, Linode and OpenStack."""

import inspect
import json
from contextlib import suppress

import pytest
from libcloud.compute.base import Node, StorageVolume
from libcloud.compute.drivers.digitalocean import DigitalOcean_v2_NodeDriver
from libcloud.compute.drivers.linode import LinodeNodeDriverV4
from libcloud.compute.drivers.openstack import OpenStack_2_NodeDriver

from tests.inventory.providers.methods.checks import has_none
from tests.inventory.providers.methods.openstack import openstack
from tests.inventory.providers.methods.scripted import answered, asked, driver, thing


def raises_after_it_was_accepted(cls, act, body):
    """The method raises if a field of the object is missing from the answer."""

    def check():
        made = driver(cls, lambda *_: body)
        with pytest.raises(KeyError):
            act(made)
        assert [one[0] for one in asked(made)] == ["POST"]

    return check


def needs_what_was_last_seen(cls, act, error=KeyError):
    """The method raises for an object with only its id known, and sends no request."""

    def check():
        made = driver(cls, lambda *_: pytest.fail("It asks."))
        with pytest.raises(error):
            act(made)

    return check


def takes_no(cls, method, *words):
    def check():
        parameters = inspect.signature(getattr(cls, method)).parameters
        assert not [name for name in parameters for word in words if word in name]

    return check


def quotes_nothing():
    made = driver(DigitalOcean_v2_NodeDriver, lambda *_: answered("", status=204))
    made.destroy_volume(thing("../droplets/1"))
    assert asked(made)[0][:2] == ("DELETE", "/v2/volumes/../droplets/1")


def path_without_a_slash():
    made = driver(DigitalOcean_v2_NodeDriver, lambda *_: answered("", status=204))
    made.delete_volume_snapshot(thing("s"))
    assert asked(made)[0][1] == "v2/snapshots/s"


def detaches_from_every_droplet():
    made = driver(DigitalOcean_v2_NodeDriver, lambda *_: answered("", status=202))
    made.detach_volume(thing("v", region_slug="ams3", droplet_ids=[1, 2]))
    assert [json.loads(one[3])["droplet_id"] for one in asked(made)] == [1, 2]


def cinder(body):
    made = openstack(body)
    vars(made).update(_get_volume_connection=lambda: made.connection)
    return made


def list_lost_to_one_snapshot():
    with pytest.raises(KeyError):
        cinder(
            {"snapshots": [{"id": "s", "created_at": "2026-01-02T03:04:05"}]}
        ).ex_list_snapshots()


def metadata_of_its_own():
    made = cinder({"volume": {}})
    with suppress(KeyError):
        made.create_volume(8, "data")
    assert asked(made)[0][3]["volume"]["metadata"] == {"contents": "data"}


def detaches_from_every_server():
    made = openstack({})
    places = [{"id": "a", "server_id": "one"}, {"id": "b", "server_id": "two"}]
    made.detach_volume(thing("v", attachments=places))
    assert len(asked(made, "DELETE")) == 2


def loses_encryption():
    volume = {"id": "v", "status": "available", "size": 8, "attachments": [], "encrypted": True}
    [found] = cinder({"volumes": [volume]}).list_volumes()
    assert "encrypted" not in found.extra


def linodes(act, error=KeyError):
    return needs_what_was_last_seen(LinodeNodeDriverV4, act, error)


VOLUME = StorageVolume("1", "data", None, None, extra={})
NODE = Node("1", "web", "unknown", [], [], None, extra={})
FIELD = "It raises, after the key was taken, for an answer without a field."
SEEN = "It decides by the volume as it was last seen, and raises without it."
NO_MARK = "It takes no tags, so an order cannot be marked."
NONE = "Libcloud has no method."
DIGITALOCEAN = {
    "key_pairs.import": (
        "create_key_pair",
        FIELD,
        raises_after_it_was_accepted(
            DigitalOcean_v2_NodeDriver,
            lambda d: d.create_key_pair("ann", "ssh-ed25519 A"),
            {"ssh_key": {"id": 1, "name": "ann"}},
        ),
    ),
    "key_pairs.delete": (
        "delete_key_pair",
        "It needs more of a key than its id.",
        needs_what_was_last_seen(DigitalOcean_v2_NodeDriver, lambda d: d.delete_key_pair(thing())),
    ),
    "snapshots.list": (
        "list_volume_snapshots",
        "It lists the snapshots of one volume: a request for each volume.",
        needs_what_was_last_seen(
            DigitalOcean_v2_NodeDriver, lambda d: d.list_volume_snapshots(), TypeError
        ),
    ),
    "snapshots.create": (
        "create_volume_snapshot",
        NO_MARK,
        takes_no(DigitalOcean_v2_NodeDriver, "create_volume_snapshot", "tag"),
    ),
    "snapshots.delete": (
        "delete_volume_snapshot",
        "It asks for a path without a slash.",
        path_without_a_slash,
    ),
    "volumes.create": (
        "create_volume",
        NO_MARK,
        takes_no(DigitalOcean_v2_NodeDriver, "create_volume", "tag"),
    ),
    "volumes.attach": (
        "attach_volume",
        SEEN,
        needs_what_was_last_seen(
            DigitalOcean_v2_NodeDriver, lambda d: d.attach_volume(thing(), thing())
        ),
    ),
    "volumes.detach": (
        "detach_volume",
        "It detaches from every droplet that the volume was last seen at.",
        detaches_from_every_droplet,
    ),
    "volumes.delete": (
        "destroy_volume",
        "It quotes nothing, so an id can name another object.",
        quotes_nothing,
    ),
    "volumes.resize": ("", NONE, has_none(DigitalOcean_v2_NodeDriver, "resize_volume")),
}
LINODE = {
    "images.create": ("create_image", NO_MARK, takes_no(LinodeNodeDriverV4, "create_image", "tag")),
    "key_pairs.import": (
        "create_key_pair",
        FIELD,
        raises_after_it_was_accepted(
            LinodeNodeDriverV4,
            lambda d: d.create_key_pair("ann", "ssh-ed25519 A"),
            {"id": 1, "label": "ann"},
        ),
    ),
    "key_pairs.delete": (
        "",
        NONE,
        linodes(lambda d: d.delete_key_pair(thing()), NotImplementedError),
    ),
    "volumes.create": (
        "create_volume",
        "It has no argument for encryption.",
        takes_no(LinodeNodeDriverV4, "create_volume", "encrypt"),
    ),
    "volumes.attach": ("attach_volume", SEEN, linodes(lambda d: d.attach_volume(NODE, VOLUME))),
    "volumes.detach": ("detach_volume", SEEN, linodes(lambda d: d.detach_volume(VOLUME))),
    "volumes.delete": ("destroy_volume", SEEN, linodes(lambda d: d.destroy_volume(VOLUME))),
    "volumes.resize": (
        "ex_resize_volume",
        SEEN,
        linodes(lambda d: d.ex_resize_volume(VOLUME, 20), TypeError),
    ),
}
OPENSTACK = {
    "snapshots.list": (
        "ex_list_snapshots",
        "One snapshot without a field fails the whole list.",
        list_lost_to_one_snapshot,
    ),
    "snapshots.create": (
        "create_volume_snapshot",
        "It takes no metadata, so an order cannot be marked.",
        takes_no(OpenStack_2_NodeDriver, "create_volume_snapshot", "metadata"),
    ),
    "volumes.list": (
        "list_volumes",
        "It does not return whether a volume is encrypted.",
        loses_encryption,
    ),
    "volumes.create": (
        "create_volume",
        "It sends metadata of its own and takes none, so an order cannot be marked.",
        metadata_of_its_own,
    ),
    "volumes.detach": (
        "detach_volume",
        "It detaches from every server that the volume was last seen at.",
        detaches_from_every_server,
    ),
    "volumes.resize": (
        "",
        NONE,
        has_none(OpenStack_2_NodeDriver, "resize_volume", "extend_volume"),
    ),
}
