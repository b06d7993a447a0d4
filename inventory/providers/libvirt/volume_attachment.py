"""A volume attached to a machine as a disk, and detached from it.

libvirt.org/formatdomain.html, "Hard drives, floppy disks, CDROMs". A change is made both to the
running machine and to the definition for its next start.
"""

import re
from itertools import product
from string import ascii_lowercase
from typing import Any

from lxml import etree

from inventory.providers.kind import NameRule
from inventory.providers.libcloud.marks import marks_of
from inventory.providers.libvirt import xdr
from inventory.providers.libvirt.actions import CONFIG, LIVE, where_it_is
from inventory.providers.libvirt.attachments import BUSES, Disk, disks_in, is_started_from
from inventory.providers.libvirt.blockers import SUSPENDED
from inventory.providers.libvirt.conversation import Call
from inventory.providers.libvirt.domains import domain_named, word_for
from inventory.providers.libvirt.permissions import named
from inventory.providers.libvirt.procedures import Domain, Procedure
from inventory.providers.libvirt.states import SAVED
from inventory.providers.libvirt.volumes import (
    LAYERED,
    LOOKING,
    Known,
    conflict,
    known_volume,
    refuse_used,
)
from inventory.providers.table import does

DEVICE = NameRule(
    re.compile(r"(?:/dev/)?[sv]d[a-z]{1,2}"),
    "A device is named as vdb or sdb, its place on the bus: a guest may name it otherwise.",
)

# libvirt reads the format of a file from its content, which a guest has written.
FOREIGN = (
    "The volume was created empty, and is a layer on {file} by its content now. A machine may have "
    "written that to read a file of the host: the volume is not attached."
)
BEFORE = (
    "The machine would start from {name} in place of {first}: choose a later name, or give its "
    "disks an order of their own."
)
SYSTEM = "The machine runs from this volume: stop the machine before it is detached."


@does("volumes", "attach", permissions=named("domain.write", "domain.save", *LOOKING))
def attach_volume(driver: Any, external_id: str, machine_id: str, device: str) -> None:
    """Libvirt itself attaches a disk of one machine to another too, and what others are layers on:
    two that write to one file destroy it.
    """
    known = known_volume(driver, external_id)
    refuse_used(known)
    if known.is_layered:
        raise conflict(LAYERED)
    if known.facts.backing and marks_of(known.volume.name):
        raise conflict(FOREIGN.format(file=known.facts.backing))
    domain = domain_named(driver, machine_id)
    if word_for(driver, domain) == SAVED:
        raise conflict(SUSPENDED)
    name = _device(disks_in(driver, domain), device)
    arguments = domain.packed() + xdr.text(_disk_xml(known, name))
    flags = xdr.uint(where_it_is(driver, domain))
    driver.ask(Call(Procedure.DOMAIN_ATTACH_DEVICE_FLAGS, arguments + flags))


@does("volumes", "detach", permissions=named("domain.write", "domain.save"))
def detach_volume(driver: Any, external_id: str, machine_id: str) -> None:
    """A running guest has to release the disk: one that hangs keeps it."""
    known = known_volume(driver, external_id)
    if not known.machines or machine_id not in {"", *known.machines}:
        where = ", ".join(known.machines) or "no machine"
        raise conflict(f"The volume is a disk of {where} now.")
    if not machine_id and len(known.machines) > 1:
        raise conflict(f"Name the machine: it is a disk of {', '.join(known.machines)}.")
    chosen = machine_id or known.machines[0]
    disks = [disk for disk in known.disks if disk.domain.uuid == chosen]
    domain = disks[0].domain
    if word_for(driver, domain) == SAVED:
        raise conflict(SUSPENDED)
    affected = where_it_is(driver, domain)
    if affected & LIVE and any(is_started_from(disk) for disk in disks if not disk.is_stored):
        raise conflict(SYSTEM)
    for flag, of_next_start in ((CONFIG, True), (LIVE, False)):
        found = [disk for disk in disks if disk.is_stored is of_next_start]
        if affected & flag and found:
            _detach(driver, domain, found[0], flag)


def _detach(driver: Any, domain: Domain, disk: Disk, flag: int) -> None:
    arguments = domain.packed() + xdr.text(etree.tostring(disk.xml, encoding="unicode"))
    driver.ask(Call(Procedure.DOMAIN_DETACH_DEVICE_FLAGS, arguments + xdr.uint(flag)))


def _device(disks: list[Disk], wanted: str) -> str:
    """The name of the disk: the wanted one, or the first one on virtio's bus that is free.

    One that comes before the disk that the machine starts from would be started from in its place.
    """
    taken = {disk.device for disk in disks}
    first = [disk for disk in disks if is_started_from(disk) and disk.xml.find("boot") is None]
    if wanted:
        name = wanted.removeprefix("/dev/")
        if name in taken:
            raise conflict(f"The machine has a disk {name} already.")
        if any(disk.comes_after(name, BUSES[name[:2]]) for disk in first):
            raise conflict(BEFORE.format(name=name, first=first[0].device))
        return name
    letters = (*ascii_lowercase, *map("".join, product(ascii_lowercase, repeat=2)))
    for last in letters:
        name = f"vd{last}"
        if name not in taken and not any(disk.comes_after(name, BUSES["vd"]) for disk in first):
            return name
    raise conflict("The machine has no free name for a disk.")


def _disk_xml(known: Known, device: str) -> str:
    """By its path where it is a file, else by its pool and name, which libvirt resolves."""
    facts, volume = known.facts, known.volume
    disk = etree.Element("disk", type="file" if facts.is_file else "volume", device="disk")
    etree.SubElement(disk, "driver", name="qemu", type=facts.form if facts.is_file else "raw")
    source = {"file": facts.path} if facts.is_file else {"pool": volume.pool, "volume": volume.name}
    etree.SubElement(disk, "source", **source)
    etree.SubElement(disk, "target", dev=device, bus=BUSES[device[:2]])
    return etree.tostring(disk, encoding="unicode")
