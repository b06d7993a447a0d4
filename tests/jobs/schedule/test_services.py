"""Schedules are made, changed, deleted, and run by hand."""

import pytest
from django.utils import timezone

from gateway.core.errors import Conflict, InvalidInput
from jobs.delegate import ScheduledJob
from jobs.models import Job, Schedule
from jobs.operations.outcomes import Done
from jobs.schedule import services
from jobs.schedule.cron import timetable_of
from jobs.schedule.services import (
    ScheduleChanges,
    schedule_create,
    schedule_delete,
    schedule_run,
    schedule_update,
)
from jobs.submit.services import submit
from tests.jobs.factories import OPERATION, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _planner(define, delegate):
    define(lambda _step: Done("Done."))

    def submit_scheduled(_delegate, order):
        job = submit(
            operation=order.operation,
            arguments=order.arguments,
            requested_by=order.owner,
            idempotency_key=order.idempotency_key,
        )
        return ScheduledJob(job)

    delegate.submit_scheduled = submit_scheduled


def create(owner=None, **given):
    values = {
        "name": "evening",
        "operation": OPERATION,
        "arguments": {},
        "cron": "0 19 * * *",
        "timezone": "UTC",
    }
    return schedule_create(owner=owner or make_user(), **values | given)


def test_a_new_one_begins_with_the_next_planned_time():
    schedule = create(name="  evening ")

    assert schedule.name == "evening"
    assert schedule.next_run_at == timetable_of(schedule).first_after(timezone.now())


def test_one_that_is_not_enabled_has_no_next_time_until_it_is():
    schedule = create(enabled=False)
    assert schedule.next_run_at is None

    schedule = schedule_update(schedule=schedule, changes=ScheduleChanges(enabled=True))
    assert schedule.next_run_at > timezone.now()

    schedule = schedule_update(schedule=schedule, changes=ScheduleChanges(enabled=False))
    assert schedule.next_run_at is None


def test_a_change_of_the_times_begins_anew_and_another_change_does_not():
    schedule = create()
    due = timezone.now()
    Schedule.objects.update(next_run_at=due)

    renamed = schedule_update(schedule=schedule, changes=ScheduleChanges(name="late"))
    assert renamed.next_run_at == due
    changed = schedule_update(schedule=schedule, changes=ScheduleChanges(timezone="Asia/Tokyo"))
    assert changed.next_run_at > due


def test_a_name_is_its_owner_s_own():
    ann, bob = make_user(), make_user()
    create(ann)
    other = create(ann, name="morning")
    create(bob)

    for attempt in (
        lambda: create(ann),
        lambda: schedule_update(schedule=other, changes=ScheduleChanges(name="evening")),
    ):
        with pytest.raises(Conflict) as refused:
            attempt()
        assert refused.value.field == "name"
    assert Schedule.objects.count() == 3


@pytest.mark.parametrize("name", ["", "  ", "x" * 101, "a\nb", "a\0b"])
def test_what_is_no_name(name):
    with pytest.raises(InvalidInput) as refused:
        create(name=name)

    assert refused.value.field == "name"


def test_one_owner_has_so_many_at_most(monkeypatch):
    monkeypatch.setattr(services, "MOST_OF_ONE_OWNER", 1)
    ann = make_user()
    create(ann)

    with pytest.raises(Conflict):
        create(ann, name="another")
    create(make_user())


def test_its_jobs_stay_when_it_is_deleted():
    schedule = create()
    job = schedule_run(schedule=schedule)

    schedule_delete(schedule=schedule)

    assert Job.objects.get() == job


def test_a_run_by_hand_is_its_owner_s_and_twice_under_one_key_is_once():
    schedule = create()

    first = schedule_run(schedule=schedule, idempotency_key="k")
    second = schedule_run(schedule=schedule, idempotency_key="k")
    third = schedule_run(schedule=schedule)

    assert first == second != third
    assert first.requested_by == schedule.owner
    runs = schedule.runs.order_by("pk").values_list("outcome", "message", "job")
    assert list(runs) == [
        ("SUBMITTED", "Run by hand.", first.pk),
        ("SUBMITTED", "Run by hand.", third.pk),
    ]
