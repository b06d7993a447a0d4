"""Answers that stay the same: a validator for caches (RFC 9110, section 8.8) and compression."""

import gzip
import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags

GZIP_LEVEL = 6


def revalidated(
    request: HttpRequest, response: HttpResponse, *, representation: bytes
) -> HttpResponse:
    """``response`` with an ETag of ``representation``, compressed for a client that takes gzip.

    A GET whose If-None-Match names the ETag is answered by 304 without a body. Use it only for
    answers without secrets: compression would reveal them to a client that chooses a part of the
    answer.
    """
    etag = f'W/"{hashlib.blake2b(representation, digest_size=16).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if request.method in ("GET", "HEAD") and is_named(
        etag, request.headers.get("If-None-Match", "")
    ):
        return HttpResponseNotModified(headers=headers)
    for name, value in headers.items():
        response.headers[name] = value
    patch_vary_headers(response, ("Accept-Encoding",))
    if _takes_gzip(request):
        response.content = gzip.compress(response.content, GZIP_LEVEL, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    return response


def is_named(etag: str, if_none_match: str) -> bool:
    """By weak comparison, as required for If-None-Match."""
    known = parse_etags(if_none_match)
    return "*" in known or etag.removeprefix("W/") in {one.removeprefix("W/") for one in known}


def _takes_gzip(request: HttpRequest) -> bool:
    codings = request.headers.get("Accept-Encoding", "").lower().replace(" ", "").split(",")
    return any(
        coding == "gzip" or (coding.startswith("gzip;q=") and coding != "gzip;q=0")
        for coding in codings
    )
