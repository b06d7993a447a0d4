"""Asked twice, done once: a requester's key names one request, and so one job.

::

    request with a key ──> known? ──no──> insert the job with its key; of two at once the
                             │            unique constraint lets one through, the other looks again
                             └─yes──> same digest: the job that it made, finished or not
                                      another digest: KeyReused

A key is its requester's own. It is kept for ``KEY_SECONDS`` and may be used anew after that.
"""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError
from django.utils import timezone

from gateway.core.errors import Conflict, InvalidInput
from gateway.core.transactions import in_transaction
from jobs.models import Job
from jobs.row.locks import lock_jobs
from jobs.row.visibility import is_visible

FIELD = "idempotencyKey"
LONGEST_KEY = 255
KEY_SECONDS = 7 * 24 * 60 * 60
MOST_FORGOTTEN = 500


class KeyReused(Conflict):
    """The key belongs to another request, which made ``job``; or ``job`` is out of reach now.

    ``made``: what is said of the job; nothing of one that the requester may not see.
    """

    def __init__(self, job: Job, *, made: str) -> None:
        super().__init__(
            f"This key was used for {made}. Choose a new key for each thing that you want done.",
            field=FIELD,
        )
        self.job = job


@dataclass(frozen=True, slots=True)
class Request:
    """A request that its requester can name. ``digest`` covers all that was asked for."""

    requester: User
    key: str
    digest: str

    @property
    def columns(self) -> dict[str, str]:
        """What the job that it makes carries."""
        return {"idempotency_key": self.key, "request_digest": self.digest}

    def find_job(self) -> Job | None:
        """The job that it made earlier.

        Raises KeyReused when another request has the key, and for a job that the requester may not
        see any more.
        """
        made = Job.objects.filter(requested_by=self.requester, idempotency_key=self.key)
        job = made.select_related("requested_by", "parent").first()
        if job is None or _forgot(job):
            return None
        if not is_visible(job, user=self.requester):
            raise KeyReused(job, made="a request whose job is out of your reach now")
        if job.request_digest != self.digest:
            raise KeyReused(job, made=f"another request, which made the job {job.public_id}")
        return job


def name_request(
    *, requester: User | None, key: str | None, about: Mapping[str, Any]
) -> Request | None:
    """The request with this key; None without one. ``about``: JSON values, all that matters.

    Raises InvalidInput for what cannot be a key.
    """
    if key is None:
        return None
    if requester is None:
        raise ValueError("A key belongs to its requester: there is none.")
    _check_key(key)
    text = json.dumps(about, sort_keys=True, separators=(",", ":"))
    return Request(requester, key, hashlib.sha256(text.encode()).hexdigest())


def once(request: Request | None, make: Callable[[], Job]) -> Job:
    """The job that ``request`` made earlier, or else what ``make`` makes, in one transaction.

    ``make`` inserts a job with the request's columns. Whatever stopped it, the same request may
    have been the faster one elsewhere.
    """
    if request is None:
        return in_transaction(make)()
    if (earlier := request.find_job()) is not None:
        return earlier
    try:
        return in_transaction(make)()
    except (IntegrityError, Conflict):
        if (earlier := request.find_job()) is not None:
            return earlier
        raise


def forget_old_keys() -> None:
    """Free the keys that were kept long enough, oldest first; one look when there is none."""
    before = timezone.now() - timedelta(seconds=KEY_SECONDS)
    old = Job.objects.filter(idempotency_key__isnull=False, created_at__lt=before)
    if found := list(old.order_by("created_at").values_list("pk", flat=True)[:MOST_FORGOTTEN]):
        _forget_keys(found)


@in_transaction
def _forget_keys(job_ids: Sequence[UUID]) -> None:
    """Jobs that are being changed just now keep theirs until the next call."""
    unlocked = lock_jobs(Job.objects.filter(pk__in=job_ids), skip_locked=True)
    Job.objects.filter(pk__in=unlocked).update(idempotency_key=None)


def _forgot(job: Job) -> bool:
    """Whether the key was kept long enough; then it is free from now on."""
    if job.created_at >= timezone.now() - timedelta(seconds=KEY_SECONDS):
        return False
    Job.objects.filter(pk=job.pk).update(idempotency_key=None)
    return True


def _check_key(key: str) -> None:
    if not 1 <= len(key) <= LONGEST_KEY:
        message = f"An idempotency key has 1 to {LONGEST_KEY} characters."
        raise InvalidInput(message, field=FIELD)
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in key):
        raise InvalidInput("An idempotency key has no control characters.", field=FIELD)
