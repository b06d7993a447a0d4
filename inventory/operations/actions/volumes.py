"""The actions on volumes that take more than the volume."""

from collections.abc import Mapping
from typing import Any

from gateway.core.errors import Conflict, InvalidInput
from inventory.operations.actions.creation import Creation
from inventory.operations.actions.edit import Edit
from inventory.operations.actions.taken import Taken
from inventory.operations.actions.target_type import TargetType
from inventory.providers import Capability
from inventory.records.volume import NewVolume
from inventory.records.volume import VolumeState as State
from inventory.resources.volume import VOLUMES

VOLUME = TargetType(VOLUMES)
LARGEST = 1 << 20  # GiB; each cloud has a smaller limit of its own
PASSING = frozenset({State.CREATING, State.CHANGING})
LIVING = frozenset({State.AVAILABLE, State.IN_USE})


def checked_size(given: Mapping[str, Any]) -> int | None:
    """Raises InvalidInput for a size that no volume can have."""
    size: int | None = given.get("size")
    if size is not None and not 1 <= size <= LARGEST:
        raise InvalidInput(f"size is in GiB, between 1 and {LARGEST}.", field="size")
    return size


def _clean_attach(_row: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    device = (given.get("device") or "").strip()
    return {"machine": given["machine"].external_id, "device": device}


def _is_in(zone: str, place: str) -> bool:
    """True if a volume of ``place`` may be attached in ``zone``.

    A regional disk of Google's is in two zones of its region, which begin with the region's name.
    Google refuses a third one.
    """
    return zone == place or zone.startswith(f"{place}-")


def _settle_attach(row: Any, given: Mapping[str, Any], arguments: dict[str, Any]) -> dict[str, Any]:
    machine = given["machine"]
    if row.provider.kind.attaches_across_zones:
        return arguments
    if row.location_id and machine.location_id and not _is_in(machine.location_id, row.location_id):
        message = f"The volume is in {row.location_id}, the machine in {machine.location_id}."
        raise Conflict(message, field="machine")
    return arguments


def _machines_of(record: Any) -> tuple[str, ...]:
    """The machines that a record, or a row, is attached to, as far as they are known."""
    several: tuple[str, ...] = getattr(record, "machine_ids", ())
    return several or ((record.machine_id,) if record.machine_id else ())


def _is_attached(record: Any, arguments: Mapping[str, Any]) -> bool:
    return bool(record.state == State.IN_USE and arguments["machine"] in _machines_of(record))


def _refuses_attach(record: Any, _arguments: Mapping[str, Any]) -> str:
    if record.state in PASSING | {State.AVAILABLE, State.UNKNOWN}:
        return ""
    if record.state == State.IN_USE and getattr(record, "multi_attach", False):
        return ""
    if record.state == State.IN_USE:
        names = ", ".join(_machines_of(record)) or "a machine"
        return f"The volume is in use by {names}; detach it first."
    return VOLUME.refusal(record.state, "it cannot be attached")


def _clean_detach(_row: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    machine = given.get("machine")
    return {} if machine is None else {"machine": machine.external_id}


def _is_detached(record: Any, arguments: Mapping[str, Any]) -> bool:
    if record.state == State.AVAILABLE:
        return True
    # Null: the request named none, and none was known.
    machine, machines = arguments.get("machine"), _machines_of(record)
    is_of_several = getattr(record, "multi_attach", False)
    return bool(is_of_several and machine and machine not in machines)


def _refuses_detach(record: Any, arguments: Mapping[str, Any]) -> str:
    machine, machines = arguments.get("machine"), _machines_of(record)
    if record.state not in PASSING | {State.IN_USE, State.UNKNOWN}:
        return VOLUME.refusal(record.state, "it cannot be detached")
    if not machines or machine in machines:
        return ""
    now = ", ".join(machines)
    if machine is None:
        return f"The volume is attached to {now} now, as was not known before: name the machine."
    return f"The volume is attached to {now} now, not to {machine}; it was left as it is."


def _settle_resize(
    row: Any, _given: Mapping[str, Any], arguments: dict[str, Any]
) -> dict[str, Any]:
    size = arguments["size"]
    if row.size is not None and size is not None and size < row.size:
        message = f"The volume has {row.size} GiB. Volumes can be made larger only."
        raise InvalidInput(message, field="size")
    return arguments


def _has_size(record: Any, arguments: Mapping[str, Any]) -> bool:
    is_large = record.size is not None and record.size >= arguments["size"]
    return is_large and record.state in LIVING


def _refuses_resize(record: Any, _arguments: Mapping[str, Any]) -> str:
    if record.state in PASSING | LIVING | {State.UNKNOWN}:
        return ""
    return VOLUME.refusal(record.state, "it cannot be made larger")


def _clean_create(_provider: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    size, snapshot = checked_size(given), given.get("snapshot")
    if size is None and snapshot is None:
        raise InvalidInput("Give a size in GiB, or a snapshot.", field="size")
    return {
        "size": size,
        "type": given.get("type"),
        "location": given.get("location"),
        "snapshot": None if snapshot is None else snapshot.external_id,
        "encrypted": given.get("encrypted"),
    }


def _check_create(given: Mapping[str, Any]) -> None:
    size, snapshot = given.get("size"), given.get("snapshot")
    if snapshot is not None and snapshot.size and size is not None and size < snapshot.size:
        message = f"The snapshot is of a volume of {snapshot.size} GiB."
        raise InvalidInput(message, field="size")


def _order(arguments: Mapping[str, Any], mark: str) -> NewVolume:
    return NewVolume(
        name=arguments["name"],
        client_token=mark,
        size=arguments["size"],
        type=arguments["type"],
        location_id=arguments["location"],
        snapshot_id=arguments["snapshot"],
        encrypted=arguments["encrypted"],
        tags=arguments["tags"],
    )


ATTACH = Edit(
    target_type=VOLUME,
    capability=Capability.ATTACH_VOLUME,
    label="Attach a volume",
    description="Attach a volume to a machine of the same region and zone. "
    "The job succeeds when the volume is seen in use by it.",
    done="attached to it",
    changes=("machine_id",),
    takes={
        "machine": Taken(
            type="VirtualMachine", is_object=True, required=True, description="The machine."
        ),
        "device": Taken(
            description="Its device name in the machine, for example /dev/sdf. "
            "Absent: a free one, or the cloud's choice."
        ),
    },
    clean=_clean_attach,
    settle=_settle_attach,
    is_done=_is_attached,
    refusal=_refuses_attach,
    sent=lambda arguments: (arguments["machine"], arguments["device"]),
    waits=PASSING,
)
RESIZE = Edit(
    target_type=VOLUME,
    capability=Capability.RESIZE_VOLUME,
    label="Make a volume larger",
    description="Make a volume larger. The job succeeds when it is seen with the new size. "
    "The file system on it stays as it is.",
    done="as large",
    changes=("size",),
    takes={"size": Taken(type="Int", required=True, description="The new size in GiB.")},
    clean=lambda _row, given: {"size": checked_size(given)},
    settle=_settle_resize,
    is_done=_has_size,
    refusal=_refuses_resize,
    sent=lambda arguments: (arguments["size"],),
    waits=PASSING,
)
DETACH = Edit(
    target_type=VOLUME,
    capability=Capability.DETACH_VOLUME,
    label="Detach a volume",
    description="Detach a volume from a machine. The job succeeds when the volume is no longer "
    "attached to that machine. It detaches the volume from no other machine. "
    "Unmount it first: what the machine has not written yet may be lost.",
    done="detached",
    changes=("machine_id",),
    takes={
        "machine": Taken(
            type="VirtualMachine",
            is_object=True,
            description="The machine. Absent: the one that the volume was last seen attached to.",
        )
    },
    clean=_clean_detach,
    settle=lambda row, _given, arguments: {"machine": row.machine_id, **arguments},
    is_done=_is_detached,
    refusal=_refuses_detach,
    sent=lambda arguments: (arguments.get("machine") or "",),
    waits=PASSING,
    pending="The volume is still attached: the machine may have it mounted.",
)
CREATE = Creation(
    target_type=VOLUME,
    capability=Capability.CREATE_VOLUME,
    label="Create a volume",
    description="Create a volume, empty or from a snapshot. "
    "The job succeeds when it is seen available.",
    takes={
        "size": Taken(type="Int", description="Its size in GiB. Absent: that of the snapshot."),
        "type": Taken(description="The cloud's own name of a type. Absent: the cloud's choice."),
        "location": Taken(
            description="The cloud's own id of a zone. Absent: the first one of the region."
        ),
        "snapshot": Taken(
            type="Snapshot", is_object=True, description="The snapshot that it is created from."
        ),
        "encrypted": Taken(type="Boolean", description="Absent: the account's own default."),
    },
    clean=_clean_create,
    check=_check_create,
    order=_order,
    done=frozenset(LIVING),
    failed=frozenset({State.ERROR, State.DELETED}),
)
EDITS = (ATTACH, DETACH, RESIZE)
CREATIONS = (CREATE,)
