"""The outcomes of a step: ``Done``, ``Wait``, or an ``OperationFailed`` that it raises."""

from dataclasses import dataclass
from typing import Any

from gateway.core.text import storable
from jobs.models.error_codes import DEADLINE_EXCEEDED, LONGEST_CODE


@dataclass(frozen=True, slots=True)
class Done:
    """The job has succeeded. ``result`` is any JSON value, shown as the job's result.

    Characters that PostgreSQL cannot store are replaced in it.
    """

    message: str
    result: Any = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Call the operation again in ``seconds``; the job holds no worker until then.

    ``progress`` is a percentage. A ``message`` that is the same as that of the job's latest event
    is not recorded again, so a poll may return it each time.
    """

    seconds: float
    message: str | None = None
    progress: int | None = None


Outcome = Done | Wait


class OperationFailed(Exception):
    """An expected failure of a step.

    ``code`` is a stable word, ``message`` is for the requester. After a ``retryable`` failure there
    is another attempt, not before ``retry_after`` seconds, until the job's deadline. Characters
    that PostgreSQL cannot store are replaced.
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
    """An operation wants to act in its last look: see ``Step.last_look``."""

    def __init__(self) -> None:
        super().__init__(DEADLINE_EXCEEDED, "It was not done by its deadline.", retryable=True)
