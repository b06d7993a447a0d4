"""Creates, changes and deletes schedules, and runs one by hand.

``jobs.schedule.runner`` runs them at their planned times.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.timezone import now

from gateway.core.accounts.locks import lock_user
from gateway.core.errors import Conflict, InvalidInput, NotFound
from gateway.core.transactions import delete_locked, in_transaction
from jobs.delegate import ScheduledRequest, get_delegate
from jobs.models import Job, RunOutcome, Schedule, ScheduleRun
from jobs.schedule.cron import timetable

LONGEST_NAME = 100
MOST_OF_ONE_OWNER = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleChanges:
    """New values of a schedule; None: unchanged."""

    name: str | None = None
    operation: str | None = None
    arguments: Mapping[str, Any] | None = None
    cron: str | None = None
    timezone: str | None = None
    enabled: bool | None = None


@in_transaction
def schedule_create(
    *,
    owner: User,
    name: str,
    operation: str,
    arguments: Mapping[str, Any],
    cron: str,
    timezone: str,
    enabled: bool = True,
) -> Schedule:
    """``arguments``: JSON values that the delegate's ``submit_scheduled`` reads.

    Raises InvalidInput; Conflict if the owner has a schedule of this name, or the most allowed.
    """
    lock_user(owner)
    if Schedule.objects.filter(owner=owner).count() >= MOST_OF_ONE_OWNER:
        raise Conflict(f"You have {MOST_OF_ONE_OWNER} schedules; delete some first.")
    schedule = Schedule(owner=owner, operation=operation, arguments=dict(arguments))
    _set(schedule, ScheduleChanges(name=name, cron=cron, timezone=timezone, enabled=enabled))
    _save(schedule)
    return schedule


def schedule_update(*, schedule: Schedule, changes: ScheduleChanges) -> Schedule:
    """Raises InvalidInput; Conflict if the owner has another schedule of this name; NotFound if it
    was deleted.
    """
    return _update(schedule.pk, changes)


@in_transaction
def _update(schedule_id: UUID, changes: ScheduleChanges) -> Schedule:
    schedule = _locked(schedule_id)
    _set(schedule, changes)
    _save(schedule)
    return schedule


def schedule_delete(*, schedule: Schedule) -> None:
    """Its jobs are kept. It is no error if the schedule is deleted already."""
    delete_locked(Schedule.objects.filter(pk=schedule.pk))


@in_transaction
def schedule_run(*, schedule: Schedule, idempotency_key: str | None = None) -> Job:
    """Submit its job now, with its stored arguments and its owner's rights. Raises what the
    delegate's ``submit_scheduled`` raises; NotFound if the schedule was deleted.
    """
    _locked(schedule.pk)
    request = request_of(schedule, idempotency_key=idempotency_key)
    job, note = get_delegate().submit_scheduled(request)
    ScheduleRun.objects.get_or_create(
        schedule=schedule,
        job=job,
        defaults={
            "planned_at": now(),
            "outcome": RunOutcome.SUBMITTED.value,
            "message": f"Run by hand. {note}".strip(),
        },
    )
    return job


def _locked(schedule_id: UUID) -> Schedule:
    found = Schedule.objects.select_for_update(no_key=True).filter(pk=schedule_id).first()
    if found is None:
        raise NotFound("The schedule was deleted.", field="id")
    return found


def request_of(schedule: Schedule, *, idempotency_key: str | None = None) -> ScheduledRequest:
    return ScheduledRequest(schedule.operation, schedule.arguments, schedule.owner, idempotency_key)


def _set(schedule: Schedule, changes: ScheduleChanges) -> None:
    """None leaves a value unchanged. New times apply from now on."""
    before = (schedule.cron, schedule.timezone, schedule.enabled)
    for name in ("name", "operation", "arguments", "cron", "timezone", "enabled"):
        if (value := getattr(changes, name)) is not None:
            setattr(schedule, name, value)
    schedule.name = _checked_name(schedule.name)
    times = timetable(schedule.cron, schedule.timezone)
    schedule.cron = times.cron
    if not schedule.enabled:
        schedule.next_run_at = None
    elif schedule.next_run_at is None or before != (times.cron, schedule.timezone, True):
        schedule.next_run_at = times.first_after(now())


def _save(schedule: Schedule) -> None:
    try:
        with transaction.atomic():
            schedule.save()
    except IntegrityError as error:
        others = Schedule.objects.filter(owner=schedule.owner, name=schedule.name)
        if not others.exclude(pk=schedule.pk).exists():
            raise
        message = f"There is a schedule named {schedule.name!r} already."
        raise Conflict(message, field="name") from error


def _checked_name(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        message = f"A schedule's name has 1 to {LONGEST_NAME} printable characters."
        raise InvalidInput(message, field="name")
    return name
