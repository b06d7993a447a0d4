"""Shared by AWS's documents of XML, in any namespace."""

from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.markup import parsed
from inventory.providers.reading import UNEXPECTED_FORM


def local_name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def texts_of_refusal(body: bytes) -> list[tuple[str, str]]:
    """Code and message of each error, in any namespace; empty for what is no document of errors."""
    try:
        root = parsed(body)
        # The document of S3 is the error itself.
        errors = [root] if local_name(root) == "Error" else root.findall(".//{*}Error")
    except MalformedResponseError:
        return []
    found = [(one.findtext("{*}Code") or "", one.findtext("{*}Message") or "") for one in errors]
    return [(code, message) for code, message in found if code or message]


def checked_entries(found: Any, item: str) -> list[Any]:
    """The entries of a list element. Raises MalformedResponseError for anything else in it."""
    entries = [entry for entry in found if isinstance(entry.tag, str)]  # no comments
    if (found.text or "").strip() or any(local_name(entry) != item for entry in entries):
        message = f"the list {local_name(found)} has something that is no {item}."
        raise MalformedResponseError(f"{UNEXPECTED_FORM}: {message}")
    return entries
