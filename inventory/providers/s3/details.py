"""Details of a bucket that S3 reports by separate requests: versioning, public access, tags, …

A list asks for the details of a few buckets: four to six requests for each are more than a list of
hundreds should send. A refusal leaves a detail unknown, and so does a store that does not know the
question.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from gateway.core.http.budget import budget_in_use
from inventory.providers.exceptions import ProviderError
from inventory.providers.s3.store import Store
from inventory.records.bucket import BucketRecord, Versioning

MOST_DETAILED = 25  # buckets of one list
LEAST_SHARE = 0.4  # of the deadline, which is left for the rest of the list
NONE = "NONE"
UNREAD = (
    "Its versioning, public access, encryption and tags were not read with the list. Read the "
    "bucket alone."
)
UNTOLD = "The store does not report these, or the account may not read them: {parts}."
# Refusals that answer the question: there is nothing of the kind.
NO_TAGS = "NoSuchTagSet"
NO_ENCRYPTION = "ServerSideEncryptionConfigurationNotFoundError"
NO_POLICY = "NoSuchBucketPolicy"
NO_BLOCK = "NoSuchPublicAccessBlockConfiguration"
# Two of Amazon's groups mean everybody: AllUsers, and all users with an account at AWS.
EVERYBODY = ("/AllUsers", "/AuthenticatedUsers")


def detailed_list(store: Store, records: Sequence[BucketRecord]) -> list[BucketRecord]:
    """The records with details, of a list that is short enough, as long as there is time."""
    budget = budget_in_use()
    least = budget.left * LEAST_SHARE if len(records) <= MOST_DETAILED else math.inf
    return [
        detailed(store, record) if record.external_id and budget.left > least else _unread(record)
        for record in records
    ]


def detailed(store: Store, record: BucketRecord) -> BucketRecord:
    """``problem`` names the details that the store does not report."""
    name = record.external_id
    tags = _answer(store, "get_bucket_tagging", name, NO_TAGS)
    encryption = _answer(store, "get_bucket_encryption", name, NO_ENCRYPTION)
    found: dict[str, Any] = {
        "versioning": _versioning(_answer(store, "get_bucket_versioning", name)),
        "public": _is_public(store, name),
        "encryption": None if encryption is None else _algorithm(encryption),
        "tags": None if tags is None else tuple(sorted(_pairs(tags))),
    }
    unknown = ", ".join(part for part, value in found.items() if value is None)
    problem = record.problem or (UNTOLD.format(parts=unknown) if unknown else None)
    return replace(record, **{**found, "tags": found["tags"] or ()}, problem=problem)


def _unread(record: BucketRecord) -> BucketRecord:
    return replace(record, problem=record.problem or UNREAD)


def _answer(store: Store, operation: str, name: str, nothing: str = "") -> dict[str, Any] | None:
    """Empty: the bucket has nothing of the kind. None: it is not known."""
    try:
        return store.call(operation, Bucket=name)
    except ProviderError as error:
        if error.retryable:
            raise
        return {} if nothing and error.word == nothing else None


def _versioning(found: dict[str, Any] | None) -> str | None:
    if found is None:
        return None
    word = str(found.get("Status") or Versioning.OFF).upper()
    return word if word in set(Versioning) else None


def _algorithm(found: dict[str, Any]) -> str | None:
    """The default encryption of new objects, as AES256 or aws:kms."""
    rules = found.get("ServerSideEncryptionConfiguration", {}).get("Rules") or []
    for rule in rules:
        word = (rule.get("ApplyServerSideEncryptionByDefault") or {}).get("SSEAlgorithm")
        if isinstance(word, str):
            return word
    return NONE


def _pairs(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for tag in found.get("TagSet") or ():
        key = tag.get("Key")
        if isinstance(key, str):
            yield key, str(tag.get("Value") or "")


def _is_public(store: Store, name: str) -> bool | None:
    """True if everybody may read or list it, by its policy or by its access control list.

    docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html. The block
    for the whole account is not read: that takes a service of its own. None: not known.
    """
    blocked = _answer(store, "get_public_access_block", name, NO_BLOCK) or {}
    block = blocked.get("PublicAccessBlockConfiguration") or {}
    by_policy: bool | None = False
    by_list: bool | None = False
    if not block.get("RestrictPublicBuckets"):
        status = _answer(store, "get_bucket_policy_status", name, NO_POLICY)
        by_policy = None if status is None else _flag(status)
    if not by_policy and not block.get("IgnorePublicAcls"):
        grants = _answer(store, "get_bucket_acl", name)
        by_list = None if grants is None else any(map(_to_everybody, grants.get("Grants") or ()))
    if by_policy or by_list:
        return True
    return None if by_policy is None or by_list is None else False


def _flag(status: dict[str, Any]) -> bool:
    return bool((status.get("PolicyStatus") or {}).get("IsPublic"))


def _to_everybody(grant: Any) -> bool:
    return str((grant.get("Grantee") or {}).get("URI") or "").endswith(EVERYBODY)
