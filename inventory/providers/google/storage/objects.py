"""Objects of a bucket: a page, one by its key, written, deleted. Nothing of them is kept."""

from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.google.storage.paths import OBJECTS, object_path, objects_path
from inventory.providers.reading import Reading
from inventory.providers.rest import optional_list, optional_text
from inventory.providers.table import beside, does, reads
from inventory.records.stored_object import NewObject, ObjectPage, ObjectQuery, ObjectRecord

SEPARATOR = "/"


def split_object_id(external_id: str) -> tuple[str, str]:
    """Bucket and key: no bucket's name has a slash."""
    bucket, _, key = external_id.partition(SEPARATOR)
    return bucket, key


@reads("objects", permissions="storage.objects.list")
def list_objects(driver: Any, bucket: str, query: ObjectQuery) -> ObjectPage:
    """One page. A token that Google does not know is INVALID_REQUEST.

    libcloud's ``iterate_container_objects`` takes neither a delimiter nor a limit.
    """
    asked: dict[str, Any] = {"maxResults": query.first}
    for name, value in (
        ("prefix", query.prefix),
        ("delimiter", query.delimiter),
        ("pageToken", query.after),
    ):
        asked |= {name: value} if value else {}
    page = driver.storage.read(OBJECTS, objects_path(bucket), **asked)
    return ObjectPage(
        objects=tuple(_record(Reading(one)) for one in optional_list(page, "items")),
        prefixes=tuple(str(one) for one in optional_list(page, "prefixes")),
        next_token=optional_text(page, "nextPageToken"),
    )


@beside("find", "objects")
def find_object(driver: Any, external_id: str) -> ObjectRecord | None:
    """The object with its metadata. libcloud's ``get_object`` also reads the bucket."""
    bucket, key = split_object_id(external_id)
    try:
        found = Reading(driver.storage.ask(object_path(bucket, key)))
    except ProviderError as error:
        if error.code is ProviderErrorCode.NOT_FOUND:
            return None
        raise
    return _record(found, key=key, bucket=bucket, metadata=found.pairs("metadata"))


@does("objects", "put", permissions=("storage.objects.create", "storage.objects.delete"))
def put_object(driver: Any, external_id: str, order: NewObject) -> None:
    """To replace an object takes the permission to delete it."""
    bucket, key = split_object_id(external_id)
    resource = {"name": key, "contentType": order.content_type, "metadata": dict(order.metadata)}
    driver.storage.upload(bucket, resource, order.body)


@does("objects", "delete", permissions="storage.objects.delete")
def delete_object(driver: Any, external_id: str) -> None:
    """An object that is absent is deleted already. With versioning, earlier versions stay."""
    bucket, key = split_object_id(external_id)
    store = driver.storage
    try:
        store.delete(object_path(bucket, key))
    except ProviderError as error:
        if error.code is not ProviderErrorCode.NOT_FOUND:
            raise
        # The bucket may be what is absent: its own 404 is raised.
        store.ask(objects_path(bucket), maxResults=1)


def _record(found: Reading, key: str | None = None, **details: Any) -> ObjectRecord:
    """A part of an unexpected form is None."""
    size = found.text("size") or ""
    return ObjectRecord(
        key=found.text("name") or "" if key is None else key,
        size=int(size) if size.isascii() and size.isdecimal() else None,
        last_modified=found.moment("updated"),
        etag=found.text("etag"),
        storage_class=found.text("storageClass"),
        content_type=found.text("contentType"),
        **details,
    )
