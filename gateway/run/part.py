"""One process of a run: started, its output passed on, ended with all that it has started."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import IO, Protocol

RELEASED = b"released\n"
# Receives the name of a part and a line that it printed.
Output = Callable[[str, str], None]


class Part(Protocol):
    """The methods of a process that the runner needs."""

    name: str

    def start(self) -> None:
        """Start it, or start it again. Raises OSError."""

    def wait(self) -> int:
        """Block until it has ended; returns its exit code, negative for a signal."""

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to it and to its children; does nothing if it has ended."""


class CommandPart:
    """A command in a process group of its own, so that Ctrl-C at the terminal is the runner's."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: str,
        output: Output,
        held: bool = False,
        pass_fds: Sequence[int] = (),
    ) -> None:
        """``held``: when it is started first, it waits at its standard input for ``release``.

        ``pass_fds``: the descriptors that it inherits when it is started first.
        """
        self.name = name
        self._command = list(command)
        self._env = dict(env)
        self._cwd = cwd
        self._output = output
        self._held = held
        self._pass_fds = tuple(pass_fds)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - a command of gateway.run.processes
            self._command,
            env=self._env,
            cwd=self._cwd,
            stdin=subprocess.PIPE if self._held else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=self._pass_fds,
        )
        assert self._process.stdout is not None  # noqa: S101 - it was opened with a pipe
        threading.Thread(target=self._pass_on, args=(self._process.stdout,), daemon=True).start()

    def next_start(self, command: Sequence[str], *, env: Mapping[str, str]) -> None:
        """From now on, it is started with these, and inherits no descriptor."""
        self._command, self._env, self._pass_fds = list(command), dict(env), ()

    def release(self) -> None:
        """Write a line to the standard input of a part that is held, and close it.

        An input that ends without a line shows that this process has ended.
        """
        self._held = False
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(BrokenPipeError):  # it has ended, and is started again
                self._process.stdin.write(RELEASED)
                self._process.stdin.close()

    def wait(self) -> int:
        """The processes that it has started are ended too: they would hold its port."""
        assert self._process is not None, "start comes first"  # noqa: S101 - for the reader and the types
        code = self._process.wait()
        self.signal(signal.SIGKILL)
        return code

    def signal(self, number: signal.Signals) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # the group has ended
                os.killpg(self._process.pid, number)

    def _pass_on(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                self._output(self.name, line.decode(errors="replace").rstrip("\r\n"))


def print_line(name: str, line: str) -> None:
    """To the terminal, with the time and the name of the part."""
    now = datetime.now().astimezone()
    print(f"{now:%H:%M:%S} {name:<6} | {line}", file=sys.stdout, flush=True)
