"""Containers of the subscription's storage accounts, as buckets named ``account/container``."""

import math
from collections.abc import Iterator
from typing import Any

from libcloud.common.types import MalformedResponseError

from gateway.core.http.budget import budget_in_use
from inventory.providers.azure.blobs.accounts import (
    ACCOUNTS,
    CONTAINERS,
    StorageAccount,
    account_named,
    container,
    containers_of,
    storage_accounts,
    versioning_of,
)
from inventory.providers.azure.blobs.objects import split_bucket
from inventory.providers.azure.blobs.removal import delete_page, has_blobs
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.order_marker import MARKER_TAG
from inventory.providers.reading import Reading, damaged, records_of
from inventory.providers.table import beside, does, reads
from inventory.records.bucket import BucketRecord, BucketState, NewBucket

MOST_DETAILED = 25  # storage accounts of one list whose versioning is read
LEAST_SHARE = 0.4  # of the deadline, which is left for the rest of the list
# Names of metadata are identifiers of C#: the job's mark is kept under another name.
MARK = MARKER_TAG.replace("-", "_")
UNREAD = "Its versioning was not read with the list. Read the bucket alone."
UNTOLD = "Its versioning is unknown: the account may not read the settings of its blob service."
NO_ACCOUNT = "This subscription has no storage account {name!r}."
NOT_EMPTY = "The container is not empty."


@reads("buckets", permissions=(f"{ACCOUNTS}/read", f"{CONTAINERS}/read"))
def list_buckets(driver: Any) -> list[BucketRecord]:
    """A list of containers for each storage account."""
    found = list(storage_accounts(driver))
    budget = budget_in_use()
    least = budget.left * LEAST_SHARE if len(found) <= MOST_DETAILED else math.inf
    return [record for one in found for record in _of_account(driver, one, budget, least)]


def _of_account(
    driver: Any, account: StorageAccount, budget: Any, least: float
) -> Iterator[BucketRecord]:
    if not account.path:
        yield damaged(BucketRecord, "", account.problem or "")
        return
    entries = containers_of(driver, account)
    versioning, problem = None, UNREAD
    if entries and budget.left > least:
        versioning, problem = versioning_of(driver, account), UNTOLD
    yield from _records(account, entries, versioning, None if versioning else problem)


@beside("find", "buckets")
def find_bucket(driver: Any, external_id: str) -> BucketRecord | None:
    name, own = split_bucket(external_id)
    account = account_named(driver, name)
    if account is None or not own:
        return None
    if not account.path:
        return damaged(BucketRecord, external_id, account.problem or "")
    found = container(driver, account, own)
    if found is None:
        return None
    versioning = versioning_of(driver, account)
    return _records(account, [found], versioning, None if versioning else UNTOLD)[0]


@does("buckets", "create", permissions=f"{CONTAINERS}/write")
def create_bucket(driver: Any, order: NewBucket) -> BucketRecord:
    """Raises CONFLICT for a name that is taken, and NOT_FOUND for an account of others."""
    name, own = split_bucket(order.name)
    account = account_named(driver, name)
    if account is None:
        message = NO_ACCOUNT.format(name=name)
        raise ProviderError(ProviderErrorCode.NOT_FOUND, message, retryable=False)
    if not account.path:
        raise MalformedResponseError(account.problem)
    tags = {MARK if key == MARKER_TAG else key: value for key, value in order.tags}
    headers = {f"x-ms-meta-{key}": value for key, value in tags.items()}
    headers |= {"x-ms-blob-public-access": "blob"} if order.public else {}
    driver.storage.send("PUT", name, f"/{own}", query={"restype": "container"}, headers=headers)
    return BucketRecord(order.name, order.name, tags=order.tags)


@does("buckets", "delete", permissions=f"{CONTAINERS}/delete")
def delete_bucket(driver: Any, external_id: str, force: bool = False) -> int:
    """The number of blobs that were deleted instead; 0: the container is deleted.

    Azure itself deletes a container with all that is in it. So the container is looked into before:
    a blob that is written between the two requests is deleted with it.
    """
    account, own = split_bucket(external_id)
    store = driver.storage
    deleted = delete_page(store, account, own) if force else 0
    if not deleted:
        if not force and has_blobs(store, account, own):
            error = ProviderError(ProviderErrorCode.CONFLICT, NOT_EMPTY, retryable=False)
            error.was_not_done = True
            raise error
        store.send("DELETE", account, f"/{own}", query={"restype": "container"})
    return deleted


def _records(
    account: StorageAccount, entries: list[Any], versioning: str | None, problem: str | None
) -> list[BucketRecord]:
    return records_of(
        BucketRecord,
        entries,
        lambda found: _record(account, found, versioning, problem),
        lambda found: found.text("name"),
    )


def _record(
    account: StorageAccount, found: Reading, versioning: str | None, problem: str | None
) -> BucketRecord:
    own, properties = found.text("name", required=True), found.part("properties")
    name = f"{account.name}/{own}" if own else ""
    public = _is_public(account, properties)
    tags = tuple(
        sorted(
            (MARKER_TAG if key == MARK else key, value)
            for key, value in properties.pairs("metadata")
        )
    )
    problems = [found.problem, account.problem, problem]
    return BucketRecord(
        external_id=name,
        name=name,
        state=BucketState.AVAILABLE if name else BucketState.UNKNOWN,
        versioning=versioning,
        public=public,
        encryption=account.encryption,
        tags=tags,
        problem=" ".join(filter(None, problems)) or None,
    )


def _is_public(account: StorageAccount, properties: Reading) -> bool | None:
    """By the container, unless its account forbids public access."""
    if account.lets_public is False:
        return False
    word = properties.text("publicAccess")
    return None if word is None else word.lower() != "none"
