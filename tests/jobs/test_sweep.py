import logging
from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone
from kombu.exceptions import OperationalError

from gateway.core import redis
from gateway.run.ports import free_port
from jobs import sweep as sweep_module
from jobs.models import Job
from jobs.models.priority import Priority
from jobs.models.states import FINISHED, JobState
from jobs.run.claims import claim_job
from jobs.sweep import sweep
from tests.jobs.factories import OPERATION, in_seconds, make_job, make_parent, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def long_ago():
    return timezone.now() - timedelta(minutes=1)


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING, JobState.CANCELING])
def test_a_due_job_that_nobody_heard_of_is_dispatched(state, sent_messages):
    job = make_job(state, run_after=long_ago())

    assert sweep() == 1

    assert sent_messages() == [(str(job.pk), False)]


def test_a_dead_worker_s_job_is_dispatched(sent_messages):
    job = make_job(
        JobState.RUNNING, run_after=long_ago(), lease_owner="dead", lease_until=in_seconds(-1)
    )

    assert sweep() == 1

    assert sent_messages() == [(str(job.pk), False)]


@pytest.mark.parametrize(
    "columns",
    [
        dict,
        lambda: {"run_after": in_seconds(60)},
        lambda: {"run_after": long_ago(), "lease_owner": "alive", "lease_until": in_seconds(10)},
    ],
    ids=["just submitted", "waiting", "leased"],
)
def test_a_job_that_needs_no_bell_gets_none(columns, sent_messages):
    make_job(**columns())

    assert sweep() == 0
    assert sent_messages() == []


@pytest.mark.parametrize("state", FINISHED)
def test_a_job_that_has_ended_is_left_alone(state, sent_messages):
    make_job(state, run_after=long_ago())

    assert sweep() == 0
    assert sent_messages() == []


def test_a_job_that_waits_for_a_free_worker_is_not_dispatched_again_and_again(sent_messages):
    make_job(run_after=long_ago())

    assert [sweep(), sweep(), sweep()] == [1, 0, 0]
    assert len(sent_messages()) == 1


def test_a_ring_that_was_lost_is_repeated(settings, sent_messages):
    settings.JOB_LEASE_SECONDS = 600
    make_job(run_after=long_ago())

    sweep()
    redis.client().delete("celery")  # the message is lost, the mark lapses
    [mark] = redis.client().scan_iter("jobs:rung:*")
    assert 0 < redis.client().pttl(mark) <= 2 * 600_000
    redis.client().delete(mark)

    assert sweep() == 1
    assert len(sent_messages()) == 1


def test_after_a_flush_all_are_dispatched_at_once(sent_messages):
    for _ in range(3):
        make_job(run_after=long_ago())
    sweep()

    redis.client().flushall()

    assert sweep() == 3
    assert len(sent_messages()) == 3


def test_the_next_step_of_a_job_is_dispatched_anew(define):
    define(lambda _step: None)
    job = make_job(run_after=long_ago())
    sweep()
    claim_job(str(job.pk), job.scope)
    Job.objects.update(lease_until=in_seconds(-1))

    assert sweep() == 1


def test_of_very_many_those_due_longest_come_first(monkeypatch, sent_messages):
    monkeypatch.setattr(sweep_module, "MOST_DISPATCHED", 2)
    jobs = [make_job(run_after=in_seconds(-60 - number)) for number in range(3)]

    assert sweep() == 2

    assert sent_messages() == sorted((str(job.pk), False) for job in jobs[1:])


def make_many_jobs(user, number):
    columns = {"operation": OPERATION, "requested_by": user, "deadline_at": in_seconds(900)}
    return Job.objects.bulk_create(
        Job(run_after=in_seconds(-600 - place), **columns) for place in range(number)
    )


def test_the_many_waiting_jobs_of_one_requester_do_not_hide_the_lost_job_of_another(sent_messages):
    make_many_jobs(make_user(), 600)
    for expected in (500, 100):
        assert sweep() == expected
        redis.client().delete("celery")  # workers took them; they wait for a share
    lost = make_job(run_after=long_ago(), requested_by=make_user())

    assert sweep() == 1

    assert sent_messages() == [(str(lost.pk), False)]


def test_requesters_take_turns_whatever_the_priority_of_their_jobs(monkeypatch, sent_messages):
    monkeypatch.setattr(sweep_module, "MOST_DISPATCHED", 2)
    monkeypatch.setattr(sweep_module, "MOST_READ", 2)
    make_many_jobs(make_user(), 3)
    bulk = make_job(run_after=long_ago(), priority=9, requested_by=make_user())

    assert sweep() == 2

    assert (str(bulk.pk), False) in sent_messages()


def test_a_broker_that_is_down_leaves_no_mark(sent_messages, redis_url):
    job = make_job(run_after=long_ago())
    current_app.conf.broker_url = f"redis://127.0.0.1:{free_port()}/0"

    assert sweep() == 0
    assert list(redis.client().scan_iter("jobs:rung:*")) == []

    current_app.conf.broker_url = redis_url
    assert sweep() == 1
    assert sent_messages() == [(str(job.pk), False)]


@pytest.mark.parametrize("failing", [0, 1, 2, 3])
def test_a_job_is_marked_only_if_its_own_message_was_sent(monkeypatch, sent_messages, failing):
    """The broker refuses one message, between the priorities or within one."""
    for priority in (Priority.SINGLE, Priority.BULK):
        for _ in range(2):
            make_job(run_after=long_ago(), priority=priority)
    send, asked = current_app.send_task, []

    def send_but_one(*arguments, **options):
        asked.append(options)
        if len(asked) == failing + 1:
            raise OperationalError("the broker failed")
        return send(*arguments, **options)

    monkeypatch.setattr(current_app, "send_task", send_but_one)

    sent = sweep()

    marked = {key.split(":")[2] for key in redis.client().scan_iter("jobs:rung:*")}
    assert marked == {job_id for job_id, _ in sent_messages()}
    assert len(marked) == sent < 4
    assert sent + sweep() == 4
    assert len(sent_messages()) == 4


def test_a_redis_that_is_down_is_logged(settings, caplog):
    make_job(run_after=long_ago())
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    redis.client.cache_clear()

    with caplog.at_level(logging.WARNING):
        assert sweep() == 0

    assert "The sweep cannot send messages" in caplog.text


def test_a_parent_left_behind_is_derived(kinds):
    parent = make_parent(JobState.SUCCEEDED, JobState.SUCCEEDED, state=JobState.QUEUED)

    sweep()

    parent.refresh_from_db()
    assert (parent.state, parent.progress) == ("SUCCEEDED", 100)
    assert parent.result == {"succeeded": 2, "failed": 0, "canceled": 0}
    assert kinds(parent) == ["RUNNING", "SUCCEEDED"]


def test_a_parent_of_unfinished_children_is_neither_dispatched_nor_derived(sent_messages, kinds):
    parent = make_parent(JobState.SUCCEEDED, JobState.RUNNING)

    sweep()

    assert sent_messages() == []
    assert kinds(parent) == []


def test_nothing_to_do_costs_five_queries(django_assert_num_queries):
    make_job(JobState.SUCCEEDED)

    with django_assert_num_queries(5):
        assert sweep() == 0
