"""A page of a container's objects is deleted, of each all versions."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from libcloud.common.types import MalformedResponseError

from inventory.providers.exceptions import ProviderError, ProviderErrorCode, error_of_status
from inventory.providers.openstack.swift.names import LONGEST_CONTAINER, LONGEST_KEY
from inventory.providers.reading import UNEXPECTED_FORM
from inventory.providers.rest import ABSENT

BULK = "bulk_delete"  # of /info; it takes no versions
VERSIONED = "x-versions-enabled"  # also of a container whose versioning is suspended
MOST_TOGETHER, MOST_SINGLE = 1000, 100  # of one step
# Swift reads the lines of a bulk delete in parts of this length, and refuses a request with a line
# that may be longer than two of them: ``Bulk.get_objs_to_delete`` in its middleware.
LONGEST_LINE = LONGEST_CONTAINER + LONGEST_KEY + 2
TEXT = {"Content-Type": "text/plain"}
STAYS = "An object could not be deleted, so the container stays: {problem}."


def delete_page(store: Any, container: str) -> int:
    """The number of objects and versions of the page that were deleted.

    Objects that were absent do not count: a container may list them for a while after their
    deletion. Raises ProviderError for one that stays.
    """
    action = store.action_of(container)
    has_versions = VERSIONED in store.send("HEAD", action, {}).headers
    if BULK in store.features and not has_versions:
        together = _most_together(store)
        keys = [key for key, _ in _page(store, action, {"limit": together})]
        lines = {key: quote(f"{container}/{key}") for key in keys}
        short = [line for line in lines.values() if len(line) <= LONGEST_LINE]
        if short:
            return _delete_together(store, short)
        return sum(_delete(store, container, key, "") for key in keys[:MOST_SINGLE])
    versions = {"versions": "true"} if has_versions else {}
    found = _page(store, action, {"limit": MOST_SINGLE, **versions})
    return sum(_delete(store, container, key, version) for key, version in found)


def _most_together(store: Any) -> int:
    """An operator may set a smaller number than Swift's own, which is 10,000."""
    declared = store.features[BULK]
    most = declared.get("max_deletes_per_request") if isinstance(declared, Mapping) else None
    return min(MOST_TOGETHER, most) if isinstance(most, int) and most > 0 else MOST_TOGETHER


def _page(store: Any, action: str, asked: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [_identifier(one) for one in store.entries(action, asked)]


def _identifier(entry: Any) -> tuple[str, str]:
    """The key, and the id of the version; empty where the container has no versions."""
    key = entry.get("name") if isinstance(entry, Mapping) else None
    if not isinstance(key, str):
        raise MalformedResponseError(f"{UNEXPECTED_FORM}: the name of an object is missing.")
    return key, str(entry.get("version_id") or "")


def _delete(store: Any, container: str, key: str, version: str) -> bool:
    """Returns whether it was there."""
    asked = f"?version-id={quote(version, safe='')}" if version else ""
    try:
        store.send("DELETE", f"{store.action_of(container, key)}{asked}", {})
    except ProviderError as error:
        if error.code is not ProviderErrorCode.NOT_FOUND:
            raise
        return False
    return True


def _delete_together(store: Any, lines: Sequence[str]) -> int:
    """The number of those that were there.

    docs.openstack.org/swift/latest/middleware.html, "Bulk Delete": the answer's status is 200
    whatever became of the objects.
    """
    answer = store.send("POST", "?bulk-delete", TEXT, "\n".join(lines)).object
    if not isinstance(answer, dict) or not isinstance(answer.get("Errors"), list):
        raise MalformedResponseError(f"{UNEXPECTED_FORM}: it says nothing of what was deleted.")
    refused = [one[1] for one in answer["Errors"] if int(str(one[1])[:3]) not in ABSENT]
    status = str(refused[0] if refused else answer.get("Response Status", ""))
    if not status.startswith("2") and (refused or not answer["Errors"]):
        raise error_of_status(int(status[:3]), STAYS.format(problem=status), {})
    count = answer.get("Number Deleted")
    return count if isinstance(count, int) else len(lines)
