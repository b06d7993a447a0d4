"""Containers of Swift as buckets: listed, created, deleted."""

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from gateway.core.http.budget import budget_in_use
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.openstack.permissions import ENOUGH, MEMBER, READER
from inventory.providers.openstack.swift.removal import delete_page
from inventory.providers.reading import Reading, damaged, read_or_damaged
from inventory.providers.table import beside, does, reads
from inventory.records.bucket import BucketRecord, BucketState, NewBucket, Versioning

MOST_DETAILED = 25  # containers of one list
LEAST_SHARE = 0.4  # of the deadline, which is left for the rest of the list
METADATA = "x-container-meta-"
# Metadata that Swift's middlewares take for settings; the keys of temporary URLs are secrets.
SETTINGS = ("temp-url-key", "quota-", "web-", "access-control-", "sync-")
READ_BY_ALL = frozenset({".r:*", "*:*", "*"})  # "Container ACLs", docs.openstack.org/swift
PUBLIC = {"X-Container-Read": ".r:*"}
VERSIONED = {"X-Versions-Enabled": "true"}
VERSIONING = ("object_versioning", "versioned_writes")  # in /info
UNREAD = (
    "Its creation time, versioning, public access and metadata were not read with the list. Read "
    "the bucket alone."
)
TAKEN = "There is a container {name!r} already."
NOT_EMPTY = "The container is not empty."
NO_VERSIONS = "This Swift has no versioning of objects (/info of the store)."


@reads("buckets", permissions=READER)
def list_buckets(driver: Any) -> list[BucketRecord]:
    """The list has names alone; a few containers are read each."""
    records = [
        read_or_damaged(BucketRecord, Reading(one), _named, lambda found: found.text("name"))
        for one in driver.storage.container_entries()
    ]
    budget = budget_in_use()
    least = budget.left * LEAST_SHARE if len(records) <= MOST_DETAILED else math.inf
    return [*_detailed(driver, records, least)]


@beside("find", "buckets")
def find_bucket(driver: Any, name: str) -> BucketRecord | None:
    """Read by a HEAD of the container, as libcloud's ``get_container``, which drops the headers."""
    store = driver.storage
    try:
        found = store.send("HEAD", store.action_of(name), {}).headers
    except ProviderError as error:
        if error.code is ProviderErrorCode.NOT_FOUND:
            return None
        raise
    return _record(driver, name, found)


@does("buckets", "create", permissions=MEMBER)
def create_bucket(driver: Any, order: NewBucket) -> BucketRecord:
    """Raises CONFLICT for a name that is taken, and NOT_SUPPORTED for versions that are not kept.

    Swift answers 202 for a container that exists, and has then replaced its metadata: so the name
    is looked for before. libcloud's method takes no metadata, which have the mark.
    """
    store = driver.storage
    headers = {f"X-Container-Meta-{key}": value for key, value in order.tags}
    headers |= PUBLIC if order.public else {}
    if order.versioning:
        if VERSIONING[0] not in store.features:
            raise ProviderError(ProviderErrorCode.NOT_SUPPORTED, NO_VERSIONS, retryable=False)
        headers |= VERSIONED
    taken = ProviderError(
        ProviderErrorCode.CONFLICT, TAKEN.format(name=order.name), retryable=False
    )
    taken.was_not_done = True
    if find_bucket(driver, order.name) is not None:
        raise taken
    if int(store.send("PUT", store.action_of(order.name), headers).status) == 202:  # noqa: PLR2004
        raise taken
    return BucketRecord(order.name, order.name, tags=order.tags)


@does("buckets", "delete", permissions=MEMBER)
def delete_bucket(driver: Any, name: str, force: bool = False) -> int:
    """The number of objects that were deleted instead; 0: the container is deleted.

    Raises CONFLICT for a container that is not empty. With ``force`` the conflict is temporary: an
    object server may report a deletion to the container late.
    """
    store = driver.storage
    deleted = delete_page(store, name) if force else 0
    if not deleted:
        try:
            store.send("DELETE", store.action_of(name), {})
        except ProviderError as error:
            if error.code is ProviderErrorCode.CONFLICT:
                error.message = NOT_EMPTY
                error.judge(error.code, temporary=force)
            raise
    return deleted


def _detailed(driver: Any, records: list[BucketRecord], least: float) -> Iterator[BucketRecord]:
    budget = budget_in_use()
    for record in records:
        if not record.external_id or budget.left <= least:
            yield record
        elif found := find_bucket(driver, record.external_id):
            yield found  # one that was deleted meanwhile is not there any more


def _named(found: Reading) -> BucketRecord:
    name = found.text("name", required=True) or ""
    state = BucketState.AVAILABLE if name else BucketState.UNKNOWN
    return BucketRecord(name, name, state=state, problem=found.problem or UNREAD)


def _record(driver: Any, name: str, headers: Mapping[str, str]) -> BucketRecord:
    try:
        created_at = datetime.fromtimestamp(float(headers["x-timestamp"]), UTC)
    except (LookupError, ValueError, OverflowError, OSError):
        problem = "The container's creation time cannot be read: the header X-Timestamp."
        return damaged(BucketRecord, name, problem)
    return BucketRecord(
        external_id=name,
        name=name,
        created_at=created_at,
        versioning=_versioning(driver, headers),
        public=_is_public(driver, headers),
        tags=tuple(sorted(_metadata(headers))),
    )


def _versioning(driver: Any, headers: Mapping[str, str]) -> str | None:
    """None: neither the container nor the cluster says anything of versions."""
    if "x-versions-enabled" in headers:
        is_on = headers["x-versions-enabled"].lower() == "true"
        return Versioning.ENABLED if is_on else Versioning.SUSPENDED
    if "x-versions-location" in headers or "x-history-location" in headers:
        return Versioning.ENABLED
    return Versioning.OFF if any(one in driver.storage.features for one in VERSIONING) else None


def _is_public(driver: Any, headers: Mapping[str, str]) -> bool | None:
    """None: Swift shows the access control list to operators of the account alone."""
    words = headers.get("x-container-read")
    if words is not None:
        return not READ_BY_ALL.isdisjoint(word.strip() for word in words.split(","))
    return None if ENOUGH.isdisjoint(driver.roles) else False


def _metadata(headers: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    from inventory.providers.openstack.swift.store import text_of  # noqa: PLC0415 - of a driver

    for header, value in headers.items():
        name = header.removeprefix(METADATA)
        if name != header and not name.startswith(SETTINGS):
            yield text_of(name), text_of(value)
