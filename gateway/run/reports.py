"""The first worker reports to the runner: lines of JSON through a pipe.

::

    worker ── said ── … ── prepared ── connected ──▶ runner
                └──────────┴── failed, in place of what would follow
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

from gateway.run.errors import StartError

SAID, PREPARED, CONNECTED, FAILED = "said", "prepared", "connected", "failed"
UNDONE = {PREPARED: "the data was prepared", CONNECTED: "the demo was connected"}


@dataclass(frozen=True, kw_only=True)
class PreparedRun:
    """``new_password`` of the administrator: empty where it was known before this start."""

    new_password: str
    aws_port: int | None  # None: no demo cloud is to be started
    environment: dict[str, str] = field(default_factory=dict)  # of the parts


class Reporter:
    """The worker's end of the pipe."""

    def __init__(self, descriptor: int) -> None:
        self._pipe = open(descriptor, "w", encoding="utf-8")  # noqa: SIM115 - a descriptor

    def say(self, line: str) -> None:
        """A line for the person at the terminal."""
        self._send(SAID, line)

    def prepared(self, prepared: PreparedRun) -> None:
        self._send(PREPARED, asdict(prepared))

    def connected(self, machine: str) -> None:
        """``machine``: the id of one that may be stopped for show; empty: there is none."""
        self._send(CONNECTED, machine)

    def failed(self, reason: str) -> None:
        self._send(FAILED, reason)

    def close(self) -> None:
        self._pipe.close()

    def _send(self, kind: str, value: Any) -> None:
        print(json.dumps([kind, value]), file=self._pipe, flush=True)


class Reports:
    """The runner's end of the pipe."""

    def __init__(self, descriptor: int, *, say: Callable[[str], None]) -> None:
        self._pipe = open(descriptor, encoding="utf-8")  # noqa: SIM115 - a descriptor
        self._say = say

    def prepared(self) -> PreparedRun:
        """Wait for it. Raises StartError."""
        return PreparedRun(**self._wait_for(PREPARED))

    def connected(self) -> str:
        """Wait for it; returns the id of a machine, or an empty text. Raises StartError."""
        machine: str = self._wait_for(CONNECTED)
        return machine

    def close(self) -> None:
        self._pipe.close()

    def _wait_for(self, kind: str) -> Any:
        for line in self._pipe:
            reported, value = json.loads(line)
            if reported == kind:
                return value
            if reported == FAILED:
                raise StartError(value)
            self._say(value)
        raise StartError(
            f"The worker ended before {UNDONE[kind]}. Its lines above may say why; if there are "
            "none, another program or the system has ended it, as it does without free memory.\n"
            "Start the gateway again: it continues where this start has ended."
        )
