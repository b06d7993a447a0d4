"""The interface of an operation to its job, during one step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from gateway.core.db import release_connection
from gateway.core.text import storable_json
from jobs.models import EventKind, Job, JobEvent
from jobs.models.states import JobState
from jobs.operations.identity import IDENTITY, identity_in
from jobs.operations.outcomes import DeadlinePassed
from jobs.row.events import record_event
from jobs.row.lease import Lease
from jobs.row.lineage import ancestors_of, retries_of

UNCLEAR_ANSWER = "unclear_answer"  # the key in the memory


@dataclass(frozen=True, slots=True)
class EarlierJob:
    """An earlier job of the same lineage, with its memory."""

    job_id: str
    memory: Mapping[str, Any]
    ended_at: datetime


class Step:
    """One call of an operation: it reads the arguments and the memory, adds notes, and reports.

    Every write is fenced and raises ``LeaseLost`` if another worker has claimed the job. Do not
    catch it: the runner does.

    ``job_id``       the job's UUID as text: a client token that is the same in every step
    ``target``, ``scope``, ``arguments``    as they were submitted
    ``memory``       notes of this and earlier steps; read-only, see ``remember``
    ``attempt``      from 1; a retry is a new attempt, a poll or a step after a crash is not
    ``deadline``     when the job performs its last look, even if it waits for something
    ``last_look``    the deadline has passed: read the state, and do not act
    ``interrupted``  the previous step was not settled: it may have acted
    ``held``         objects that the operation keeps for the rest of this step; never stored
    ``earlier_jobs()``  the other jobs of its lineage, with their memories
    """

    def __init__(self, job: Job, lease: Lease, *, last_look: bool = False) -> None:
        self._lease = lease
        self._memory: dict[str, Any] = dict(job.memory)
        self._created: list[str] = list(job.created)
        self.job_id = str(job.pk)
        self.target: str | None = job.target
        self.scope: str | None = job.scope
        self.arguments: dict[str, Any] = job.arguments
        self.attempt: int = job.attempts
        self.deadline: datetime = job.deadline_at
        self.interrupted: bool = job.interrupted
        self.last_look = last_look
        self.held: dict[str, Any] = {}
        self._retried_from = job.retried_from_id
        self._lock = job.lock

    def earlier_jobs(self) -> list["EarlierJob"]:
        """The job that this one retries, the one that that job retried, and so on; then the other
        retries of these. Jobs without notes are left out.
        """
        if self._retried_from is None:
            return []
        keys = self._lineage()
        jobs = Job.objects.only("memory", "finished_at", "created_at").in_bulk(keys)
        release_connection()
        return [
            EarlierJob(str(key), job.memory, job.finished_at or job.created_at)
            for key in keys
            if (job := jobs.get(key)) is not None and job.memory
        ]

    def was_acted_on_since(self, moment: datetime) -> bool:
        """True if a job for the same target and lock, submitted after ``moment``, has acted.

        It has acted if it has reported progress or succeeded. Jobs of this job's lineage do not
        count.
        """
        reports = JobEvent.objects.filter(job=OuterRef("pk"), kind=EventKind.PROGRESS)
        others = Job.objects.filter(target=self.target, lock=self._lock, created_at__gt=moment)
        of_lineage = [UUID(self.job_id), *self._lineage()]
        done = Q(state=JobState.SUCCEEDED) | Q(Exists(reports))
        found = others.exclude(pk__in=of_lineage).filter(done).exists()
        release_connection()
        return found

    def _lineage(self) -> list[UUID]:
        """The keys of its other jobs, in the order of ``earlier_jobs``."""
        if self._retried_from is None:
            return []
        key = UUID(self.job_id)
        ancestors = ancestors_of([key])[key]
        others = [job.pk for job in retries_of(ancestors[-1:])[ancestors[-1]] if job.pk != key]
        return list(dict.fromkeys([*ancestors, *others]))

    @property
    def memory(self) -> Mapping[str, Any]:
        return MappingProxyType(self._memory)

    @property
    def identity(self) -> Mapping[str, Any]:
        """The identity of the target, as noted at submission and by ``identify``."""
        return MappingProxyType(dict(identity_in(self._memory)))

    def identify(self, **facts: Any) -> None:
        """Add to the identity of the target. A retry of the job inherits it."""
        self.remember(**{IDENTITY: {**self.identity, **facts}})

    def remember(self, **facts: Any) -> None:
        """Store JSON values for later steps, at once. Call it *before* the action they describe.

        Characters that PostgreSQL cannot store are replaced.
        """
        memory = self._memory | storable_json(facts)
        self._lease.update(memory=memory)
        self._memory = memory
        release_connection()

    def note_unclear(self, why: str) -> None:
        """Note that a request may have been carried out: ``why`` its answer is missing."""
        self.remember(**{UNCLEAR_ANSWER: why})

    def note_created(self, created_id: str) -> None:
        """Note the global id of an object that this job created, or adopted from an earlier one."""
        found = [*self._created, created_id] if created_id not in self._created else self._created
        self._lease.update(created=found)
        self._created = found
        release_connection()

    def about_to_act(self) -> None:
        """Call it before an action. Raises DeadlinePassed in the last look."""
        if self.last_look:
            raise DeadlinePassed

    def confirm_lease(self) -> None:
        """Extend the lease. Raises LeaseLost, so that a worker that was stalled does not act.

        Call it right before each request that changes something.
        """
        self._lease.extend()
        release_connection()

    def report(self, message: str, progress: int | None = None) -> None:
        """Record what has been done, for people; ``progress`` in percent.

        Call it after the cloud has accepted a request, not before: the job then checks the effect
        until its deadline, and its final message names the request.
        """
        with transaction.atomic():
            self._lease.update(**progress_columns(progress) or {"step": self._lease.step})
            record_event(job_id=self.job_id, kind=EventKind.PROGRESS, message=message)
        release_connection()


def progress_columns(progress: int | None) -> dict[str, int]:
    """The columns that a new progress sets, kept between 0 and 100."""
    return {} if progress is None else {"progress": max(0, min(100, progress))}
