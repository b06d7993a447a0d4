"""Runs schedules at their planned times. The sweep dispatches due schedules every two seconds.

::

    due ──> message ──> prepare (the delegate) ──> lock the schedule's row ──> how late?
                                                     │                           │
               another worker was faster: not due <──┘   within the grace period ┴─ later
                                                                 │                  │
                                      SUBMITTED or REFUSED <─────┘                  └──> MISSED

A planned time is run once: the job, the ScheduleRun and the schedule's next time are written in one
transaction. After a downtime only the latest planned time is run, and only within the grace period:
a machine that should have stopped in the evening is not stopped the next morning.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from gateway.core import redis
from gateway.core.errors import ExpectedError, Forbidden
from gateway.core.transactions import in_transaction
from jobs import dispatch
from jobs.delegate import ScheduledJob, get_delegate
from jobs.models import EventKind, RunOutcome, Schedule, ScheduleRun
from jobs.row.events import record_event
from jobs.row.selectors import in_turn
from jobs.run.shares import Turn, step_shares
from jobs.schedule.cron import timetable_of
from jobs.schedule.services import request_of

log = logging.getLogger(__name__)

MOST_AT_ONCE = 100
MOST_READ = 5_000  # of the due schedules, as some are marked
RUNS_KEPT_DAYS = 90
# A schedule is not dispatched again for this time.
DISPATCH_AGAIN_SECONDS = 30


def dispatch_due_schedules() -> int:
    """Dispatch every schedule that is due; returns how many messages were sent. One query if none
    is due.
    """
    due = Schedule.objects.filter(next_run_at__lte=timezone.now())
    found = in_turn(due, "owner", "next_run_at").values_list("pk", flat=True)
    unmarked = _unmarked([str(key) for key in found[:MOST_READ]])
    marked = [key for key in unmarked[:MOST_AT_ONCE] if _mark(key)]
    sent = dispatch.dispatch_schedules(marked)
    if sent < len(marked):
        redis.client().delete(*(_mark_of(key) for key in marked[sent:]))
    return sent


def run_schedule(schedule_id: str) -> int:
    """Run the schedule if it is due; returns how many ScheduleRuns were written.

    If its owner has no share of this worker's threads left, it waits for one.
    """
    found = Schedule.objects.filter(pk=schedule_id, next_run_at__lte=timezone.now())
    schedule = found.select_related("owner").first()
    if schedule is None:
        return 0
    turn = Turn.of_schedule(schedule_id)
    with step_shares.admit(schedule.owner_id, turn) as may_begin:
        if not may_begin:
            return 0
        report = _prepare(schedule)
        return _run_due(schedule.pk, timezone.now(), report)


def _prepare(schedule: Schedule) -> str:
    if not schedule.owner.is_active:
        return ""
    return get_delegate().prepare_scheduled(request_of(schedule))


def _unmarked(schedule_ids: list[str]) -> list[str]:
    """Those that were not dispatched in the last ``DISPATCH_AGAIN_SECONDS``."""
    if not schedule_ids:
        return []
    marks = redis.client().mget([_mark_of(key) for key in schedule_ids])
    return [key for key, mark in zip(schedule_ids, marks, strict=True) if mark is None]


def _mark(schedule_id: str) -> bool:
    """Mark the schedule as dispatched; False if another sweep has marked it."""
    name = _mark_of(schedule_id)
    return bool(redis.client().set(name, "1", nx=True, px=DISPATCH_AGAIN_SECONDS * 1000))


def _mark_of(schedule_id: str) -> str:
    return f"jobs:planned:{schedule_id}"


@in_transaction
def _run_due(schedule_id: UUID, now: datetime, report: str) -> int:
    found = Schedule.objects.select_for_update(no_key=True, of=("self",)).select_related("owner")
    schedule = found.filter(pk=schedule_id, next_run_at__lte=now).first()
    if schedule is None or schedule.next_run_at is None:
        return 0
    runs = list(_settle(schedule, schedule.next_run_at, now, report))
    ScheduleRun.objects.bulk_create(runs)
    _forget_old_runs(schedule, now)
    schedule.next_run_at = timetable_of(schedule).first_after(now)
    schedule.save(update_fields=["next_run_at"])
    return len(runs)


def _settle(
    schedule: Schedule, first: datetime, now: datetime, report: str
) -> Iterator[ScheduleRun]:
    """The runs of the planned times from ``first`` to now: at most one missed and one submitted."""
    grace = timedelta(seconds=settings.SCHEDULE_GRACE_SECONDS)
    # The first planned time itself is included.
    latest = timetable_of(schedule).last_between(
        max(first - timedelta(seconds=1), now - grace), now
    )
    if latest != first:
        yield _missed(schedule, first, now)
    if latest is not None:
        yield _submitted(schedule, latest, report)


def _missed(schedule: Schedule, planned: datetime, now: datetime) -> ScheduleRun:
    message = (
        f"The gateway was not there to run it until {now:%Y-%m-%d %H:%M:%S} UTC. Planned times in "
        "between were missed, too."
    )
    log.warning("The schedule %s missed its run of %s.", schedule.pk, planned)
    return ScheduleRun(
        schedule=schedule, planned_at=planned, outcome=RunOutcome.MISSED.value, message=message
    )


def _submitted(schedule: Schedule, planned: datetime, report: str) -> ScheduleRun:
    run = ScheduleRun(schedule=schedule, planned_at=planned, outcome=RunOutcome.REFUSED.value)
    try:
        run.job, note = _submit(schedule, planned)
        run.outcome = RunOutcome.SUBMITTED.value
        run.message = " ".join(filter(None, ["Submitted.", note, report]))
    except ExpectedError as error:
        run.message = f"{error.code}: {error.message}"
    except DatabaseError:
        raise
    except Exception:
        log.exception("The schedule %s failed unexpectedly", schedule.pk)
        run.message = (
            "An unexpected error kept it from running. The gateway's log has the details under "
            "this schedule's id."
        )
    return run


def _submit(schedule: Schedule, planned: datetime) -> ScheduledJob:
    if not schedule.owner.is_active:
        raise Forbidden("Its owner's account is disabled.")
    with transaction.atomic():
        submitted = get_delegate().submit_scheduled(request_of(schedule))
        message = f"By the schedule {schedule.name!r}, planned for {planned:%Y-%m-%d %H:%M} UTC."
        record_event(job_id=submitted.job.pk, kind=EventKind.QUEUED, message=message)
    return submitted


def _forget_old_runs(schedule: Schedule, now: datetime) -> None:
    schedule.runs.filter(planned_at__lt=now - timedelta(days=RUNS_KEPT_DAYS)).delete()
