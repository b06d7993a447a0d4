"""A page of a container's blobs is deleted, of each blob all versions and snapshots.

A storage account with a hierarchical namespace lists directories among the blobs. Blob Storage
deletes no directory that is not empty, and none with "x-ms-delete-snapshots"
(github.com/Azure/azure-storage-fuse/issues/1068). So directories stay: they go with the container.
"""

from collections.abc import Callable
from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.azure.blobs.objects import is_blob, name_of
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.paging import each_page
from inventory.providers.reading import UNEXPECTED_FORM

MOST_DELETED = 100  # of one step
MOST_LISTED = 1000  # of one page, of which many may be directories
EVERYTHING = "versions,snapshots"
STAYS = "A blob could not be deleted, so the container stays: {problem}"


def has_blobs(store: Any, account: str, container: str) -> bool:
    """A directory counts."""
    return bool(_page(store, account, container, 1, lambda _entry: True))


def delete_page(store: Any, account: str, container: str) -> int:
    """The number of blobs, versions and snapshots on the page. Raises ProviderError for one that
    stays.
    """
    from inventory.providers.azure.blobs.store import blob_path  # noqa: PLC0415 - of a driver

    found = _page(store, account, container, MOST_LISTED, is_blob)[:MOST_DELETED]
    for blob in found:
        key = name_of(blob)
        if not key:
            raise MalformedResponseError(f"{UNEXPECTED_FORM}: the name of a blob is missing.")
        try:
            store.send("DELETE", account, blob_path(container, key), **_one(blob))
        except ProviderError as error:
            if error.code is not ProviderErrorCode.NOT_FOUND:
                error.message = STAYS.format(problem=error.message)
                raise
    return len(found)


def _one(blob: Any) -> dict[str, Any]:
    """The parameters that name the version or snapshot. The current version is deleted as the blob
    itself.
    """
    if snapshot := blob.findtext("Snapshot"):
        return {"query": {"snapshot": snapshot}}
    version = blob.findtext("VersionId")
    if version and blob.findtext("IsCurrentVersion") != "true":
        return {"query": {"versionid": version}}
    return {"headers": {"x-ms-delete-snapshots": "include"}}


def _page(
    store: Any, account: str, container: str, most: int, counts: Callable[[Any], bool]
) -> list[Any]:
    """The first entries that count; an empty list if no page has any. A page without blobs may
    have another one after it.
    """
    asked = {"include": EVERYTHING, "maxresults": most}

    def read(marker: str | None) -> Any:
        return store.blobs_page(account, container, asked | ({"marker": marker} if marker else {}))

    for page in each_page(read, lambda one: one.findtext("NextMarker") or None):
        if found := [one for one in page.iterfind("Blobs/Blob") if counts(one)]:
            return found
    return []
