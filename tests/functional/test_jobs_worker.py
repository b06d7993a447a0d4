"""Jobs with real workers, a real Redis, and processes that are killed."""

import signal
import time
from itertools import accumulate

import pytest

from gateway.core import redis
from gateway.run.embedded_redis import redis_server
from gateway.run.ports import free_port
from jobs import dispatch
from jobs.api import Job, Part, cancel, submit, submit_many, sweep
from tests.functional.job_operations import effects, notes
from tests.functional.workers import (  # noqa: F401 - fixtures among them
    LEASE_SECONDS,
    WORKER_THREADS,
    broker,
    kill,
    redis_answers,
    redis_at,
    start,
    start_worker,
    wait_until,
    wait_until_finished,
)

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "effects")


def kinds(job):
    return list(job.events.order_by("pk").values_list("kind", flat=True))


def test_a_job_runs_in_a_worker_which_says_so(start_worker, path, tmp_path):
    start_worker()

    job = submit(operation="functional.act", arguments={"path": path}, requested_by=None)
    wait_until_finished(job)

    assert (job.state, job.attempts, job.step) == ("SUCCEEDED", 1, 1)
    assert kinds(job) == ["QUEUED", "RUNNING", "SUCCEEDED"]
    assert effects(path) == [str(job.pk)]
    said = f"INFO jobs.row.events job={job.pk} functional.act SUCCEEDED: "
    wait_until(lambda: any(said in log.read_text() for log in tmp_path.glob("*.log")))


@pytest.mark.any_database  # it is about the messages; the others ask both
def test_a_job_that_waits_is_called_again_by_its_own_bells_without_a_sweep(start_worker, path):
    start_worker()

    arguments = {"path": path, "looks": 5}
    job = submit(operation="functional.poll", arguments=arguments, requested_by=None)
    wait_until_finished(job)

    assert (job.state, job.attempts, job.step) == ("SUCCEEDED", 1, 6)
    assert kinds(job) == ["QUEUED", "RUNNING", "WAITING", "SUCCEEDED"]
    assert effects(path) == [str(job.pk)]


def test_two_workers_and_many_bells_do_nothing_twice(start_worker, path, settings):
    settings.JOB_LEASE_SECONDS = 600  # the operation does not look: no lease may lapse meanwhile
    start_worker()
    start_worker()

    parent = submit_many(
        operation="functional.act", children=[Part(None, {"path": path})] * 30, requested_by=None
    )
    keys = [str(key) for key in parent.children.values_list("pk", flat=True)]
    for _ in range(3):
        dispatch.dispatch_jobs(keys)
    wait_until_finished(parent)

    assert parent.state == "SUCCEEDED"
    assert parent.result == {"succeeded": 30, "failed": 0, "canceled": 0}
    assert sorted(effects(path)) == sorted(keys)
    assert set(parent.children.values_list("step", flat=True)) == {1}


def test_one_provider_never_has_more_steps_at_once_than_its_limit(start_worker, path, settings):
    settings.JOBS_PER_PROVIDER = 3
    start_worker()
    start_worker()
    take_a_while = {"path": path, "seconds": 0.05, "company": 3}

    parent = submit_many(
        operation="functional.take_a_while",
        children=[Part(None, take_a_while)] * 40,
        scope="a-provider",
        requested_by=None,
    )
    wait_until_finished(parent)

    at_once = list(accumulate({"begins": 1, "ends": -1}[word] for _, word in notes(path)))
    assert max(at_once) == 3
    assert parent.result == {"succeeded": 40, "failed": 0, "canceled": 0}


def test_a_single_action_goes_before_what_is_left_of_many(start_worker, path):
    start_worker()
    take_a_while = {"path": path, "seconds": 0.1}
    submitted = {
        "operation": "functional.take_a_while",
        "scope": "a-provider",
        "requested_by": None,
    }

    parent = submit_many(children=[Part(None, take_a_while)] * 60, **submitted)
    wait_until(lambda: notes(path))
    single = submit(arguments=take_a_while, **submitted)
    begun_before = sum(word == "begins" for _, word in notes(path))
    wait_until_finished(parent)

    begun = [job_id for job_id, word in notes(path) if word == "begins"]
    # Each thread may have taken one job, and may have been about to take another.
    assert begun.index(str(single.pk)) <= begun_before + 2 * WORKER_THREADS
    assert len(begun) == 61


