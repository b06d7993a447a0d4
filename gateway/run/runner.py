"""Runs the parts of a gateway: starts them, starts one again that ended, and ends all of them.

::

    start ──▶ running ── it ends by itself ──▶ waiting ── after a while ──▶ running
                 │                                │
                 └──────── Ctrl-C, SIGTERM, fail ─┴──▶ SIGTERM to all, SIGKILL after KILL_SECONDS

The wait doubles with each end, from FIRST_PAUSE to LONGEST_PAUSE, and is short again after a part
has run for STEADY_SECONDS. A part that ends again and again without having done so ends the run.
"""

import queue
import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import FrameType

from gateway.run.part import CommandPart, Part, print_line

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 15.0
STEADY_SECONDS = 30.0
MOST_QUICK_ENDS = 5
KILL_SECONDS = 5.0
END_SECONDS = 8.0
SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass(eq=False)
class _Life:
    """The state of a part. ``due``: when it is started again; None: it runs, or has ended."""

    part: Part
    ends: bool = True  # with the others; False: the code that started it ends it
    started: float = 0.0
    due: float | None = None
    quick_ends: int = 0
    is_followed: bool = False  # a thread waits for its end
    ended: threading.Event = field(default_factory=threading.Event)


class Runner:
    """Of ``start``, ``add`` and ``watch`` the parts, then ``run`` in the main thread."""

    def __init__(self, *, say: Callable[[str, str], None] = print_line) -> None:
        self.failure = ""
        self._say = say
        self._lives: list[_Life] = []
        # SimpleQueue: a signal handler may put into it while the main thread waits for it.
        self._events: queue.SimpleQueue[tuple[_Life, int] | None] = queue.SimpleQueue()
        self._ending = threading.Event()

    def add(
        self, commands: Mapping[str, Sequence[str]], *, env: Mapping[str, str], cwd: str
    ) -> None:
        """``commands``: by the names of their parts. Parts that run already continue, and are
        started again with these.
        """
        started = {life.part.name: life.part for life in self._lives}
        for name, command in commands.items():
            if name not in started:
                part = CommandPart(name, command, env=env, cwd=cwd, output=self._say)
                self._lives.append(_Life(part))
            elif isinstance(running := started[name], CommandPart):
                running.next_start(command, env=env)

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        cwd: str,
        held: bool = False,
        pass_fds: Sequence[int] = (),
    ) -> CommandPart:
        """Add a part and start it at once, before ``run``. ``held`` and ``pass_fds``: see
        ``CommandPart``.
        """
        part = CommandPart(
            *(name, command), env=env, cwd=cwd, output=self._say, held=held, pass_fds=pass_fds
        )
        life = _Life(part)
        self._lives.append(life)
        self._begin(life)
        return part

    def drop(self, name: str) -> None:
        """End a part that ``start`` has started: it is not needed after all."""
        for life in [life for life in self._lives if life.part.name == name]:
            self._lives.remove(life)
            life.part.signal(signal.SIGKILL)

    def watch(self, part: Part) -> None:
        """Start ``part`` again when it ends. It runs already, and outlives the run."""
        self._lives.append(_Life(part, ends=False, started=time.monotonic()))

    def fail(self, reason: str) -> None:
        """End the run, from any thread; ``reason`` is what the person at the terminal reads."""
        self.failure = self.failure or reason
        self.end()

    def end(self) -> None:
        """End the run, from any thread or a signal handler."""
        self._ending.set()
        self._events.put(None)

    @property
    def ending(self) -> bool:
        return self._ending.is_set()

    def run(self) -> bool:
        """Until Ctrl-C or SIGTERM (True), or until it failed (False). All parts have ended then."""
        handlers = {number: signal.signal(number, self._on_signal) for number in SIGNALS}
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup: outlive the terminal
            handlers[signal.SIGHUP] = signal.signal(signal.SIGHUP, self._on_signal)
        try:
            for life in self._lives:
                if not life.is_followed:
                    self._begin(life)
            while not self.ending:
                self._wait_and_see()
        finally:
            self._end_all()
            for number, handler in handlers.items():
                signal.signal(number, handler)
        return not self.failure

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.end()

    def _wait_and_see(self) -> None:
        """One event, or the time at which a part is due."""
        dues = [life.due for life in self._lives if life.due is not None]
        try:
            timeout = max(0.0, min(dues) - time.monotonic()) if dues else None
            event = self._events.get(timeout=timeout)
        except queue.Empty:
            for life in self._lives:
                if life.due is not None and life.due <= time.monotonic():
                    life.due = None
                    self._restart(life)
            return
        if event is not None and not self.ending:
            self._has_ended(*event)

    def _begin(self, life: _Life) -> None:
        if life.ends:
            life.part.start()
        self._follow(life)

    def _restart(self, life: _Life) -> None:
        try:
            life.part.start()
        except Exception as error:  # noqa: BLE001 - shown, and tried again after a longer wait
            self._say("system", f"{life.part.name} cannot be started: {error}")
            life.started = time.monotonic()
            self._schedule(life, "did not start")
        else:
            self._follow(life)

    def _follow(self, life: _Life) -> None:
        life.started = time.monotonic()
        life.is_followed = True
        life.ended.clear()

        def wait() -> None:
            code = life.part.wait()
            life.ended.set()
            self._events.put((life, code))

        threading.Thread(target=wait, daemon=True).start()

    def _has_ended(self, life: _Life, code: int) -> None:
        if life not in self._lives:  # dropped
            return
        self._schedule(life, f"ended by itself (code {code})")

    def _schedule(self, life: _Life, what: str) -> None:
        if time.monotonic() - life.started >= STEADY_SECONDS:
            life.quick_ends = 0
        life.quick_ends += 1
        name = life.part.name
        if life.quick_ends > MOST_QUICK_ENDS:
            self.fail(
                f"The process {name!r} {what}, {life.quick_ends} times one after the other. "
                "Its lines above may say why."
            )
            return
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (life.quick_ends - 1))
        life.due = time.monotonic() + pause
        self._say("system", f"{name} {what}; it is started again in {pause:g} s")

    def _end_all(self) -> None:
        running = [life for life in self._lives if life.ends and life.due is None and life.started]
        self._signal(running, signal.SIGTERM)
        self._await(running, KILL_SECONDS)
        self._signal(running, signal.SIGKILL)
        self._await(running, END_SECONDS - KILL_SECONDS)

    @staticmethod
    def _signal(lives: Sequence[_Life], number: signal.Signals) -> None:
        for life in lives:
            if not life.ended.is_set():
                life.part.signal(number)

    @staticmethod
    def _await(lives: Sequence[_Life], seconds: float) -> None:
        ends_at = time.monotonic() + seconds
        for life in lives:
            life.ended.wait(max(0.0, ends_at - time.monotonic()))
