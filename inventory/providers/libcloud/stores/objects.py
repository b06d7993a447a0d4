"""Objects by a storage driver of libcloud: a page of a bucket, one by its key, written, deleted."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import unquote_plus

from libcloud.common.types import MalformedResponseError
from libcloud.storage.base import Container, Object

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.generic import calling
from inventory.providers.libcloud.objects import NAMES_ANOTHER
from inventory.providers.libcloud.stores.names import problem_of_key
from inventory.providers.libcloud.stores.replies import children, text_at
from inventory.providers.reading import UNEXPECTED_FORM
from inventory.providers.reply_limits import count_object
from inventory.providers.times import moment
from inventory.records.stored_object import (
    NewObject,
    ObjectPage,
    ObjectQuery,
    ObjectRecord,
    SignedRequest,
)

MOST_DELETED = 100  # of one step: each is a request
HALF_A_SECOND, HOUR = 0.5, 3600
NO_BUCKET = "NoSuchBucket"
ENCODED = {"encoding-type": "url"}  # a key may have characters that XML cannot hold
SEPARATOR = "/"
STAYS = "The object {key!r} could not be deleted, so the bucket stays: {problem}"
UNSAFE = "The driver cannot name this bucket safely: its name has a reserved character."


def container_named(driver: Any, name: str) -> Container:
    """Libcloud's object. Raises INVALID_REQUEST for a name that would change the path."""
    if not name or NAMES_ANOTHER.search(name):
        raise ProviderError(ProviderErrorCode.INVALID_REQUEST, UNSAFE, retryable=False)
    return Container(name, {}, driver)


def object_named(driver: Any, external_id: str) -> Object:
    """Libcloud's object. ``external_id``: the bucket's name, a slash and the key.

    Raises INVALID_REQUEST for a key that would name another object.
    """
    bucket, _, key = external_id.partition(SEPARATOR)
    if problem := problem_of_key(key):
        raise ProviderError(ProviderErrorCode.INVALID_REQUEST, problem, retryable=False)
    return Object(key, 0, "", {}, {}, container_named(driver, bucket), driver)


def list_objects(driver: Any, bucket: str, query: ObjectQuery) -> ObjectPage:
    """One page. The token is the last key, or prefix, of the page before: S3's marker.

    libcloud's ``iterate_container_objects`` takes neither a delimiter, a limit nor a marker.
    """
    asked: dict[str, Any] = {"max-keys": query.first, **ENCODED}
    for name, value in (
        ("prefix", query.prefix),
        ("delimiter", query.delimiter),
        ("marker", query.after),
    ):
        asked |= {name: value} if value else {}
    page = _page(driver, bucket, asked)
    return ObjectPage(
        objects=tuple(_listed(page, one) for one in children(page, "Contents")),
        prefixes=tuple(_decoded(page, one, "Prefix") for one in children(page, "CommonPrefixes")),
        next_token=_next_token(page),
    )


def find_object(driver: Any, external_id: str) -> ObjectRecord | None:
    """With its metadata. libcloud's method reads the bucket too."""
    named = object_named(driver, external_id)
    try:
        found = driver.get_object(named.container.name, named.name)
    except ProviderError as error:
        if error.code is ProviderErrorCode.NOT_FOUND:
            return None
        raise
    return ObjectRecord(
        key=named.name,
        size=found.size,
        last_modified=_http_date(found.extra.get("last_modified")),
        etag=found.hash,
        content_type=found.extra.get("content_type"),
        metadata=tuple(sorted(found.meta_data.items())),
        bucket=named.container.name,
    )


calling("get_object", find_object)


def put_object(driver: Any, external_id: str, order: NewObject) -> None:
    """One request. libcloud's ``upload_object_via_stream`` sends three, in parts, which leave a
    begun upload behind if one fails; ``upload_object`` takes a file.
    """
    named = object_named(driver, external_id)
    metadata = {f"{driver.http_vendor_prefix}-meta-{name}": one for name, one in order.metadata}
    driver.connection.request(
        driver._get_object_path(named.container, named.name),  # noqa: SLF001 - of libcloud
        method="PUT",
        headers={"Content-Type": order.content_type, **metadata},
        data=order.body,
    )


