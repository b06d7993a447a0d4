"""A worker's lease on a job, with a fencing token.

A claim sets ``lease_owner`` and increments ``step``. Every later write of the worker names both, so
it changes nothing after another worker has claimed the job.
"""

import os
import socket
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from jobs.conf import lease_seconds
from jobs.models import Job
from jobs.models.states import JobState
from jobs.row.statements import update_statement

_naming = threading.Lock()


class LeaseLost(Exception):
    """Another worker has claimed the job: stop and write nothing more."""


@dataclass(frozen=True, slots=True)
class Lease:
    job_id: str
    owner: str
    step: int

    @property
    def rows(self) -> QuerySet[Job]:
        """The job's row as long as this lease is the latest one; then no row."""
        return Job.objects.filter(pk=self.job_id, lease_owner=self.owner, step=self.step)

    @property
    def fence(self) -> tuple[str, int]:
        """See ``update_statement``."""
        return self.owner, self.step

    def update(self, **columns: Any) -> None:
        """Write to the job's row. Raises LeaseLost."""
        if not self.try_update((), **columns):
            raise LeaseLost(self.job_id)

    def try_update(self, states: Sequence[JobState], **columns: Any) -> bool:
        """Write to the job's row if it is in one of ``states`` (empty: any). False if it is not, or
        the lease is lost.
        """
        statement, values = update_statement(
            self.job_id, columns, held=self.fence, states=tuple(states)
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            return bool(cursor.rowcount)

    def extend(self) -> None:
        """Extend the lease to its full length from now. Raises LeaseLost."""
        self.update(lease_until=timezone.now() + timedelta(seconds=lease_seconds()))


def process_name() -> str:
    """A unique name of this process: ``host:pid:random``."""
    # Without the lock two first threads would get two names, and one of them lose its lease.
    with _naming:
        return _process_name(os.getpid())


@cache
def _process_name(pid: int) -> str:
    # An earlier process may have had the same pid, on a host that was restarted.
    return f"{socket.gethostname()[:60]}:{pid}:{uuid.uuid4().hex[:8]}"
