import json

import pytest

from benchmarks.measure import Figure
from benchmarks.registry import Benchmark, By, Target
from benchmarks.report import number, record_of, save, terminal

MACHINE = {
    "cpu": "Z80",
    "cores": 1,
    "architecture": "z80",
    "system": "CP/M",
    "load": 0.5,
    "versions": {"CPython": "3.11.7", "django": "5.2"},
}
FIGURES = [Figure("ours", "ms", (2.0, 3.0, 4.0)), Figure("theirs", "ms", (1.0, 2.0, 2.0))]
TARGETS = (
    Target("ours", "theirs", at_most=1.5),
    Target("ours", "theirs", at_most=0.5, by=By.DIFFERENCE),
    Target("theirs", "ours"),
)


def make_record(name="listing", **changes):
    benchmark = Benchmark(name, "A list.", prepare=None, targets=TARGETS, rounds=3)
    return record_of(
        benchmark, FIGURES, machine=MACHINE, measured_at="now", commit="abc", **changes
    )


def test_a_record_holds_every_value_and_every_verdict():
    record = make_record()

    assert record["command"] == "make bench ONLY=listing"
    assert record["figures"][0] == {
        "subject": "ours",
        "metric": "ms",
        "median": 3.0,
        "least": 2.0,
        "most": 4.0,
        "values": [2.0, 3.0, 4.0],
    }
    seen = [(each["by"], each["value"], each["met"]) for each in record["comparisons"]]
    assert seen == [
        ("×", 1.5, True),
        ("ms beyond", 1.0, False),
        ("×", pytest.approx(2 / 3), None),
    ]
    assert json.loads(json.dumps(record)) == record


def test_the_markdown_is_made_of_all_records_and_keeps_those_of_other_runs(tmp_path):
    save(make_record("listing"), tmp_path)
    save(make_record("asking"), tmp_path)

    text = (tmp_path / "README.md").read_text()

    assert json.loads((tmp_path / "listing.json").read_text()) == make_record("listing")
    assert text.index("## asking") < text.index("## listing")
    assert "| ours | ms | 3.00 | 2.00 – 4.00 |" in text
    assert "| ours / theirs | ms | 1.50 × | 1.50 – 2.00 | ≤ 1.50 × | yes |" in text
    assert "| ours ms beyond theirs | ms | 1.00 | 1.00 – 2.00 | ≤ 0.50 | no |" in text
    assert "| theirs / ours | ms | 0.67 × | 0.50 – 0.67 |  |  |" in text
    assert (
        "`make bench ONLY=asking`, 3 rounds, now, commit abc, on 1 × Z80 (z80), CP/M, "
        "load average 0.5, CPython 3.11.7, django 5.2."
    ) in text


def test_the_terminal_says_which_targets_are_missed():
    lines = terminal(make_record()).splitlines()

    assert lines[1] == "  ours    3.00 ms  (2.00 – 4.00)"
    assert "  → ours / theirs: 1.50 × (1.50 – 2.00), ms - ≤ 1.50 ×: met" in lines
    assert "  → ours ms beyond theirs: 1.00 (1.00 – 2.00), ms - ≤ 0.50: MISSED" in lines
    assert "  → theirs / ours: 0.67 × (0.50 – 0.67), ms" in lines


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.000"),
        (0.0123, "0.012"),
        (0.25, "0.25"),
        (9.994, "9.99"),
        (12.34, "12.3"),
        (-12.34, "-12.3"),
        (1234.5, "1,234"),
    ],
)
def test_a_number_shows_what_can_be_trusted(value, text):
    assert number(value) == text
