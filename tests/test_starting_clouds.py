"""`make test-clouds` starts the clouds that it can, names the others, and stops what it started."""

import sys

import psutil
import pytest

from tests.clouds.real.__main__ import HERE as SCRIPTS
from tests.clouds.real.__main__ import Run, known_clouds, main, run

SCRIPT = """#!/usr/bin/env bash
. {scripts}/common.sh
up() {{ {up}; }}
down() {{ stop sleeper; echo "$CLOUD" >>"$STATE/../stopped"; }}
main "$@"
"""


@pytest.fixture
def state(tmp_path, monkeypatch):
    monkeypatch.setenv("CLOUDS_STATE", str(tmp_path))
    return tmp_path


@pytest.fixture
def script(state):
    """Writes a script, for example ``script("absent", "skip No.")``; its folder is ``state``."""

    def write(name, up):
        path = state / f"{name}.sh"
        path.write_text(SCRIPT.format(scripts=SCRIPTS, up=up))
        path.chmod(0o755)

    return write


def stopped(state):
    return (state / "stopped").read_text().split()


def tells(state):
    """A suite that writes its variable into a file."""
    write = f"pathlib.Path({str(state / 'told')!r}).write_text"
    return [sys.executable, "-c", f"import os, pathlib; {write}(os.environ['REAL_GOOD'])"]


def test_the_suites_are_told_where_a_cloud_is_and_it_is_stopped(state, script):
    script("good", "tell REAL_GOOD=here=there")

    assert run(["good"], folder=state, command=tells(state)) == 0
    assert (state / "told").read_text() == "here=there"
    assert stopped(state) == ["good"]


def test_a_failing_suite_fails_the_run_and_everything_is_stopped(state, script):
    script("good", "tell REAL_GOOD=1")
    script("better", "tell REAL_BETTER=1")

    assert run(["good", "better"], folder=state, command=["false"]) == 1
    assert stopped(state) == ["better", "good"]


def test_a_cloud_that_cannot_be_had_is_left_out_with_its_reason(state, script, capfd):
    script("good", "tell REAL_GOOD=1")
    script("absent", "skip First install the moon.")

    assert run(["absent", "good"], folder=state, command=tells(state)) == 0
    assert "absent: SKIPPED: First install the moon." in capfd.readouterr().err


def test_a_run_without_any_cloud_is_no_success(state, script):
    script("absent", "skip No.")

    assert run(["absent"], folder=state, command=tells(state)) == 1
    assert not (state / "told").exists()


def test_a_cloud_that_breaks_fails_the_run_of_the_others_and_is_stopped(state, script, capfd):
    script("good", "tell REAL_GOOD=1")
    script("broken", "start sleeper sleep 60; await 1 false")

    assert run(["broken", "good"], folder=state, command=tells(state)) == 1
    assert (state / "told").exists()
    assert stopped(state) == ["good", "broken"]
    assert "broken: BROKEN" in capfd.readouterr().err
    assert not list((state / "broken" / "run").iterdir())


def test_what_is_up_already_is_taken_and_left_running(state, script, monkeypatch):
    script("good", "die it must not be started")
    monkeypatch.setenv("REAL_GOOD", "mine")

    assert run(["good"], folder=state, command=tells(state)) == 0
    assert (state / "told").read_text() == "mine"
    assert not (state / "stopped").exists()


def test_a_server_is_started_once_and_stopped_by_its_id(state, script):
    script("good", "start sleeper sleep 60; tell REAL_GOOD=$(pid_of sleeper)")
    clouds = Run(state)

    first, again = clouds.ask("good", "up"), clouds.ask("good", "up")
    process = psutil.Process(int(first[1].partition("=")[2]))
    assert process.cmdline() == ["sleep", "60"]
    assert first == again
    clouds.ask("good", "down")

    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert clouds.ask("good", "down") == (0, "")


def test_a_name_that_is_no_cloud_is_told():
    assert main(["nowhere"]) == 2


def test_there_is_a_script_for_each_real_cloud():
    assert "libvirt" in known_clouds()
