"""Block storage of a simulated cloud: volumes and snapshots, refused as EC2 refuses."""

from dataclasses import replace
from typing import Any

from inventory.providers.simulator import stock
from inventory.providers.simulator.object_store import Facts, Thing
from inventory.providers.simulator.objects import (
    Kind,
    changing,
    create,
    delete,
    present,
    things,
    word_of,
)
from inventory.providers.simulator.times import moment_of, tags_of
from inventory.providers.table import beside, does, reads
from inventory.records.snapshot import NewSnapshot, SnapshotRecord, SnapshotState
from inventory.records.volume import NewVolume, VolumeRecord, VolumeState
from inventory.types import MachineState

FIRST_DEVICE = "/dev/vdb"


def _settled(facts: Facts) -> str:
    return "in_use" if facts["machine"] else "available"


VOLUMES = Kind("volumes", "vol-", stock.volumes, _settled)
SNAPSHOTS = Kind("snapshots", "snap-", stock.snapshots)


@reads("volumes")
def list_volumes(driver: Any) -> list[VolumeRecord]:
    driver.call_list()
    return list(_volumes(driver).values())


@beside("find", "volumes")
def find_volume(driver: Any, external_id: str) -> VolumeRecord | None:
    driver.call()
    return _volumes(driver).get(external_id)


@does("volumes", "create")
def create_volume(driver: Any, order: NewVolume) -> VolumeRecord:
    volume = create(driver, VOLUMES, order.client_token, lambda: volume_facts(driver, order))
    return _volume(volume, _living(driver))


def volume_facts(driver: Any, order: NewVolume) -> Facts:
    """The facts of the ordered volume. Raises as EC2 does for an object that does not exist."""
    zones = [zone.external_id for zone in driver.place.zones]
    zone = order.location_id or zones[0]
    if zone not in zones:
        raise driver.refusal("InvalidZone.NotFound", f"there is no {zone!r}.")
    source = present(driver, SNAPSHOTS, order.snapshot_id).facts if order.snapshot_id else {}
    size = order.size or source.get("size") or 1
    if size < (source.get("size") or 1):
        message = f"a volume of {size} GiB is smaller than its snapshot."
        raise driver.refusal("InvalidParameterValue", message)
    return {
        "name": order.name,
        "size": size,
        "type": order.type or "sim.ssd",
        "encrypted": bool(order.encrypted or source.get("encrypted")),
        "machine": None,
        "device": None,
        "snapshot": order.snapshot_id,
        "zone": zone,
        "tags": sorted(list(pair) for pair in order.tags),
    }


@does("volumes", "attach")
def attach_volume(driver: Any, external_id: str, machine_id: str, device: str) -> None:
    with changing(driver, VOLUMES, external_id, "attach") as (volume, save):
        refuse_attach(driver, volume, machine_id)
        attached = {"machine": machine_id, "device": device or FIRST_DEVICE}
        save(volume.facts | attached)


@does("volumes", "detach")
def detach_volume(driver: Any, external_id: str, machine_id: str) -> None:
    with changing(driver, VOLUMES, external_id, "detach") as (volume, save):
        refuse_detach(driver, volume, machine_id)
        save(volume.facts | {"machine": None, "device": None})


@does("volumes", "resize")
def resize_volume(driver: Any, external_id: str, size: int) -> None:
    with changing(driver, VOLUMES, external_id, "resize") as (volume, save):
        refuse_resize(driver, volume, size)
        save(volume.facts | {"size": size})


@does("volumes", "delete")
def delete_volume(driver: Any, external_id: str) -> None:
    delete(driver, VOLUMES, external_id, lambda volume: refuse_delete(driver, volume))


@reads("snapshots")
def list_snapshots(driver: Any) -> list[SnapshotRecord]:
    driver.call_list()
    return [_snapshot(thing) for thing in things(driver, SNAPSHOTS).values()]


@does("snapshots", "create")
def create_snapshot(driver: Any, order: NewSnapshot) -> SnapshotRecord:
    token = order.client_token
    return _snapshot(create(driver, SNAPSHOTS, token, lambda: snapshot_facts(driver, order)))


