"""Images at Glance, and images of servers at Nova.

"Image service API v2" and "Create Image (createImage Action)" of the Compute API,
docs.openstack.org/api-ref. A property of an image that is none of ``SCHEMA`` was given to it by a
user or by nova: it is shown as a tag, beside glance's own tags, which are words.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from gateway.core.folding import contains
from inventory.providers.exceptions import ProviderErrorCode
from inventory.providers.names import Names, read_names
from inventory.providers.openstack.pages import pages
from inventory.providers.openstack.permissions import MEMBER
from inventory.providers.reading import (
    UNKNOWN_WORD,
    Reading,
    object_id,
    read_or_damaged,
    records_of,
)
from inventory.providers.rest import act, found_by_id, reply_to, segment
from inventory.providers.table import beside, does, reads
from inventory.records.image import ImageRecord, ImageState, NewImage, architecture_of

AT_ONCE = 40  # ids of one request: its address has less than 2,000 characters
# Glance leaves hidden images out unless it is asked for them.
SHOWN: dict[str, str] = {}
HIDDEN = {"os_hidden": "true"}
IMAGES = "/v2/images"
# "Image status" in glance's documentation, docs.openstack.org/glance/latest/user/statuses.html.
STATES = {
    **dict.fromkeys(("queued", "saving", "uploading", "importing"), ImageState.CREATING),
    "active": ImageState.AVAILABLE,
    "deactivated": ImageState.DISABLED,
    "killed": ImageState.ERROR,
    **dict.fromkeys(("deleted", "pending_delete"), ImageState.DELETED),
}
# The attributes of "Show image schema" in the same reference.
SCHEMA = frozenset(
    {
        "id",
        "name",
        "status",
        "visibility",
        "protected",
        "checksum",
        "owner",
        "size",
        "virtual_size",
        "container_format",
        "disk_format",
        "created_at",
        "updated_at",
        "tags",
        "direct_url",
        "min_ram",
        "min_disk",
        "self",
        "file",
        "schema",
        "locations",
        "os_hidden",
        "os_hash_algo",
        "os_hash_value",
        "stores",
        "kernel_id",
        "ramdisk_id",
        "instance_uuid",
        "architecture",
        "os_distro",
        "os_version",
        "description",
        "block_device_mapping",
    }
)
GIB = 1 << 30


@reads("images")
def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    word = search or ""
    images = records_of(ImageRecord, pages(driver.image, IMAGES, "images"), image_reader(driver))
    return [image for image in images if image.external_id == search or contains(image.name, word)]


@beside("find", "images")
def find_image(driver: Any, external_id: str) -> ImageRecord | None:
    found = found_by_id(driver.image, IMAGES, external_id)
    if found is None:
        return None
    return read_or_damaged(ImageRecord, Reading(found), image_reader(driver), object_id)


@does("images", "create", permissions=MEMBER)
def create_image(driver: Any, order: NewImage) -> ImageRecord:
    """Below microversion 2.45 the id is in the address of the header "Location" alone."""
    metadata = {**dict(order.tags), **_described(order.description)}
    action = {"createImage": {"name": order.name, "metadata": metadata}}
    path = f"/servers/{segment(order.machine_id)}/action"
    reply = reply_to(driver.compute, path, method="POST", data=action)
    external_id = str(reply.headers.get("location") or "").rpartition("/")[2]
    return find_image(driver, external_id) or ImageRecord(
        external_id=external_id,
        name=order.name,
        state=ImageState.CREATING,
        raw_state="queued",
        own=True,
        machine_id=order.machine_id,
        tags=tuple(sorted(metadata.items())),
    )


@does("images", "delete", permissions=MEMBER)
def delete_image(driver: Any, external_id: str) -> None:
    act(driver.image, f"{IMAGES}/{segment(external_id)}", method="DELETE")


def image_reader(driver: Any) -> Callable[[Reading], ImageRecord]:
    """Reads an image as the driver's project sees it."""
    return lambda found: _image(found, driver.project_id)


def _image(found: Reading, project_id: str) -> ImageRecord:
    external_id = found.identifier("id") or ""
    word = found.text("status", required=True) or UNKNOWN_WORD
    owner, visibility = found.text("owner"), found.text("visibility")
    return ImageRecord(
        external_id=external_id,
        name=found.text("name") or external_id,
        state=STATES.get(word, ImageState.UNKNOWN),
        raw_state=word,
        created_at=found.moment("created_at"),
        size=_size(found),
        architecture=architecture_of(found.text("architecture")),
        public=None if visibility is None else visibility in {"public", "community"},
        own=None if owner is None else owner == project_id,
        description=found.text("description"),
        machine_id=found.text("instance_uuid"),
        snapshot_ids=_snapshots(found),
        tags=_tags(found),
        problem=found.problem,
    )


def _size(found: Reading) -> int | None:
    """In GiB, the larger of the least disk that the owner demands and the image's own disk."""
    least = found.number("min_disk") or 0
    virtual = found.number("virtual_size") or 0
    return max(least, -(-virtual // GIB)) or None


def _snapshots(found: Reading) -> tuple[str, ...]:
    """The ids of the volume snapshots in an image of a server that boots from a volume."""
    try:
        disks = json.loads(found.text("block_device_mapping") or "[]")
    except ValueError:
        disks = None
    if not isinstance(disks, list):
        found.note("block_device_mapping", "a list of disks")
        return ()
    ids = [Reading(disk).text("snapshot_id") for disk in disks]
    return tuple(filter(None, ids))


def _tags(found: Reading) -> tuple[tuple[str, str], ...]:
    own = [(name, value) for name, value in found.entries() if name not in SCHEMA]
    words = [(word, "") for word in found.texts("tags")]
    return tuple(sorted([*words, *((name, one) for name, one in own if isinstance(one, str))]))


def _described(description: str | None) -> dict[str, str]:
    return {"description": description} if description else {}


def names_of_images(driver: Any, ids: Collection[str]) -> Names:
    """The names, with one request for each AT_ONCE ids.

    The operator ``in`` is of "List images" in the Image service API v2 reference,
    docs.openstack.org/api-ref/image/v2/#list-images. An image that was deleted, or that the project
    may not see, has no name. They are read each time: an image can be renamed.
    """
    names = read_names(lambda: _names_of(driver, ids), "images")
    if names.failure is ProviderErrorCode.NOT_FOUND:  # the region has no image service
        return replace(names, problem=None)
    return names


def _names_of(driver: Any, ids: Collection[str]) -> Iterator[tuple[str, str]]:
    named: set[str] = set()
    for params in (SHOWN, HIDDEN):
        for several in _portions(one for one in ids if one not in named):
            images = pages(driver.image, IMAGES, "images", id=f"in:{several}", **params)
            for image in records_of(ImageRecord, images, image_reader(driver)):
                named.add(image.external_id)
                yield image.external_id, image.name


def _portions(ids: Iterable[str]) -> Iterator[str]:
    wanted = sorted(ids)
    for start in range(0, len(wanted), AT_ONCE):
        yield ",".join(wanted[start : start + AT_ONCE])
