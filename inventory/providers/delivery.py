"""Decides if the cloud may have carried out a request although the request failed."""

import re
import ssl

import requests
import urllib3.exceptions

from gateway.core.http.egress import EgressRefused
from inventory.providers.causes import causes_of
from inventory.providers.retries import is_read

# Requests for a token: Keystone's /v3/auth/tokens, /oauth2/token and /token of OAuth.
SIGN_IN = re.compile(r"/tokens?/?$")
# Failures of the TCP connection or of the TLS handshake: nothing was sent on the connection.
UNSENT = (
    EgressRefused,
    ConnectionRefusedError,
    requests.exceptions.ConnectTimeout,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    ssl.SSLCertVerificationError,
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.NewConnectionError,
)
HANDSHAKE_FAILURES = frozenset(
    {
        "NO_PROTOCOLS_AVAILABLE",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "UNSUPPORTED_PROTOCOL",
        "WRONG_VERSION_NUMBER",
    }
)
FIRST_ERROR, SERVER_ERROR = 400, 500
REQUEST_TIMEOUT, NOT_IMPLEMENTED = 408, 501


def changes_something(request: requests.PreparedRequest) -> bool:
    """True if the request is neither a read nor a request for a token."""
    return not is_read(request) and not SIGN_IN.search(request.path_url.partition("?")[0])


def was_never_sent(error: BaseException) -> bool:
    """True if the connection failed before the request was sent on it."""
    return any(
        isinstance(one, UNSENT)
        or (isinstance(one, ssl.SSLError) and one.reason in HANDSHAKE_FAILURES)
        for one in causes_of(error)
    )


def is_clear_refusal(status: int) -> bool:
    """True if the status says that the request was not carried out.

    A proxy answers 502, 503 and 504 while the server behind it may go on; a server that answers 500
    may have failed after it acted.
    """
    is_server_error = status >= SERVER_ERROR and status != NOT_IMPLEMENTED
    return status >= FIRST_ERROR and not is_server_error and status != REQUEST_TIMEOUT
