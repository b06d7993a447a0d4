"""Sends Celery messages: a worker should look at a job, or at a schedule.

The database row is the truth, so a message may be lost; the sweep sends another one.
"""

from collections.abc import Iterable

from gateway.core.messages import queue_length, send_messages
from jobs.conf import LONGEST_COUNTDOWN
from jobs.models.priority import Priority

__all__ = ["dispatch_job", "dispatch_jobs", "dispatch_schedules", "queue_length"]

RUN_TASK = "jobs.run"
PLANNED_TASK = "jobs.run_schedule"


def dispatch_job(job_id: str, *, priority: int = Priority.SINGLE, after: float = 0) -> bool:
    """Send the job's id, to arrive in ``after`` seconds; False if it was not sent."""
    return dispatch_jobs([job_id], priority=priority, after=after) == 1


def dispatch_jobs(
    job_ids: Iterable[str], *, priority: int = Priority.SINGLE, after: float = 0
) -> int:
    """Send a message for each job until the broker fails; returns how many were sent.

    They are the first ones of ``job_ids``; the sweep sends the rest. Workers receive messages of a
    higher priority first.
    """
    return _send(RUN_TASK, job_ids, priority=priority, after=after)


def dispatch_schedules(schedule_ids: Iterable[str], *, after: float = 0) -> int:
    """As ``dispatch_jobs``, for schedules that are due."""
    return _send(PLANNED_TASK, schedule_ids, after=after)


def _send(
    task: str, keys: Iterable[str], *, priority: int = Priority.SINGLE, after: float = 0
) -> int:
    if after > LONGEST_COUNTDOWN:
        return 0
    return send_messages(task, ([key] for key in keys), priority=int(priority), after=after)
