"""The labels of the images and types of Linodes. A Linode's own description has their ids alone.

Linode has no list of some images or types by id, so the whole lists are read; each is a page. The
labels of types and of Linode's own images are remembered. The label of an image of the account can
be changed, so it is read each time: https://techdocs.akamai.com/linode-api/reference/put-image
"""

from collections.abc import Iterator, Sequence
from typing import Any

from inventory.providers.names import (
    NameCache,
    Names,
    read_names,
    with_image_names,
    with_size_names,
)
from inventory.types import MachineRecord

LINODES_OWN = "linode/"  # begins the id of an image that Linode publishes
NAMES = NameCache()


def named(driver: Any, machines: Sequence[MachineRecord]) -> list[MachineRecord]:
    """The machines with the labels of their images and types."""
    images = {one.image_id for one in machines if one.image_id}
    is_fixed = all(one.startswith(LINODES_OWN) for one in images)
    of_images = _names(driver, images, driver.list_images, "images", is_fixed=is_fixed)
    types = {one.size_id for one in machines if one.size_id}
    of_types = _names(driver, types, driver.list_sizes, "types", is_fixed=True)
    return with_image_names(with_size_names(machines, of_types), of_images)


def _names(driver: Any, ids: set[str], listed: Any, noun: str, *, is_fixed: bool) -> Names:
    def labels(_ids: Any = None) -> Iterator[tuple[str, str]]:
        return ((one.external_id, one.name) for one in listed() if one.external_id)

    if is_fixed:
        return NAMES.names((driver.account, noun), ids, labels, noun)
    return read_names(labels, noun)
