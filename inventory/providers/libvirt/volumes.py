"""The volumes of the host's active storage pools: listed, created, deleted, made larger.

A volume's id is the name of its pool and its own, with a slash between them: libvirt takes no
slash in the name of a pool. Its location is the pool. libvirt keeps no data of others with a
volume, so the mark of an order is the end of the volume's name. Forms at
libvirt.org/formatstorage.html; the calls at libvirt.org/html/libvirt-libvirt-storage.html.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lxml import etree

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.kind import NameRule
from inventory.providers.libcloud.marks import LONGEST_NAME, marked_name
from inventory.providers.libvirt import refusals, xdr
from inventory.providers.libvirt.attachments import (
    Attachments,
    Disk,
    attachments_of,
    name_at,
)
from inventory.providers.libvirt.conversation import Call
from inventory.providers.libvirt.domains import NO_FLAGS, state_call, word_for
from inventory.providers.libvirt.layers import (
    ABSENT,
    files_in_pools,
    volume_call,
    volume_documents,
)
from inventory.providers.libvirt.parse import VolumeFacts
from inventory.providers.libvirt.permissions import named
from inventory.providers.libvirt.procedures import Pool, Procedure, Volume
from inventory.providers.libvirt.refusals import Refusal
from inventory.providers.libvirt.states import SAVED, SHUT_OFF
from inventory.providers.libvirt.volume_records import GIB, SEPARATOR, id_of, record_of
from inventory.providers.markup import check_text, parsed
from inventory.providers.order_marker import tagged
from inventory.providers.table import beside, does, reads
from inventory.records.volume import NewVolume, VolumeRecord

IN_BYTES = xdr.uint(1)  # VIR_DOMAIN_BLOCK_RESIZE_BYTES
LOOKING = ("storage-pool.refresh",)
LAYERED = "Other disks are layers on this volume, or may be it: it must stay as it is."
SUSPENDED = "The machine is suspended with this disk: resume it first."
NAME = NameRule(
    re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{0,{LONGEST_NAME - 1}}}"),
    f"A volume has a name of up to {LONGEST_NAME} letters, digits, dots, underscores and hyphens, "
    "which begins with a letter or a digit: the id of the job follows it.",
)
NOT_TAKEN = {
    "volumes.encrypted": "libvirt's encryption of a volume needs a secret of libvirt's.",
    "volumes.snapshot": "libvirt has no snapshots of volumes by themselves.",
    "volumes.tags": "libvirt keeps no tags of a volume.",
}
READING = named(
    "connect.search-storage-pools",
    "storage-pool.getattr",
    "storage-pool.search-storage-vols",
    "storage-vol.getattr",
    "storage-vol.read",
    "connect.search-domains",
    "domain.getattr",
    "domain.read",
)


def trace(name: str, mark: str) -> str:
    """As ``ProviderKind.order_trace``: of a machine, and of a volume."""
    return f"{tagged(name, mark)}, or the end of its name is {UUID(mark).hex}"


@dataclass(frozen=True, slots=True)
class Known:
    """A volume as it is now, with the disks that it is, and whether disks are layers on it."""

    volume: Volume
    facts: VolumeFacts
    disks: Sequence[Disk]
    is_layered: bool

    @property
    def machines(self) -> list[str]:
        return list(dict.fromkeys(disk.domain.uuid for disk in self.disks))


@reads("volumes", permissions=READING)
def list_volumes(driver: Any) -> list[VolumeRecord]:
    attachments = attachments_of(driver)
    records = [record_of(volume, text, attachments) for volume, text in volume_documents(driver)]
    return [record for record in records if record is not None]


@beside("find", "volumes")
def find_volume(driver: Any, external_id: str) -> VolumeRecord | None:
    found = _read(driver, external_id)
    return None if found is None else record_of(*found, attachments_of(driver))


@does("volumes", "create", permissions=named("storage-vol.create"))
def create_volume(driver: Any, order: NewVolume) -> VolumeRecord:
    """An order that is sent again finds the volume of its name, which has the order's mark."""
    name, pool = marked_name(order), order.location_id or driver.pool
    check_text(name, order.type or "")
    arguments = _pool(driver, pool).packed() + xdr.text(_volume_xml(name, order)) + NO_FLAGS
    try:
        driver.ask(Call(Procedure.STORAGE_VOL_CREATE_XML, arguments, Volume.read))
    except Refusal as refusal:
        if refusal.number != refusals.STORAGE_VOL_EXIST:
            raise
    made = find_volume(driver, id_of(Volume(pool, name, "")))
    if made is None:
        message = f"libvirt made the volume {name}, and does not know it."
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    return made


