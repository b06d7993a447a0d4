"""Google: libcloud's GCENodeDriver. Replies as cloud.google.com/compute/docs/reference/rest."""

import inspect
from contextlib import suppress
from unittest.mock import patch

from libcloud.common.google import ResourceNotFoundError
from libcloud.compute.base import Node, StorageVolume, VolumeSnapshot
from libcloud.compute.drivers.gce import GCEConnection, GCENodeDriver

from tests.inventory.providers.methods.checks import (
    has_none,
    libcloud_pauses,
    loses_the_second_page,
    waits_inside,
)
from tests.inventory.providers.methods.scripted import driver, thing

SIZE = {"name": "e2-micro", "guestCpus": 2, "memoryMb": 1024, "id": "1", "selfLink": "x/e2-micro"}
PLACE = {"name": "here-a", "id": "1", "status": "UP", "selfLink": "x/here-a"}


def google(answer):
    return driver(GCENodeDriver, answer, GCEConnection, project="p", zone=None, region=None)


def node():
    found = Node("1", "web", "unknown", [], [], None)
    zone = thing(name="here-a")
    found.extra = {"zone": zone, "boot_disk": None, "labelFingerprint": "f"}
    return found


def operating():
    """An operation that ends when it is asked about for the second time."""
    states = iter(["RUNNING", "DONE", "DONE", "DONE"])

    def answer(method, path, _params, _data):
        state = "PENDING" if method != "GET" else next(states)
        link = "https://compute.googleapis.com/compute/v1/projects/p/zones/here-a/operations/op-1"
        return {"name": "op-1", "status": state, "selfLink": link, "items": []}

    made = google(answer)
    made.connection.poll_interval, made.connection.timeout = 0.5, 180
    made.connection.action = ""
    return made


def token_in_a_file():
    with patch.object(GCEConnection, "__init__", return_value=None) as built, suppress(Exception):
        GCENodeDriver("user", "key", project="p")
    [call] = built.call_args_list
    assert call.kwargs["credential_file"].endswith("p")


def zone_that_did_not_answer():
    def answer(_method, path, _params, _data):
        if "instances" in path:
            return {"items": {"zones/here-a": {"warning": {"code": "UNREACHABLE"}}}}
        return {"items": {}}

    assert google(answer).list_nodes() == []


def zone_whose_disks_are_left_out():
    body = {"items": {"zones/here-a": {"warning": {"code": "UNREACHABLE"}}}}
    assert google(lambda *_: body).list_volumes() == []


def takes_no_running_machine():
    parameters = inspect.signature(GCENodeDriver.ex_create_image).parameters
    assert not [name for name in parameters if "force" in name]


def disk():
    return StorageVolume(
        "1", "data", 10, None, extra={"zone": thing(name="here-a"), "selfLink": "x"}
    )


def snapshot():
    return VolumeSnapshot("1", None, name="kept")


def disk_created():
    """The read of the new disk, after the wait, is another matter."""
    made = operating()
    place = thing(name="here-a")
    with patch("time.sleep") as slept, suppress(Exception):
        made.create_volume(10, "data", location=place)
    assert slept.called
    assert [one[0] for one in made.connection.asked][:3] == ["POST", "GET", "GET"]


def snapshot_created():
    made = operating()
    with patch("time.sleep") as slept, suppress(Exception):
        made.create_volume_snapshot(disk(), "kept")
    assert slept.called
    assert [one[0] for one in made.connection.asked][:3] == ["POST", "GET", "GET"]


def projects_that_cannot_be_read():
    def answer(_method, path, _params, _data):
        if answer.count:
            raise ResourceNotFoundError("It cannot be read.", 404, "notFound")
        answer.count += 1
        return {"items": []}

    answer.count = 0
    made = google(answer)
    made.connection.request_path = "/compute/v1/projects/p"
    assert made.list_images() == []
    assert len(made.connection.asked) > 3


def paged(body):
    return lambda: google(lambda *_: body | {"nextPageToken": "two"})


def sizes_of_the_first_page():
    """Each size has its zone looked up besides."""

    def answer(_method, path, _params, _data):
        if "machineTypes" not in path:
            return PLACE | {"region": "x/here"}
        sizes = {"machineTypes": [SIZE | {"zone": "x/here-a"}]}
        return {"items": {"zones/here-a": sizes}, "nextPageToken": "two"}

    made = google(answer)
    with patch.object(GCENodeDriver, "ex_get_zone", return_value=thing(name="here-a")):
        assert len(made.list_sizes()) == 1
    assert len(made.connection.asked) == 1


