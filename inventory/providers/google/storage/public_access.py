"""If everybody may read or list a bucket: by its IAM policy, which takes a request of its own.

"Making data public" and "Public access prevention" of docs.cloud.google.com/storage/docs. The
policy shows the access control list of a bucket as legacy roles too. Prevention answers for the
bucket: where it is enforced, nothing is asked.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from gateway.core.http.budget import budget_in_use
from inventory.providers.exceptions import ProviderError
from inventory.providers.google.storage.paths import POLICY, policy_path
from inventory.providers.reading import Reading
from inventory.providers.rest import optional_list, part
from inventory.records.bucket import BucketRecord

MOST_DETAILED = 25  # buckets of one list whose policy is read
LEAST_SHARE = 0.4  # of the deadline, which is left for the rest of the list
ENFORCED = "enforced"
EVERYBODY = frozenset({"allUsers", "allAuthenticatedUsers"})
READER = "roles/storage.objectViewer"
WRITING = frozenset({"roles/storage.objectCreator"})  # it neither reads nor lists
UNREAD = "Its public access was not read with the list. Read the bucket alone."
UNTOLD = "Whether it is public is unknown: the account may not read its IAM policy."
CHANGED = (
    "Somebody else changed the IAM policy of the bucket at the same time. The change was not made: "
    "ask for it again."
)
PRECONDITION_FAILED = 412
ASKED = {"optionsRequestedPolicyVersion": "3"}  # with their conditions


def completed_list(store: Any, records: Sequence[BucketRecord]) -> list[BucketRecord]:
    """The records with their public access, of a list that is short enough, while there is time."""
    budget = budget_in_use()
    is_open = [one.public is None and bool(one.external_id) for one in records]
    least = budget.left * LEAST_SHARE if sum(is_open) <= MOST_DETAILED else math.inf
    return [
        record
        if not wanted
        else completed(store, record)
        if budget.left > least
        else _with_problem(record, UNREAD)
        for record, wanted in zip(records, is_open, strict=True)
    ]


def completed(store: Any, record: BucketRecord) -> BucketRecord:
    """The record with its public access, unless that is known. A refusal leaves it unknown."""
    if record.public is not None or not record.external_id:
        return record
    try:
        policy = store.read(POLICY, policy_path(record.external_id), **ASKED)
    except ProviderError as error:
        if error.retryable:
            raise
        return _with_problem(record, UNTOLD)
    found = Reading(policy)
    public = _is_public(found)
    if found.problem and not public:
        return _with_problem(record, f"Whether it is public is unknown. {found.problem}")
    return replace(record, public=public)


def open_to_everybody(store: Any, name: str) -> None:
    """Everybody may read the objects of this bucket, and not list them. It may be repeated.

    Raises CONFLICT where an organization forbids that, and for a policy that was changed since it
    was read.
    """
    path = policy_path(name)
    policy = store.read(POLICY, path, **ASKED)
    if not _is_public(Reading(policy)):
        bindings = [*optional_list(policy, "bindings"), {"role": READER, "members": ["allUsers"]}]
        part(policy, "etag", str)  # without it, the bindings of others would be overwritten
        try:
            store.ask(path, "PUT", policy | {"bindings": bindings})
        except ProviderError as error:
            if error.status == PRECONDITION_FAILED and not error.is_final:
                error.message = CHANGED
            raise


def _is_public(policy: Reading) -> bool:
    return any(
        binding.text("role") not in WRITING and not EVERYBODY.isdisjoint(binding.texts("members"))
        for binding in policy.parts("bindings")
    )


def _with_problem(record: BucketRecord, problem: str) -> BucketRecord:
    return replace(record, problem=" ".join(filter(None, [record.problem, problem])))
