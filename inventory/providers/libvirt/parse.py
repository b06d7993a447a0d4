"""libvirt's XML to our records. Its forms are told at libvirt.org/formatdomain.html."""

from dataclasses import dataclass
from typing import Any, Self

from libcloud.common.types import MalformedResponseError
from lxml import etree

from inventory.providers.addresses import addresses_of
from inventory.providers.libvirt.metadata import Note
from inventory.providers.libvirt.sizes import size_id, size_name
from inventory.providers.libvirt.states import state_of
from inventory.providers.markup import harmless_parser
from inventory.types import MachineRecord

# "Memory Allocation": b, KB, k or KiB ... The daemon itself always answers in KiB.
BYTES = {"bytes": 1, "b": 1, "KB": 10**3, "KiB": 1 << 10, "k": 1 << 10, "MiB": 1 << 20}
BYTES |= {"M": 1 << 20, "MB": 10**6, "GiB": 1 << 30, "G": 1 << 30, "GB": 10**9}


def parsed(text: str) -> Any:
    try:
        return etree.fromstring(text.encode(), harmless_parser())
    except etree.XMLSyntaxError as error:
        raise MalformedResponseError(f"The answer is not XML: {error}.") from error


def machine_of(domain: Any, *, word: str, addresses: list[str], host_name: str) -> MachineRecord:
    """``domain``: its XML; ``word``: its state's; ``addresses``: those that libvirt knows of."""
    uuid, name = _text(domain, "uuid"), _text(domain, "name")
    note = Note.of(domain, uuid)
    vcpus, memory = vcpus_of(domain), memory_of(domain)
    image = note.image
    public, private = addresses_of(unnamed=addresses)
    return MachineRecord(
        external_id=uuid,
        name=name,
        state=state_of(word),
        raw_state=word,
        size_id=size_id(vcpus, memory),
        size_name=size_name(vcpus, memory),
        memory=memory,
        vcpus=vcpus,
        image_id=image,
        image_name=image,
        location_id=host_name,
        location_name=host_name,
        public_ips=public,
        private_ips=private,
        tags=tuple(sorted(note.tags.items())),
        created_at=note.created_at,
    )


def vcpus_of(domain: Any) -> int:
    """Those that are plugged in."""
    element = _element(domain, "vcpu")
    return int(element.get("current") or element.text)


def memory_of(domain: Any) -> int:
    """What it may have at most, in MiB."""
    element = _element(domain, "memory")
    return int(element.text) * BYTES[element.get("unit", "KiB")] >> 20


def disks_of(domain: Any, *, below: bool = False) -> set[str]:
    """What its disks are: paths of files, and ``pool/volume`` for those that are named so.

    With ``below``, also those that they are layers on.
    """
    sources = domain.iterfind("devices/disk//source" if below else "devices/disk/source")
    named = ((one.get("file"), one.get("pool"), one.get("volume")) for one in sources)
    return {file or f"{pool}/{volume}" for file, pool, volume in named if file or volume}


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
        """Whether it is one of ``disks``, as ``disks_of`` names them."""
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
