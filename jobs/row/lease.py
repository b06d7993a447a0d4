"""A lease on a job, and the fence that keeps out who has lost it.

A claim sets ``lease_owner`` and counts ``step`` up. Everything that the claimer writes afterwards
names both, so once another worker has claimed the job, the first one changes nothing any more, no
matter how late it wakes up.
"""

import os
import socket
import threading
import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from jobs.conf import lease_seconds
from jobs.models import Job

_naming = threading.Lock()


class LeaseLost(Exception):
    """Another worker has the job now: stop, and write nothing more."""


@dataclass(frozen=True, slots=True)
class Lease:
    job_id: str
    owner: str
    step: int

    @property
    def rows(self) -> QuerySet[Job]:
        """The job's row while this lease is the latest one; else no row."""
        return Job.objects.filter(pk=self.job_id, lease_owner=self.owner, step=self.step)

    def update(self, **columns: Any) -> None:
        """Write to the job's row. Raises LeaseLost."""
        if not self.rows.update(**columns):
            raise LeaseLost(self.job_id)

    def extend(self) -> None:
        """Hold the lease for its full length from now on. Raises LeaseLost."""
        self.update(lease_until=timezone.now() + timedelta(seconds=lease_seconds()))


def process_name() -> str:
    """This process among all that run jobs: ``host:pid:word``."""
    # Without the lock two threads that ask first would get two names, and one lose its lease.
    with _naming:
        return _process_name(os.getpid())


@cache
def _process_name(pid: int) -> str:
    # The word tells a process from an earlier one, on a host that was started again, of its pid.
    return f"{socket.gethostname()[:60]}:{pid}:{uuid.uuid4().hex[:8]}"
