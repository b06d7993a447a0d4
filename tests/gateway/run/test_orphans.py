import os
import signal
import subprocess
import sys

import psutil
import pytest

from gateway.run.embedded_redis import redis_server
from gateway.run.orphans import MARK, end_marked, find_marked

SLEEP = "import time; print('up', flush=True); time.sleep(60)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP


@pytest.fixture
def start():
    started = []

    def start_process(code, *, run_dir):
        environment = {**os.environ, MARK: str(run_dir)}
        process = subprocess.Popen(  # noqa: S603  (our own code)
            [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE
        )
        started.append(process)
        assert process.stdout.readline() == b"up\n"
        return process

    yield start_process
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def test_processes_of_this_run_are_ended_and_no_others(start, tmp_path):
    ours = start(SLEEP, run_dir=tmp_path / "ours")
    neighbour = start(SLEEP, run_dir=tmp_path / "ours-2")

    ended = end_marked(tmp_path / "ours")

    assert ended == [ours.pid]
    assert ours.wait(60) == -signal.SIGTERM
    assert neighbour.poll() is None


def test_one_that_does_not_obey_is_killed(start, tmp_path):
    deaf = start(DEAF, run_dir=tmp_path)

    assert end_marked(tmp_path, patience=0.1) == [deaf.pid]
    assert deaf.wait(60) == -signal.SIGKILL


def test_the_child_of_a_dead_process_is_found(start, tmp_path):
    parent = start(
        "import subprocess, sys;"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);"
        f"{SLEEP}",
        run_dir=tmp_path,
    )
    [child] = psutil.Process(parent.pid).children()
    parent.kill()
    parent.wait(60)

    assert end_marked(tmp_path) == [child.pid]


def test_what_is_to_be_kept_is_kept(start, tmp_path):
    kept = start(SLEEP, run_dir=tmp_path)

    assert end_marked(tmp_path, keep={kept.pid}) == []
    assert kept.poll() is None


def test_a_process_that_only_got_an_old_number_is_not_ours(tmp_path):
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        assert find_marked(tmp_path) == []
    finally:
        other.kill()
        other.wait()


def test_an_embedded_redis_is_found_although_it_overwrites_its_environment(tmp_path):
    (tmp_path / "ours").mkdir()
    with redis_server(tmp_path / "ours") as ours, redis_server(tmp_path / "neighbour") as other:
        assert end_marked(tmp_path / "ours") == [ours.process.pid]

        assert ours.process.wait(60) == 0
        assert other.process.poll() is None
