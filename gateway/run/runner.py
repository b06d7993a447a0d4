"""Starts the processes, passes on what they print, ends all of them when one ends.

honcho's Manager does that. What differs here: a thread watches each process, not a further
process (so a killed runner leaves none that ignores signals); stopping is bounded even when no
process obeys; and somebody may end the run with a reason.
"""

import contextlib
import os
import queue
import shlex
import signal
import threading
from collections.abc import Callable, Mapping, Sequence
from subprocess import Popen

from honcho.manager import Manager
from honcho.printer import Message, Printer

# honcho insists (SIGKILL) 5 s after the first process ended; this is for when none has.
KILL_SECONDS = 6.0
START_SECONDS = 10.0
INTERRUPTED = (130, 143)  # honcho's return codes for SIGINT and SIGTERM


class Runner(Manager):  # type: ignore[misc]  # honcho has no types
    def __init__(self, printer: Printer | None = None) -> None:
        super().__init__(printer)
        self.events: queue.Queue[Message] = queue.Queue()
        self.failure = ""
        self._killer = threading.Timer(KILL_SECONDS, self.kill)
        self._killer.daemon = True
        self._asked_to_end = False

    def add(self, commands: Mapping[str, Sequence[str]], *, env: dict[str, str], cwd: str) -> None:
        for name, command in commands.items():
            # honcho starts a shell: `exec` gives the process the shell's pid.
            self.add_process(name, f"exec {shlex.join(command)}", env=env, cwd=cwd)

    def fail(self, reason: str) -> None:
        """End the run, from any thread; ``reason`` is what the person at the terminal reads."""
        self.failure = self.failure or reason
        self.terminate()

    def watch(self, process: Popen[bytes], reason: str) -> None:
        """End the run with ``reason`` when ``process``, started elsewhere, ends."""

        def wait() -> None:
            process.wait()
            if not self.ending:
                self.fail(reason)

        _start_thread(wait)

    def run(self) -> bool:
        """Until Ctrl-C or SIGTERM (True), or until one process ends by itself (False).

        Returns when every process has ended.
        """
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup: outlive the terminal
            signal.signal(signal.SIGHUP, lambda *_: signal.raise_signal(signal.SIGTERM))
        self.loop()
        self._killer.cancel()
        return not self.failure

    def terminate(self) -> None:
        if not self._all_started():  # it can send no signal yet: `_start` comes back to this
            self._asked_to_end = True
        elif not self._terminating:
            if self.returncode not in INTERRUPTED:
                self.failure = self.failure or self._who_ended()
            self._killer.start()
            super().terminate()

    @property
    def ending(self) -> bool:
        return bool(self._terminating)

    def _who_ended(self) -> str:
        ended = [
            f"The process {name!r} ended by itself (code {entry['returncode']})."
            for name, entry in self._processes.items()
            if "returncode" in entry
        ]
        return " ".join([*ended, "Its lines above may say why."])

    def _start(self) -> None:
        for entry in self._processes.values():
            _start_thread(entry["obj"].run, self.events)
        early = []
        while not self._all_started():
            message = self.events.get(timeout=START_SECONDS)
            if message.type == "start":
                entry = self._processes[message.name]
                entry["pid"] = message.data["pid"]
                _start_thread(_end_with_leader, entry["obj"]._child)  # noqa: SLF001  (not offered)
            else:
                early.append(message)
        for message in early:
            self.events.put(message)
        if self._asked_to_end:
            self.terminate()


def _start_thread(target: Callable[..., object], *args: object) -> None:
    threading.Thread(target=target, args=args, daemon=True).start()


def _end_with_leader(leader: Popen[bytes]) -> None:
    """Honcho sees an end when nobody writes any more: end those that a killed process leaves."""
    leader.wait()
    with contextlib.suppress(ProcessLookupError):  # as it should be: it was the last of its group
        os.killpg(leader.pid, signal.SIGKILL)