def delete_object(driver: Any, external_id: str) -> None:
    """An object that is absent is deleted already. With versioning, earlier versions stay."""
    _delete(driver, object_named(driver, external_id))


calling("delete_object", delete_object)


def delete_page(driver: Any, container: Container) -> int:
    """Delete the first objects; how many there were."""
    page = _page(driver, container.name, {"max-keys": MOST_DELETED, **ENCODED})
    keys = [_decoded(page, one, "Key") for one in children(page, "Contents")][:MOST_DELETED]
    for key in keys:
        try:
            _delete(driver, object_named(driver, f"{container.name}{SEPARATOR}{key}"))
        except ProviderError as error:
            error.message = STAYS.format(key=key, problem=error.message)
            raise
    return len(keys)


def sign_download(driver: Any, external_id: str, *, seconds: int) -> SignedRequest:
    return SignedRequest(_signed(driver, external_id, "GET", seconds), "GET")


def sign_upload(
    driver: Any,
    external_id: str,
    *,
    seconds: int,
    most: int,  # noqa: ARG001 - the store's own largest; a smaller one is refused before
    content_type: str | None,
    redirect: str | None = None,  # noqa: ARG001 - refused before
) -> SignedRequest:
    headers = (("Content-Type", content_type),) if content_type else ()
    return SignedRequest(_signed(driver, external_id, "PUT", seconds), "PUT", headers=headers)


for _sign in (sign_download, sign_upload):
    calling("get_object_cdn_url", _sign)


def _signed(driver: Any, external_id: str, method: str, seconds: int) -> str:
    """Libcloud's method takes hours, and rounds them down to seconds."""
    named = object_named(driver, external_id)
    hours = (seconds + HALF_A_SECOND) / HOUR
    return str(driver.get_object_cdn_url(named, ex_expiry=hours, ex_method=method))


def _delete(driver: Any, named: Object) -> None:
    try:
        driver.delete_object(named)
    except ProviderError as error:
        if error.code is not ProviderErrorCode.NOT_FOUND or error.word == NO_BUCKET:
            raise


def _page(driver: Any, bucket: str, asked: dict[str, Any]) -> Any:
    path = driver._get_container_path(container_named(driver, bucket))  # noqa: SLF001 - of libcloud
    return driver.connection.request(path, params=asked).object


def _next_token(page: Any) -> str | None:
    """Raises MalformedResponseError for a page that says that there are more, and not from where.

    "NextMarker" is there with a delimiter alone: API_ListObjects of S3.
    """
    if text_at(page, "IsTruncated") != "true":
        return None
    ends = [_decoded(page, page, "NextMarker"), *_names_of(page)]
    token = ends[0] or max(ends)
    if not token:
        raise MalformedResponseError(f"{UNEXPECTED_FORM}: the last name of a page is missing.")
    return token


def _names_of(page: Any) -> Iterator[str]:
    for list_name, name in (("Contents", "Key"), ("CommonPrefixes", "Prefix")):
        yield from (_decoded(page, one, name) for one in children(page, list_name))


def _listed(page: Any, entry: Any) -> ObjectRecord:
    """A part of an unexpected form is None."""
    count_object()
    size, etag = text_at(entry, "Size") or "", text_at(entry, "ETag")
    return ObjectRecord(
        key=_decoded(page, entry, "Key"),
        size=int(size) if size.isascii() and size.isdecimal() else None,
        last_modified=moment(text_at(entry, "LastModified")),
        etag=etag.strip('"') if etag else None,
        storage_class=text_at(entry, "StorageClass"),
    )


def _decoded(page: Any, element: Any, name: str) -> str:
    """A name in a page. A store that does not know the encoding does not name it."""
    text = text_at(element, name) or ""
    return unquote_plus(text) if text_at(page, "EncodingType") == "url" else text


def _http_date(text: object) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
