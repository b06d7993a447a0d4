"""Buckets at S3: listed, created, deleted."""

import json
import logging
from datetime import datetime
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.reading import UNEXPECTED_FORM
from inventory.providers.reply_limits import count_object
from inventory.providers.s3.details import detailed, detailed_list
from inventory.providers.s3.objects import delete_page
from inventory.providers.s3.store import Store, Storing
from inventory.providers.table import beside, does, reads
from inventory.records.bucket import BucketRecord, BucketState, NewBucket

log = logging.getLogger(__name__)

# It is named by none: docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html.
FIRST_REGION = "us-east-1"
ALL_OPEN = {
    "BlockPublicAcls": False,
    "BlockPublicPolicy": False,
    "IgnorePublicAcls": False,
    "RestrictPublicBuckets": False,
}
ELSEWHERE = 301  # a bucket of another region
NO_SUCH_QUESTION = frozenset({ProviderErrorCode.NOT_SUPPORTED, ProviderErrorCode.NOT_FOUND})
OUR_STATEMENT = "EverybodyReads"
FOREIGN_POLICY = (
    "The bucket {name!r} has a policy that the gateway did not set, so it is left as it is. Add to "
    "that policy that everybody may read the objects, or delete it and order public access again."
)
TAKEN = "There is a bucket {name!r} already, in this account or another one."


@reads("buckets", permissions="s3:ListAllMyBuckets")
def list_buckets(driver: Storing) -> list[BucketRecord]:
    entries = driver.storage.bucket_entries()
    return detailed_list(driver.storage, [_record(entry) for entry in entries])


@beside("find", "buckets")
def find_bucket(driver: Storing, name: str) -> BucketRecord | None:
    """The bucket with its details. Only the list has its creation time."""
    entries = driver.storage.bucket_entries(prefix=name)
    entry = next((one for one in entries if one.get("Name") == name), None)
    return None if entry is None else detailed(driver.storage, _record(entry))


@does("buckets", "create", permissions=("s3:CreateBucket", "s3:ListBucket", "s3:TagResource"))
def create_bucket(driver: Storing, order: NewBucket) -> BucketRecord:
    """Raises CONFLICT for a name that is taken.

    In its first region S3 answers "created" for a bucket that the account has already, so the name
    is looked for before. Versioning and public access are set by ``configure_bucket``.
    """
    store = driver.storage
    if _is_taken(store, order.name):
        message = TAKEN.format(name=order.name)
        raise ProviderError(ProviderErrorCode.CONFLICT, message, retryable=False)
    store.call("create_bucket", Bucket=order.name, **_configuration(store, order))
    is_tagged = store.is_amazons or _tag(store, order)
    return BucketRecord(order.name, order.name, tags=order.tags if is_tagged else ())


def _tag(store: Store, order: NewBucket) -> bool:
    """Tag a bucket of a store that takes no tags with the order. Returns whether it has the tags.

    A store without tags has created the bucket all the same: its answer says so, and the mark is
    needed only where the answer is lost.
    """
    if not order.tags:
        return True
    try:
        tags = {"TagSet": _tags(order)}
        store.call("put_bucket_tagging", Bucket=order.name, Tagging=tags)
    except ProviderError as error:
        log.info("The bucket %s was created and has no tags: %s", order.name, error.code)
        return False
    return True


@beside("configure_bucket")
def configure_bucket(driver: Storing, order: NewBucket) -> None:
    """Turn on versioning and public access; each may be set again."""
    store = driver.storage
    if order.versioning:
        enabled = {"Status": "Enabled"}
        store.call("put_bucket_versioning", Bucket=order.name, VersioningConfiguration=enabled)
    if order.public:
        _open_to_everybody(store, order.name)


@does("buckets", "delete", permissions=("s3:DeleteBucket", "s3:ListBucket"))
def delete_bucket(driver: Storing, name: str, force: bool = False) -> int:
    """The number of objects that were deleted instead; 0: the bucket is deleted.

    With ``force`` a page of objects and their versions is deleted; an empty bucket is deleted
    itself. Raises CONFLICT for a bucket that is not empty.
    """
    deleted = delete_page(driver.storage, name) if force else 0
    if not deleted:
        driver.storage.call("delete_bucket", Bucket=name)
    return deleted


def _record(entry: Any) -> BucketRecord:
    count_object()
    name, made = entry.get("Name"), entry.get("CreationDate")
    is_read = isinstance(name, str) and bool(name)
    text = name if is_read else ""
    return BucketRecord(
        external_id=text,
        name=text,
        state=BucketState.AVAILABLE if is_read else BucketState.UNKNOWN,
        created_at=made if isinstance(made, datetime) else None,
        problem=None if is_read else f"{UNEXPECTED_FORM}: Name is missing.",
    )


def _is_taken(store: Store, name: str) -> bool:
    """True if the name is taken, also by a bucket that another account has and hides."""
    try:
        store.call("head_bucket", Bucket=name)
    except ProviderError as error:
        if error.code is ProviderErrorCode.NOT_FOUND:
            return False
        if error.code is ProviderErrorCode.PERMISSION_DENIED or error.status == ELSEWHERE:
            return True
        raise
    return True


def _configuration(store: Store, order: NewBucket) -> dict[str, Any]:
    """Compatible stores refuse tags in it, and a region that is not their own name for it."""
    configuration: dict[str, Any] = {}
    if store.has_regions and store.region != FIRST_REGION:
        configuration["LocationConstraint"] = store.region
    if order.tags and store.is_amazons:
        configuration["Tags"] = _tags(order)
    return {"CreateBucketConfiguration": configuration} if configuration else {}


def _tags(order: NewBucket) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in order.tags]


def _open_to_everybody(store: Store, name: str) -> None:
    """Everybody may read its objects. S3 blocks that in each new bucket.

    S3 takes no condition with a policy, so the policy is read before: another one stays.
    """
    if not _policy_is_ours(store, name):
        message = FOREIGN_POLICY.format(name=name)
        raise ProviderError(ProviderErrorCode.CONFLICT, message, retryable=False)
    try:
        store.call("put_public_access_block", Bucket=name, PublicAccessBlockConfiguration=ALL_OPEN)
    except ProviderError as error:
        if error.code not in NO_SUCH_QUESTION:
            raise
    statement = {
        "Sid": OUR_STATEMENT,
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject"],
        "Resource": [f"arn:aws:s3:::{name}/*"],
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    store.call("put_bucket_policy", Bucket=name, Policy=json.dumps(policy))


def _policy_is_ours(store: Store, name: str) -> bool:
    """True if the bucket has no policy, or the one that is set here.

    A store may write it otherwise, so the ids of its statements are compared.
    """
    try:
        text = store.call("get_bucket_policy", Bucket=name).get("Policy") or "{}"
    except ProviderError as error:
        if error.code in NO_SUCH_QUESTION:
            return True
        raise
    try:
        statements = json.loads(text).get("Statement", [])
        found = [one.get("Sid") for one in statements]
    except (ValueError, AttributeError, TypeError):
        return False
    return set(found) <= {OUR_STATEMENT}
