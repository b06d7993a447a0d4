"""Tokens of reserved streams: signed, so that any web process can check one.

A token names a stream and its user. It can be used as long as the stream is open, and for
RESERVED_SECONDS before.
"""

import secrets
from typing import Any

from django.core import signing

from gateway.core.http.refusals import Refusal

SALT = "graphql-stream"
LONGEST_SECONDS = 24 * 60 * 60


def issue_token(user_key: Any) -> str:
    return signing.dumps([str(user_key), secrets.token_urlsafe(12)], salt=SALT)


def stream_of(token: str, user_key: Any) -> str:
    """The name of the stream. Raises Refusal with 404 unless the token is this user's."""
    try:
        user, stream = signing.loads(token, salt=SALT, max_age=LONGEST_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        raise unknown_stream() from None
    if user != str(user_key):
        raise unknown_stream()
    return str(stream)


def unknown_stream() -> Refusal:
    return Refusal(404, "NOT_FOUND", "There is no stream with this token; reserve one by PUT.")
