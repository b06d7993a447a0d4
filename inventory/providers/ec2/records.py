"""boto3's answers to our records: images, instance types, zones and regions.

Instances are read from XML: see ``parse``.
"""

from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.reading import UNEXPECTED_FORM, Reading
from inventory.types import ImageRecord, LocationRecord, SizeRecord


def image_record(image: Any) -> ImageRecord:
    found = Reading(image)
    image_id = found.text("ImageId", required=True) or ""
    name = found.text("Name") or image_id
    return ImageRecord(external_id=image_id, name=name, problem=found.problem)


def size_record(item: Any) -> SizeRecord:
    found = Reading(item)
    name = found.text("InstanceType", required=True) or ""
    return SizeRecord(
        external_id=name,
        name=name,
        memory=found.number("MemoryInfo", "SizeInMiB"),
        vcpus=found.number("VCpuInfo", "DefaultVCpus"),
        problem=found.problem,
    )


def zone_record(zone: Any) -> LocationRecord:
    found = Reading(zone)
    name = found.text("ZoneName", required=True) or ""
    return LocationRecord(external_id=name, name=name, problem=found.problem)


def region_name(region: Any) -> str:
    """Raises MalformedResponseError for a region without a name, which could not be asked."""
    name = Reading(region).text("RegionName")
    if name is None:
        raise MalformedResponseError(f"{UNEXPECTED_FORM}: a region has no name.")
    return name
