"""A process that answers lines: one command on its standard input, one line back."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from benchmarks.servers.process import ROOT


@contextmanager
def asking(module: str, environment: Mapping[str, str]) -> Iterator[Callable[[object], str]]:
    """``python -m module`` until the block ends: a function that gives it a command and returns its
    answer.
    """
    with subprocess.Popen(  # noqa: S603 - our own modules
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None  # noqa: S101 - we asked for pipes
        assert process.stdout is not None  # noqa: S101 - as above

        def ask(command: object) -> str:
            process.stdin.write(f"{command}\n")
            process.stdin.flush()
            return process.stdout.readline()

        yield ask
        process.stdin.close()
