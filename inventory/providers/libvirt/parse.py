"""Converts libvirt's XML to records. libvirt.org/formatdomain.html describes the XML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from libcloud.common.types import MalformedResponseError

from inventory.providers.addresses import addresses_of
from inventory.providers.libvirt.metadata import Note
from inventory.providers.libvirt.procedures import Domain
from inventory.providers.libvirt.refusals import Failure
from inventory.providers.libvirt.sizes import size_id, size_name
from inventory.providers.libvirt.states import state_of
from inventory.providers.markup import parsed
from inventory.providers.reading import FORM_ERRORS, UNKNOWN_WORD, Problems
from inventory.providers.reply_limits import count_object
from inventory.types import MachineRecord

# "Memory Allocation": b, KB, k or KiB ... The daemon itself always answers in KiB.
BYTES = {"bytes": 1, "b": 1, "KB": 10**3, "KiB": 1 << 10, "k": 1 << 10, "MiB": 1 << 20}
BYTES |= {"M": 1 << 20, "MB": 10**6, "GiB": 1 << 30, "G": 1 << 30, "GB": 10**9}


def record_of(
    domain: Domain,
    document: str | Failure,
    word: str | Failure,
    *,
    addresses: list[str],
    host_name: str,
) -> MachineRecord:
    """``document``: the domain's XML; ``word``: its state's; ``addresses``: the known ones.

    What could not be read is unknown and named in the record's problem.
    """
    count_object()
    problems = Problems()
    known_word = UNKNOWN_WORD if isinstance(word, Failure) else word
    if isinstance(word, Failure):
        problems.add(f"Its state is unknown: {word.message}")
    xml = _document(document, problems)
    public, private = addresses_of(unnamed=addresses)
    note = Note(domain.uuid) if xml is None else Note.of(xml, domain.uuid)
    vcpus = None if xml is None else _read(vcpus_of, xml, "vcpu", problems)
    memory = None if xml is None else _read(memory_of, xml, "memory", problems)
    size = None if vcpus is None or memory is None else (vcpus, memory)
    return MachineRecord(
        external_id=domain.uuid,
        name=domain.name or domain.uuid,
        state=state_of(known_word),
        raw_state=known_word,
        size_id=size_id(*size) if size else None,
        size_name=size_name(*size) if size else None,
        memory=memory,
        vcpus=vcpus,
        image_id=note.image,
        image_name=note.image,
        location_id=host_name,
        location_name=host_name,
        public_ips=public,
        private_ips=private,
        tags=tuple(sorted(note.tags.items())),
        created_at=note.created_at,
        problem=problems.message,
    )


def _document(document: str | Failure, problems: Problems) -> Any:
    """The parsed XML; None if there is none."""
    if isinstance(document, Failure):
        problems.add(f"Its description is unknown: {document.message}")
        return None
    try:
        return parsed(document)
    except MalformedResponseError as error:
        problems.add(str(error.value))
        return None


def _read(read: Callable[[Any], int], xml: Any, path: str, problems: Problems) -> int | None:
    try:
        number = read(xml)
    except (MalformedResponseError, *FORM_ERRORS):
        problems.note(path, "a whole number", xml.findtext(path))
        return None
    if number < 0:
        problems.note(path, "a whole number", number)
        return None
    return number


def vcpus_of(domain: Any) -> int:
    """The processors that are plugged in."""
    element = _element(domain, "vcpu")
    return int(element.get("current") or element.text)


def memory_of(domain: Any) -> int:
    """The most memory that the machine may have, in MiB."""
    element = _element(domain, "memory")
    return int(element.text) * BYTES[element.get("unit", "KiB")] >> 20


def disks_of(domain: Any, *, below: bool = False) -> set[str]:
    """The disks of a domain, as ``source_of`` names them.

    With ``below``, also those that they are layers on.
    """
    sources = domain.iterfind("devices/disk//source" if below else "devices/disk/source")
    return set(filter(None, (source_of(one.attrib) for one in sources)))


def source_of(attributes: Mapping[str, str]) -> str:
    """A path, ``pool/volume``, or the name at a server of storage, as ``network_source`` has it.

    Empty for a disk without a medium.
    """
    path = attributes.get("file") or attributes.get("dev") or attributes.get("dir")
    if path:
        return path
    pool, volume = attributes.get("pool"), attributes.get("volume")
    if pool and volume:
        return f"{pool}/{volume}"
    name = attributes.get("name") if attributes.get("protocol") else ""
    return network_source(name) if name else ""


def network_source(name: str) -> str:
    """The source of a disk at a server, as pool/image at Ceph: libvirt.org/formatdomain.html."""
    return f"network:{name}"


@dataclass(frozen=True, slots=True)
class VolumeFacts:
    """``path`` is a file's where ``is_file``. ``capacity`` in bytes."""

    name: str
    path: str
    is_file: bool
    form: str
    capacity: int
    backing: str | None

    def is_among(self, disks: set[str], pool: str) -> bool:
        """True if the volume is one of ``disks``, as ``disks_of`` names them."""
        return self.path in disks or f"{pool}/{self.name}" in disks

    @classmethod
    def of(cls, volume: Any) -> Self:
        form = volume.find("target/format")
        return cls(
            name=_text(volume, "name"),
            path=_text(volume, "target/path"),
            is_file=volume.get("type") == "file",
            form=form.get("type", "raw") if form is not None else "raw",
            capacity=int(_text(volume, "capacity")),
            backing=volume.findtext("backingStore/path"),
        )


def _element(parent: Any, path: str) -> Any:
    found = parent.find(path)
    if found is None or not found.text:
        raise MalformedResponseError(f"The answer has no {path!r}.")
    return found


def _text(parent: Any, path: str) -> str:
    return str(_element(parent, path).text)
