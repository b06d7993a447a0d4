"""Buckets of a project: listed with their settings, created, deleted.

"Buckets" in the reference of the JSON API. Names are taken in all projects of all customers, so a
bucket is found in the project's list: a read by its name would find another project's too.
"""

import re
from typing import Any

from libcloud.common.types import MalformedResponseError

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.google.storage.paths import BUCKETS, bucket_path
from inventory.providers.google.storage.public_access import (
    ENFORCED,
    completed,
    completed_list,
    open_to_everybody,
)
from inventory.providers.google.storage.removal import delete_page
from inventory.providers.identity import ANOTHER
from inventory.providers.reading import Reading, records_of, with_id
from inventory.providers.table import beside, does, reads
from inventory.records.bucket import BucketRecord, BucketState, NewBucket, Versioning

BY_GOOGLE, BY_KEY = "AES256", "cloud-kms"  # "Data encryption options"
REGION = re.compile(r"(?P<region>[a-z]+-[a-z]+\d+)-[a-z]")  # of a zone
NOT_EMPTY = "The bucket is not empty. Noncurrent versions of objects count too."


@reads("buckets", permissions="storage.buckets.list")
def list_buckets(driver: Any) -> list[BucketRecord]:
    """One list, and a request for each of a few buckets: whether everybody may read it."""
    store = driver.storage
    return completed_list(store, _records(store.bucket_entries()))


@beside("find", "buckets")
def find_bucket(driver: Any, name: str) -> BucketRecord | None:
    """The list of the names that begin with this one has it first. One whose name cannot be read
    may be the bucket.
    """
    store = driver.storage
    records = _records(store.bucket_entries(prefix=name))
    if not all(one.external_id.startswith(name) for one in records if one.external_id):
        raise MalformedResponseError(ANOTHER)
    record = with_id(records, name)
    return None if record is None else completed(store, record)


@does("buckets", "create", permissions="storage.buckets.create")
def create_bucket(driver: Any, order: NewBucket) -> BucketRecord:
    """Raises CONFLICT for a name that is taken, in this project or another one.

    The bucket has uniform access. The public is let in by ``configure_bucket``.
    """
    store = driver.storage
    access: dict[str, Any] = {"uniformBucketLevelAccess": {"enabled": True}}
    bucket: dict[str, Any] = {"name": order.name, "labels": dict(order.tags)}
    if order.versioning:
        bucket["versioning"] = {"enabled": True}
    if not order.public:
        access["publicAccessPrevention"] = ENFORCED
    if place := REGION.fullmatch(driver.zone):
        bucket["location"] = place["region"].upper()
    bucket["iamConfiguration"] = access
    store.ask(BUCKETS, "POST", bucket, project=store.project)
    return BucketRecord(order.name, order.name, tags=order.tags)


@beside("configure_bucket")
def configure_bucket(driver: Any, order: NewBucket) -> None:
    """Let the public in. Raises CONFLICT where the organization forbids that."""
    if order.public:
        open_to_everybody(driver.storage, order.name)


@does("buckets", "delete", permissions=("storage.buckets.delete", "storage.objects.list"))
def delete_bucket(driver: Any, name: str, force: bool = False) -> int:
    """The number of objects that were deleted instead; 0: the bucket is deleted.

    Raises CONFLICT for a bucket that is not empty. With ``force`` the conflict is temporary: an
    object was written after the list was read.
    """
    store = driver.storage
    deleted = delete_page(store, name) if force else 0
    if not deleted:
        try:
            store.delete(bucket_path(name))
        except ProviderError as error:
            if error.code is ProviderErrorCode.CONFLICT:
                error.message = NOT_EMPTY
                error.judge(error.code, temporary=force)
            raise
    return deleted


def _records(entries: Any) -> list[BucketRecord]:
    return records_of(BucketRecord, entries, _record, lambda found: found.text("name"))


def _record(found: Reading) -> BucketRecord:
    name = found.text("name", required=True) or ""
    prevention = found.text("iamConfiguration", "publicAccessPrevention")
    return BucketRecord(
        external_id=name,
        name=name,
        state=BucketState.AVAILABLE if name else BucketState.UNKNOWN,
        created_at=found.moment("timeCreated", required=True),
        versioning=_versioning(found),
        public=False if prevention == ENFORCED else None,
        encryption=BY_KEY if found.text("encryption", "defaultKmsKeyName") else BY_GOOGLE,
        tags=found.pairs("labels"),
        problem=found.problem,
    )


def _versioning(found: Reading) -> str | None:
    """A bucket that never had versions has no such field."""
    if found.is_null("versioning"):
        return Versioning.OFF
    enabled = found.flag("versioning", "enabled")
    if enabled is None:
        return None
    return Versioning.ENABLED if enabled else Versioning.SUSPENDED
