"""Images of DigitalOcean: public ones, and the team's own, which are snapshots and backups of
droplets, and uploads.

"Images" in docs.digitalocean.com/reference/api. No image of a droplet is created here: the request
answers with an action, names no image, and takes no tags.
"""

from typing import Any

from inventory.providers.libcloud.reader import Reader
from inventory.providers.libcloud.token_driver import image_named
from inventory.providers.reading import UNKNOWN_WORD, Reading
from inventory.providers.rest import segment
from inventory.providers.table import does
from inventory.records.image import ImageRecord, ImageState

STATES = {
    "new": ImageState.CREATING,
    "pending": ImageState.CREATING,
    "available": ImageState.AVAILABLE,
    "retired": ImageState.DISABLED,
    "deleted": ImageState.DELETED,
}


def name_of(image: Reading) -> str | None:
    return " ".join(filter(None, (image.text("distribution"), image.text("name")))) or None


def _more(image: Reading) -> dict[str, Any]:
    word = image.text("status") or UNKNOWN_WORD
    public = image.flag("public")
    return {
        "name": name_of(image),
        "state": STATES.get(word.lower(), ImageState.UNKNOWN),
        "raw_state": word,
        "size": image.number("min_disk_size"),
        "public": public,
        "own": None if public is None else not public,
    }


# An order takes the slug of a public image as well as the number.
IMAGE = Reader(ImageRecord, "external_id=slug|id description tags created_at", _more)


@does("images", "delete", permissions="image:delete")
def delete_image(driver: Any, external_id: str) -> None:
    driver.delete_image(image_named(driver, segment(external_id)))
