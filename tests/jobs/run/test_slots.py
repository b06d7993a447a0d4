import threading

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from gateway.core import messages, redis
from gateway.run.ports import free_port
from jobs import dispatch
from jobs.models import Job
from jobs.models.priority import Priority
from jobs.models.states import JobState
from jobs.operations.outcomes import Done, Wait
from jobs.run import runner
from jobs.run.claims import claim_job
from jobs.run.runner import run_job
from jobs.run.shares import StepShares, Turn
from jobs.run.slots import dispatch_next, full_scopes
from jobs.submit.cancel import cancel
from jobs.submit.rows import Part
from jobs.submit.services import submit, submit_many
from jobs.sweep import sweep
from tests.jobs.factories import OPERATION, in_seconds, make_job, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _operation(define, settings):
    settings.JOBS_PER_PROVIDER = 2
    define(lambda _step: Done("Done."))


def make_busy(scope, number, *, until=60):
    """Jobs of this scope that some worker takes a step of."""
    return [
        make_job(
            JobState.RUNNING, scope=scope, lease_owner="another", lease_until=in_seconds(until)
        )
        for _ in range(number)
    ]


def claim(job):
    return claim_job(str(job.pk), job.scope) is not None


def test_a_full_scope_keeps_its_next_job_waiting_and_no_other_s():
    make_busy("full", 2)

    assert not claim(make_job(scope="full"))
    assert claim(make_job(scope="other"))
    assert claim(make_job(scope=None))


def test_a_lease_that_lapsed_takes_no_slot():
    make_busy("full", 2, until=-1)

    assert claim(make_job(scope="full"))


def test_what_only_has_to_be_ended_needs_no_slot():
    make_busy("full", 2)

    assert claim(make_job(scope="full", state=JobState.CANCELING))


def test_the_last_look_of_an_overdue_job_takes_a_slot():
    holders = make_busy("full", 2)
    job = make_job(scope="full", deadline_at=in_seconds(-1))

    assert not claim(job)
    Job.objects.filter(pk=holders[0].pk).update(lease_until=in_seconds(-1))
    assert claim(job)


