"""Volumes, snapshots, key pairs and security groups of the kinds that speak HTTP."""

import uuid

from inventory.providers.order_marker import MARKER_TAG
from inventory.providers.simulator.stock import public_key
from inventory.records.key_pair import NewKeyPair
from inventory.records.security_group import NewSecurityGroup
from inventory.records.snapshot import NewSnapshot
from inventory.records.volume import NewVolume
from tests.inventory.providers.contract.backends import BACKENDS, Served
from tests.inventory.providers.contract.every import single_kinds

RESOURCES = ("volumes", "snapshots", "key_pairs", "security_groups")
CREATING = {"key_pairs": "import"}
KEY = f"{public_key('tests')} ada@example"
# Lists that the cloud documents to have one page.
ONE_PAGE = {("openstack", "key_pairs")}


def stored(resource=None):
    """The kinds on a stand-in over HTTP that list it, with what they list."""
    return [
        (kind.slug, one)
        for kind in single_kinds()
        for one in RESOURCES
        if (one, "list") in kind.table.functions
        and issubclass(BACKENDS.get(kind.slug, object), Served)
        and resource in (None, one)
    ]


def more(account, resource, count):
    """Add ``count`` copies of the first object under other ids at the stand-in."""
    getattr(account.cloud, f"more_{resource}")(count)


def order(account, cloud, resource):
    """An order of one object, with its mark, and the mark."""
    mark = str(uuid.uuid4())
    tags = ((MARKER_TAG, mark),)
    location = getattr(account, "location", None)
    if resource == "volumes":
        return NewVolume("made-here", mark, size=20, location_id=location, tags=tags), mark
    if resource == "snapshots":
        volume = free_volume(cloud)
        return NewSnapshot("made-here", volume.external_id, mark, tags=tags), mark
    if resource == "key_pairs":
        return NewKeyPair("made-here", KEY, mark, tags=tags), mark
    return NewSecurityGroup("made-here", "Of tests.", mark, tags=tags), mark


def free_volume(cloud):
    return next(one for one in cloud.read("volumes") if one.state == "AVAILABLE")
