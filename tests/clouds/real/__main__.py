"""python -m tests.clouds.real [CLOUD …]: start clouds, run the suites that need them, stop them.

Each ``NAME.sh`` beside this file is a cloud; README.md describes its commands.
"""

import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
# Suites that test every kind of cloud, and the real clouds too.
CONTRACTS = (
    "tests/inventory/providers/contract",
    "tests/inventory/schema/test_dry_runs_of_every_kind.py",
)
PREFIX = "REAL_"
CANNOT_BE_HAD = 77


def known_clouds(folder=HERE):
    """The names of the scripts."""
    return sorted(path.stem for path in folder.glob("*.sh") if path.stem != "common")


def state_of(name):
    """The directory in which a cloud keeps its data between runs."""
    return Path(os.environ.get("CLOUDS_STATE") or ROOT / "var" / "clouds") / name


@dataclass
class Run:
    """The result of starting the clouds that were asked for."""

    folder: Path = HERE
    variables: dict = field(default_factory=dict)
    notes: dict = field(default_factory=dict)  # a cloud's name → what a person should know
    broken: bool = False

    def start(self, name, stack):
        """Start one, to be stopped with ``stack``; or note why it is not there."""
        given = [key for key in os.environ if key.startswith(f"{PREFIX}{name.upper()}")]
        if given:
            self.notes[name] = f"taken as {', '.join(given)} says"
            return
        stack.callback(self.ask, name, "down")  # also for what a failed start has left
        status, output = self.ask(name, "up")
        if status == 0:
            self.variables |= dict(line.split("=", 1) for line in output.splitlines())
            self.notes[name] = "started"
        elif status == CANNOT_BE_HAD:
            self.notes[name] = f"SKIPPED: {output.strip()}"
        else:
            self.broken = True
            self.notes[name] = f"BROKEN: `{name}.sh up` ended with {status}; see {state_of(name)}"

    def ask(self, name, verb):
        """The exit status and the standard output of a script."""
        state = state_of(name)
        state.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(  # noqa: S603 - scripts of ours
            [self.folder / f"{name}.sh", verb],
            env=os.environ | {"STATE": str(state)},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout

    def something_is_up(self):
        return bool(self.variables) or any("taken" in note for note in self.notes.values())


def pytest_command():
    suites = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/**/test_real_*.py"))
    return [sys.executable, "-m", "pytest", "-k", PREFIX, *CONTRACTS, *suites]


def run(names, *, folder=HERE, command=None):
    """The exit status: that of the suites, or 1 when a cloud broke or none is there."""
    clouds = Run(folder)
    status = 1
    try:
        with ExitStack() as stack:
            for name in names:
                clouds.start(name, stack)
            if clouds.something_is_up():
                status = subprocess.run(  # noqa: S603 - our own words
                    command or pytest_command(),
                    env=os.environ | clouds.variables,
                    cwd=ROOT,
                    check=False,
                ).returncode
    finally:
        for name, note in clouds.notes.items():
            sys.stderr.write(f"{name}: {note}\n")
    return 1 if clouds.broken else status


def main(names):
    unknown = sorted(set(names) - set(known_clouds()))
    if unknown:
        sys.stderr.write(
            f"There is no {', '.join(unknown)}; there are {', '.join(known_clouds())}.\n"
        )
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    return run(names or known_clouds())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
