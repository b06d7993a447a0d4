"""Tags as EC2 has them."""

from collections.abc import Mapping
from typing import Any

from inventory.providers.reading import Reading


def tags_in(found: Reading) -> tuple[tuple[str, str], ...]:
    """An object's tags, by key."""
    tags = [(tag.text("Key") or "", tag.text("Value") or "") for tag in found.parts("Tags")]
    return tuple(sorted(tags))


def tag_specification(kind: str, tags: Mapping[str, str]) -> dict[str, Any]:
    """The parameter that tags a new object of EC2's ``kind`` from its first moment on."""
    return {"TagSpecifications": [tagged(kind, tags)]} if tags else {}


def tagged(kind: str, tags: Mapping[str, str]) -> dict[str, Any]:
    """One entry of that parameter."""
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"ResourceType": kind, "Tags": pairs}
