"""The labels of the images and types of Linodes. A Linode's own description has their ids alone.

Linode has no list of some images or types by id, so the whole lists are read; each is a page. The
labels of types and of Linode's own images are remembered. The label of an image of the account can
be changed, so it is read each time: https://techdocs.akamai.com/linode-api/reference/put-image
"""

from collections.abc import Iterator, Sequence
from typing import Any

from inventory.providers.linode.pages import IMAGES, TYPES, pages
from inventory.providers.names import (
    NameCache,
    Names,
    read_names,
    with_image_names,
    with_size_names,
)
from inventory.providers.reading import Reading
from inventory.types import MachineRecord

LINODES_OWN = "linode/"  # begins the id of an image that Linode publishes
NAMES = NameCache()


def named(driver: Any, machines: Sequence[MachineRecord]) -> list[MachineRecord]:
    """The machines with the labels of their images and types."""
    images = _image_names(driver, {one.image_id for one in machines if one.image_id})
    types = _type_names(driver, {one.size_id for one in machines if one.size_id})
    return with_image_names(with_size_names(machines, types), images)


def _image_names(driver: Any, ids: set[str]) -> Names:
    if all(one.startswith(LINODES_OWN) for one in ids):
        return NAMES.names(
            (driver.account, IMAGES), ids, lambda _ids: _labels(driver, IMAGES), "images"
        )
    return read_names(lambda: _labels(driver, IMAGES), "images")


def _type_names(driver: Any, ids: set[str]) -> Names:
    return NAMES.names((driver.account, TYPES), ids, lambda _ids: _labels(driver, TYPES), "types")


def _labels(driver: Any, path: str) -> Iterator[tuple[str, str]]:
    for found in map(Reading, pages(driver, path)):
        one, label = found.text("id"), found.text("label")
        if one and label:
            yield one, label
