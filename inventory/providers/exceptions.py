"""Foreign errors, translated in one place.

::

    Exception
    └── ProviderError          code, message, retryable, retry_after

libcloud, requests, the sockets below them and the parsers above them raise some forty classes.
``map_provider_errors`` turns each into a ProviderError with a code that callers can act on, by the
cloud's own error word, else by HTTP status, else by class. An error that is in no table becomes
PROVIDER_ERROR, an error of the cloud. It is logged too, because it may be a fault of the gateway.
"""

import json
import logging
import re
import ssl
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Self
from xml.etree.ElementTree import ParseError

import requests
import urllib3.exceptions
from libcloud.common.exceptions import BaseHTTPError, RateLimitReachedError
from libcloud.common.types import (
    InvalidCredsError,
    LibcloudError,
    MalformedResponseError,
    ServiceUnavailableError,
)
from libcloud.common.types import ProviderError as LibcloudProviderError
from libcloud.compute.types import KeyPairDoesNotExistError

from gateway.core.http.egress import EgressRefused
from gateway.core.http.retry_after import bounded_seconds, retry_after_of
from gateway.core.http.urls import UnreadableURL
from inventory.providers.causes import causes_of
from inventory.providers.failure_messages import (
    LIBCLOUDS,
    NO_REASON,
    is_foreign,
    own_message,
    readable,
)
from inventory.providers.reading import FORM_ERRORS, unexpected_form
from inventory.providers.reply_limits import OverLimit
from inventory.providers.secret_texts import shortened, struck

log = logging.getLogger(__name__)


class ProviderErrorCode(StrEnum):
    """Why a cloud did not do what it was asked. Stable words that callers act on."""

    retryable: bool

    def __new__(cls, value: str, retryable: bool) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.retryable = retryable
        return member

    INVALID_CREDENTIALS = "INVALID_CREDENTIALS", False
    PERMISSION_DENIED = "PERMISSION_DENIED", False
    RATE_LIMITED = "RATE_LIMITED", True
    TIMEOUT = "TIMEOUT", True
    UNREACHABLE = "UNREACHABLE", True
    NOT_FOUND = "NOT_FOUND", False
    NOT_SUPPORTED = "NOT_SUPPORTED", False
    INVALID_REQUEST = "INVALID_REQUEST", False
    QUOTA_EXCEEDED = "QUOTA_EXCEEDED", False
    CONFLICT = "CONFLICT", False
    ADDRESS_NOT_ALLOWED = "ADDRESS_NOT_ALLOWED", False
    PROVIDER_ERROR = "PROVIDER_ERROR", True


Code = ProviderErrorCode


