"""Celery's side of jobs: tasks, which only call."""

from celery import shared_task

from jobs.bell import PLANNED_TASK, RUN_TASK
from jobs.planned import run_schedule as run_planned_schedule
from jobs.runner import run_job
from jobs.sweep import sweep as sweep_jobs


@shared_task(name=RUN_TASK)
def run(job_id: str) -> None:
    run_job(job_id)


@shared_task(name=PLANNED_TASK)
def run_schedule(schedule_id: str) -> None:
    run_planned_schedule(schedule_id)


# Beat keeps sending while no worker is there; one sweep is as good as a hundred.
@shared_task(name="jobs.sweep", expires=10)
def sweep() -> None:
    sweep_jobs()
