"""Real workers on the tests' database and broker, and functions that kill them."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from celery import current_app
from django.db import connection

from gateway.core import redis
from gateway.run.embedded_redis import find_redis_executable
from gateway.run.options import ROOT

LEASE_SECONDS = 2
WORKER_THREADS = 4
PATIENCE_SECONDS = 300  # of a hang, on a busy machine


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
    """Starts `celery <arguments>` on this test's database and broker; all are ended afterwards.

    As `make run` does, beat has an application without Django's apps, and neither part runs
    Django's checks, which load the whole GraphQL schema.
    """
    processes = []

    def _start(*arguments):
        log = (tmp_path / f"{arguments[0]}-{len(processes)}.log").open("wb")
        app = "gateway.beat" if arguments[0] == "beat" else "gateway"
        processes.append(
            subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "celery", "-A", app, *arguments],
                cwd=ROOT,
                env=os.environ
                | {
                    "CELERY_SKIP_CHECKS": "true",
                    "DATA_DIR": str(tmp_path),
                    "DATABASE_URL": _database_url(),
                    "REDIS_URL": settings.REDIS_URL,
                    "JOB_LEASE_SECONDS": str(settings.JOB_LEASE_SECONDS),
                    "JOBS_PER_PROVIDER": str(settings.JOBS_PER_PROVIDER),
                    "SECRET_KEY": settings.SECRET_KEY,
                    "CREDENTIAL_KEYS": ",".join(settings.CREDENTIAL_KEYS),
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
        process.wait(timeout=60)
    for log in sorted(tmp_path.glob("*.log")):
        print(log.name, log.read_text(), sep="\n")  # noqa: T201 - shown when the test failed


def _database_url():
    """The URL of the tests' database, for other processes; the suite runs on PostgreSQL too."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    login = f"{database['USER']}:{database['PASSWORD']}"
    return f"postgres://{login}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


@pytest.fixture
def start_worker(start):
    """Starts a worker that knows the operations of these modules too."""
    return lambda *modules: start(
        *("worker", "--pool", "threads", "--concurrency", str(WORKER_THREADS)),
        *("--without-gossip", "--without-mingle"),
        *("--include", ",".join(modules or ("tests.functional.job_operations",))),
    )


def kill(process):
    process.send_signal(signal.SIGKILL)
    process.wait(timeout=60)


def wait_until(condition, *, meanwhile=lambda: None, seconds=PATIENCE_SECONDS):
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        meanwhile()
        time.sleep(0.05)


def wait_until_finished(job, *, meanwhile=lambda: None):
    def is_finished():
        job.refresh_from_db()
        return job.is_finished

    wait_until(is_finished, meanwhile=meanwhile)


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
        process.wait(timeout=60)


def redis_answers():
    try:
        return redis.client().ping()
    except redis.redis.RedisError:
        return False
