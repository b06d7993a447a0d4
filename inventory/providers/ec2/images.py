"""The names of the images that instances were made from. EC2 reports their ids alone."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inventory.providers.ec2.calls import filters
from inventory.providers.ec2.driver import EC2Driver
from inventory.providers.ec2.records import image_record
from inventory.providers.names import NameCache, with_image_names
from inventory.types import MachineRecord

# No action of EC2 changes the name of an image: the attributes that can be
# changed are listed at https://docs.aws.amazon.com/cli/latest/reference/ec2/modify-image-attribute.html
NAMES = NameCache()
# Values of one filter: "Filtering resources" in the Amazon EC2 user guide,
# https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html
AT_ONCE = 200
# Amazon leaves out images that their owners have deprecated or disabled, while instances of them
# run on: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html. A
# compatible cloud may refuse parameters that it does not know.
ALSO_DEPRECATED = {"IncludeDeprecated": True}
ALSO_OLD = ALSO_DEPRECATED | {"IncludeDisabled": True}


def known_names(driver: EC2Driver) -> Mapping[str, str]:
    """The names that were read before, by image id."""
    return NAMES.known(driver.account)


def named(driver: EC2Driver, machines: Sequence[MachineRecord]) -> list[MachineRecord]:
    """The machines with the names of their images, read as far as they are not known yet."""
    ids = {machine.image_id for machine in machines if machine.image_id}

    def read(wanted: list[str]) -> Iterator[tuple[str, str]]:
        return _names_of(driver, wanted)

    names = NAMES.names(driver.account, ids, read, "images")
    return with_image_names(machines, names)


def description_of(ids: Sequence[str], *, is_amazons: bool) -> dict[str, Any]:
    """The parameters of DescribeImages.

    A filter leaves out an image that is gone. ``ImageIds`` would fail the whole request with
    InvalidAMIID.NotFound.
    """
    return {"Filters": filters({"image-id": ids})} | (ALSO_OLD if is_amazons else {})


def _names_of(driver: EC2Driver, ids: Sequence[str]) -> Iterator[tuple[str, str]]:
    for start in range(0, len(ids), AT_ONCE):
        several = ids[start : start + AT_ONCE]
        asked = description_of(several, is_amazons=driver.is_amazons)
        for image in map(image_record, driver.entries("describe_images", "Images", **asked)):
            yield image.external_id, image.name
