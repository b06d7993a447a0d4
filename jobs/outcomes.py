"""How a step ends: ``Done``, ``Wait`` or a raised ``OperationFailed``."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Done:
    """The whole work is done. ``result`` is any JSON value, shown as the job's result."""

    message: str
    result: Any = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Call the operation again in ``seconds``; meanwhile the job holds no worker.

    ``progress`` is a percentage. A ``message`` that repeats the job's latest event is not
    recorded again, so a poll may say each time what it waits for.
    """

    seconds: float
    message: str | None = None
    progress: int | None = None


Outcome = Done | Wait


class OperationFailed(Exception):
    """The step failed in a way that the operation understands.

    ``code`` is a stable word, ``message`` is for the requester. A ``retryable`` failure is tried
    again, not before ``retry_after`` seconds, until the job's deadline.
    """

    def __init__(
        self,
        code: str,
        message: str,
        retryable: bool = False,
        *,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.retry_after = retry_after


INTERNAL = "INTERNAL"
DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
CONFLICT = "CONFLICT"
