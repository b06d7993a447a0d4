"""How a step ends: ``Done``, ``Wait`` or a raised ``OperationFailed``."""

from dataclasses import dataclass
from typing import Any

from gateway.core.text import storable
from jobs.models.error_codes import DEADLINE_EXCEEDED, LONGEST_CODE


@dataclass(frozen=True, slots=True)
class Done:
    """The whole work is done. ``result`` is any JSON value, shown as the job's result.

    Characters that no database stores are replaced in it.
    """

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
    again, not before ``retry_after`` seconds, until the job's deadline. Any text may be given: what
    no database stores is replaced.
    """

    def __init__(
        self,
        code: str,
        message: str,
        retryable: bool = False,
        *,
        retry_after: float | None = None,
    ) -> None:
        self.message = storable(message)
        super().__init__(self.message)
        self.code = storable(code)[:LONGEST_CODE]
        self.retryable = retryable
        self.retry_after = retry_after


class DeadlinePassed(OperationFailed):
    """An operation would have to act, but this is its last look: see ``Step.last_look``."""

    def __init__(self) -> None:
        super().__init__(DEADLINE_EXCEEDED, "It was not done by its deadline.", retryable=True)
