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
    """The error of a cloud that took too long."""
    return ProviderError(ProviderErrorCode.TIMEOUT, "The cloud did not answer within the deadline.")


def stored_too_late() -> ProviderError:
    """The error of a request that cannot wait until a list is stored: no cloud has failed."""
    message = "The cloud answered, but its answer was not stored within the deadline; ask again."
    return ProviderError(ProviderErrorCode.TIMEOUT, message)


def waited_too_long() -> ProviderError:
    """The error of a request that was sent too late, or not at all: no cloud has failed."""
    message = "The deadline passed while this request waited for the listing of another request."
    return ProviderError(ProviderErrorCode.TIMEOUT, message)


def disconnected() -> ProviderError:
    """The error of a request whose provider or region was disconnected while the request waited."""
    message = "The provider was disconnected, or this region of it."
    return ProviderError(ProviderErrorCode.NOT_FOUND, message)


def failing(source: Source, *, code: str, message: str, retryable: bool) -> Source:
    """``source`` with this as its latest failure, for one answer alone."""
    seen = copy.copy(source)
    seen.error_code, seen.error_message, seen.error_retryable = code, message, retryable
    return seen


def failing_by(source: Source, error: ProviderError) -> Source:
    """Like ``failing``, with a cloud's error."""
    seen = failing(source, code=str(error.code), message=error.message, retryable=error.retryable)
    seen.retry_after = error.retry_after
    return seen