@does("volumes", "delete", permissions=named("storage-vol.delete", *LOOKING))
def delete_volume(driver: Any, external_id: str) -> None:
    """Libvirt itself deletes also the disk of a machine, and what other volumes are layers on."""
    known = known_volume(driver, external_id)
    refuse_used(known)
    if known.is_layered:
        raise conflict(LAYERED)
    driver.ask(Call(Procedure.STORAGE_VOL_DELETE, known.volume.packed() + NO_FLAGS))


@does("volumes", "resize", permissions=named("storage-vol.resize", "domain.write", *LOOKING))
def resize_volume(driver: Any, external_id: str, size: int) -> None:
    """``size``: in GiB. QEMU has the file of a machine that runs, so the machine is asked there.

    QEMU cuts the end off a disk that is asked to be smaller; libvirt refuses that of a file alone.
    """
    known = known_volume(driver, external_id)
    if size * GIB < known.facts.capacity:
        message = f"The volume has {known.facts.capacity} bytes, and can be made larger only."
        raise ProviderError(ProviderErrorCode.INVALID_REQUEST, message, retryable=False)
    if known.is_layered:
        raise conflict(LAYERED)
    if len(known.machines) > 1:
        raise conflict(f"The volume is a disk of several machines: {', '.join(known.machines)}.")
    capacity = xdr.hyper(size * GIB)
    live = [disk for disk in known.disks if not disk.is_stored]
    if not live or driver.ask(state_call(live[0].domain))[0] == SHUT_OFF:
        if live and word_for(driver, live[0].domain) == SAVED:
            raise conflict(SUSPENDED)
        arguments = known.volume.packed() + capacity + NO_FLAGS
        driver.ask(Call(Procedure.STORAGE_VOL_RESIZE, arguments))
        return
    arguments = live[0].domain.packed() + xdr.text(live[0].device) + capacity + IN_BYTES
    driver.ask(Call(Procedure.DOMAIN_BLOCK_RESIZE, arguments))


def known_volume(driver: Any, external_id: str) -> Known:
    """Raises ProviderError NOT_FOUND, and for machines whose disks are not known."""
    found = _read(driver, external_id)
    if found is None:
        message = f"There is no volume {external_id!r} in the active pools."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    volume, facts = found[0], VolumeFacts.of(parsed(found[1]))
    attachments = attachments_of(driver)
    if attachments.unread:
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, attachments.unread)
    disks = attachments.of(volume, facts.path)
    is_layered = not disks and _is_layered(driver, facts, attachments)
    return Known(volume, facts, disks, is_layered)


def refuse_used(known: Known) -> None:
    """Raises CONFLICT for a volume that is a disk of a machine."""
    if known.machines:
        raise conflict(f"The volume is a disk of {', '.join(known.machines)}.")


def conflict(message: str) -> ProviderError:
    return ProviderError(ProviderErrorCode.CONFLICT, message, retryable=False)


def _is_layered(driver: Any, facts: VolumeFacts, attachments: Attachments) -> bool:
    """True if a disk or a volume of any pool is a layer on this one, or may be.

    Paths lead to one file by several ways, so the name of the file decides. A disk of a machine
    whose source is no volume's path may be this file, too. A device has names that have nothing in
    common, as ``/dev/group/data`` and ``/dev/mapper/group-data``.
    """
    files = files_in_pools(driver, attachments.disks)
    unknown = {
        source: disks for source, disks in attachments.disks.items() if source not in files.paths
    }
    if not facts.is_file and any(one.is_device for disks in unknown.values() for one in disks):
        return True
    names = attachments.below | files.below | set(map(name_at, unknown))
    return name_at(facts.path) in names


def _read(driver: Any, external_id: str) -> tuple[Volume, str] | None:
    """A volume with its XML; None for one that is absent."""
    pool, _, name = external_id.partition(SEPARATOR)
    if not (pool and name):
        return None
    try:
        arguments = _pool(driver, pool).packed() + xdr.text(name)
        found: Volume = driver.ask(
            Call(Procedure.STORAGE_VOL_LOOKUP_BY_NAME, arguments, Volume.read)
        )
        return found, driver.ask(volume_call(found))
    except Refusal as refusal:
        if refusal.number in ABSENT:
            return None
        raise


def _pool(driver: Any, name: str) -> Pool:
    found: Pool = driver.ask(Call(Procedure.STORAGE_POOL_LOOKUP_BY_NAME, xdr.text(name), Pool.read))
    return found


def _volume_xml(name: str, order: NewVolume) -> str:
    """Without a type, libvirt chooses the format: raw in a folder."""
    volume = etree.Element("volume")
    etree.SubElement(volume, "name").text = name
    etree.SubElement(volume, "allocation").text = "0"
    etree.SubElement(volume, "capacity", unit="GiB").text = str(order.size)
    if order.type:
        etree.SubElement(etree.SubElement(volume, "target"), "format", type=order.type)
    return etree.tostring(volume, encoding="unicode")
