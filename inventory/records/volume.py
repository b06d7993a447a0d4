"""Volumes: block storage of a cloud. Sizes are in GiB."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from inventory.records.base import ObservedRecord, listed
from inventory.records.state_change import StateChange
from inventory.types import NOT_STORED, MeaningfulEnum


class VolumeState(MeaningfulEnum):
    """The state of a volume, in one vocabulary for all clouds. rawState is the cloud's own word."""

    CREATING = "CREATING", "It is being created."
    AVAILABLE = "AVAILABLE", "It is attached to no machine."
    IN_USE = "IN_USE", "It is attached to a machine."
    CHANGING = "CHANGING", "It is being attached, detached or resized."
    DELETING = "DELETING", "It is being deleted."
    DELETED = "DELETED", "It is deleted for good."
    MISSING = "MISSING", "Its cloud no longer lists it, and it was not deleted through the gateway."
    ERROR = "ERROR", "Its cloud reports that it is broken."
    UNKNOWN = "UNKNOWN", "The cloud's word for the state is unknown here, or could not be read."


@listed(
    "volumes",
    StateChange(
        verb="delete",
        label="Delete a volume",
        meaning="Delete a volume for good.",
        description="Delete a volume for good; one that is in use is refused. "
        "The job succeeds when it is seen deleted, or gone.",
        goal=VolumeState.DELETED,
        done="deleted",
        ready=frozenset({VolumeState.AVAILABLE, VolumeState.ERROR, VolumeState.UNKNOWN}),
        waits=frozenset({VolumeState.CREATING, VolumeState.CHANGING, VolumeState.DELETING}),
        refused_early=True,
        bulk="Delete volumes for good: a job with a child for each; one that is in use fails.",
    ),
)
@dataclass(frozen=True, slots=True)
class VolumeRecord(ObservedRecord):
    """``machine_id``: the machine's own id, in the same region; of the first one, if a volume is
    attached to several. ``device``: its name there. ``machine_ids``: all of them, where the cloud
    reports several. ``multi_attach``: whether it can be attached to several machines.
    ``snapshot_id``: what it was created from. ``deleted_with_machine``: whether the end of its
    machine is its own.
    """

    state: VolumeState
    size: int | None = None
    type: str | None = None
    encrypted: bool | None = None
    machine_id: str | None = None
    device: str | None = None
    snapshot_id: str | None = None
    location_id: str | None = None
    location_name: str | None = None
    deleted_with_machine: bool | None = None
    tags: tuple[tuple[str, str], ...] = ()
    machine_ids: tuple[str, ...] = field(default=(), repr=False, metadata=NOT_STORED)
    multi_attach: bool = field(default=False, repr=False, metadata=NOT_STORED)


def problem_of_several(machines: Sequence[str]) -> str | None:
    """A volume has one ``machine``; clouds attach some to several."""
    others = ", ".join(machines[1:])
    if not others:
        return None
    return f"It is attached to other machines too, which its machine does not show: {others}."


@dataclass(frozen=True, slots=True)
class NewVolume:
    """An order for a volume. Ids are the cloud's own.

    ``size``: None for that of the snapshot. ``client_token`` makes the order idempotent where the
    cloud honours it, and ``tags`` hold the mark by which a later attempt finds the volume.
    """

    name: str
    client_token: str
    size: int | None = None
    type: str | None = None
    location_id: str | None = None
    snapshot_id: str | None = None
    encrypted: bool | None = None
    tags: tuple[tuple[str, str], ...] = ()