class ProviderError(Exception):
    """A cloud did not do what it was asked.

    ``retryable``: asking again later may help. ``retry_after``: seconds the cloud asks to wait,
    finite and bounded, or None.
    ``is_final``: it is known that asking again does not help, whatever the code. ``word`` and
    ``status``: the cloud's own error code and the HTTP status of a refusal.
    ``is_worded``: ``word`` alone says what the refusal is: its message may quote the user's text.
    ``may_have_acted``: whether a request that changes something may have been carried out although
    the call failed. None: the transport does not know; the code decides. ``was_not_done``: the
    cloud documents that the request with this refusal was not carried out, whatever its status.
    """

    def __init__(
        self,
        code: ProviderErrorCode,
        message: str,
        *,
        retryable: bool | None = None,
        retry_after: float | None = None,
        word: str = "",
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = code.retryable if retryable is None else retryable
        self.is_final = retryable is False
        self.retry_after = bounded_seconds(retry_after)
        self.word = word
        self.status = status
        self.is_worded = False
        self.may_have_acted: bool | None = None
        self.was_not_done = False

    def judge(self, code: ProviderErrorCode, *, temporary: bool) -> None:
        """Take over what the kind's table of refusals says."""
        self.code = code
        self.retryable = temporary
        self.is_final = not temporary


class ServiceAbsent(ProviderError):
    """The account or its region has no such service; ``message`` says so, in one sentence.

    A list is empty then and complete, and a single read finds nothing.
    """

    def __init__(self, message: str) -> None:
        super().__init__(ProviderErrorCode.NOT_SUPPORTED, message, retryable=False)


# EC2's words, as they begin an error's text ("AuthFailure: ..."). From "Error codes for the
# Amazon EC2 API", docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html.
WORDS: tuple[tuple[str, ProviderErrorCode], ...] = (
    (r"AuthFailure|InvalidClientTokenId|SignatureDoesNotMatch", Code.INVALID_CREDENTIALS),
    (r"MissingAuthenticationToken|IncompleteSignature", Code.INVALID_CREDENTIALS),
    (r"InvalidAccessKeyId|ExpiredToken|RequestExpired", Code.INVALID_CREDENTIALS),
    (
        r"UnauthorizedOperation|AccessDenied|OptInRequired|Blocked|PendingVerification",
        Code.PERMISSION_DENIED,
    ),
    (
        r"RequestLimitExceeded|Throttling|ThrottlingException|TooManyRequests|EC2ThrottledException",
        Code.RATE_LIMITED,
    ),
    (r"\w*LimitExceeded|InsufficientInstanceCapacity|Insufficient\w+Capacity", Code.QUOTA_EXCEEDED),
    (
        r"IncorrectInstanceState|IncorrectState|IdempotentParameterMismatch|ResourceAlreadyAssociated",
        Code.CONFLICT,
    ),
    (r"Invalid\w+\.NotFound|InvalidInstanceID\.Malformed|Invalid\w+ID\.\w+", Code.NOT_FOUND),
    (r"UnsupportedOperation|Unsupported|InvalidAction", Code.NOT_SUPPORTED),
    (
        r"Invalid\w*(\.\w+)?|Missing\w+|Malformed\w*|ValidationError|UnknownParameter",
        Code.INVALID_REQUEST,
    ),
    (r"InternalError|InternalFailure|ServiceUnavailable|Unavailable", Code.PROVIDER_ERROR),
)
# A word stands alone or before a colon: "Invalid credentials" is a sentence, not a word.
WORD_PATTERNS = tuple((re.compile(rf"^(?:{words})(?=:|$)"), code) for words, code in WORDS)

TOO_MANY_REQUESTS, SERVER_ERROR = 429, 500
STATUSES: dict[int, ProviderErrorCode] = {
    400: Code.INVALID_REQUEST,
    401: Code.INVALID_CREDENTIALS,
    403: Code.PERMISSION_DENIED,
    404: Code.NOT_FOUND,
    405: Code.NOT_SUPPORTED,
    406: Code.NOT_SUPPORTED,  # a version of the API that the server does not have
    408: Code.TIMEOUT,
    409: Code.CONFLICT,
    410: Code.NOT_FOUND,
    412: Code.CONFLICT,
    413: Code.QUOTA_EXCEEDED,  # OpenStack's "over limit"
    422: Code.INVALID_REQUEST,
    429: Code.RATE_LIMITED,
    501: Code.NOT_SUPPORTED,
    504: Code.TIMEOUT,
}

# Documented with HTTP status 500, and final all the same.
CAPACITY = re.compile(r"Insufficient\w*Capacity(?=:|$)")
LEADING_WORD = re.compile(r"([A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z0-9]+)*)(?=:|$)")

# The first class that fits decides, so children stand before their parents.
CLASSES: tuple[tuple[type[BaseException], ProviderErrorCode], ...] = (
    (EgressRefused, Code.ADDRESS_NOT_ALLOWED),
    (UnreadableURL, Code.PROVIDER_ERROR),
    (KeyPairDoesNotExistError, Code.NOT_FOUND),
    (InvalidCredsError, Code.INVALID_CREDENTIALS),
    (ServiceUnavailableError, Code.PROVIDER_ERROR),
    (MalformedResponseError, Code.PROVIDER_ERROR),
    (RateLimitReachedError, Code.RATE_LIMITED),
    (requests.exceptions.InvalidURL, Code.INVALID_REQUEST),
    (requests.exceptions.MissingSchema, Code.INVALID_REQUEST),
    (requests.exceptions.InvalidSchema, Code.INVALID_REQUEST),
    (requests.exceptions.Timeout, Code.TIMEOUT),
    (requests.exceptions.ConnectionError, Code.UNREACHABLE),
    (requests.exceptions.ChunkedEncodingError, Code.UNREACHABLE),
    (requests.exceptions.RequestException, Code.PROVIDER_ERROR),
    (urllib3.exceptions.TimeoutError, Code.TIMEOUT),
    (urllib3.exceptions.DecodeError, Code.PROVIDER_ERROR),
    (urllib3.exceptions.HTTPError, Code.UNREACHABLE),
    (TimeoutError, Code.TIMEOUT),
    (ssl.SSLError, Code.UNREACHABLE),
    (OSError, Code.UNREACHABLE),
    (NotImplementedError, Code.NOT_SUPPORTED),
    (ParseError, Code.PROVIDER_ERROR),
    (json.JSONDecodeError, Code.PROVIDER_ERROR),
    (LibcloudProviderError, Code.PROVIDER_ERROR),
    (LibcloudError, Code.PROVIDER_ERROR),
    (BaseHTTPError, Code.PROVIDER_ERROR),
)


@contextmanager
def map_provider_errors(
    secrets: Iterable[str] = (), classify: Callable[[ProviderError], None] = lambda _error: None
) -> Iterator[None]:
    """Every exception that leaves is a ProviderError; ``secrets`` are removed from its message.

    ``classify`` sees each error before it leaves, and may change its code.
    """
    try:
        yield
    except ProviderError as error:
        classify(error)
        error.message, error.word = shortened(error.message, secrets), struck(error.word, secrets)
        error.args = (error.message,)
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, callers get one kind of error
        if _code_by_class(error) is None and type(error) is not Exception:
            log.warning("A cloud's surprise:\n%s", struck(traceback.format_exc(), secrets))
        translated = translate(error, secrets)
        classify(translated)
        translated.word = struck(translated.word, secrets)
        try:
            raise translated from None  # a foreign traceback may show credentials
        finally:
            del translated  # its traceback has this frame: a cycle, which would hold the answer


def translate(error: Exception, secrets: Iterable[str] = ()) -> ProviderError:
    """The ProviderError that ``error`` stands for."""
    text, status = _text_of(error), _status_of(error)
    code = _code_by_word(text, status) or _code_by_class(error) or Code.PROVIDER_ERROR
    if code is Code.PROVIDER_ERROR:
        code = STATUSES.get(status or 0, code)
    return ProviderError(
        code,
        shortened(text, secrets),
        retryable=False if is_certificate_error(error) or isinstance(error, OverLimit) else None,
        retry_after=_retry_after(error),
        word=_word_of(text) if status is not None or isinstance(error, LibcloudError) else "",
        status=status,
    )


def status_decides(status: int | None) -> bool:
    """True if a status comes before the cloud's own word: throttling and server errors."""
    return status is not None and (status == TOO_MANY_REQUESTS or status >= SERVER_ERROR)


def is_certificate_error(error: BaseException) -> bool:
    """True if a certificate was not verified: another authority, another name, or expired.

    Trying again does not help: somebody has to change the certificate or the credentials.
    """
    return any(isinstance(one, ssl.SSLCertVerificationError) for one in causes_of(error))


def error_of_status(
    status: int,
    message: str,
    headers: Mapping[str, str],
    code: ProviderErrorCode | None = None,
    word: str = "",
) -> ProviderError:
    """A reply that is a refusal. ``code``: the meaning of the cloud's own ``word``, if known."""
    of_status = STATUSES.get(status, Code.PROVIDER_ERROR)
    found = of_status if code is None or status_decides(status) else code
    return ProviderError(
        found,
        readable(message) or f"HTTP status {status}",
        retry_after=retry_after_of(headers),
        word=word,
        status=status,
    )


def _text_of(error: Exception) -> str:
    """The cloud's message, or the gateway's for an exception that is not the cloud's."""
    if isinstance(error, LibcloudError):
        text = str(getattr(error, "value", None) or "")
        return LIBCLOUDS.get(text, readable(text)) or NO_REASON
    own = own_message(error)
    if own is not None:
        return own
    if _code_by_class(error) is None and (isinstance(error, FORM_ERRORS) or is_foreign(error)):
        return unexpected_form(error)
    return readable(_said(error)) or NO_REASON


def _said(error: Exception) -> str:
    """Its text. Some of libcloud's errors have an object as their message, and no text."""
    try:
        return str(error)
    except TypeError:
        return str(getattr(error, "message", ""))


def _code_by_word(text: str, status: int | None) -> ProviderErrorCode | None:
    word = text.lstrip("'\"")
    code = next((code for pattern, code in WORD_PATTERNS if pattern.match(word)), None)
    is_documented = status == SERVER_ERROR and CAPACITY.match(word)
    if code is None or code.retryable or not status_decides(status) or is_documented:
        return code
    return STATUSES.get(status or 0, Code.PROVIDER_ERROR)


def code_of_word(word: str) -> ProviderErrorCode | None:
    """The code of one of EC2's words; None for a word of no table."""
    return _code_by_word(word, None)


def _word_of(text: str) -> str:
    """The error code that a text begins with: "IncorrectInstanceState: The instance ..."."""
    match = LEADING_WORD.match(text.lstrip("'\""))
    return match[1] if match else ""


def _code_by_class(error: Exception) -> ProviderErrorCode | None:
    return next((code for kind, code in CLASSES if isinstance(error, kind)), None)


def _status_of(error: Exception) -> int | None:
    """The HTTP status, which libcloud keeps in one attribute or another."""
    for name in ("code", "http_code"):
        status = getattr(error, name, None)
        if isinstance(status, int):
            return status
    return None


def _retry_after(error: Exception) -> float | None:
    headers = getattr(error, "headers", None)
    return retry_after_of(headers) if isinstance(headers, Mapping) else None
