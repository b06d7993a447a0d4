"""Volumes of the account's storage pool: images, and disks made of them.

A new machine's disk is a layer over its image, which stays as it is. A volume is deleted only if an
order made it for a machine. Forms at libvirt.org/formatstorage.html.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from libcloud.common.types import MalformedResponseError
from lxml import etree

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.libcloud.marks import marks_of
from inventory.providers.libvirt import refusals, xdr
from inventory.providers.libvirt.actions import STORED_XML, answers
from inventory.providers.libvirt.attachments import name_at
from inventory.providers.libvirt.conversation import Call
from inventory.providers.libvirt.domains import NO_FLAGS, every_domain, xml_call
from inventory.providers.libvirt.layers import files_in_pools, volume_call
from inventory.providers.libvirt.parse import VolumeFacts, disks_of
from inventory.providers.libvirt.procedures import Pool, Procedure, Volume, read_volumes
from inventory.providers.libvirt.refusals import Failure, Refusal
from inventory.providers.markup import parsed
from inventory.providers.reading import FORM_ERRORS, UNEXPECTED_FORM
from inventory.records.image import ImageRecord

DISK_FORM = "qcow2"


def images_in_pool(driver: Any) -> list[ImageRecord]:
    """The files of the pool that are neither a machine's disk nor a volume that was ordered here.

    A file whose description cannot be read is among them, with the reason. A machine whose
    description cannot be read is passed over: ``image_named`` looks again before a file is used.
    """
    used = {path for document in _readable_documents(driver) for path in disks_of(document)}
    found = (_image(driver, volume, text, used) for volume, text in _volume_documents(driver))
    return [image for image in found if image is not None]


def _image(driver: Any, volume: Volume, text: str | Failure, used: set[str]) -> ImageRecord | None:
    """None for a volume that is no image."""
    try:
        if isinstance(text, Failure):
            raise text
        facts = VolumeFacts.of(parsed(text))
    except ProviderError as error:
        return ImageRecord(volume.name, volume.name, problem=error.message)
    except (MalformedResponseError, *FORM_ERRORS):
        return ImageRecord(volume.name, volume.name, problem=f"{UNEXPECTED_FORM}.")
    if not facts.is_file or facts.is_among(used, driver.pool) or marks_of(facts.name):
        return None
    return ImageRecord(external_id=facts.name, name=facts.name)


def _readable_documents(driver: Any) -> Iterator[Any]:
    calls = [xml_call(one, STORED_XML) for one in every_domain(driver)]
    for text in driver.ask_each(calls):
        with suppress(MalformedResponseError):
            if not isinstance(text, Failure):
                yield parsed(text)


def _volume_documents(driver: Any) -> list[tuple[Volume, str | Failure]]:
    """The pool's volumes with their XML, but for those that are deleted in between."""
    arguments = _pool(driver).packed() + xdr.integer(1) + NO_FLAGS
    call = Call(Procedure.STORAGE_POOL_LIST_ALL_VOLUMES, arguments, read_volumes)
    volumes = driver.ask(call)
    texts = driver.ask_each([volume_call(volume) for volume in volumes])
    pairs = zip(volumes, texts, strict=True)
    return [pair for pair in pairs if getattr(pair[1], "number", None) != refusals.NO_STORAGE_VOL]


def image_named(driver: Any, name: str) -> VolumeFacts:
    """Raises ProviderError NOT_FOUND, also for what some machine writes to."""
    try:
        facts = _facts(driver, _volume(driver, Procedure.STORAGE_VOL_LOOKUP_BY_NAME, name))
    except Refusal as refusal:
        if refusal.number != refusals.NO_STORAGE_VOL:
            raise
        facts = None
    is_image = facts is not None and facts.is_file and not marks_of(name)
    if facts is None or not is_image or facts.is_among(disks_in_use(driver), driver.pool):
        message = f"The pool {driver.pool!r} has no image {name!r}."
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message)
    return facts


def disks_in_use(driver: Any) -> set[str]:
    """The disks of all machines, as ``disks_of`` names them."""
    return {path for document in _documents(driver, but="") for path in disks_of(document)}


def make_disk(driver: Any, name: str, image: VolumeFacts) -> str:
    """The path of a disk over ``image``; that of an earlier attempt, if it is there."""
    volume = etree.Element("volume")
    etree.SubElement(volume, "name").text = name
    etree.SubElement(volume, "capacity", unit="bytes").text = str(image.capacity)
    target = etree.SubElement(volume, "target")
    etree.SubElement(target, "format", type=DISK_FORM)
    backing = etree.SubElement(volume, "backingStore")
    etree.SubElement(backing, "path").text = image.path
    etree.SubElement(backing, "format", type=image.form)
    text = etree.tostring(volume, encoding="unicode")
    arguments = _pool(driver).packed() + xdr.text(text) + NO_FLAGS
    try:
        made = driver.ask(Call(Procedure.STORAGE_VOL_CREATE_XML, arguments, Volume.read))
    except Refusal as refusal:
        if refusal.number != refusals.STORAGE_VOL_EXIST:
            raise
        made = _volume(driver, Procedure.STORAGE_VOL_LOOKUP_BY_NAME, name)
    return _facts(driver, made).path


def delete_disk(driver: Any, path: str) -> None:
    """Delete the file; it is well if it is gone already."""
    try:
        arguments = xdr.text(path)
        call = Call(Procedure.STORAGE_VOL_LOOKUP_BY_PATH, arguments, Volume.read)
        volume = driver.ask(call)
        driver.ask(Call(Procedure.STORAGE_VOL_DELETE, volume.packed() + NO_FLAGS))
    except Refusal as refusal:
        if refusal.number != refusals.NO_STORAGE_VOL:
            raise


def is_anybody_s(driver: Any, path: str, *, but: str) -> bool:
    """True if a machine other than ``but`` has the file as a disk, or a volume of any active pool
    is a layer on it.

    Paths lead to one file by several ways, so the file's name is enough to be careful.
    """
    documents = _documents(driver, but=but)
    disks = {disk for document in documents for disk in disks_of(document, below=True)}
    below = files_in_pools(driver, disks).below
    return name_at(path) in {*map(name_at, disks), *below}


def _documents(driver: Any, *, but: str) -> list[Any]:
    """The XML of every domain that is not ``but``."""
    calls = [xml_call(one, STORED_XML) for one in every_domain(driver) if one.uuid != but]
    gone = frozenset({refusals.NO_DOMAIN})
    found = answers(driver.ask_each(calls), but=gone, instead="")
    return [parsed(text) for text in found if text]


def _pool(driver: Any) -> Pool:
    arguments = xdr.text(driver.pool)
    return driver.ask(Call(Procedure.STORAGE_POOL_LOOKUP_BY_NAME, arguments, Pool.read))


def _volume(driver: Any, procedure: Procedure, name: str) -> Volume:
    arguments = _pool(driver).packed() + xdr.text(name)
    return driver.ask(Call(procedure, arguments, Volume.read))


def _facts(driver: Any, volume: Volume) -> VolumeFacts:
    return VolumeFacts.of(parsed(driver.ask(volume_call(volume))))
