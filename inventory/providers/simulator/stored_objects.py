"""Objects in the buckets of a simulated cloud."""

import hashlib
import time
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from gateway.core.http.upload_forms import REDIRECT
from inventory.providers.simulator.buckets import buckets_of, changing, existing
from inventory.providers.table import beside, does, reads
from inventory.records.stored_object import (
    NewObject,
    ObjectPage,
    ObjectQuery,
    ObjectRecord,
    SignedRequest,
)

NOWHERE = "https://simulator.invalid"  # RFC 2606: a name that leads nowhere


@reads("objects")
def list_objects(driver: Any, bucket: str, query: ObjectQuery) -> ObjectPage:
    """The token of a page is the last key, or group, of the one before."""
    driver.call()
    found = existing(buckets_of(driver), bucket).objects
    entries = dict.fromkeys(_entry(key, query) for key in sorted(found) if _is_asked(key, query))
    names = [name for name in entries if query.after is None or name > query.after]
    page, more = names[: query.first], names[query.first :]
    return ObjectPage(
        objects=tuple(_record(name, found[name]) for name in page if name in found),
        prefixes=tuple(name for name in page if name not in found),
        next_token=page[-1] if more else None,
    )


@beside("find", "objects")
def find_object(driver: Any, external_id: str) -> ObjectRecord | None:
    driver.call()
    bucket, _, key = external_id.partition("/")
    facts = existing(buckets_of(driver), bucket).objects.get(key)
    return None if facts is None else _record(key, facts, bucket=bucket)


@does("objects", "put")
def put_object(driver: Any, external_id: str, order: NewObject) -> None:
    driver.call()
    bucket, _, key = external_id.partition("/")
    with changing(driver, bucket, "put_object") as buckets:
        existing(buckets, bucket).objects[key] = {
            "size": len(order.body),
            "at": time.time(),
            "etag": hashlib.md5(order.body, usedforsecurity=False).hexdigest(),
            "type": order.content_type,
            "metadata": [list(pair) for pair in order.metadata],
        }


@does("objects", "delete")
def delete_object(driver: Any, external_id: str) -> None:
    driver.call()
    bucket, _, key = external_id.partition("/")
    with changing(driver, bucket, "delete_object") as buckets:
        existing(buckets, bucket).objects.pop(key, None)


@does("objects", "sign_upload")
def sign_upload(
    _driver: Any,
    external_id: str,
    *,
    seconds: int,
    most: int,
    content_type: str | None,
    redirect: str | None = None,
) -> SignedRequest:
    bucket, _, key = external_id.partition("/")
    fields = (("key", key), ("expires", str(seconds)), ("most", str(most)))
    typed = (("Content-Type", content_type),) if content_type else ()
    redirected = ((REDIRECT, redirect),) if redirect else ()
    return SignedRequest(f"{NOWHERE}/{bucket}", "POST", fields=(*fields, *typed, *redirected))


@does("objects", "sign_download")
def sign_download(_driver: Any, external_id: str, *, seconds: int) -> SignedRequest:
    return SignedRequest(f"{NOWHERE}/{quote(external_id)}?expires={seconds}", "GET")


def _is_asked(key: str, query: ObjectQuery) -> bool:
    return key.startswith(query.prefix)


def _entry(key: str, query: ObjectQuery) -> str:
    """The key, or the group that it is in."""
    rest = key.removeprefix(query.prefix)
    head, delimiter, _ = rest.partition(query.delimiter) if query.delimiter else (rest, "", "")
    return f"{query.prefix}{head}{delimiter}" if delimiter else key


def _record(key: str, facts: dict[str, Any], *, bucket: str = "") -> ObjectRecord:
    """``bucket``: of a single read, which has the metadata too."""
    alone = bool(bucket)
    pairs = tuple((name, value) for name, value in facts.get("metadata", ())) if alone else ()
    return ObjectRecord(
        key=key,
        size=facts["size"],
        last_modified=datetime.fromtimestamp(facts["at"], UTC),
        etag=facts.get("etag"),
        storage_class="STANDARD",
        content_type=facts.get("type") if alone else None,
        metadata=pairs,
        bucket=bucket,
    )
