"""Real processes under the runner, itself in a process of its own: it takes the signals."""

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

RUN = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # who runs the tests may ignore it: nohup
from gateway.run import runner
runner.FIRST_PAUSE = runner.LONGEST_PAUSE = PAUSE
runner.LONGEST_PAUSE *= 2
runner.MOST_QUICK_ENDS = 3
runner = runner.Runner()
for name in EARLY:
    runner.start(name, [sys.executable, "-c", CODES[name]], env=dict(os.environ), cwd=".")
held = [
    runner.start(
        name, [sys.executable, "-c", CODES[name]], env=dict(os.environ), cwd=".", held=True
    )
    for name in HELD
]
for name in DROPPED:
    runner.drop(name)
    del CODES[name]
runner.add({name: [sys.executable, "-c", code] for name, code in CODES.items()},
           env=dict(os.environ), cwd=".")
for part in held:
    print("released", flush=True)
    part.release()
ok = runner.run()
print("over", ok, runner.failure, flush=True)
"""
WAITS = "import time; print('up', flush=True); time.sleep(60)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WAITS
HOLDS = "import sys; sys.stdin.read(); print('serves', flush=True); sys.exit(4)"
LEADS = (
    "import subprocess, sys;"
    "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']);" + WAITS
)
ENDS = "import time; time.sleep(0.2); raise SystemExit(3)"

pytestmark = [pytest.mark.functional, pytest.mark.any_database]  # there is none


@pytest.fixture
def run():
    started = []

    def run_codes(pauses=0.01, early=(), held=(), dropped=(), **codes):
        """``early``: names of those that are started before the others; ``held``: so, and held;
        ``dropped``: of these.
        """
        values = f"CODES, PAUSE = {codes!r}, {pauses}\n"
        values += f"EARLY, HELD, DROPPED = {early!r}, {held!r}, {dropped!r}"
        process = subprocess.Popen(  # noqa: S603  (our own code)
            [sys.executable, "-c", f"{values}\n{RUN}"],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield run_codes
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()


def read_lines(process, until):
    for line in process.stdout:
        yield line
        if until in line:
            return


def wait_for_line(process, word):
    for line in process.stdout:
        if word in line:
            return line
    return pytest.fail(f"it ended without {word!r}")


def children_of(process, *, up):
    """The runner's children, after ``up`` of them have reported that they run."""
    for _ in range(up):
        wait_for_line(process, "up")
    return psutil.Process(process.pid).children()


def has_ended(process):
    """A zombie has ended: in a container, no process may collect it."""
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_every_process_and_counts_as_success(number, run):
    process = run(one=WAITS, two=WAITS)
    children = children_of(process, up=2)

    os.kill(process.pid, number)

    assert wait_for_line(process, "over") == "over True \n"
    assert len(children) == 2
    assert all(has_ended(child) for child in children)


def test_a_process_that_was_started_early_is_started_once_and_ends_with_the_others(run):
    process = run(early=["one"], one=WAITS, two=WAITS)
    children = children_of(process, up=2)

    os.kill(process.pid, signal.SIGINT)

    assert wait_for_line(process, "over") == "over True \n"
    assert len(children) == 2
    assert all(has_ended(child) for child in children)


def test_a_process_that_was_started_early_and_dropped_ends_and_is_no_failure(run):
    process = run(early=["gone"], dropped=["gone"], gone=WAITS, kept=WAITS)
    wait_for_line(process, "kept")  # the run has begun, and takes signals

    [child] = psutil.Process(process.pid).children()
    os.kill(process.pid, signal.SIGINT)

    assert wait_for_line(process, "over") == "over True \n"
    assert has_ended(child)


def test_a_process_that_is_held_waits_for_its_release_once(run):
    process = run(held=["one"], one=HOLDS, two=WAITS)

    said = [line.split(" | ")[-1].strip() for line in read_lines(process, until="in 0.02 s")]
    os.kill(process.pid, signal.SIGINT)
    said += [line.split(" | ")[-1].strip() for line in read_lines(process, until="over")]

    # Its last line may come after the runner has reported its end.
    served = [line for line in said if line in {"released", "serves"}]
    assert served[0] == "released"
    assert served.count("released") == 1  # it was started again without a second release
    assert served.count("serves") >= 2
    assert said[-1] == "over True"


def test_a_process_that_ends_again_and_again_ends_the_run(run):
    process = run(short=ENDS, long=WAITS)

    pauses = [wait_for_line(process, "started again") for _ in range(3)]

    assert [line.split(" | ")[1].strip() for line in pauses] == [
        f"short ended by itself (code 3); it is started again in {pause} s"
        for pause in ("0.01", "0.02", "0.02")
    ]
    assert wait_for_line(process, "over") == (
        "over False The process 'short' ended by itself (code 3), 4 times one after the other. "
        "Its lines above may say why.\n"
    )
    assert psutil.Process(process.pid).children() == []


def test_a_killed_process_is_started_again_without_those_that_it_had_started(run):
    process = run(leader=LEADS, other=WAITS)
    [leader] = [child for child in children_of(process, up=2) if child.children()]
    [left] = leader.children()

    leader.kill()

    wait_for_line(process, "leader ended by itself (code -9); it is started again")
    wait_for_line(process, "up")
    assert has_ended(left)
    assert len(psutil.Process(process.pid).children()) == 2


def test_a_signal_while_a_process_waits_to_be_started_again_ends_the_run(run):
    process = run(short=ENDS, long=WAITS, pauses=60)
    wait_for_line(process, "started again in 60 s")

    os.kill(process.pid, signal.SIGTERM)

    assert wait_for_line(process, "over") == "over True \n"


def test_processes_that_do_not_obey_are_killed_within_ten_seconds(run):
    process = run(one=DEAF, two=DEAF)
    children = children_of(process, up=2)
    began = time.monotonic()

    os.kill(process.pid, signal.SIGINT)

    assert wait_for_line(process, "over") == "over True \n"
    assert time.monotonic() - began < 60  # for which they would go on
    assert all(has_ended(child) for child in children)


def test_a_signal_before_the_processes_are_known_is_not_lost(run):
    process = run(one=WAITS, two=WAITS)
    time.sleep(0.4)  # somewhere in the start, at another place each time

    os.kill(process.pid, signal.SIGTERM)

    process.wait(60)
    assert process.returncode in (0, -signal.SIGTERM)
