"""Machines made, changed in size, and deleted.

An order's client token is the new machine's UUID, by which an order that is made again finds what
it has made. On the way there is first a disk, then a domain, then a start; what a refusal leaves
behind is taken away.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from lxml import etree

from gateway.core.folding import contains
from inventory.providers.capability import Capability
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.libvirt import refusals, storage, xdr
from inventory.providers.libvirt.actions import (
    STORED_XML,
    WHOLE_XML,
    find_machine,
    start_machine,
    tag_machine,
)
from inventory.providers.libvirt.blockers import ready
from inventory.providers.libvirt.conversation import Call
from inventory.providers.libvirt.domains import NO_FLAGS, domain_named, xml_of
from inventory.providers.libvirt.metadata import Note
from inventory.providers.libvirt.parse import disks_of
from inventory.providers.libvirt.permissions import named
from inventory.providers.libvirt.procedures import Domain, Host, Procedure
from inventory.providers.libvirt.refusals import Refusal
from inventory.providers.libvirt.sizes import sizes_on
from inventory.providers.libvirt.template import Plan, domain_xml
from inventory.providers.libvirt.xdr import Reader
from inventory.providers.markup import check_text, parsed
from inventory.providers.table import does, reads
from inventory.records.image import ImageRecord
from inventory.types import MachineRecord, MachineState, NewMachine, SizeRecord

TOKENS = UUID("8f9a2c5e-3b0d-5e0c-9a43-6d1c1c5b7a10")  # the namespace of orders' UUIDs
# With what libvirt keeps about a machine: saved memory, snapshots' and checkpoints' descriptions,
# firmware variables. VIR_DOMAIN_UNDEFINE_MANAGED_SAVE, _SNAPSHOTS_METADATA, _NVRAM, _CHECKPOINTS…
WITH_EVERYTHING = xdr.uint(1 | 2 | 4 | 16)


@reads("sizes", permissions=named("connect.read"))
def list_sizes(driver: Any) -> list[SizeRecord]:
    return sizes_on(driver.ask(Call(Procedure.NODE_GET_INFO, read=Host.read)))


@reads(
    "images",
    permissions=named(
        "storage-pool.getattr",
        "storage-pool.search-storage-vols",
        "storage-vol.getattr",
        "storage-vol.read",
    ),
)
def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    word = search or ""
    return [image for image in storage.images_in_pool(driver) if contains(image.name, word)]


@does(
    "virtual_machines",
    "provision",
    permissions=named(
        "storage-vol.create", "connect.write", "domain.write", "domain.save", "domain.start"
    ),
)
def create_machine(driver: Any, order: NewMachine) -> MachineRecord:
    """Each step is done unless an earlier attempt has done it. Tags come last: who is looked for by
    them is found when the machine runs, and by the token before.
    """
    uuid = str(uuid5(TOKENS, order.client_token))
    if find_machine(driver, uuid) is None:
        _define_new(driver, order, uuid)
    with _undone_by(lambda: terminate_machine(driver, uuid)):
        if _known(driver, uuid).state is MachineState.STOPPED:
            with _well_if(refusals.OPERATION_INVALID):  # the earlier attempt starts it just now
                start_machine(driver, uuid)
        if not set(order.tags) <= set(_known(driver, uuid).tags):
            tag_machine(driver, uuid, dict(order.tags), [])
    return _known(driver, uuid)


@does(
    "virtual_machines",
    "resize",
    permissions=named("domain.read-secure", "domain.write", "domain.save"),
)
def resize_machine(driver: Any, external_id: str, size_id: str) -> None:
    """The domain is defined anew with other numbers, as `virsh edit` does."""
    size = _size(driver, size_id)
    domain, _word = ready(driver, external_id, Capability.RESIZE)
    document = parsed(xml_of(driver, domain, WHOLE_XML))
    for name in ("memory", "currentMemory"):
        for element in document.iterfind(name):
            element.set("unit", "MiB")
            element.text = str(size.memory)
    vcpu = document.find("vcpu")
    vcpu.attrib.pop("current", None)
    vcpu.text = str(size.vcpus)
    _define(driver, etree.tostring(document, encoding="unicode"))


@does(
    "virtual_machines",
    "terminate",
    permissions=named(
        "domain.stop",
        "domain.delete",
        "storage-vol.delete",
        "connect.search-storage-pools",
        "storage-pool.refresh",
    ),
)
def terminate_machine(driver: Any, external_id: str) -> None:
    """Power off, delete the disk that was made for it, and forget the domain. Other disks stay."""
    domain = domain_named(driver, external_id)
    document = parsed(xml_of(driver, domain, STORED_XML))
    with _well_if(refusals.OPERATION_INVALID):  # it is off
        driver.ask(Call(Procedure.DOMAIN_DESTROY_FLAGS, domain.packed() + NO_FLAGS))
    disk = Note.of(document, domain.uuid).disk
    is_its_own = disk is not None and disk in disks_of(document)
    if disk and is_its_own and not storage.is_anybody_s(driver, disk, but=domain.uuid):
        storage.delete_disk(driver, disk)
    with _well_if(refusals.NO_DOMAIN):  # a transient domain is gone when it is off
        driver.ask(Call(Procedure.DOMAIN_UNDEFINE_FLAGS, domain.packed() + WITH_EVERYTHING))


def _define_new(driver: Any, order: NewMachine, uuid: str) -> None:
    size = _size(driver, order.size_id)
    _check_place(driver, order)
    image = storage.image_named(driver, order.image_id)
    disk = storage.make_disk(driver, f"gateway-{uuid}.qcow2", image)
    note = Note(uuid, image=image.name, disk=disk, created_at=datetime.now(UTC))
    plan = Plan(order.name, note, size, driver.network)
    with _undone_by(lambda: storage.delete_disk(driver, disk)):
        _define(driver, domain_xml(plan, _capabilities(driver)))


def _known(driver: Any, uuid: str) -> MachineRecord:
    """A machine that was made a moment ago."""
    machine = find_machine(driver, uuid)
    if machine is None:
        message = f"libvirt made {uuid}, but does not find it."
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    return machine


def _size(driver: Any, size_id: str) -> SizeRecord:
    for size in list_sizes(driver):
        if size.external_id == size_id:
            return size
    raise ProviderError(ProviderErrorCode.NOT_FOUND, f"The host offers no size {size_id!r}.")


def _check_place(driver: Any, order: NewMachine) -> None:
    """Raises ProviderError for another host than this one, or a name that cannot be had."""
    check_text(order.name, *(text for pair in order.tags for text in pair))
    if order.location_id not in {None, driver.host_name}:
        message = f"There is no location {order.location_id!r} but {driver.host_name}."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    arguments = xdr.text(order.name)
    with _well_if(refusals.NO_DOMAIN):
        driver.ask(Call(Procedure.DOMAIN_LOOKUP_BY_NAME, arguments, Domain.read))
        message = f"There is a machine {order.name!r} already; libvirt wants a name of its own."
        raise ProviderError(ProviderErrorCode.CONFLICT, message, retryable=False)


def _capabilities(driver: Any) -> Any:
    """The host's capabilities for the hypervisor, machine and architecture that it prefers."""
    arguments = xdr.optional(None) * 4 + NO_FLAGS
    call = Call(Procedure.CONNECT_GET_DOMAIN_CAPABILITIES, arguments, Reader.text)
    return parsed(driver.ask(call))


def _define(driver: Any, text: str) -> None:
    driver.ask(Call(Procedure.DOMAIN_DEFINE_XML, xdr.text(text), Domain.read))


@contextmanager
def _well_if(number: int) -> Iterator[None]:
    """A refusal by this number says that what was wanted is so already."""
    try:
        yield
    except Refusal as refusal:
        if refusal.number != number:
            raise


@contextmanager
def _undone_by(undo: Callable[[], None]) -> Iterator[None]:
    """Call ``undo`` after a refusal.

    After a lost answer the effect is unknown, and nothing is undone.
    """
    try:
        yield
    except Refusal as refusal:
        try:
            undo()
        except ProviderError as error:
            refusal.message += f" What was made is still there: {error.message}"
        raise
