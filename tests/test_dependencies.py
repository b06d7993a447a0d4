import subprocess

import pytest

from tests import dependencies
from tests.dependencies import judged

CLEAN = {"name": "django", "version": "5.2.19", "vulns": []}
KNOWN = {
    "name": "lxml",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}, {"id": "PYSEC-2", "fix_versions": []}],
}
UNKNOWN = {"name": "amqp", "skip_reason": "Dependency not found"}


@pytest.mark.parametrize(
    ("found", "lines", "count"),
    [
        ([CLEAN], ["pip-audit: nothing known of 1 packages."], 0),
        (
            [CLEAN, KNOWN],
            ["lxml 1.0: PYSEC-1, mended in 1.1", "lxml 1.0: PYSEC-2, mended in no version yet"],
            2,
        ),
        ([CLEAN, UNKNOWN], ["SKIPPED: pip-audit has no data on 1 of 2 packages."], 0),
    ],
)
def test_what_is_not_known_does_not_look_clean(found, lines, count):
    assert judged(found) == (lines, count)


@pytest.mark.parametrize(("report", "code"), [(KNOWN, 1), (CLEAN, 0)])
def test_vulnerabilities_fail_the_check(monkeypatch, report, code):
    monkeypatch.setattr(dependencies, "audited", lambda: {"dependencies": [report]})

    assert dependencies.main() == code


def test_no_data_is_one_plain_line(monkeypatch, capsys):
    crashed = subprocess.CompletedProcess([], 1, stdout="", stderr="Traceback")
    monkeypatch.setattr(subprocess, "run", lambda *_args, **_options: crashed)

    assert dependencies.main() == 0
    assert capsys.readouterr().out == "SKIPPED: pip-audit cannot reach its data.\n"