def order(made):
    place = {"selfLink": "x/y"}
    made.create_node(
        "web",
        thing(name="e2-micro", **place),
        thing(name="i", **place),
        location=thing(name="here-a"),
        ex_network=thing(name="default", **place),
        ex_disk_type=thing(name="pd-standard", **place),
    )


def ordered():
    made = operating()
    with libcloud_pauses() as slept, suppress(Exception):  # of a read after the order
        order(made)
    assert slept
    assert [one[0] for one in made.connection.asked][:3] == ["POST", "GET", "GET"]


WAITS = "It polls the operation until it has ended, three minutes at most, and returns no id of it."
SUSPENSION = ("", "Libcloud has no method.", has_none(GCENodeDriver, "suspend", "resume"))


def waiting(act):
    return waits_inside(operating, act)


ROWS = {
    "": (
        "GCENodeDriver",
        "It keeps the token of a project in a file that all accounts share.",
        token_in_a_file,
    ),
    "virtual_machines.list": (
        "list_nodes",
        "It leaves out a zone that did not answer.",
        zone_that_did_not_answer,
    ),
    "virtual_machines.start": ("start_node", WAITS, waiting(lambda d: d.start_node(node()))),
    "virtual_machines.stop": ("stop_node", WAITS, waiting(lambda d: d.stop_node(node()))),
    "virtual_machines.reboot": ("reboot_node", WAITS, waiting(lambda d: d.reboot_node(node()))),
    "virtual_machines.terminate": (
        "destroy_node",
        WAITS,
        waiting(lambda d: d.destroy_node(node())),
    ),
    "virtual_machines.resize": (
        "ex_set_machine_type",
        WAITS,
        waiting(lambda d: d.ex_set_machine_type(node(), "e2-small")),
    ),
    "virtual_machines.tag": (
        "ex_set_node_labels",
        WAITS,
        waiting(lambda d: d.ex_set_node_labels(node(), {"env": "prod"})),
    ),
    "virtual_machines.suspend": SUSPENSION,
    "virtual_machines.resume": SUSPENSION,
    "virtual_machines.provision": (
        "create_node",
        WAITS,
        ordered,
    ),
    "sizes.list": (
        "list_sizes",
        "It returns the first page.",
        sizes_of_the_first_page,
    ),
    "images.list": (
        "list_images",
        "It leaves out the projects that it could not read.",
        projects_that_cannot_be_read,
    ),
    "images.create": (
        "ex_create_image",
        "It has no argument for an image of the disk of a machine that runs.",
        takes_no_running_machine,
    ),
    "images.delete": (
        "ex_delete_image",
        WAITS,
        waiting(lambda d: d.ex_delete_image(thing(name="golden"))),
    ),
    "locations.list": (
        "list_locations",
        "It returns the first page.",
        loses_the_second_page(paged({"items": [PLACE]}), "list_locations"),
    ),
    "volumes.list": (
        "list_volumes",
        "It leaves out a zone that did not answer.",
        zone_whose_disks_are_left_out,
    ),
    "volumes.create": ("create_volume", WAITS, disk_created),
    "volumes.attach": (
        "attach_volume",
        WAITS,
        waiting(lambda d: d.attach_volume(node(), disk(), ex_boot=True)),
    ),
    "volumes.detach": (
        "detach_volume",
        WAITS,
        waiting(lambda d: d.detach_volume(disk(), ex_node=node())),
    ),
    "volumes.resize": (
        "ex_resize_volume",
        WAITS,
        waiting(lambda d: d.ex_resize_volume(disk(), 20)),
    ),
    "volumes.delete": ("destroy_volume", WAITS, waiting(lambda d: d.destroy_volume(disk()))),
    "snapshots.list": (
        "ex_list_snapshots",
        "It returns the first page.",
        loses_the_second_page(paged({"items": []}), "ex_list_snapshots", count=0),
    ),
    "snapshots.create": ("create_volume_snapshot", WAITS, snapshot_created),
    "snapshots.delete": (
        "destroy_volume_snapshot",
        WAITS,
        waiting(lambda d: d.destroy_volume_snapshot(snapshot())),
    ),
}
