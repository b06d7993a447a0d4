"""The command `gateway` in a process of its own each time, without importing it each time.

A process that has imported it forks one for each command: the imports take a second of processor
time, and a command's own work much less.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SECONDS = 120  # a bound of a hang: the command is killed by SIGALRM
SERVER = """
import json, os, signal, sys
from gateway_client.cli.main import main

FILES = (("in", os.O_RDONLY), ("out", os.O_WRONLY | os.O_CREAT), ("err", os.O_WRONLY | os.O_CREAT))

for line in sys.stdin:
    asked = json.loads(line)
    child = os.fork()
    if child == 0:
        signal.alarm(asked["seconds"])
        for number, (name, flags) in enumerate(FILES):
            os.dup2(os.open(os.path.join(asked["directory"], name), flags, 0o600), number)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")
        os.environ.clear()
        os.environ.update(asked["environment"])
        sys.argv = ["gateway", *asked["arguments"]]
        main()
        sys.exit()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Commands:
    """Runs one command at a time; ``process`` is that which forks."""

    def __init__(self, process: subprocess.Popen[str], directory: Path) -> None:
        self._process, self._directory = process, directory

    def run(
        self, arguments: Sequence[str], environment: Mapping[str, str], given: str
    ) -> tuple[int, str, str]:
        """The exit code (of a signal: its negative number), standard output and standard error."""
        files = [self._directory / name for name in ("in", "out", "err")]
        for file, text in zip(files, (given, "", ""), strict=True):
            file.write_text(text)
        asked = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "directory": str(self._directory),
            "seconds": SECONDS,
        }
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        code = int(self._process.stdout.readline())
        return code, files[1].read_text(), files[2].read_text()


@contextmanager
def forked_commands(directory: Path, environment: Mapping[str, str]) -> Iterator[Commands]:
    """``environment`` says where Python finds the command's package."""
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", SERVER],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Commands(process, directory)
