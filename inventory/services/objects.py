"""Writes and deletes objects of a bucket, and signs requests for them: at once, without a job.

Writing or deleting an object twice has the effect of doing it once, so a request whose answer was
lost may be made again. The gateway does not store the contents.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from gateway.core.errors import ExpectedError, InvalidInput
from gateway.core.http.urls import split_url
from inventory.live.api import ask_object
from inventory.providers import Capability, ProviderError
from inventory.records.stored_object import NewObject, SignedRequest
from inventory.resources.bucket import Bucket
from inventory.services.actions import require_on
from inventory.services.stores import check_key, refuse_not_taken, store_of

MOST_TEXT_BYTES = 256 * 1024
TEXT_TYPE = "text/plain; charset=utf-8"
LONGEST_TYPE = 255
LONGEST_REDIRECT = 2_000
USUAL_SECONDS, MOST_SECONDS = 900, 7 * 24 * 60 * 60  # the most that a signature is good for
FILE_NAME = "${filename}"  # a store puts the file's name in its place
MAY_REPEAT = " It may have been done; to request the same again does no harm."


@dataclass(frozen=True, slots=True)
class Signed:
    """``expires_at``: keys that end before make it end with them."""

    request: SignedRequest
    expires_at: datetime


def object_put(
    *,
    bucket: Bucket,
    key: str,
    text: str,
    content_type: str | None = None,
    metadata: Sequence[tuple[str, str]] = (),
) -> None:
    """Raises InvalidInput, NotSupported, and ExpectedError with the code of the store's refusal."""
    require_on(bucket, Capability.PUT_OBJECT)
    check_key(bucket.provider, key)
    body = _encoded(text)
    if len(body) > MOST_TEXT_BYTES:
        message = (
            f"The text has {len(body)} bytes; {MOST_TEXT_BYTES} are taken. Upload it with "
            "createUploadUrl."
        )
        raise InvalidInput(message, field="text")
    if problem := store_of(bucket.provider).problem_of_metadata(metadata):
        raise InvalidInput(problem, field="metadata")
    order = NewObject(body, _checked_type(content_type) or TEXT_TYPE, tuple(metadata))
    _ask(bucket, Capability.PUT_OBJECT, key, order)


def object_delete(*, bucket: Bucket, key: str) -> None:
    """One that is absent is deleted already. Raises as ``object_put``."""
    require_on(bucket, Capability.DELETE_OBJECT)
    check_key(bucket.provider, key)
    _ask(bucket, Capability.DELETE_OBJECT, key)


def upload_sign(
    *,
    bucket: Bucket,
    key: str,
    expires_in: int | None = None,
    max_size: float | None = None,
    content_type: str | None = None,
    redirect: str | None = None,
) -> Signed:
    """A request that uploads a file of at most ``max_size`` bytes. Raises as ``object_put``."""
    require_on(bucket, Capability.SIGN_UPLOAD)
    check_key(bucket.provider, key)
    if FILE_NAME in key:
        message = f"The key of an upload cannot have {FILE_NAME}: the store puts a name there."
        raise InvalidInput(message, field="key")
    largest = store_of(bucket.provider).largest_upload
    most = largest if max_size is None else max_size
    if not 1 <= most <= largest or most != int(most):
        message = (
            f"maxSize is a whole number of bytes, 1 to {largest} ({largest / 1024**3:g} GiB), the "
            f"most that one request uploads, not {most:.15g}."
        )
        raise InvalidInput(message, field="maxSize")
    refuse_not_taken(bucket.provider, "objects.maxSize", max_size)
    refuse_not_taken(bucket.provider, "objects.redirect", redirect)
    seconds = _checked_seconds(expires_in)
    details = {
        "seconds": seconds,
        "most": int(most),
        "content_type": _checked_type(content_type),
        "redirect": _checked_redirect(redirect),
    }
    return _signed(bucket, Capability.SIGN_UPLOAD, key, details)


def download_sign(*, bucket: Bucket, key: str, expires_in: int | None = None) -> Signed:
    """The store is not asked if the object exists. Raises as ``object_put``."""
    require_on(bucket, Capability.SIGN_DOWNLOAD)
    check_key(bucket.provider, key)
    details = {"seconds": _checked_seconds(expires_in)}
    return _signed(bucket, Capability.SIGN_DOWNLOAD, key, details)


def _signed(bucket: Bucket, capability: Capability, key: str, details: dict[str, Any]) -> Signed:
    signed_at = timezone.now()
    request = _ask(bucket, capability, key, **details)
    return Signed(request, signed_at + timedelta(seconds=details["seconds"]))


def _ask(bucket: Bucket, capability: Capability, key: str, *details: Any, **named: Any) -> Any:
    try:
        return ask_object(
            bucket.source, capability.verb, bucket.external_id, key, *details, **named
        )
    except ProviderError as error:
        doubt = MAY_REPEAT if error.may_have_acted else ""
        raise ExpectedError(f"{error.message}{doubt}", code=str(error.code)) from error


def _encoded(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InvalidInput("The text must be one that UTF-8 can write.", field="text") from None


def _checked_type(content_type: str | None) -> str | None:
    if content_type is None:
        return None
    is_header = content_type.isascii() and content_type.isprintable() and content_type.strip()
    if not is_header or len(content_type) > LONGEST_TYPE or "/" not in content_type:
        message = "A content type looks like text/plain; charset=utf-8."
        raise InvalidInput(message, field="contentType")
    return content_type.strip()


def _checked_redirect(address: str | None) -> str | None:
    """In ASCII, as a header of HTTP has it."""
    if address is None:
        return None
    try:
        parts = split_url(address)
        is_absolute = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        is_absolute = False
    is_header = address.isascii() and address.isprintable() and " " not in address
    if not is_absolute or not is_header or len(address) > LONGEST_REDIRECT:
        message = (
            "It is an address as https://example.org/done, of at most "
            f"{LONGEST_REDIRECT} characters."
        )
        raise InvalidInput(message, field="redirect")
    return address


def _checked_seconds(expires_in: int | None) -> int:
    seconds = USUAL_SECONDS if expires_in is None else expires_in
    if not 1 <= seconds <= MOST_SECONDS:
        message = f"expiresIn is 1 to {MOST_SECONDS} seconds (seven days), not {seconds}."
        raise InvalidInput(message, field="expiresIn")
    return seconds
