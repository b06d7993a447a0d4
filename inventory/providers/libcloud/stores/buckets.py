"""Buckets by libcloud's methods: listed, created, deleted.

The drivers know neither versioning, policies nor tags, so a bucket is not marked: a job that lost
the answer to its order ends as OUTCOME_UNKNOWN.
"""

from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.generic import calling
from inventory.providers.libcloud.stores.objects import container_named, delete_page
from inventory.providers.reading import Reading, read_or_damaged, with_id
from inventory.providers.reply_limits import count_object
from inventory.records.bucket import BucketRecord, BucketState, NewBucket

ELSEWHERE = 301  # a bucket of another region
TAKEN = "There is a bucket {name!r} already, in this account or another one."
VERSIONS_STAY = (
    "The bucket is not empty, and lists no object: it has versions of objects, which the driver "
    "does not list, or an object was written just now."
)


def list_buckets(driver: Any) -> list[BucketRecord]:
    """One request: the interface of S3 has all buckets of an account in one answer, unless pages
    are asked for.
    """
    return [
        read_or_damaged(BucketRecord, one, _record, lambda found: str(found.name or ""))
        for one in driver.iterate_containers()
    ]


calling("iterate_containers", list_buckets)


def find_bucket(driver: Any, name: str) -> BucketRecord | None:
    """The bucket of the list: a read by its name has no creation time."""
    return with_id(list_buckets(driver), name)


def create_bucket(driver: Any, order: NewBucket) -> BucketRecord:
    """Raises CONFLICT for a name that is taken.

    Some stores answer "created" for a bucket that the account has, so it is looked for before.
    """
    if _is_taken(driver, order.name):
        message = TAKEN.format(name=order.name)
        raise ProviderError(ProviderErrorCode.CONFLICT, message, retryable=False)
    driver.create_container(order.name)
    return BucketRecord(order.name, order.name)


def delete_bucket(driver: Any, name: str, force: bool = False) -> int:
    """The number of objects that were deleted instead; 0: the bucket is deleted.

    Raises CONFLICT for a bucket that is not empty.
    """
    container = container_named(driver, name)
    deleted = delete_page(driver, container) if force else 0
    if not deleted:
        try:
            driver.delete_container(container)
        except ProviderError as error:
            if force and error.code is ProviderErrorCode.CONFLICT:
                error.message = VERSIONS_STAY
            raise
    return deleted


calling("create_container", create_bucket)
calling("delete_container", delete_bucket)


def _is_taken(driver: Any, name: str) -> bool:
    """True if the name is taken, also by a bucket that another account has and hides."""
    try:
        driver.get_container(name)
    except ProviderError as error:
        if error.code is ProviderErrorCode.NOT_FOUND:
            return False
        if error.code is ProviderErrorCode.PERMISSION_DENIED or error.status == ELSEWHERE:
            return True
        raise
    return True


def _record(container: Any) -> BucketRecord:
    count_object()
    found = Reading({"Name": container.name, "CreationDate": container.extra["creation_date"]})
    name = found.text("Name", required=True) or ""
    return BucketRecord(
        external_id=name,
        name=name,
        state=BucketState.AVAILABLE if name else BucketState.UNKNOWN,
        created_at=found.moment("CreationDate", required=True),
        problem=found.problem,
    )
