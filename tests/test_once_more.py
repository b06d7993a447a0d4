"""A run of continuous integration repeats few failures of a run that reached its end."""

import json
import subprocess
import sys

import pytest

from gateway.run.options import ROOT
from tests.once_more import EXIT_STATUS, FEW, LAST_FAILED, to_repeat

FAILS = "def test_of_one():\n    assert False\n"
STOPS = "import pytest\ndef test_of_two():\n    pytest.exit('no more', returncode=3)\n"
CANNOT_START = "import nothing_of_this_name\n"


def run(folder, text, *options):
    """The cache of a run of these tests."""
    file, cache = folder / "test_made.py", folder / "cache"
    file.write_text(text)
    plugins = ["-p", "tests.once_more", "-p", "no:django"]
    command = [sys.executable, "-m", "pytest", "--rootdir", folder, "-c", "/dev/null", *plugins]
    command += ["-o", f"cache_dir={cache}", *options, file]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=False)  # noqa: S603
    return cache


def test_a_failure_is_repeated_and_what_passed_is_not(tmp_path):
    passes = "def test_of_two():\n    pass\n"

    (failed,) = to_repeat(run(tmp_path, FAILS + passes, "-n", "2"))

    assert failed.endswith("::test_of_one")


@pytest.mark.parametrize("ends", [STOPS, CANNOT_START])
def test_a_run_that_did_not_reach_its_end_is_not_repeated(tmp_path, ends):
    assert to_repeat(run(tmp_path, FAILS + ends)) == []


@pytest.mark.parametrize(
    ("status", "failed", "repeated"),
    [(1, FEW, FEW), (1, FEW + 1, 0), (1, 0, 0), (0, 1, 0), (2, 1, 0), (None, 1, 0)],
)
def test_how_a_run_ended_and_how_many_failed_decide(tmp_path, status, failed, repeated):
    values = {EXIT_STATUS: status, LAST_FAILED: {f"test_{n}": True for n in range(failed)}}
    for key, value in values.items():
        if value is not None:
            file = tmp_path / "v" / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(value))

    assert len(to_repeat(tmp_path)) == repeated
