"""Images of Compute Engine: cloud.google.com/compute/docs/reference/rest/v1/images.

The id of an image is its path, ``projects/PROJECT/global/images/NAME``.
"""

from dataclasses import replace
from typing import Any

from gateway.core.folding import contains
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.google.actions import instance_of
from inventory.providers.google.disks import known
from inventory.providers.google.pages import current
from inventory.providers.google.parse import (
    PROJECTS,
    boot_disk,
    image_id_of,
    image_of,
    last,
    path,
)
from inventory.providers.identity import check_identity
from inventory.providers.reading import Reading, records_of
from inventory.providers.rest import act, ask, found, segment
from inventory.providers.table import does, reads
from inventory.records.image import ImageRecord, ImageState, NewImage

# The projects with public images: "Operating system details" in the Compute Engine documentation.
PUBLISHERS = ("debian-cloud", "ubuntu-os-cloud")
FAMILY = "/images/family/"


@reads("images", permissions="compute.images.list")
def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    """One's own and the usual publishers'; with an image's id, anybody's."""
    if search is not None and search.startswith(PROJECTS):
        image = found(driver.connection, f"/compute/v1/{search}")
        if image is None:
            return []
        record = _image_at(search, image)
        return [replace(record, own=_is_own(driver, record))]
    addresses = [f"{driver.project}/global/images"]
    addresses += [f"/compute/v1/projects/{one}/global/images" for one in PUBLISHERS]
    offered = (image for address in addresses for image in current(driver, address))
    images = records_of(ImageRecord, offered, image_of, image_id_of)
    images = [replace(one, own=_is_own(driver, one)) for one in images]
    word = search or ""
    return [image for image in images if contains(image.name, word)]


def _is_own(driver: Any, image: ImageRecord) -> bool:
    """True if the image belongs to the account's project."""
    return f"/compute/v1/{image.external_id}".startswith(f"{driver.project}/")


def _image_at(search: str, image: Any) -> ImageRecord:
    """The record of an image. For a family, Google answers its latest image under another name."""
    record = image_of(Reading(image))
    if FAMILY not in search:
        check_identity(last(record.external_id), last(search))
    return record


@does("images", "create", permissions=("compute.images.create", "compute.disks.useReadOnly"))
def create_image(driver: Any, order: NewImage) -> ImageRecord:
    """Creates an image of the machine's boot disk: an image at Google is of one disk.

    ``forceCreate``: without it, Google refuses the disk of a machine that runs. Libcloud's
    ``ex_create_image`` has no argument for it.
    """
    machine = known(instance_of(driver, order.machine_id), "machine")
    source = path(boot_disk(Reading(machine)))
    if not source:
        message = "Google does not say which disk the machine boots from."
        raise ProviderError(ProviderErrorCode.CONFLICT, message, retryable=False)
    image = {
        "name": order.name,
        "sourceDisk": source,
        "description": order.description or "",
        "labels": dict(order.tags),
    }
    address, token = f"{driver.project}/global/images", order.client_token
    options = {"forceCreate": "true", "requestId": token}
    ask(driver.connection, address, method="POST", data=image, query=options)
    return ImageRecord(
        external_id=path(f"{address}/{order.name}"),
        name=order.name,
        state=ImageState.CREATING,
        raw_state="PENDING",
        own=True,
        description=order.description,
        tags=tuple(sorted(order.tags)),
    )


@does("images", "delete", permissions="compute.images.delete")
def delete_image(driver: Any, external_id: str) -> None:
    own = path(f"{driver.project}/global/images/")
    name = external_id.removeprefix(own)
    if name == external_id:
        message = f"The project has no image {external_id!r}."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    act(driver.connection, f"{driver.project}/global/images/{segment(name)}", method="DELETE")
