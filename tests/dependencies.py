"""python -m tests.dependencies: known vulnerabilities of the pinned packages, by pip-audit.

It fails if there are some. If the data is not available, it says so in one line and passes: a check
without a network must not stop any work, and must not look like a check that found nothing.
"""

import json
import subprocess
import sys
from pathlib import Path

PINNED = Path(__file__).resolve().parent.parent / "requirements.txt"
SECONDS = 120


def main():
    answer = audited()
    if answer is None:
        sys.stdout.write("SKIPPED: pip-audit cannot reach its data.\n")
        return 0
    lines, found = judged(answer["dependencies"])
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 1 if found else 0


def audited():
    """pip-audit's report; None: it could not be made."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(PINNED), "--no-deps"]
    options = ["--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "5"]
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [*command, *options], capture_output=True, text=True, timeout=SECONDS, check=False
        )
        report = json.loads(done.stdout)
    except (json.JSONDecodeError, subprocess.TimeoutExpired):
        return None
    return report


def judged(dependencies):
    """The lines to print, and the number of vulnerabilities.

    pip-audit counts a package that it could not look up as one without vulnerabilities.
    """
    looked_up = [one for one in dependencies if "skip_reason" not in one]
    left_out = len(dependencies) - len(looked_up)
    lines = [
        f"{one['name']} {one['version']}: {vulnerability['id']}, mended in "
        f"{', '.join(vulnerability['fix_versions']) or 'no version yet'}"
        for one in looked_up
        for vulnerability in one["vulns"]
    ]
    found = len(lines)
    if left_out:
        lines.append(
            f"SKIPPED: pip-audit has no data on {left_out} of {len(dependencies)} packages."
        )
    elif not found:
        lines.append(f"pip-audit: nothing known of {len(dependencies)} packages.")
    return lines, found


if __name__ == "__main__":
    sys.exit(main())