def test_many_claims_at_once_take_no_slot_too_many():
    jobs = [make_job(scope="one") for _ in range(12)]
    won = []
    together = threading.Barrier(len(jobs))

    def claim_it(job):
        together.wait(timeout=60)
        if claim(job):
            won.append(job.pk)
        connections.close_all()

    threads = [threading.Thread(target=claim_it, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert len(won) == 2
    assert Job.objects.filter(lease_owner__isnull=False).count() == 2


def test_when_a_step_ends_the_next_in_the_waiting_list_is_dispatched(sent_messages):
    holder, _ = make_busy("one", 2)
    first, second = make_job(scope="one"), make_job(scope="one")
    assert not claim(second)
    assert not claim(first)
    Job.objects.filter(pk=holder.pk).update(lease_until=in_seconds(-1))

    run_job(str(holder.pk))

    assert sent_messages() == [(str(first.pk), False)]


def test_a_single_action_goes_before_those_of_many(sent_messages):
    holder, _ = make_busy("one", 2)
    many = [make_job(scope="one", priority=Priority.BULK) for _ in range(3)]
    single = make_job(scope="one")
    for job in [*many, single]:
        assert not claim(job)
    Job.objects.filter(pk=holder.pk).update(lease_until=in_seconds(-1))

    run_job(str(holder.pk))

    assert sent_messages() == [(str(single.pk), False)]


def test_who_left_the_waiting_list_is_passed_over(sent_messages):
    holder, _ = make_busy("one", 2)
    gone, patient = make_job(scope="one"), make_job(scope="one")
    assert not claim(gone)
    assert not claim(patient)
    cancel(job=gone)
    Job.objects.filter(pk=holder.pk).update(lease_until=in_seconds(-1))

    run_job(str(holder.pk))

    assert sent_messages() == [(str(patient.pk), False)]


def waiting_behind(job):
    """The next job in the waiting list, when ``job`` was dispatched although a slot is free."""
    holders = make_busy(job.scope, 2)
    following = make_job(scope=job.scope)
    assert not claim(job)
    assert not claim(following)
    free(holders[0])
    dispatch_next(job.scope)
    redis.client().delete("celery")  # a worker has the message
    return following


def free(holder):
    Job.objects.filter(pk=holder.pk).update(lease_until=in_seconds(-1))


def canceled(job, _monkeypatch):
    cancel(job=job)


def unknown_here(job, _monkeypatch):
    Job.objects.filter(pk=job.pk).update(operation="of.another.release")


def put_off(job, _monkeypatch):
    Job.objects.filter(pk=job.pk).update(run_after=in_seconds(60))


def without_a_share(job, monkeypatch):
    shares = StepShares(threads=2)
    monkeypatch.setattr(runner, "step_shares", shares)
    shares.admit(job.requested_by_id, Turn("hangs", lambda: True)).__enter__()


@pytest.mark.parametrize("reason", [canceled, unknown_here, put_off, without_a_share])
def test_a_slot_that_the_job_does_not_take_goes_to_the_next_one(reason, sent_messages, monkeypatch):
    job = make_job(scope="one", requested_by=make_user(), created_at=in_seconds(-60))
    following = waiting_behind(job)
    reason(job, monkeypatch)

    run_job(str(job.pk))

    assert sent_messages() == [(str(following.pk), False)]


def test_a_message_of_no_use_rings_for_nobody_while_the_scope_is_full(sent_messages):
    make_busy("one", 2)
    waits, ended = make_job(scope="one"), make_job(JobState.SUCCEEDED, scope="one")
    assert not claim(waits)

    run_job(str(ended.pk))

    assert sent_messages() == []
    assert redis.client().zcard("jobs:waiting:one") == 1


@pytest.mark.parametrize("failure", ["broker", "database"])
def test_who_cannot_be_dispatched_goes_on_waiting(failure, sent_messages, monkeypatch):
    holders = make_busy("one", 2)
    job = make_job(scope="one")
    assert not claim(job)
    free(holders[0])

    with monkeypatch.context() as patch:
        if failure == "broker":
            patch.setattr(dispatch, "dispatch_job", lambda *_, **__: False)
            dispatch_next("one")
        else:
            patch.setattr("jobs.run.slots.due_jobs", fail)
            with pytest.raises(OperationalError):
                dispatch_next("one")
    assert sent_messages() == []
    dispatch_next("one")

    assert sent_messages() == [(str(job.pk), False)]


def fail(*_):
    raise OperationalError("the database does not answer")


def test_a_step_that_waits_leaves_its_slot(define, sent_messages):
    define(lambda _step: Wait(30), name="test.waits")
    (holder,) = make_busy("one", 1)
    waits, other = make_job(scope="one", operation="test.waits"), make_job(scope="one")

    run_job(str(waits.pk))

    assert claim(other)
    assert Job.objects.get(pk=holder.pk).lease_owner == "another"
    assert sent_messages() == [(str(waits.pk), True)]


def test_a_slot_that_is_freed_while_a_job_enters_the_waiting_list_is_not_missed(monkeypatch):
    holders = make_busy("one", 2)
    job = make_job(scope="one")
    enter = redis.client().pipeline

    def freed_meanwhile(**options):
        Job.objects.filter(pk=holders[0].pk).update(lease_until=in_seconds(-1))
        return enter(**options)

    monkeypatch.setattr(redis.client(), "pipeline", freed_meanwhile)

    assert claim(job)


def test_the_sweep_leaves_out_who_waits_for_a_slot(sent_messages):
    make_busy("full", 2)
    make_job(scope="full", run_after=in_seconds(-60))
    make_job(scope="full", run_after=in_seconds(-60), deadline_at=in_seconds(-30))
    columns = {"state": JobState.CANCELING, "run_after": in_seconds(-60)}
    canceling = make_job(scope="full", **columns)
    other = make_job(scope="other", run_after=in_seconds(-60))
    of_none = make_job(scope=None, run_after=in_seconds(-60))

    assert full_scopes(timezone.now()) == ["full"]
    assert sweep() == 3
    assert sent_messages() == sorted((str(job.pk), False) for job in (canceling, other, of_none))


def test_a_lost_waiting_list_is_made_up_for_by_the_sweep(sent_messages):
    holders = make_busy("one", 2)
    job = make_job(scope="one", run_after=in_seconds(-60))
    assert not claim(job)
    redis.client().flushall()
    Job.objects.filter(pk__in=[holder.pk for holder in holders]).update(
        lease_owner=None, lease_until=None, run_after=in_seconds(60)
    )

    assert sweep() == 1
    assert sent_messages() == [(str(job.pk), False)]


def test_a_redis_that_is_down_costs_no_job(settings, caplog):
    make_busy("full", 2)
    job = make_job(scope="full")
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    redis.client.cache_clear()

    assert not claim(job)

    assert "The waiting list is not available" in caplog.text
    job.refresh_from_db()
    assert (job.state, job.step) == ("QUEUED", 0)


def test_the_parts_of_many_have_the_lower_priority():
    single = submit(operation=OPERATION, arguments={}, requested_by=None)
    parent = submit_many(operation=OPERATION, children=[Part(None, {})] * 2, requested_by=None)

    assert single.priority == Priority.SINGLE
    assert {child.priority for child in parent.children.all()} == {Priority.BULK}


def test_workers_hear_the_bells_of_single_actions_first():
    dispatch.dispatch_jobs(["bulk-1", "bulk-2"], priority=Priority.BULK)
    dispatch.dispatch_job("single")

    with messages._producers().acquire() as producer:
        queue = producer.connection.SimpleQueue("celery")
        first = queue.get(timeout=60)
        first.ack()
        queue.close()

    assert first.payload[0] == ["single"]


def test_a_queue_that_is_long_already_gets_no_more_bells(monkeypatch, sent_messages):
    monkeypatch.setattr("jobs.sweep.LONGEST_QUEUE", 3)
    make_job(run_after=in_seconds(-60))
    dispatch.dispatch_jobs(["a", "b", "c"], priority=Priority.BULK)

    assert dispatch.queue_length() == 3
    assert sweep() == 0

    redis.client().flushall()
    assert dispatch.queue_length() == 0
    assert sweep() == 1
