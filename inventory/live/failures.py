"""A failure as one answer sees it, on a copy of the source that is never saved."""

import copy
from dataclasses import dataclass

from inventory.models import Source
from inventory.providers import ProviderError, ProviderErrorCode


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a source is not complete although its cloud answered. ``code``: see live.receipts."""

    code: str
    message: str
    retryable: bool = False
    retry_after: float | None = None


def deadline_passed() -> ProviderError:
    """What a cloud that took too long has done."""
    return ProviderError(ProviderErrorCode.TIMEOUT, "The cloud did not answer within the deadline.")


def stored_too_late() -> ProviderError:
    """What a request meets that cannot wait until a list is stored: no cloud has failed."""
    message = "The cloud answered, but its answer was not stored within the deadline; ask again."
    return ProviderError(ProviderErrorCode.TIMEOUT, message)


def waited_too_long() -> ProviderError:
    """What a request meets that could not begin to ask, or began late: no cloud has failed."""
    message = "The deadline passed while this request waited for the listing of another request."
    return ProviderError(ProviderErrorCode.TIMEOUT, message)


def disconnected() -> ProviderError:
    """What a request meets whose provider was disconnected, or lost the region, while it waited."""
    message = "The provider was disconnected, or this region of it."
    return ProviderError(ProviderErrorCode.NOT_FOUND, message)


def failing(source: Source, *, code: str, message: str, retryable: bool) -> Source:
    """``source`` with this as its latest failure, for one answer alone."""
    seen = copy.copy(source)
    seen.error_code, seen.error_message, seen.error_retryable = code, message, retryable
    return seen


def failing_by(source: Source, error: ProviderError) -> Source:
    """As ``failing``, by a cloud's error."""
    seen = failing(source, code=str(error.code), message=error.message, retryable=error.retryable)
    seen.retry_after = error.retry_after
    return seen
