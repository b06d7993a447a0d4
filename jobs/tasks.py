"""The Celery tasks of jobs.

If the database does not answer, the task sends its message again. Otherwise the job would wait for
the sweep, which for a while does not send a second message.
"""

import logging
from typing import Any

from celery import shared_task
from django.db import Error

from gateway.core.db import is_unavailable
from jobs import dispatch
from jobs.dispatch import PLANNED_TASK, RUN_TASK
from jobs.models.priority import Priority
from jobs.run.runner import run_job
from jobs.schedule.runner import run_schedule as run_planned_schedule
from jobs.sweep import sweep as sweep_jobs

log = logging.getLogger(__name__)

SEND_AGAIN_SECONDS = 2.0


@shared_task(name=RUN_TASK, bind=True)
def run(self: Any, job_id: str) -> None:
    try:
        run_job(job_id)
    except Error as error:
        if not is_unavailable(error):
            raise
        log.warning("The database does not answer; job %s is claimed later: %s", job_id, error)
        priority = (self.request.delivery_info or {}).get("priority") or Priority.SINGLE
        dispatch.dispatch_job(job_id, priority=priority, after=SEND_AGAIN_SECONDS)


@shared_task(name=PLANNED_TASK)
def run_schedule(schedule_id: str) -> None:
    try:
        run_planned_schedule(schedule_id)
    except Error as error:
        if not is_unavailable(error):
            raise
        log.warning(
            "The database does not answer; schedule %s is run later: %s", schedule_id, error
        )
        dispatch.dispatch_schedules([schedule_id], after=SEND_AGAIN_SECONDS)


@shared_task(name="jobs.sweep")
def sweep() -> None:
    try:
        sweep_jobs()
    except Error as error:
        if not is_unavailable(error):
            raise
        log.warning("The database does not answer; the sweep is repeated: %s", error)
