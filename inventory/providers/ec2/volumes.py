"""Volumes of EBS.

States: ``VolumeState`` and ``VolumeAttachmentState`` in the Amazon EC2 API reference. A volume of
which an attachment begins or ends is ``in-use``. EBS attaches a volume to 16 instances at most:
https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volumes-multi.html.
"""

from typing import Any

from inventory.providers.ec2.calls import Call
from inventory.providers.ec2.deeds import deed
from inventory.providers.ec2.devices import free_device
from inventory.providers.ec2.driver import EC2Driver, entries_of
from inventory.providers.ec2.tags import tag_specification, tags_in
from inventory.providers.exceptions import ProviderError
from inventory.providers.identity import only_of
from inventory.providers.reading import UNKNOWN_WORD, Reading, read_or_damaged
from inventory.providers.table import beside, does, reads
from inventory.records.volume import NewVolume, VolumeRecord, VolumeState, problem_of_several

PAGE = 500  # EC2's largest
ATTACHING, DETACHING = "attaching", "detaching"
STATES = {
    "creating": VolumeState.CREATING,
    "available": VolumeState.AVAILABLE,
    "in-use": VolumeState.IN_USE,
    "deleting": VolumeState.DELETING,
    "deleted": VolumeState.DELETED,
    "error": VolumeState.ERROR,
    ATTACHING: VolumeState.CHANGING,
    DETACHING: VolumeState.CHANGING,
    "busy": VolumeState.CHANGING,  # the guest still uses the device
}
PASSING = frozenset({ATTACHING, DETACHING, "busy"})


@reads("volumes", permissions="ec2:DescribeVolumes")
def list_volumes(driver: EC2Driver) -> list[VolumeRecord]:
    return [_read(one) for one in driver.entries("describe_volumes", "Volumes", MaxResults=PAGE)]


@beside("find", "volumes")
def find_volume(driver: EC2Driver, external_id: str) -> VolumeRecord | None:
    try:
        answer = driver.call("describe_volumes", VolumeIds=[external_id])
    except ProviderError as refusal:
        if refusal.word.startswith("InvalidVolume"):
            return None
        raise
    return only_of(map(_read, entries_of(answer, "Volumes")), external_id, lambda v: v.external_id)


@does("volumes", "create", permissions=("ec2:CreateVolume", "ec2:CreateTags"))
def create_volume(driver: EC2Driver, order: NewVolume) -> VolumeRecord:
    call = create_call(driver, order)
    return _read(driver.call(call.operation, **call.parameters))


def create_call(driver: EC2Driver, order: NewVolume) -> Call:
    """The client token makes a repeated order answer with the same volume:
    https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-idempotency.html.
    """
    given = {
        "AvailabilityZone": order.location_id or _first_zone(driver),
        "ClientToken": order.client_token,
        "Encrypted": order.encrypted,
        "Size": order.size,
        "SnapshotId": order.snapshot_id,
        "VolumeType": order.type,
    }
    parameters = {name: value for name, value in given.items() if value is not None}
    tags = {"Name": order.name, **dict(order.tags)}
    return Call("create_volume", parameters | tag_specification("volume", tags))


def _first_zone(driver: EC2Driver) -> str | None:
    """EC2 chooses no zone by itself."""
    answer = driver.call("describe_availability_zones")
    names = [Reading(zone).text("ZoneName") for zone in entries_of(answer, "AvailabilityZones")]
    return min(filter(None, names), default=None)


@deed("volumes", "attach", permissions=("ec2:AttachVolume", "ec2:DescribeInstances"))
def attach_volume(driver: EC2Driver, external_id: str, machine_id: str, device: str) -> Call:
    """``device``: empty for a free one; EC2 wants a name."""
    name = device or free_device(driver, machine_id)
    where = {"InstanceId": machine_id, "Device": name}
    return Call("attach_volume", {"VolumeId": external_id, **where})


@deed("volumes", "detach", permissions="ec2:DetachVolume")
def detach_volume(_driver: EC2Driver, external_id: str, machine_id: str) -> Call:
    """Detach from this instance only: EC2 refuses an instance that does not have the volume
    (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DetachVolume.html).

    ``machine_id``: empty where none is known.
    """
    machine = {"InstanceId": machine_id} if machine_id else {}
    return Call("detach_volume", {"VolumeId": external_id, **machine})


@deed("volumes", "resize", permissions="ec2:ModifyVolume")
def resize_volume(_driver: EC2Driver, external_id: str, size: int) -> Call:
    """EC2 makes a volume larger only, attached or not; the guest's file system stays as it is."""
    return Call("modify_volume", {"VolumeId": external_id, "Size": size})


@deed("volumes", "delete", permissions="ec2:DeleteVolume")
def delete_volume(_driver: EC2Driver, external_id: str) -> Call:
    return Call("delete_volume", {"VolumeId": external_id})


def _read(entry: Any) -> VolumeRecord:
    return read_or_damaged(VolumeRecord, Reading(entry), _record, lambda one: one.text("VolumeId"))


def _record(found: Reading) -> VolumeRecord:
    external_id = found.text("VolumeId", required=True) or ""
    tags = tags_in(found)
    attachments = list(found.parts("Attachments"))
    attachment = next(iter(attachments), Reading({}))
    # CreateVolume and DescribeVolumes name the state of the volume alike, attachments their own.
    own, words = found.text("State", required=True), [one.text("State") for one in attachments]
    word = next((one for one in words if one in PASSING), own) or UNKNOWN_WORD
    machines = tuple(filter(None, (one.text("InstanceId") for one in attachments)))
    zone = found.text("AvailabilityZone")
    return VolumeRecord(
        external_id=external_id,
        name=dict(tags).get("Name") or external_id,
        state=STATES.get(word, VolumeState.UNKNOWN),
        raw_state=word,
        size=found.number("Size"),
        type=found.text("VolumeType"),
        encrypted=found.flag("Encrypted"),
        machine_id=attachment.text("InstanceId"),
        device=attachment.text("Device"),
        snapshot_id=found.text("SnapshotId"),
        location_id=zone,
        location_name=zone,
        deleted_with_machine=attachment.flag("DeleteOnTermination"),
        tags=tags,
        created_at=found.moment("CreateTime"),
        problem=found.problem or problem_of_several(machines),
        machine_ids=machines,
        multi_attach=bool(found.flag("MultiAttachEnabled")),
    )
