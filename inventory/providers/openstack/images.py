"""The names of the images that servers were made from. Nova reports their ids alone."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Any

from inventory.providers.exceptions import ProviderErrorCode
from inventory.providers.names import Names, read_names
from inventory.providers.openstack.pages import pages
from inventory.providers.openstack.parse import image_of
from inventory.providers.reading import records_of
from inventory.types import ImageRecord

AT_ONCE = 40  # ids of one request: its address has less than 2,000 characters
# Glance leaves hidden images out unless it is asked for them.
SHOWN: dict[str, str] = {}
HIDDEN = {"os_hidden": "true"}


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
            images = pages(driver.image, "/v2/images", "images", id=f"in:{several}", **params)
            for image in records_of(ImageRecord, images, image_of):
                named.add(image.external_id)
                yield image.external_id, image.name


def _portions(ids: Iterable[str]) -> Iterator[str]:
    wanted = sorted(ids)
    for start in range(0, len(wanted), AT_ONCE):
        yield ",".join(wanted[start : start + AT_ONCE])
