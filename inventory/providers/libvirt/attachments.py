"""Which machine has which volume as a disk, by the XML of all domains.

A running domain has two descriptions: of what it has, and of what it will have at its next start.
A volume is in use by a machine if either has it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.libvirt import refusals
from inventory.providers.libvirt.actions import STORED_XML
from inventory.providers.libvirt.domains import NO_FLAGS, every_domain, xml_call
from inventory.providers.libvirt.parse import network_source, source_of
from inventory.providers.libvirt.procedures import Domain, Volume
from inventory.providers.libvirt.refusals import Failure
from inventory.providers.markup import parsed

DISKS = frozenset({"disk", "lun"})
BUSES = {"vd": "virtio", "sd": "scsi"}  # those that a running machine takes a disk on


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk of a domain. ``device``: its name there, as vdb. ``xml``: its element.

    ``is_stored``: of the description for the next start.
    """

    domain: Domain
    device: str
    xml: Any
    is_stored: bool

    @property
    def is_device(self) -> bool:
        """True for a disk of the host's, and false for its drive of CDs. A disk that QEMU reads by
        iSCSI may be one, too: the host names it otherwise.
        """
        source = self.xml.find("source")
        is_iscsi = source is not None and source.get("protocol") == "iscsi"
        is_here = self.xml.get("type") == "block" or is_iscsi
        return is_here and self.xml.get("device", "disk") in DISKS

    def comes_after(self, device: str, bus: str) -> bool:
        """True if libvirt puts a new disk of this name and bus before this one, in its description
        and in the order in which disks without an order of their own are tried at a start:
        ``virDomainDiskInsert`` in libvirt's conf/domain_conf.c.
        """
        target = self.xml.find("target")
        own = None if target is None else target.get("bus", BUSES.get(self.device[:2]))
        return own == bus and _place(device) < _place(self.device)


def is_started_from(disk: Disk) -> bool:
    """True if no other disk of the machine is tried before it at a start.

    libvirt.org/formatdomain.html, "BIOS bootloader": devices are tried by the "order" of their
    "boot". If none has one, the first disk is tried, unless "os" names only devices of other kinds.
    """
    machine = disk.xml.getroottree()
    disks = [one for one in machine.iterfind("devices/disk") if one.get("device", "disk") in DISKS]
    if machine.find("devices/*/boot") is not None:
        disks = sorted((one for one in disks if one.find("boot") is not None), key=_boot_order)
    else:
        kinds = [boot.get("dev") for boot in machine.iterfind("os/boot")]
        if kinds and "hd" not in kinds:
            return False
    return bool(disks) and disks[0] is disk.xml


def _place(device: str) -> tuple[int, str]:
    """The place of a name on its bus: vdz is before vdaa."""
    return len(device), device


def _boot_order(disk: Any) -> int:
    order = disk.find("boot").get("order", "")
    return int(order) if order.isdecimal() else 0


@dataclass(slots=True)
class Attachments:
    """``disks``: by their sources, as ``source_of`` names them. ``below``: the names of files that
    disks are layers on. ``unread``: why the disks of some domain are not known; empty: all are.
    """

    disks: dict[str, list[Disk]] = field(default_factory=dict)
    below: set[str] = field(default_factory=set)
    unread: str = ""

    def of(self, volume: Volume, path: str) -> list[Disk]:
        names = (path, f"{volume.pool}/{volume.name}", network_source(path))
        found = [disk for name in names for disk in self.disks.get(name, ())]
        return sorted(found, key=lambda disk: (disk.domain.uuid, disk.is_stored))


def attachments_of(driver: Any) -> Attachments:
    """The disks of all domains that exist when they are read."""
    domains = every_domain(driver)
    pairs = [(domain, is_stored) for domain in domains for is_stored in (False, True)]
    calls = [xml_call(one, STORED_XML if stored else NO_FLAGS) for one, stored in pairs]
    found = Attachments()
    for (domain, is_stored), text in zip(pairs, driver.ask_each(calls), strict=True):
        if isinstance(text, Failure):
            if text.number != refusals.NO_DOMAIN:
                found.unread = f"The disks of the machine {domain.uuid} are not known."
            continue
        try:
            document = parsed(text)
        except MalformedResponseError:
            found.unread = f"The disks of the machine {domain.uuid} cannot be read."
            continue
        _add(found, domain, document, is_stored=is_stored)
    return found


def disks_in(driver: Any, domain: Domain) -> list[Disk]:
    """The disks of both descriptions of a domain. Raises what the daemon refuses."""
    found = Attachments()
    for is_stored in (False, True):
        call = xml_call(domain, STORED_XML if is_stored else NO_FLAGS)
        _add(found, domain, parsed(driver.ask(call)), is_stored=is_stored)
    return [disk for disks in found.disks.values() for disk in disks]


def name_at(path: str) -> str:
    """The name of a file, or of a volume."""
    return PurePosixPath(path).name


def _add(found: Attachments, domain: Domain, document: Any, *, is_stored: bool) -> None:
    for element in document.iterfind("devices/disk"):
        source, target = element.find("source"), element.find("target")
        name = "" if source is None else source_of(source.attrib)
        device = "" if target is None else target.get("dev", "")
        disk = Disk(domain, device, element, is_stored)
        found.disks.setdefault(name, []).append(disk)
        found.below.update(_names_below(element))


def _names_below(disk: Any) -> Iterator[str]:
    """The names of what a disk is a layer on, or is copied to."""
    own = disk.find("source")
    for source in disk.iterfind(".//source"):
        if source is not own and (name := source_of(source.attrib)):
            yield name_at(name)
