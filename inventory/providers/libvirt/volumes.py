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
from inventory.providers.libvirt.parse import VolumeFacts
from inventory.providers.libvirt.permissions import named
from inventory.providers.libvirt.procedures import (
    Pool,
    Procedure,
    Volume,
    read_pools,
    read_volumes,
)
from inventory.providers.libvirt.refusals import Failure, Refusal
from inventory.providers.libvirt.states import SAVED, SHUT_OFF
from inventory.providers.libvirt.volume_records import GIB, SEPARATOR, id_of, record_of
from inventory.providers.libvirt.xdr import Reader
from inventory.providers.markup import check_text, parsed
from inventory.providers.order_marker import tagged
from inventory.providers.table import beside, does, reads
from inventory.records.volume import NewVolume, VolumeRecord

ACTIVE = xdr.uint(2)  # VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE
IN_BYTES = xdr.uint(1)  # VIR_DOMAIN_BLOCK_RESIZE_BYTES
ABSENT = frozenset({refusals.NO_STORAGE_POOL, refusals.NO_STORAGE_VOL})
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
    records = [record_of(volume, text, attachments) for volume, text in _documents(driver)]
    return [record for record in records if record is not None]


@beside("find", "volumes")
def find_volume(driver: Any, external_id: str) -> VolumeRecord | None:
    volume = _find(driver, external_id)
    if volume is None:
        return None
    return record_of(volume, driver.ask(_xml_call(volume)), attachments_of(driver))


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


@does("volumes", "delete", permissions=named("storage-vol.delete"))
def delete_volume(driver: Any, external_id: str) -> None:
    """Libvirt itself deletes also the disk of a machine, and what other volumes are layers on."""
    known = known_volume(driver, external_id)
    refuse_used(known)
    if known.is_layered:
        raise conflict(LAYERED)
    driver.ask(Call(Procedure.STORAGE_VOL_DELETE, known.volume.packed() + NO_FLAGS))


@does("volumes", "resize", permissions=named("storage-vol.resize", "domain.write"))
def resize_volume(driver: Any, external_id: str, size: int) -> None:
    """``size``: in GiB. QEMU has the file of a machine that runs, so the machine is asked there."""
    known = known_volume(driver, external_id)
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
    volume = _find(driver, external_id)
    if volume is None:
        message = f"There is no volume {external_id!r} in the active pools."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    facts = VolumeFacts.of(parsed(driver.ask(_xml_call(volume))))
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
    whose source is no volume's path may be this file, too.
    """
    paths, names = set(), set(attachments.below)
    for _volume, text in _documents(driver):
        if isinstance(text, Failure):
            raise text
        document = parsed(text)
        paths.add(document.findtext("target/path"))
        names.add(name_at(document.findtext("backingStore/path") or ""))
    names |= {name_at(source) for source in attachments.disks if source not in paths}
    return name_at(facts.path) in names


def _documents(driver: Any) -> list[tuple[Volume, str | Failure]]:
    """The volumes of the active pools with their XML, but for those that are deleted meanwhile."""
    arguments = xdr.integer(1) + ACTIVE
    pools = driver.ask(Call(Procedure.CONNECT_LIST_ALL_STORAGE_POOLS, arguments, read_pools))
    volumes = [one for pool in pools for one in _volumes_of(driver, pool)]
    texts = driver.ask_each([_xml_call(one) for one in volumes])
    pairs = zip(volumes, texts, strict=True)
    return [pair for pair in pairs if getattr(pair[1], "number", None) not in ABSENT]


def _volumes_of(driver: Any, pool: Pool) -> list[Volume]:
    arguments = pool.packed() + xdr.integer(1) + NO_FLAGS
    found: list[Volume] = driver.ask(
        Call(Procedure.STORAGE_POOL_LIST_ALL_VOLUMES, arguments, read_volumes)
    )
    return found


def _find(driver: Any, external_id: str) -> Volume | None:
    pool, _, name = external_id.partition(SEPARATOR)
    if not (pool and name):
        return None
    try:
        arguments = _pool(driver, pool).packed() + xdr.text(name)
        found: Volume = driver.ask(
            Call(Procedure.STORAGE_VOL_LOOKUP_BY_NAME, arguments, Volume.read)
        )
    except Refusal as refusal:
        if refusal.number in ABSENT:
            return None
        raise
    return found


def _pool(driver: Any, name: str) -> Pool:
    found: Pool = driver.ask(Call(Procedure.STORAGE_POOL_LOOKUP_BY_NAME, xdr.text(name), Pool.read))
    return found


def _xml_call(volume: Volume) -> Call[str]:
    return Call(Procedure.STORAGE_VOL_GET_XML_DESC, volume.packed() + NO_FLAGS, Reader.text)


def _volume_xml(name: str, order: NewVolume) -> str:
    """Without a type, libvirt chooses the format: raw in a folder."""
    volume = etree.Element("volume")
    etree.SubElement(volume, "name").text = name
    etree.SubElement(volume, "allocation").text = "0"
    etree.SubElement(volume, "capacity", unit="GiB").text = str(order.size)
    if order.type:
        etree.SubElement(etree.SubElement(volume, "target"), "format", type=order.type)
    return etree.tostring(volume, encoding="unicode")
