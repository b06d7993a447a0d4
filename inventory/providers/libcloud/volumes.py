"""Volumes of a driver of libcloud. ``driver`` comes first in each function, the row before it."""

from collections.abc import Mapping
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.libcloud import extra as fields
from inventory.providers.libcloud.actions import listed, node_in, nodes_of
from inventory.providers.libcloud.marks import marked_name, marks_of
from inventory.providers.libcloud.objects import (
    chosen,
    identify,
    read_object,
    sent,
    snapshot_named,
    volume_named,
)
from inventory.providers.libcloud.storage_rows import GIB, Storage
from inventory.providers.reading import UNKNOWN_WORD
from inventory.records.volume import NewVolume, VolumeRecord, VolumeState, problem_of_several

# libcloud's ``StorageVolumeState``, and the words of CloudSigma, whose driver gives no state.
STATES = {
    "available": VolumeState.AVAILABLE,
    "inuse": VolumeState.IN_USE,
    "creating": VolumeState.CREATING,
    "deleting": VolumeState.DELETING,
    "deleted": VolumeState.DELETED,
    "error": VolumeState.ERROR,
    **dict.fromkeys(("attaching", "backup", "migrating", "updating"), VolumeState.CHANGING),
    "unmounted": VolumeState.AVAILABLE,
    "mounted": VolumeState.IN_USE,
}
NOT_ATTACHED, ATTACHED = "available", "attached"  # our own words, where a driver gives none


def list_volumes(row: Storage, driver: Any) -> list[VolumeRecord]:
    return [volume_record(row, volume) for volume in listed(driver, "list_volumes")]


def volume_record(row: Storage, volume: Any) -> VolumeRecord:
    """A driver that gives no state shows by the attachments whether a volume is in use."""
    return read_object(VolumeRecord, volume, lambda found: _record(row, found), identify)


def _record(row: Storage, volume: Any) -> VolumeRecord:
    extra, machines = fields.extra_of(volume), fields.machines_of(volume)
    state, word = _state(volume, machines)
    name, attached = volume.name or identify(volume), bool(machines)
    attachment: Mapping[str, Any] = next(iter(extra.get("attachments") or ()), {})
    return VolumeRecord(
        external_id=identify(volume),
        name=name,
        state=state,
        raw_state=word,
        size=fields.gibibytes(volume.size, row.unit),
        type=fields.text(extra, "volume_type", "category", "storage_type", "type"),
        encrypted=fields.flag(extra, "encrypted"),
        machine_id=machines[0] if machines else None,
        machine_ids=machines or (),
        device=fields.text({**attachment, **extra}, "device") if attached else None,
        snapshot_id=fields.text(extra, "snapshot_id", "source_snapshot_id"),
        location_id=fields.text(extra, "zone_id", "zone", "location", "region_slug", "region"),
        location_name=fields.text(extra, "zone_name"),
        deleted_with_machine=fields.flag(extra, "delete", "delete_with_instance")
        if attached
        else None,
        tags=marks_of(name),
        created_at=fields.created(extra),
        problem=problem_of_several(machines or ()),
    )


def _state(volume: Any, machines: tuple[str, ...] | None) -> tuple[VolumeState, str]:
    """The state, and the cloud's own word for it."""
    extra = fields.extra_of(volume)
    of_cloud = [fields.text(extra, "status", "state"), getattr(volume, "status", None)]
    of_libcloud = [getattr(volume, "state", None), extra.get("state")]
    words = [str(getattr(one, "value", one)) for one in (*of_libcloud, *of_cloud) if one]
    raw = next((str(one) for one in of_cloud if one), words[0] if words else "")
    if not words and machines is None:
        return VolumeState.UNKNOWN, UNKNOWN_WORD
    if not words:
        is_used = bool(machines)
        state = VolumeState.IN_USE if is_used else VolumeState.AVAILABLE
        return state, ATTACHED if is_used else NOT_ATTACHED
    state = STATES.get(words[0], VolumeState.UNKNOWN)
    return (VolumeState.IN_USE if machines and state == VolumeState.AVAILABLE else state), raw


def create_volume(row: Storage, driver: Any, order: NewVolume) -> VolumeRecord:
    """The volume's name has the mark: see ``marks``."""
    parts: dict[str, Any] = {"name": marked_name(order), **_source(row, driver, order)}
    if order.type is not None:
        parts[row.type] = order.type
    if (location := _location(row, driver, order)) is not None:
        parts["location"] = location
    return volume_record(row, sent(lambda: driver.create_volume(**parts)))


def _source(row: Storage, driver: Any, order: NewVolume) -> dict[str, Any]:
    """The size, in the driver's unit, and the snapshot. Without a size it is the snapshot's."""
    size, source = order.size, None
    if order.snapshot_id is not None:
        source = snapshot_named(row, driver, order.snapshot_id)
        size = size or source.size
    found = {} if source is None else {"snapshot": source}
    return {"size": None if size is None else size * GIB // row.unit, **found}


def _location(row: Storage, driver: Any, order: NewVolume) -> Any:
    if order.location_id is None:
        if row.location == "needed":
            raise _refused("This driver creates no volume without a location.")
        return None
    if row.location == "id":
        return order.location_id
    return chosen(listed(driver, "list_locations"), order.location_id, "location", identify)


def attach_volume(
    row: Storage, driver: Any, external_id: str, machine_id: str, device: str
) -> None:
    if row.device_needed and not device:
        raise _refused("This driver needs the name of a device.")
    volume, node = volume_named(driver, external_id), node_in(nodes_of(driver), machine_id)
    named = {"device": device} if device else {}
    sent(lambda: driver.attach_volume(node, volume, **named))


def detach_volume(row: Storage, driver: Any, external_id: str, machine_id: str) -> None:
    """Detach from this machine only; ``machine_id`` is empty for the only one."""
    volume = volume_named(driver, external_id)
    machines = fields.machines_of(volume) or ()
    machine = machine_id or (machines[0] if len(machines) == 1 else "")
    if machine not in machines or (len(machines) > 1 and not row.one_machine):
        now = ", ".join(machines) or "no machine"
        message = f"The volume is attached to {now} now. Nothing was sent."
        raise ProviderError(ProviderErrorCode.CONFLICT, message, retryable=False)
    named: dict[str, Any] = {}
    if row.one_machine == "ex_instance_id":
        named = {row.one_machine: machine}
    elif row.one_machine:
        named = {row.one_machine: node_in(nodes_of(driver), machine)}
    sent(lambda: driver.detach_volume(volume, **named))


def delete_volume(_row: Storage, driver: Any, external_id: str) -> None:
    volume = volume_named(driver, external_id)
    sent(lambda: driver.destroy_volume(volume))


def _refused(message: str) -> ProviderError:
    return ProviderError(ProviderErrorCode.INVALID_REQUEST, message, retryable=False)
