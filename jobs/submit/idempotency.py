"""Idempotency keys: a request that a user repeats with the same key is one job.

::

    request with a key ──> is there a job with this key?
                             ├─ no ──> insert the job with the key; of two requests at once the
                             │         unique constraint refuses one, which looks again
                             └─ yes ─> same digest: that job, finished or not
                                       another digest: KeyReused

A key belongs to its requester. It is kept for ``KEY_SECONDS`` and may be used again after that.

The digest covers a request as it is understood: an object is named by its row, which may be deleted
before the request is repeated. So a job also has a digest of the input as it came, by which
``find_repeated`` finds it without looking anything up.
"""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.utils import timezone

from gateway.core.errors import Conflict, InvalidInput
from gateway.core.transactions import in_transaction
from jobs.models import Job
from jobs.row.locks import lock_jobs
from jobs.row.visibility import is_visible

FIELD = "idempotencyKey"
LONGEST_KEY = 255
KEY_SECONDS = 7 * 24 * 60 * 60
MOST_DELETED_KEYS = 500
_input_digest: ContextVar[str] = ContextVar("input_digest", default="")


class KeyReused(Conflict):
    """The key was used for another request; or its job is not visible to the requester now.

    ``made``: describes the earlier request, without details of a job that is not visible.
    """

    def __init__(self, job: Job, *, made: str) -> None:
        super().__init__(
            f"This key was used for {made}. Choose a new key for each thing that you want done.",
            field=FIELD,
        )
        self.job = job


@dataclass(frozen=True, slots=True)
class Request:
    """A request with an idempotency key. ``digest`` covers all its values."""

    requester: User
    key: str
    digest: str

    @property
    def columns(self) -> dict[str, str]:
        """The columns of its job."""
        return {
            "idempotency_key": self.key,
            "request_digest": self.digest,
            "input_digest": _input_digest.get(),
        }

    def find_job(self) -> Job | None:
        """The job of an earlier, equal request; None if there is none.

        Raises KeyReused if the key belongs to another request, or to a job that the requester may
        not see any more.
        """
        made = Job.objects.filter(requested_by=self.requester, idempotency_key=self.key)
        job = made.select_related("requested_by", "parent").first()
        if job is None or _expire_key(job):
            return None
        if not is_visible(job, user=self.requester):
            raise KeyReused(job, made="a request whose job is out of your reach now")
        if job.request_digest != self.digest:
            raise KeyReused(job, made=f"another request, which made the job {job.public_id}")
        return job


def name_request(
    *, requester: User | None, key: str | None, about: Mapping[str, Any]
) -> Request | None:
    """The request with this key; None without a key. ``about``: all its values, as JSON.

    Raises InvalidInput for an invalid key.
    """
    if key is None:
        return None
    if requester is None:
        raise ValueError("A key belongs to its requester: there is none.")
    _check_key(key)
    return Request(requester, key, _digest(about))


def digest_of_input(mutation: str, given: Mapping[str, Any]) -> str:
    """``given``: the input as it came, without its idempotency key."""
    return _digest({"mutation": mutation, "input": given}, default=str)


@contextmanager
def noting_input(digest: str) -> Iterator[None]:
    """The jobs with a key that are submitted inside of the block are of the input with this digest.

    ``digest``: of ``digest_of_input``.
    """
    token = _input_digest.set(digest)
    try:
        yield
    finally:
        _input_digest.reset(token)


def find_repeated(*, requester: User | None, key: str | None, digest: str) -> Job | None:
    """The job that the requester's same input made under this key, if they may see it now.

    None says nothing: the input may be another one that means the same. ``digest``: of
    ``digest_of_input``. Raises InvalidInput for an invalid key.
    """
    if key is None or requester is None:
        return None
    _check_key(key)
    made = Job.objects.filter(requested_by=requester, idempotency_key=key, input_digest=digest)
    job = made.select_related("requested_by", "parent").first()
    if job is None or _expire_key(job) or not is_visible(job, user=requester):
        return None
    return job


def delete_expired_keys() -> None:
    """Delete expired keys, oldest first; one query if there is none."""
    before = timezone.now() - timedelta(seconds=KEY_SECONDS)
    old = Job.objects.filter(idempotency_key__isnull=False, created_at__lt=before)
    if found := list(old.order_by("created_at").values_list("pk", flat=True)[:MOST_DELETED_KEYS]):
        _delete_keys(found)


@in_transaction
def _delete_keys(job_ids: Sequence[UUID]) -> None:
    """Jobs that another transaction has locked keep theirs until the next call."""
    unlocked = lock_jobs(Job.objects.filter(pk__in=job_ids), skip_locked=True)
    Job.objects.filter(pk__in=unlocked).update(idempotency_key=None)


def _expire_key(job: Job) -> bool:
    """Delete the job's key if it has expired; returns whether it has."""
    if job.created_at >= timezone.now() - timedelta(seconds=KEY_SECONDS):
        return False
    Job.objects.filter(pk=job.pk).update(idempotency_key=None)
    return True


def _digest(about: Mapping[str, Any], default: Callable[[Any], Any] | None = None) -> str:
    """``default``: what stands for a value that is none of JSON's."""
    text = json.dumps(about, sort_keys=True, separators=(",", ":"), default=default)
    return hashlib.sha256(text.encode()).hexdigest()


def _check_key(key: str) -> None:
    if not 1 <= len(key) <= LONGEST_KEY:
        message = f"An idempotency key has 1 to {LONGEST_KEY} characters."
        raise InvalidInput(message, field=FIELD)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in key):
        raise InvalidInput("An idempotency key has no control characters.", field=FIELD)
