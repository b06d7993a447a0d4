"""The names of the images that servers were made from. Nova reports their ids alone."""

import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode, translate
from inventory.providers.openstack.pages import pages
from inventory.providers.openstack.parse import image_of
from inventory.providers.reading import records_of
from inventory.types import ImageRecord

log = logging.getLogger(__name__)

AT_ONCE = 40  # ids of one request: its address has less than 2,000 characters
# Glance leaves hidden images out unless it is asked for them.
SHOWN: dict[str, str] = {}
HIDDEN = {"os_hidden": "true"}


@dataclass(frozen=True, slots=True)
class ImageNames:
    """Names by id. ``problem``: why some could not be read."""

    names: Mapping[str, str]
    problem: str | None = None


def names_of_images(driver: Any, ids: Collection[str]) -> ImageNames:
    """The names, with one request for each AT_ONCE ids.

    The operator ``in`` is of "List images" in the Image service API v2 reference,
    docs.openstack.org/api-ref/image/v2/#list-images. An image that was deleted, or that the project
    may not see, has no name. Servers are listed even if the image service refuses or fails.
    """
    names: dict[str, str] = {}
    try:
        for params in (SHOWN, HIDDEN):
            for several in _portions(one for one in ids if one not in names):
                images = pages(driver.image, "/v2/images", "images", id=f"in:{several}", **params)
                found = records_of(ImageRecord, images, image_of)
                names |= {image.external_id: image.name for image in found}
    except Exception as error:  # noqa: BLE001 - whatever it is, the servers are known
        failure = error if isinstance(error, ProviderError) else translate(error)
        log.warning("The names of images could not be read: %s", failure.code)
        if failure.code is ProviderErrorCode.NOT_FOUND:  # the region has no image service
            return ImageNames(names)
        return ImageNames(names, f"The image service did not answer: {failure.message}")
    return ImageNames(names)


def _portions(ids: Iterable[str]) -> Iterator[str]:
    wanted = sorted(ids)
    for start in range(0, len(wanted), AT_ONCE):
        yield ",".join(wanted[start : start + AT_ONCE])
