"""The preparation of the data of a run is interrupted, or done by two at once."""

import os
import signal
import subprocess
import sys
import time

import pytest

from gateway.run.options import ROOT
from tests.functional.gateway import FIRST_START_SECONDS, Gateway
from tests.functional.test_run import processes_of
from tests.postgres import database_for_processes

pytestmark = pytest.mark.functional

PATIENCE_SECONDS = 300
SPAN_SECONDS = 0.1


@pytest.fixture
def preparing(tmp_path):
    """A gateway in the middle of its first migrations."""
    gateway = Gateway(tmp_path, DEMO="0")
    gateway.start()
    wait_until((tmp_path / "gateway.sqlite3-wal").exists)
    assert processes_of(gateway, "worker")
    assert processes_of(gateway, "web")
    yield gateway
    gateway.discard()


def wait_until(condition):
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < ends_at, "it did not come about"
        time.sleep(SPAN_SECONDS)


@pytest.mark.any_database
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_start_that_is_ended_while_it_migrates_leaves_nothing_and_continues(preparing, number):
    assert preparing.end(number) == 0
    assert "Everything has ended." in preparing.output
    assert "Traceback" not in preparing.output

    preparing.start()
    preparing.wait_until_announced(FIRST_START_SECONDS)


@pytest.mark.any_database
def test_no_web_server_serves_when_the_runner_is_killed_before_the_data_is_prepared(preparing):
    close = preparing.kill_runner()

    wait_until(lambda: not processes_of(preparing, "web"))

    assert preparing.readiness() is None
    preparing.process = None
    preparing.discard()
    close()


@pytest.mark.any_database
def test_a_worker_that_is_killed_while_it_migrates_ends_the_start(preparing):
    for pid in processes_of(preparing, "worker"):
        os.kill(pid, signal.SIGKILL)

    assert preparing.process.wait(PATIENCE_SECONDS) == 1
    preparing.close()

    assert "The worker ended before the data was prepared" in preparing.output
    assert "Start the gateway again" in preparing.output
    assert preparing.marked() == []


def test_two_that_migrate_one_database_at_once_both_succeed(tmp_path):
    with database_for_processes(tmp_path, migrated=False) as url:
        both = [
            subprocess.Popen(
                [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
                cwd=ROOT,
                env={
                    **os.environ,
                    "DATABASE_URL": url,
                    "DATA_DIR": str(tmp_path),
                    "LOG_LEVEL": "INFO",
                },
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            for _ in range(2)
        ]
        said = [one.communicate(timeout=PATIENCE_SECONDS)[0] for one in both]

    assert [one.returncode for one in both] == [0, 0], said
