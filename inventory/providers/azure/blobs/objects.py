"""Blobs of a container: a page, one by its key, written, deleted. Nothing of them is kept."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote

from inventory.providers.azure.blobs.accounts import CONTAINERS
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.table import beside, does, reads
from inventory.records.stored_object import NewObject, ObjectPage, ObjectQuery, ObjectRecord

BLOBS = f"{CONTAINERS}/blobs"
METADATA = "x-ms-meta-"
# Of a directory, in accounts with a hierarchical namespace: "Get Blob Properties", and the metadata
# that Azure Data Lake Storage sets.
DIRECTORY, FOLDER = "directory", f"{METADATA}hdi_isfolder"
SEPARATOR = "/"
NO_CONTAINER = "ContainerNotFound"


def split_bucket(name: str) -> tuple[str, str]:
    """The storage account and the container."""
    account, _, container = name.partition(SEPARATOR)
    return account, container


def split_object_id(external_id: str) -> tuple[str, str, str]:
    """The storage account, the container and the key. No container's name has a slash."""
    account, rest = split_bucket(external_id)
    container, _, key = rest.partition(SEPARATOR)
    return account, container, key


@reads("objects", permissions=f"{BLOBS}/read")
def list_objects(driver: Any, bucket: str, query: ObjectQuery) -> ObjectPage:
    """One page. Its token is Azure's marker; one that Azure does not know is INVALID_REQUEST.

    A directory is no object, so a page may have fewer objects than were asked for. With a delimiter
    Azure lists it as a prefix.
    """
    account, container = split_bucket(bucket)
    asked: dict[str, Any] = {"maxresults": query.first}
    for name, value in (
        ("prefix", query.prefix),
        ("delimiter", query.delimiter),
        ("marker", query.after),
    ):
        asked |= {name: value} if value else {}
    page = driver.storage.blobs_page(account, container, asked)
    return ObjectPage(
        objects=tuple(map(_listed, filter(is_blob, page.iterfind("Blobs/Blob")))),
        prefixes=tuple(filter(None, map(name_of, page.iterfind("Blobs/BlobPrefix")))),
        next_token=page.findtext("NextMarker") or None,
    )


@beside("find", "objects")
def find_object(driver: Any, external_id: str) -> ObjectRecord | None:
    """The blob with its metadata. None for a directory."""
    account, container, key = split_object_id(external_id)
    try:
        headers = driver.storage.send("HEAD", account, _path(container, key)).headers
    except ProviderError as error:
        if error.code is ProviderErrorCode.NOT_FOUND:
            return None
        raise
    if headers.get("x-ms-resource-type") == DIRECTORY or headers.get(FOLDER) == "true":
        return None
    return ObjectRecord(
        key=key,
        size=_number(headers.get("content-length")),
        last_modified=_moment(headers.get("last-modified")),
        etag=(headers.get("etag") or "").strip('"') or None,
        storage_class=headers.get("x-ms-access-tier") or None,
        content_type=headers.get("content-type") or None,
        metadata=tuple(sorted(_metadata(headers))),
        bucket=f"{account}/{container}",
    )


@does("objects", "put", permissions=f"{BLOBS}/write")
def put_object(driver: Any, external_id: str, order: NewObject) -> None:
    account, container, key = split_object_id(external_id)
    headers = {f"{METADATA}{name}": value for name, value in order.metadata}
    headers |= {"x-ms-blob-type": "BlockBlob", "Content-Type": order.content_type}
    driver.storage.send("PUT", account, _path(container, key), headers=headers, data=order.body)


@does("objects", "delete", permissions=f"{BLOBS}/delete")
def delete_object(driver: Any, external_id: str) -> None:
    """A blob that is absent is deleted already. Its snapshots go with it; versions stay."""
    account, container, key = split_object_id(external_id)
    headers = {"x-ms-delete-snapshots": "include"}
    try:
        driver.storage.send("DELETE", account, _path(container, key), headers=headers)
    except ProviderError as error:
        if error.code is not ProviderErrorCode.NOT_FOUND or error.word == NO_CONTAINER:
            raise


def is_blob(entry: Any) -> bool:
    """The property "ResourceType" is of accounts with a hierarchical namespace: "List Blobs"."""
    return bool(entry.findtext("Properties/ResourceType") != DIRECTORY)


def name_of(element: Any) -> str:
    """A name that XML cannot hold is encoded: "List Blobs", version 2021-02-12 and later."""
    found = element.find("Name")
    if found is None or not found.text:
        return ""
    return unquote(found.text) if found.get("Encoded") == "true" else str(found.text)


def _listed(blob: Any) -> ObjectRecord:
    """A part of an unexpected form is None."""
    properties = blob.find("Properties")
    text = (lambda _name: None) if properties is None else properties.findtext
    return ObjectRecord(
        key=name_of(blob),
        size=_number(text("Content-Length")),
        last_modified=_moment(text("Last-Modified")),
        etag=(text("Etag") or "").strip('"') or None,
        storage_class=text("AccessTier") or None,
        content_type=text("Content-Type") or None,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() else None


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _metadata(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (name.removeprefix(METADATA), value)
        for name, value in headers.items()
        if name.startswith(METADATA)
    ]


def _path(container: str, key: str) -> str:
    from inventory.providers.azure.blobs.store import blob_path  # noqa: PLC0415 - of a driver

    return blob_path(container, key)
