"""`python -m benchmarks [name ...]`: run the named benchmarks, or all, and write the results.

``--short``: in five rounds, without the long ones unless they are named, and without writing.
"""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import cases
from benchmarks.machine import describe_machine, machine_line
from benchmarks.registry import Skipped, UnknownBenchmark, chosen, load
from benchmarks.report import RESULTS, record_of, save, terminal
from benchmarks.world import make_world

SHORT = "--short"
ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str]) -> int:
    """The exit code: 0 whatever the figures are, 2 for a name that is not known."""
    short = SHORT in arguments
    only = [name for name in arguments if name != SHORT]
    with make_world() as world:
        load(cases)
        try:
            benchmarks = chosen(only, short=short)
        except UnknownBenchmark as error:
            say(str(error.args[0]))
            return 2
        commit = _commit()  # the sources may change while it runs
        say(f"{machine_line(describe_machine())}\n")
        for benchmark in benchmarks:
            machine = describe_machine()
            try:
                figures = benchmark.run(world, short=short)
            except Skipped as reason:
                say(f"{benchmark.name}: SKIPPED. {reason}\n")
                continue
            record = record_of(
                benchmark, figures, machine=machine, measured_at=_now(), commit=commit
            )
            if not short:
                save(record)
            say(terminal(record))
    if short:
        say("Not written: the results of a short run say less.")
        return 0
    say(f"Written to {RESULTS.relative_to(ROOT)}/.")
    return 0


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - it speaks to a person at a terminal


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _commit() -> str:
    """The measured commit, followed by a plus if the sources differ from it."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return "unknown"

    def asked(*words: str) -> str:
        found = subprocess.run([git, *words], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - fixed words
        return found.stdout.strip()

    changed = asked("status", "--porcelain", "--", "gateway", "inventory", "jobs")
    return asked("rev-parse", "--short", "HEAD") + ("+" if changed else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
