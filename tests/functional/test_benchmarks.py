"""`python -m benchmarks` without its measurements: a world is made, and the cases are found."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.functional, pytest.mark.any_database]  # there is none

ROOT = Path(__file__).resolve().parents[2]


def test_an_unknown_benchmark_is_refused_with_the_names_of_all():
    finished = subprocess.run(
        [sys.executable, "-m", "benchmarks", "no-such"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert finished.returncode == 2
    for name in (
        "ec2_list",
        "ec2_answer",
        "stored_list_100",
        "stored_list_1000",
        "enqueue",
        "fan_out_simulator",
        "fan_out_ec2",
    ):
        assert name in finished.stdout
