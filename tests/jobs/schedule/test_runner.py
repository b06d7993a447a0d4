"""A schedule runs once at each planned time, or a run records why not."""

import threading
from datetime import timedelta

import pytest
from celery import current_app
from django.db import DatabaseError, connections
from django.utils import timezone
from kombu.exceptions import OperationalError

from gateway.core import redis
from gateway.core.errors import NotFound
from gateway.run.ports import free_port
from jobs.delegate import ScheduledJob
from jobs.models import Job, Schedule, ScheduleRun
from jobs.operations.outcomes import Done
from jobs.run.shares import StepShares, Turn
from jobs.schedule import runner
from jobs.schedule.runner import run_schedule
from jobs.schedule.services import schedule_create
from jobs.submit.services import submit
from jobs.sweep import sweep
from tests.jobs.factories import OPERATION, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def orders(define, delegate):
    """The orders that the delegate of this test has received."""
    define(lambda _step: Done("Done."))
    seen = []

    def submit_scheduled(_delegate, order):
        seen.append(order)
        job = submit(operation=order.operation, arguments=order.arguments, requested_by=order.owner)
        return ScheduledJob(job)

    delegate.submit_scheduled = submit_scheduled
    return seen


def make_schedule(*, due=0.0, cron="", **columns):
    """A schedule that was due ``due`` seconds ago; None: it keeps the time of its creation.

    Without ``cron`` its time is that minute of each year. One of every minute is due again when a
    minute ends between two statements of a test.
    """
    planned = (timezone.now() - timedelta(seconds=due or 0)).replace(second=0, microsecond=0)
    schedule = schedule_create(
        owner=columns.pop("owner", None) or make_user(),
        name=columns.pop("name", "evening"),
        operation=OPERATION,
        arguments={"n": 1},
        cron=cron or f"{planned:%M %H %d %m} *",
        timezone="UTC",
    )
    if due is not None:
        columns["next_run_at"] = planned
    Schedule.objects.filter(pk=schedule.pk).update(**columns)
    schedule.refresh_from_db()
    return schedule


def run(schedule):
    return run_schedule(str(schedule.pk))


def told(schedule):
    return list(schedule.runs.order_by("planned_at").values_list("outcome", "message"))


def test_a_due_schedule_is_run_once_as_its_owner(orders, kinds):
    schedule = make_schedule()
    planned = schedule.next_run_at

    assert [run(schedule), run(schedule)] == [1, 0]

    (order,) = orders
    assert (order.operation, order.arguments, order.owner) == (OPERATION, {"n": 1}, schedule.owner)
    job = Job.objects.get()
    (made,) = ScheduleRun.objects.all()
    assert (made.planned_at, made.outcome, made.job) == (planned, "SUBMITTED", job)
    assert kinds(job) == ["QUEUED", "QUEUED"]
    assert "By the schedule 'evening', planned for" in job.events.latest("pk").message
    schedule.refresh_from_db()
    assert schedule.next_run_at > timezone.now() + timedelta(days=364)


