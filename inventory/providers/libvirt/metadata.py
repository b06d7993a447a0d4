"""The gateway's data in a domain's <metadata>: tags, and the image and disk of a machine.

libvirt gives every program a place there, named by a URI. A copy of a domain's XML, as virt-clone
makes it, also has the original's data: data for another UUID is ignored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from lxml import etree

from inventory.providers.markup import check_text
from inventory.providers.tags import EXACT_TAGS

URI = "urn:cloud-gateway:machine:1"
PREFIX = "gateway"


@dataclass(frozen=True, slots=True)
class Note:
    """``disk``: the path of the volume that was made for this machine; ``image``: of what."""

    uuid: str
    tags: Mapping[str, str] = field(default_factory=dict)
    image: str | None = None
    disk: str | None = None
    created_at: datetime | None = None

    @classmethod
    def of(cls, domain: Any, uuid: str) -> Self:
        """The note in a domain's XML; an empty note if there is none for this UUID."""
        found = domain.find(f"metadata/{{{URI}}}machine")
        if found is None or found.get("uuid") != uuid:
            return cls(uuid)
        return cls(
            uuid,
            {tag.get("key", ""): tag.get("value", "") for tag in found.iterfind("{*}tag")},
            found.get("image"),
            found.get("disk"),
            _moment(found.get("created")),
        )

    def tagged(self, wanted: Mapping[str, str], unwanted: list[str]) -> Self:
        return replace(self, tags=EXACT_TAGS.changed(self.tags, wanted, unwanted))

    def element(self) -> Any:
        """Raises ProviderError for tags that XML has no way to hold."""
        said = {"uuid": self.uuid, "image": self.image, "disk": self.disk}
        if self.created_at is not None:
            said["created"] = self.created_at.isoformat()
        given = {name: value for name, value in said.items() if value is not None}
        element = etree.Element(f"{{{URI}}}machine", given, nsmap={PREFIX: URI})
        for key, value in sorted(self.tags.items()):
            check_text(key, value)
            etree.SubElement(element, f"{{{URI}}}tag", key=key, value=value)
        return element

    def text(self) -> str:
        """The text for virDomainSetMetadata, which adds the URI by itself."""
        bare = etree.fromstring(etree.tostring(self.element()))
        for element in bare.iter():
            element.tag = etree.QName(element).localname
        etree.cleanup_namespaces(bare)
        return etree.tostring(bare, encoding="unicode")


def _moment(text: str | None) -> datetime | None:
    """None for a text that is not a time, or a time without a zone; anybody may edit the XML."""
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else None