def snapshot_facts(driver: Any, order: NewSnapshot) -> Facts:
    volume = present(driver, VOLUMES, order.volume_id).facts
    return {
        "name": order.name,
        "size": volume["size"],
        "volume": order.volume_id,
        "encrypted": volume["encrypted"],
        "description": order.description,
        "tags": sorted(list(pair) for pair in order.tags),
    }


@does("snapshots", "delete")
def delete_snapshot(driver: Any, external_id: str) -> None:
    delete(driver, SNAPSHOTS, external_id, lambda _snapshot: None)


def refuse_attach(driver: Any, volume: Thing, machine_id: str) -> None:
    machine = driver.machines().get(machine_id)
    if machine is None or machine.state is MachineState.TERMINATED:
        raise driver.refusal("InvalidInstanceID.NotFound", f"there is no {machine_id!r}.")
    if volume.facts["machine"] in _living(driver):
        message = f"{volume.external_id} is attached to {volume.facts['machine']}."
        raise driver.refusal("VolumeInUse", message)
    if volume.facts["zone"] != machine.location_id:
        message = f"the volume is in {volume.facts['zone']}, the machine in {machine.location_id}."
        raise driver.refusal("InvalidVolume.ZoneMismatch", message)


def refuse_detach(driver: Any, volume: Thing, machine_id: str) -> None:
    if volume.facts["machine"] not in _living(driver):
        raise driver.refusal("IncorrectState", f"{volume.external_id} is attached to no machine.")
    if machine_id not in {"", volume.facts["machine"]}:
        message = f"{volume.external_id} is not attached to {machine_id}."
        raise driver.refusal("InvalidAttachment.NotFound", message)


def refuse_resize(driver: Any, volume: Thing, size: int) -> None:
    if size < volume.facts["size"]:
        message = f"a volume of {volume.facts['size']} GiB cannot be made smaller."
        raise driver.refusal("InvalidParameterValue", message)


def refuse_delete(driver: Any, volume: Thing) -> None:
    if volume.facts["machine"] in _living(driver):
        message = f"{volume.external_id} is attached to {volume.facts['machine']}."
        raise driver.refusal("VolumeInUse", message)


def _living(driver: Any) -> set[str]:
    """The machines that a volume can be attached to: the end of a machine detaches its volumes."""
    gone = MachineState.TERMINATED
    return {key for key, one in driver.machines().items() if one.state is not gone}


def _volumes(driver: Any) -> dict[str, VolumeRecord]:
    living = _living(driver)
    return {key: _volume(thing, living) for key, thing in things(driver, VOLUMES).items()}


def _volume(thing: Thing, living: set[str]) -> VolumeRecord:
    facts = thing.facts
    if facts["machine"] not in living:
        facts = facts | {"machine": None, "device": None}
        thing = replace(thing, facts=facts)
    word = word_of(VOLUMES, thing)
    return VolumeRecord(
        external_id=thing.external_id,
        name=facts["name"],
        state=VolumeState[word.upper()],
        raw_state=word,
        created_at=moment_of(facts),
        size=facts["size"],
        type=facts["type"],
        encrypted=facts["encrypted"],
        machine_id=facts["machine"],
        device=facts["device"],
        deleted_with_machine=None if facts["machine"] is None else False,
        snapshot_id=facts["snapshot"],
        location_id=facts["zone"],
        location_name=facts["zone"],
        tags=tags_of(facts),
    )


def _snapshot(thing: Thing) -> SnapshotRecord:
    facts, word = thing.facts, word_of(SNAPSHOTS, thing)
    return SnapshotRecord(
        external_id=thing.external_id,
        name=facts["name"],
        state=SnapshotState[word.upper()],
        raw_state=word,
        created_at=moment_of(facts),
        size=facts["size"],
        volume_id=facts["volume"],
        encrypted=facts["encrypted"],
        description=facts["description"],
        tags=tags_of(facts),
    )
