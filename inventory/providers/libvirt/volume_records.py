"""A volume's XML as its record. libvirt.org/formatstorage.html describes the XML."""

from datetime import UTC, datetime
from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.libcloud.marks import marks_of
from inventory.providers.libvirt.attachments import Attachments
from inventory.providers.libvirt.parse import VolumeFacts
from inventory.providers.libvirt.procedures import Volume
from inventory.providers.libvirt.refusals import Failure
from inventory.providers.markup import parsed
from inventory.providers.reading import FORM_ERRORS, UNEXPECTED_FORM, damaged
from inventory.providers.reply_limits import count_object
from inventory.records.volume import VolumeRecord, VolumeState, problem_of_several

GIB = 1 << 30
FOLDERS = frozenset({"dir", "netdir"})  # a folder in a pool is no disk
IN_USE, FREE = "in use", "not in use"  # libvirt has no word for it
SEPARATOR = "/"


def id_of(volume: Volume) -> str:
    return f"{volume.pool}{SEPARATOR}{volume.name}"


def record_of(volume: Volume, text: str | Failure, attachments: Attachments) -> VolumeRecord | None:
    """None for a folder. A volume that cannot be read has a record of its id and the reason."""
    count_object()
    if isinstance(text, Failure):
        return damaged(VolumeRecord, id_of(volume), text.message)
    try:
        document = parsed(text)
        if document.get("type") in FOLDERS:
            return None
        return _record(volume, document, attachments)
    except (MalformedResponseError, *FORM_ERRORS):
        return damaged(VolumeRecord, id_of(volume), f"{UNEXPECTED_FORM}.")


def _record(volume: Volume, document: Any, attachments: Attachments) -> VolumeRecord:
    facts = VolumeFacts.of(document)
    disks = attachments.of(volume, facts.path)
    machines = tuple(dict.fromkeys(disk.domain.uuid for disk in disks))
    state = VolumeState.IN_USE if machines else VolumeState.AVAILABLE
    if not machines and attachments.unread:
        state = VolumeState.UNKNOWN
    problems = (attachments.unread, problem_of_several(machines))
    return VolumeRecord(
        external_id=id_of(volume),
        name=volume.name,
        state=state,
        raw_state=IN_USE if machines else FREE,
        size=-(-facts.capacity // GIB),
        type=facts.form,
        encrypted=document.find("target/encryption") is not None or None,
        machine_id=machines[0] if machines else None,
        device=disks[0].device if disks else None,
        location_id=volume.pool,
        location_name=volume.pool,
        tags=marks_of(volume.name),
        created_at=_born(document),
        problem=" ".join(filter(None, problems)) or None,
        machine_ids=machines if len(machines) > 1 else (),
    )


def _born(volume: Any) -> datetime | None:
    """0 stands for a file system that does not say it."""
    seconds = float(volume.findtext("target/timestamps/btime") or 0)
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
