"""Images of Linode: "Images" in techdocs.akamai.com/linode-api/reference."""

import re
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.flat_tags import words_of
from inventory.providers.libcloud.reader import Reader
from inventory.providers.libcloud.token_driver import image_named
from inventory.providers.reading import UNKNOWN_WORD, Reading
from inventory.providers.rest import ask, segment
from inventory.providers.table import does
from inventory.records.image import ImageRecord, ImageState, NewImage

IMAGES, SWAP = "/v4/images", "swap"
MIB_PER_GIB = 1024
OWN = re.compile(r"private/[0-9]+")
STATES = {
    "creating": ImageState.CREATING,
    "pending_upload": ImageState.CREATING,
    "available": ImageState.AVAILABLE,
}


def _more(image: Reading) -> dict[str, Any]:
    """The field "size" is in MB. An image with an id of another form is Linode's, or shared with
    the account.
    """
    word = image.text("status") or UNKNOWN_WORD
    size = image.number("size")
    return {
        "state": STATES.get(word, ImageState.UNKNOWN),
        "raw_state": word,
        "size": None if size is None else -(-size // MIB_PER_GIB),
        "public": image.flag("is_public"),
        "own": OWN.fullmatch(image.text("id") or "") is not None,
    }


IMAGE = Reader(ImageRecord, "name=label! description tags created_at=created", _more)


@does("images", "create", permissions=("images:read_write", "linodes:read_only"))
def create_image(driver: Any, order: NewImage) -> ImageRecord:
    """Libcloud's ``create_image`` takes no tags, of which one is the mark."""
    image = {
        "disk_id": _disk_of(driver, order.machine_id),
        "label": order.name,
        "description": order.description or "",
        "tags": words_of(order.tags),
    }
    return IMAGE.read(ask(driver.connection, IMAGES, method="POST", data=image))


def _disk_of(driver: Any, machine_id: str) -> int:
    """The disk of the machine that is no swap space. Raises CONFLICT unless there is one: an image
    at Linode is of one disk.
    """
    path = f"{driver.machines}/{segment(machine_id)}/disks"
    disks = [Reading(disk) for disk in driver.pages(path, "data")]
    ids = [disk.number("id", required=True) for disk in disks if disk.text("filesystem") != SWAP]
    if len(ids) != 1 or ids[0] is None:
        message = (
            f"An image at Linode is of one disk, and the Linode has {len(ids)} besides its swap "
            "space."
        )
        raise ProviderError(ProviderErrorCode.CONFLICT, message, retryable=False)
    return ids[0]


@does("images", "delete", permissions="images:read_write")
def delete_image(driver: Any, external_id: str) -> None:
    """Its id has a slash, which is one of the path."""
    if OWN.fullmatch(external_id) is None:
        message = f"Linode has no image {external_id!r} of yours."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    driver.delete_image(image_named(driver, external_id))
