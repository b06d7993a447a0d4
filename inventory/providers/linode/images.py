"""Images of Linode: "Images" in techdocs.akamai.com/linode-api/reference."""

import re
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.libcloud.reader import Reader
from inventory.providers.libcloud.token_driver import image_named
from inventory.providers.reading import UNKNOWN_WORD, Reading
from inventory.providers.table import does
from inventory.records.image import ImageRecord, ImageState

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


@does("images", "delete", permissions="images:read_write")
def delete_image(driver: Any, external_id: str) -> None:
    """Its id has a slash, which is one of the path."""
    if OWN.fullmatch(external_id) is None:
        message = f"Linode has no image {external_id!r} of yours."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    driver.delete_image(image_named(driver, external_id))
