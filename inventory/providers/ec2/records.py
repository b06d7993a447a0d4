"""boto3's answers to our records: images, instance types, zones and regions.

Instances are read from XML: see ``parse``.
"""

from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.ec2.tags import tags_in
from inventory.providers.reading import UNEXPECTED_FORM, UNKNOWN_WORD, Reading
from inventory.providers.reply_limits import count_object
from inventory.records.image import ImageRecord, ImageState, architecture_of
from inventory.types import LocationRecord, SizeRecord

# ``ImageState`` in the Amazon EC2 API reference.
IMAGE_STATES = {
    "pending": ImageState.CREATING,
    "transient": ImageState.CREATING,
    "available": ImageState.AVAILABLE,
    "disabled": ImageState.DISABLED,
    "deregistered": ImageState.DELETED,
    **dict.fromkeys(("invalid", "failed", "error"), ImageState.ERROR),
}


def image_record(image: Any, *, own: bool | None = None) -> ImageRecord:
    """``own``: whether it was listed as the account's own. The sizes of its disks are added up."""
    count_object()
    found = Reading(image)
    image_id = found.text("ImageId", required=True) or ""
    word = found.text("State", required=True) or UNKNOWN_WORD
    disks = [disk.part("Ebs") for disk in found.parts("BlockDeviceMappings")]
    sizes = [size for disk in disks if (size := disk.number("VolumeSize")) is not None]
    return ImageRecord(
        external_id=image_id,
        name=found.text("Name") or image_id,
        state=IMAGE_STATES.get(word, ImageState.UNKNOWN),
        raw_state=word,
        created_at=found.moment("CreationDate"),
        size=sum(sizes) if sizes else None,
        architecture=architecture_of(found.text("Architecture")),
        public=found.flag("Public"),
        own=own,
        description=found.text("Description"),
        machine_id=found.text("SourceInstanceId"),
        snapshot_ids=tuple(one for disk in disks if (one := disk.text("SnapshotId"))),
        tags=tags_in(found),
        problem=found.problem,
    )


def size_record(item: Any) -> SizeRecord:
    count_object()
    found = Reading(item)
    name = found.text("InstanceType", required=True) or ""
    return SizeRecord(
        external_id=name,
        name=name,
        memory=found.number("MemoryInfo", "SizeInMiB"),
        vcpus=found.number("VCpuInfo", "DefaultVCpus"),
        architecture=_architecture(found.texts("ProcessorInfo", "SupportedArchitectures")),
        problem=found.problem,
    )


def _architecture(words: list[str]) -> str | None:
    """The 64-bit one of those that an instance type supports."""
    known = [architecture_of(word) for word in words]
    return "x86_64" if "x86_64" in known else next(iter(known), None)


def zone_record(zone: Any) -> LocationRecord:
    count_object()
    found = Reading(zone)
    name = found.text("ZoneName", required=True) or ""
    return LocationRecord(external_id=name, name=name, problem=found.problem)


def region_name(region: Any) -> str:
    """Raises MalformedResponseError for a region without a name, which could not be asked."""
    name = Reading(region).text("RegionName")
    if name is None:
        raise MalformedResponseError(f"{UNEXPECTED_FORM}: a region has no name.")
    return name
