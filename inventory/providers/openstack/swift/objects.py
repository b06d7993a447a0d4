"""Objects of a container: a page, one by its key, written, deleted. Nothing of them is kept."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.openstack.permissions import MEMBER, READER
from inventory.providers.reading import UNEXPECTED_FORM, Reading
from inventory.providers.table import beside, does, reads
from inventory.records.stored_object import NewObject, ObjectPage, ObjectQuery, ObjectRecord

METADATA = "x-object-meta-"
SEPARATOR = "/"


def split_object_id(external_id: str) -> tuple[str, str]:
    """Container and key: no container's name has a slash."""
    container, _, key = external_id.partition(SEPARATOR)
    return container, key


@reads("objects", permissions=READER)
def list_objects(driver: Any, bucket: str, query: ObjectQuery) -> ObjectPage:
    """One page. The token is the last name of the page before, which Swift calls the marker.

    One entry more is asked for, which shows whether there is another page. libcloud's list takes
    neither a delimiter nor a limit.
    """
    store = driver.storage
    asked: dict[str, Any] = {"limit": query.first + 1}
    for name, value in (
        ("prefix", query.prefix),
        ("delimiter", query.delimiter),
        ("marker", query.after),
    ):
        asked |= {name: value} if value else {}
    entries = [_mapping(one) for one in store.entries(store.action_of(bucket), asked)]
    page, more = entries[: query.first], entries[query.first :]
    last = page[-1].get("name") or page[-1].get("subdir") if more else None
    return ObjectPage(
        objects=tuple(_listed(one) for one in page if "subdir" not in one),
        prefixes=tuple(str(one["subdir"]) for one in page if "subdir" in one),
        next_token=None if last is None else str(last),
    )


@beside("find", "objects")
def find_object(driver: Any, external_id: str) -> ObjectRecord | None:
    """The object with its metadata. libcloud's ``get_object`` also reads the container."""
    container, key = split_object_id(external_id)
    store = driver.storage
    try:
        headers = store.send("HEAD", store.action_of(container, key), {}).headers
    except ProviderError as error:
        if error.code is ProviderErrorCode.NOT_FOUND:
            return None
        raise
    return ObjectRecord(
        key=key,
        size=_size(headers),
        last_modified=_moment(headers.get("last-modified")),
        etag=(headers.get("etag") or "").strip('"') or None,
        content_type=headers.get("content-type") or None,
        metadata=tuple(sorted(_metadata(headers))),
        bucket=container,
    )


@does("objects", "put", permissions=MEMBER)
def put_object(driver: Any, external_id: str, order: NewObject) -> None:
    container, key = split_object_id(external_id)
    store = driver.storage
    headers = {f"X-Object-Meta-{name}": value for name, value in order.metadata}
    headers["Content-Type"] = order.content_type
    store.send("PUT", store.action_of(container, key), headers, order.body)


@does("objects", "delete", permissions=MEMBER)
def delete_object(driver: Any, external_id: str) -> None:
    """An object that is absent is deleted already."""
    container, key = split_object_id(external_id)
    store = driver.storage
    try:
        store.send("DELETE", store.action_of(container, key), {})
    except ProviderError as error:
        if error.code is not ProviderErrorCode.NOT_FOUND:
            raise
        # The container may be what is absent: its own 404 is raised.
        store.send("HEAD", store.action_of(container), {})


def _mapping(entry: Any) -> Mapping[str, Any]:
    if not isinstance(entry, dict):
        raise MalformedResponseError(f"{UNEXPECTED_FORM}: an entry of the list is no object.")
    return entry


def _listed(entry: Mapping[str, Any]) -> ObjectRecord:
    """A part of an unexpected form is None."""
    found = Reading(entry)
    moment = found.moment("last_modified")  # without a zone: in UTC
    return ObjectRecord(
        key=found.text("name") or "",
        size=found.number("bytes"),
        last_modified=moment,
        etag=found.text("hash"),
        content_type=found.text("content_type"),
    )


def _size(headers: Mapping[str, str]) -> int | None:
    text = headers.get("content-length", "")
    return int(text) if text.isascii() and text.isdigit() else None


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _metadata(headers: Mapping[str, str]) -> list[tuple[str, str]]:
    from inventory.providers.openstack.swift.store import text_of  # noqa: PLC0415 - of a driver

    return [
        (text_of(name.removeprefix(METADATA)), text_of(value))
        for name, value in headers.items()
        if name.startswith(METADATA)
    ]
