"""Jobs with real workers, a real Redis, and processes that are killed."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from celery import current_app
from django.db import connection

from gateway.core import redis
from gateway.run.embedded_redis import find_redis_executable, redis_server
from gateway.run.ports import free_port
from jobs import bell
from jobs.models import Job
from jobs.services import Part, cancel, submit, submit_many
from jobs.sweep import sweep
from tests.functional.job_operations import effects

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

ROOT = Path(__file__).resolve().parents[2]
LEASE_SECONDS = 2
PATIENCE_SECONDS = 60


@pytest.fixture(autouse=True)
def broker(settings, redis_url):
    """Points this process at a broker; returns how to point it at another."""
    before = current_app.conf.broker_url

    def use(url):
        settings.REDIS_URL = url
        redis.client.cache_clear()
        current_app.conf.broker_url = url

    settings.JOB_LEASE_SECONDS = LEASE_SECONDS
    use(redis_url)
    yield use
    current_app.conf.broker_url = before


@pytest.fixture
def start(tmp_path, settings):
    """Starts `celery <arguments>` on this test's database and broker; all are ended afterwards."""
    processes = []

    def _start(*arguments):
        log = (tmp_path / f"{arguments[0]}-{len(processes)}.log").open("wb")
        processes.append(
            subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "celery", "-A", "gateway", *arguments],
                cwd=ROOT,
                env=os.environ
                | {
                    "DATA_DIR": str(tmp_path),
                    "DATABASE_URL": _database_url(),
                    "REDIS_URL": settings.REDIS_URL,
                    "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
                },
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        )
        log.close()
        return processes[-1]

    yield _start
    for process in processes:
        process.kill()
    for process in processes:
        process.wait(timeout=10)
    for log in sorted(tmp_path.glob("*.log")):
        print(log.name, log.read_text(), sep="\n")  # noqa: T201 - shown when the test failed


def _database_url():
    """Of the tests' database, for other processes; the suite runs on PostgreSQL too."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    login = f"{database['USER']}:{database['PASSWORD']}"
    return f"postgres://{login}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


@pytest.fixture
def start_worker(start):
    return lambda: start(
        *("worker", "--pool", "threads", "--concurrency", "4"),
        *("--without-gossip", "--without-mingle"),
        *("--include", "tests.functional.job_operations"),
    )


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "effects")


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=10)


def wait_until(condition, *, meanwhile=lambda: None):
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        meanwhile()
        time.sleep(0.05)


def wait_until_finished(job, *, meanwhile=lambda: None):
    def is_finished():
        job.refresh_from_db()
        return job.is_finished

    wait_until(is_finished, meanwhile=meanwhile)


def kinds(job):
    return list(job.events.order_by("pk").values_list("kind", flat=True))


def test_a_job_runs_in_a_worker(start_worker, path):
    start_worker()

    job = submit(operation="functional.act", arguments={"path": path}, requested_by=None)
    wait_until_finished(job)

    assert (job.state, job.attempts, job.step) == ("SUCCEEDED", 1, 1)
    assert kinds(job) == ["QUEUED", "RUNNING", "SUCCEEDED"]
    assert effects(path) == [str(job.pk)]


def test_a_job_that_waits_is_called_again_by_its_own_bells_without_a_sweep(start_worker, path):
    start_worker()

    arguments = {"path": path, "looks": 5}
    job = submit(operation="functional.poll", arguments=arguments, requested_by=None)
    wait_until_finished(job)

    assert (job.state, job.attempts, job.step) == ("SUCCEEDED", 1, 6)
    assert kinds(job) == ["QUEUED", "RUNNING", "WAITING", "SUCCEEDED"]
    assert effects(path) == [str(job.pk)]


def test_two_workers_and_many_bells_do_nothing_twice(start_worker, path):
    start_worker()
    start_worker()

    parent = submit_many(
        operation="functional.act", children=[Part(None, {"path": path})] * 30, requested_by=None
    )
    keys = [str(key) for key in parent.children.values_list("pk", flat=True)]
    for _ in range(3):
        bell.ring_all(keys)
    wait_until_finished(parent)

    assert parent.state == "SUCCEEDED"
    assert parent.result == {"succeeded": 30, "failed": 0, "canceled": 0}
    assert sorted(effects(path)) == sorted(keys)
    assert set(parent.children.values_list("step", flat=True)) == {1}


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
    assert job.events.latest("pk").message == "Canceled. Done before that: Asking."
    assert effects(path) == [str(job.pk)]


@contextmanager
def redis_at(port):
    process = subprocess.Popen(  # noqa: S603 - our own command
        [find_redis_executable(), "--port", str(port), "--bind", "127.0.0.1", "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(timeout=10)


def test_while_the_broker_is_down_jobs_are_accepted_and_run_when_it_is_back(
    broker, start, start_worker, path
):
    port = free_port()
    with redis_at(port):
        broker(f"redis://127.0.0.1:{port}/0")
        wait_until(_redis_answers)
        start_worker()
        before = submit(operation="functional.act", arguments={"path": path}, requested_by=None)
        wait_until_finished(before)

    started = time.monotonic()
    job = submit(operation="functional.act", arguments={"path": path}, requested_by=None)
    seconds = time.monotonic() - started
    with redis_at(port):
        start("beat", "--schedule", f"{path}-schedule")
        wait_until_finished(job)

    assert seconds < 5  # milliseconds on an idle machine; Celery's own connection takes over 6
    assert (job.state, job.attempts) == ("SUCCEEDED", 1)
    assert effects(path) == [str(before.pk), str(job.pk)]


def _redis_answers():
    try:
        return redis.client().ping()
    except redis.redis.RedisError:
        return False


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


def test_a_broker_that_hangs_costs_a_second_and_is_used_again_afterwards(broker, tmp_path):
    with redis_server(tmp_path) as server:
        broker(server.url)
        assert bell.ring("before")

        server.process.send_signal(signal.SIGSTOP)
        started = time.monotonic()
        rung = bell.ring("meanwhile")
        seconds = time.monotonic() - started
        server.process.send_signal(signal.SIGCONT)

        assert not rung
        assert seconds < 2
        assert bell.ring("after")