def test_of_many_workers_at_once_one_runs_it(orders):
    schedule = make_schedule()
    together = threading.Barrier(6)

    def run_it():
        together.wait(timeout=60)
        run(schedule)
        connections.close_all()

    threads = [threading.Thread(target=run_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert Job.objects.count() == 1
    assert ScheduleRun.objects.count() == 1
    assert len(orders) == 1


def test_one_that_is_not_due_is_left_alone(orders):
    schedule = make_schedule(due=None, cron="0 0 1 1 *")

    assert run(schedule) == 0
    assert orders == []


def test_after_a_pause_the_heap_of_missed_times_is_not_run(orders, settings):
    settings.SCHEDULE_GRACE_SECONDS = 300
    schedule = make_schedule(due=3 * 24 * 60 * 60, cron="* * * * *")

    assert run(schedule) == 2

    assert len(orders) == 1  # the latest minute's
    assert [outcome for outcome, _ in told(schedule)] == ["MISSED", "SUBMITTED"]
    latest = schedule.runs.latest("planned_at").planned_at
    assert timezone.now() - latest < timedelta(minutes=1)


def test_a_planned_time_long_ago_is_missed_and_not_made_up_for(orders):
    hour = (timezone.now() - timedelta(hours=2)).hour
    schedule = make_schedule(due=2 * 60 * 60, cron=f"* {hour} * * *")
    Schedule.objects.filter(pk=schedule.pk).update(
        next_run_at=(timezone.now() - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    )

    run(schedule)

    assert orders == []
    ((outcome, message),) = told(schedule)
    assert outcome == "MISSED"
    assert message.startswith("The gateway was not there to run it until")
    schedule.refresh_from_db()
    assert schedule.next_run_at > timezone.now()


def test_a_time_within_the_grace_is_still_run(orders, settings):
    settings.SCHEDULE_GRACE_SECONDS = 300
    now = timezone.now() - timedelta(minutes=3)
    schedule = make_schedule(due=180, cron=f"{now.minute} {now.hour} * * *")

    run(schedule)

    assert [outcome for outcome, _ in told(schedule)] == ["SUBMITTED"]
    assert len(orders) == 1


def test_what_the_planner_refuses_is_told_and_the_next_time_comes(delegate):
    def refuse(_delegate, _order):
        raise NotFound("No stored machine is like that.")

    delegate.submit_scheduled = refuse
    schedule = make_schedule()

    run(schedule)

    assert told(schedule) == [("REFUSED", "NOT_FOUND: No stored machine is like that.")]
    assert Schedule.objects.get().next_run_at > timezone.now()


def test_an_unexpected_error_is_masked_logged_and_leaves_no_half_of_a_job(delegate, caplog):
    def break_off(_delegate, order):
        submit(operation=order.operation, arguments={}, requested_by=order.owner)
        raise RuntimeError("a secret")

    delegate.submit_scheduled = break_off
    schedule = make_schedule()

    run(schedule)

    ((outcome, message),) = told(schedule)
    assert outcome == "REFUSED"
    assert "secret" not in message
    assert "a secret" in caplog.text
    assert Job.objects.count() == 0


def test_a_database_that_goes_away_leaves_it_due(delegate):
    def fail(_delegate, order):
        submit(operation=order.operation, arguments={}, requested_by=order.owner)
        raise DatabaseError("gone")

    delegate.submit_scheduled = fail
    schedule = make_schedule()

    with pytest.raises(DatabaseError):
        run(schedule)

    assert Schedule.objects.get().next_run_at == schedule.next_run_at
    assert (Job.objects.count(), ScheduleRun.objects.count()) == (0, 0)


def test_a_disabled_owner_has_no_rights_left(orders):
    schedule = make_schedule(owner=make_user(is_active=False))

    run(schedule)

    assert told(schedule) == [("REFUSED", "FORBIDDEN: Its owner's account is disabled.")]
    assert orders == []


def test_what_the_look_tells_is_on_the_run(delegate):
    delegate.prepare_scheduled = lambda _, _order: "One cloud did not answer."
    schedule = make_schedule()

    run(schedule)

    assert told(schedule) == [("SUBMITTED", "Submitted. One cloud did not answer.")]


def test_old_runs_are_forgotten():
    schedule = make_schedule()
    for days in (91, 89):
        ScheduleRun.objects.create(
            schedule=schedule, planned_at=timezone.now() - timedelta(days=days), outcome="MISSED"
        )

    run(schedule)

    assert [outcome for outcome, _ in told(schedule)] == ["MISSED", "SUBMITTED"]


def test_the_sweep_rings_once_for_a_due_schedule(sent_messages):
    schedule = make_schedule()
    make_schedule(due=None, cron="0 0 1 1 *", owner=make_user())

    assert [sweep(), sweep()] == [1, 0]
    assert sent_messages() == [(str(schedule.pk), False)]

    redis.client().flushall()
    assert sweep() == 1


def test_the_waiting_schedules_of_one_owner_do_not_hide_that_of_another(sent_messages, monkeypatch):
    monkeypatch.setattr(runner, "MOST_AT_ONCE", 3)
    busy = make_user()
    for number in range(5):
        make_schedule(owner=busy, due=600, name=f"busy {number}")
    assert [sweep(), sweep()] == [3, 2]
    redis.client().delete("celery")  # workers took them; they wait for a share
    schedule = make_schedule()

    assert sweep() == 1

    assert sent_messages() == [(str(schedule.pk), False)]


def test_owners_take_turns(sent_messages, monkeypatch):
    for name in ("MOST_AT_ONCE", "MOST_READ"):
        monkeypatch.setattr(runner, name, 2)
    busy = make_user()
    for number in range(3):
        make_schedule(owner=busy, due=600, name=f"busy {number}")
    schedule = make_schedule()

    assert sweep() == 2

    assert (str(schedule.pk), False) in sent_messages()


def test_a_planned_run_whose_owner_has_no_thread_left_waits(orders, sent_messages, monkeypatch):
    schedule = make_schedule()
    shares = StepShares(threads=2)
    monkeypatch.setattr(runner, "step_shares", shares)

    with shares.admit(schedule.owner_id, Turn("hanging", lambda: None)) as may_begin:
        assert may_begin
        assert run(schedule) == 0
        assert sent_messages() == []

    assert sent_messages() == [(str(schedule.pk), False)]
    assert orders == []


def test_schedules_whose_message_was_not_sent_are_not_taken_for_sent(sent_messages, monkeypatch):
    schedules = {str(make_schedule(name=f"schedule {number}").pk) for number in range(3)}
    send, asked = current_app.send_task, []

    def send_one(*arguments, **options):
        asked.append(options)
        if len(asked) == 2:
            raise OperationalError("the broker failed")
        return send(*arguments, **options)

    monkeypatch.setattr(current_app, "send_task", send_one)

    assert sweep() == 1
    assert len(sent_messages()) == 1
    assert sweep() == 2
    assert {key for key, _ in sent_messages()} == schedules


def test_a_redis_that_is_down_leaves_it_due(settings):
    schedule = make_schedule()
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    redis.client.cache_clear()

    assert sweep() == 0
    assert Schedule.objects.get().next_run_at == schedule.next_run_at
