"""A restart of Redis ends no part of the gateway, and no job is lost or done twice."""

import signal
import subprocess

import pytest

from gateway.run.ports import free_port
from jobs.api import Job, Part, submit_many
from tests.functional.job_operations import notes
from tests.functional.workers import (  # noqa: F401 - fixtures among them
    broker,
    redis_answers,
    redis_at,
    start,
    wait_until,
)

pytestmark = [
    pytest.mark.functional,
    pytest.mark.any_database,  # it is about the broker
    pytest.mark.django_db(transaction=True),
]

RESTARTS = 10
LEASE_SECONDS = 60  # no lease lapses here, however slow the machine is
JOBS_PER_RESTART = 24
WORKER = (
    *("worker", "--pool", "threads", "--concurrency", "20", "--without-gossip"),
    *("--without-mingle", "--include", "tests.functional.job_operations"),
)


def end(server: subprocess.Popen[bytes], number: int) -> None:
    """End it in turn as an administrator does, and as a crash does."""
    server.send_signal(signal.SIGTERM if number % 2 else signal.SIGKILL)
    server.wait(timeout=60)


def submit_load(path):
    part = Part(None, {"path": path, "seconds": 0.5})
    return submit_many(
        operation="functional.take_a_while",
        children=[part] * JOBS_PER_RESTART,
        requested_by=None,
    )


def begun(path):
    return sorted(job_id for job_id, word in notes(path) if word == "begins")


def test_ten_restarts_under_load_end_no_part_and_every_job_is_done_once(
    broker, settings, start, tmp_path
):
    settings.JOB_LEASE_SECONDS = LEASE_SECONDS
    path, port = str(tmp_path / "notes"), free_port()
    broker(f"redis://127.0.0.1:{port}/0")
    parts = []

    def ended():
        return [part.args for part in parts if part.poll() is not None]

    def wait_for_more(begun_before):
        wait_until(lambda: len(begun(path)) > begun_before or ended())

    parents = []
    for number in range(RESTARTS + 1):
        with redis_at(port) as server:
            wait_until(redis_answers)
            parts = parts or [start(*WORKER), start("beat", "--schedule", f"{path}-schedule")]
            begun_before = len(begun(path))
            parents.append(submit_load(path))
            wait_for_more(begun_before)
            assert ended() == [], f"after restart {number}"
            if number < RESTARTS:
                end(server, number)
            else:
                wait_until(lambda: ended() or not Job.objects.filter(finished_at=None).exists())

    children = Job.objects.filter(parent__in=parents)
    assert ended() == []
    assert set(children.values_list("state", "step")) == {("SUCCEEDED", 1)}
    assert begun(path) == sorted(str(key) for key in children.values_list("pk", flat=True))