@pytest.mark.any_database  # it is about the messages; the others ask both
def test_a_worker_killed_between_enqueue_and_run_loses_nothing(start_worker, path):
    first = submit(operation="functional.act", arguments={"path": path}, requested_by=None)
    worker = start_worker()
    wait_until_finished(first)
    kill(worker)

    job = submit(operation="functional.act", arguments={"path": path}, requested_by=None)
    queued = Job.objects.get(pk=job.pk).state
    start_worker()
    wait_until_finished(job)

    assert queued == "QUEUED"
    assert (job.state, job.attempts, job.step) == ("SUCCEEDED", 1, 1)
    assert effects(path) == [str(first.pk), str(job.pk)]


def test_a_worker_killed_in_a_step_is_replaced_after_the_lease_and_nothing_is_done_twice(
    start, start_worker, path
):
    worker = start_worker()
    arguments = {"path": path, "seconds": 600}
    job = submit(operation="functional.act_slowly", arguments=arguments, requested_by=None)
    wait_until(lambda: effects(path))

    kill(worker)
    start_worker()
    start("beat", "--schedule", f"{path}-schedule")
    wait_until_finished(job)

    assert (job.state, job.attempts, job.step) == ("SUCCEEDED", 1, 2)
    assert job.result == {"interrupted": True}
    assert kinds(job) == ["QUEUED", "RUNNING", "PROGRESS", "INTERRUPTED", "SUCCEEDED"]
    assert effects(path) == [str(job.pk)]


def test_a_step_longer_than_its_lease_keeps_it(start_worker, path):
    start_worker()
    arguments = {"path": path, "seconds": 2.5 * LEASE_SECONDS}

    job = submit(operation="functional.act_slowly", arguments=arguments, requested_by=None)
    wait_until_finished(job, meanwhile=sweep)

    assert (job.state, job.step) == ("SUCCEEDED", 1)
    assert "INTERRUPTED" not in kinds(job)
    assert effects(path) == [str(job.pk)]


def test_a_job_is_canceled_across_the_death_of_its_worker(start_worker, path):
    worker = start_worker()
    arguments = {"path": path, "seconds": 600}
    job = submit(operation="functional.act_slowly", arguments=arguments, requested_by=None)
    wait_until(lambda: effects(path))

    canceling = cancel(job=job).state
    kill(worker)
    start_worker()
    wait_until_finished(job, meanwhile=sweep)

    assert (canceling, job.state) == ("CANCELING", "CANCELED")
    assert job.events.latest("pk").message == (
        "Canceled. Done before that: Asking. The latest step was interrupted, and its request may "
        "have been carried out."
    )
    assert effects(path) == [str(job.pk)]


@pytest.mark.any_database  # it is about the messages; the others ask both
def test_while_the_broker_is_down_jobs_are_accepted_and_run_when_it_is_back(
    broker, start, start_worker, path, monkeypatch
):
    port = free_port()
    with redis_at(port):
        broker(f"redis://127.0.0.1:{port}/0")
        wait_until(redis_answers)
        start_worker()
        before = submit(operation="functional.act", arguments={"path": path}, requested_by=None)
        wait_until_finished(before)

    pauses = []
    with monkeypatch.context() as patched:
        patched.setattr("kombu.utils.functional.sleep", pauses.append)
        job = submit(operation="functional.act", arguments={"path": path}, requested_by=None)
    with redis_at(port):
        start("beat", "--schedule", f"{path}-schedule")
        wait_until_finished(job)

    assert pauses == []  # Celery's own connection tries again, for over six seconds
    assert (job.state, job.attempts) == ("SUCCEEDED", 1)
    assert effects(path) == [str(before.pk), str(job.pk)]


@pytest.mark.any_database  # it is about the messages; the others ask both
def test_a_flushed_broker_loses_no_job(start_worker, path):
    jobs = [
        submit(operation="functional.act", arguments={"path": path}, requested_by=None)
        for _ in range(5)
    ]

    redis.client().flushall()
    start_worker()
    for job in jobs:
        wait_until_finished(job, meanwhile=sweep)

    assert {job.state for job in jobs} == {"SUCCEEDED"}
    assert sorted(effects(path)) == sorted(str(job.pk) for job in jobs)


@pytest.mark.any_database  # it is about the messages; the others ask both
def test_a_broker_that_hangs_costs_a_second_and_is_used_again_afterwards(broker, tmp_path):
    with redis_server(tmp_path) as server:
        broker(server.url)
        assert dispatch.dispatch_job("before")

        server.process.send_signal(signal.SIGSTOP)
        started = time.monotonic()
        rung = dispatch.dispatch_job("meanwhile")
        seconds = time.monotonic() - started
        server.process.send_signal(signal.SIGCONT)

        assert not rung
        assert seconds < 25  # one second; Celery's own connection waits for thirty
        assert dispatch.dispatch_job("after")
