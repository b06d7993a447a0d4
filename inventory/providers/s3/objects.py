"""Objects at S3: a page of a bucket, one by its key, written, deleted. Nothing of them is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.s3.store import Store, Storing, next_token
from inventory.providers.table import beside, does, reads
from inventory.records.stored_object import NewObject, ObjectPage, ObjectQuery, ObjectRecord

# docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
MOST_DELETED = 1000
SEPARATOR = "/"


def split_object_id(external_id: str) -> tuple[str, str]:
    """Bucket and key: no bucket's name has a slash."""
    bucket, _, key = external_id.partition(SEPARATOR)
    return bucket, key


@reads("objects", permissions="s3:ListBucket")
def list_objects(driver: Storing, bucket: str, query: ObjectQuery) -> ObjectPage:
    """One page. A token that the store does not know is INVALID_REQUEST."""
    asked: dict[str, Any] = {"Bucket": bucket, "MaxKeys": query.first}
    for name, value in (
        ("Prefix", query.prefix),
        ("Delimiter", query.delimiter),
        ("ContinuationToken", query.after),
    ):
        asked |= {name: value} if value else {}
    page = driver.storage.objects_page("list_objects_v2", **asked)
    groups = page.get("CommonPrefixes") or ()
    return ObjectPage(
        objects=tuple(_record(one.get("Key"), one) for one in page.get("Contents") or ()),
        prefixes=tuple(str(one.get("Prefix") or "") for one in groups),
        next_token=next_token("NextContinuationToken")(page) if page.get("IsTruncated") else None,
    )


@beside("find", "objects")
def find_object(driver: Storing, external_id: str) -> ObjectRecord | None:
    """``external_id``: as ``split_object_id`` reads it. With its metadata."""
    bucket, key = split_object_id(external_id)
    try:
        head = driver.storage.call("head_object", Bucket=bucket, Key=key)
    except ProviderError as error:
        if error.code is ProviderErrorCode.NOT_FOUND:
            return None
        raise
    found = _record(key, {"Size": head.get("ContentLength"), **head})
    return replace(found, bucket=bucket)


@does("objects", "put", permissions="s3:PutObject")
def put_object(driver: Storing, external_id: str, order: NewObject) -> None:
    bucket, key = split_object_id(external_id)
    driver.storage.call(
        "put_object",
        Bucket=bucket,
        Key=key,
        Body=order.body,
        ContentType=order.content_type,
        Metadata=dict(order.metadata),
    )


@does("objects", "delete", permissions="s3:DeleteObject")
def delete_object(driver: Storing, external_id: str) -> None:
    """An object that is absent is deleted already. With versioning, earlier versions stay."""
    bucket, key = split_object_id(external_id)
    driver.storage.call("delete_object", Bucket=bucket, Key=key)


def delete_page(store: Store, bucket: str) -> int:
    """Delete the first objects, of each all versions and delete markers; how many there were.

    Raises ProviderError for the first one that the store does not delete.
    """
    found = _first_versions(store, bucket)
    if not found:
        return 0
    answer = store.call("delete_objects", Bucket=bucket, Delete={"Objects": found, "Quiet": True})
    for refusal in answer.get("Errors") or ():
        raise _refused(refusal)
    return len(found)


def _first_versions(store: Store, bucket: str) -> list[dict[str, str]]:
    try:
        page = store.objects_page("list_object_versions", Bucket=bucket, MaxKeys=MOST_DELETED)
    except ProviderError as error:
        if error.code is not ProviderErrorCode.NOT_SUPPORTED:
            raise
        listed = store.objects_page("list_objects_v2", Bucket=bucket)
        page = {"Versions": listed.get("Contents")}
    found: Sequence[Any] = (*(page.get("Versions") or ()), *(page.get("DeleteMarkers") or ()))
    return [_identifier(one) for one in found[:MOST_DELETED]]


def _identifier(one: Mapping[str, Any]) -> dict[str, str]:
    version = one.get("VersionId")
    return {"Key": str(one.get("Key"))} | ({"VersionId": str(version)} if version else {})


def _refused(refusal: Mapping[str, Any]) -> ProviderError:
    word, message = str(refusal.get("Code") or ""), str(refusal.get("Message") or "")
    text = f"{word}: {message}. An object could not be deleted, so the bucket stays."
    code = (
        ProviderErrorCode.PERMISSION_DENIED
        if word == "AccessDenied"
        else (ProviderErrorCode.PROVIDER_ERROR)
    )
    return ProviderError(code, text, word=word)


def _record(key: Any, found: Mapping[str, Any]) -> ObjectRecord:
    """A part of an unexpected form is None."""
    size, modified = found.get("Size"), found.get("LastModified")
    etag = found.get("ETag")
    metadata = found.get("Metadata") or {}
    return ObjectRecord(
        key=str(key or ""),
        size=size if isinstance(size, int) else None,
        last_modified=modified if isinstance(modified, datetime) else None,
        etag=etag.strip('"') if isinstance(etag, str) else None,
        storage_class=_text(found.get("StorageClass")),
        content_type=_text(found.get("ContentType")),
        metadata=tuple(sorted((name.lower(), value) for name, value in metadata.items())),
    )


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
