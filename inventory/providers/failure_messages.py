"""Messages for exceptions of requests, urllib3, Python and the parsers, in the gateway's words.

An exception of a transport wraps others: requests wraps urllib3's, urllib3 wraps the socket's.
``transport_message`` looks at all of them, for the innermost one often has the reason.
"""

import html
import http.client
import json
import re
import socket
import ssl
import sys
from xml.etree.ElementTree import ParseError

import requests.exceptions
import urllib3.exceptions

from inventory.providers.causes import causes_of

NOT_JSON = "The cloud's answer is not JSON."
NOT_XML = "The cloud's answer is not XML."
TOO_LARGE_TEXT = "The cloud's answer has a text that is too long to be read."
NOT_SUPPORTED = "This kind of cloud does not support it."
FAILED = "The connection to the cloud failed."
TLS_FAILED = "The TLS connection to the cloud failed."
NO_REASON = "The cloud gave no reason."
# libcloud's own words, and ours.
LIBCLOUDS = {"Failed to parse JSON": NOT_JSON, "Failed to parse XML": NOT_XML}
LIBCLOUD_LACKS = re.compile(r"not implemented for this driver$")

# The first row with a class of the chain decides, so children stand before their parents.
MESSAGES: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((requests.exceptions.SSLError, urllib3.exceptions.SSLError), TLS_FAILED),
    (
        (requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError),
        "The cloud's answer is compressed, and cannot be decompressed.",
    ),
    ((http.client.RemoteDisconnected,), "The connection was closed before an answer came."),
    (
        (requests.exceptions.ConnectTimeout, urllib3.exceptions.ConnectTimeoutError),
        "The connection was not established in time.",
    ),
    (
        (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError),
        "The cloud did not answer in time.",
    ),
    (
        (ConnectionResetError, ConnectionAbortedError, BrokenPipeError),
        "The connection was closed before the answer was complete.",
    ),
    (
        (
            http.client.IncompleteRead,
            urllib3.exceptions.ResponseNotChunked,
            requests.exceptions.ChunkedEncodingError,
        ),
        "The connection was closed before the end of the answer.",
    ),
    (
        (
            http.client.HTTPException,
            urllib3.exceptions.InvalidHeader,
            urllib3.exceptions.HeaderParsingError,
            urllib3.exceptions.BodyNotHttplibCompatible,
        ),
        "The cloud's answer is not HTTP.",
    ),
    (
        (requests.exceptions.TooManyRedirects, urllib3.exceptions.ResponseError),
        "The cloud's answer leads to too many other addresses.",
    ),
    (
        (
            requests.exceptions.InvalidURL,
            requests.exceptions.InvalidSchema,
            requests.exceptions.MissingSchema,
            urllib3.exceptions.LocationValueError,
        ),
        "The address of the request is not valid.",
    ),
    ((requests.exceptions.InvalidHeader,), "A header of the request is not valid."),
)
TRANSPORT = (
    requests.exceptions.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
)

# In the texts of urllib3 and Python: a connection, as its class is called; a number of the system's
# error; a line of Python's source.
INNER_NAMES = re.compile(r"^(?:<[^>]*>|\w+\([^)]*\)): ")
ERRNO = re.compile(r"\[Errno -?\d+\] ")
SOURCE_LINE = re.compile(r" \(_ssl\.c:\d+\)")

LONGEST_PAGE = 4096  # characters of a page that are read for its text
INVISIBLE = re.compile(r"<(script|style)\b.*?(?:</\1>|$)", re.DOTALL | re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>?")


def own_message(error: BaseException) -> str | None:
    """The gateway's message for an exception that is not the cloud's. None for one of the cloud."""
    if isinstance(error, json.JSONDecodeError | requests.exceptions.JSONDecodeError):
        return NOT_JSON
    if isinstance(error, ParseError):
        return NOT_XML
    if isinstance(error, NotImplementedError):
        text = str(error)
        return NOT_SUPPORTED if not text or LIBCLOUD_LACKS.search(text) else text
    if isinstance(error, TRANSPORT):
        return transport_message(error)
    return None


def transport_message(error: BaseException) -> str:
    """Why a request was not answered, after the address where that is known."""
    chain = list(causes_of(error))
    pools = (one.pool for one in chain if isinstance(one, urllib3.exceptions.PoolError))
    pool = next((one for one in pools if getattr(one, "host", None)), None)
    if pool is None:
        return _reason(chain)
    where = f"{pool.host}:{pool.port}" if pool.port else str(pool.host)
    return f"{where}: {_reason(chain)}"


def is_foreign(error: BaseException) -> bool:
    """True if the class is Python's or lxml's: its text is about code, not about the cloud.

    False for ``Exception`` itself, which drivers raise with the cloud's text.
    """
    package = type(error).__module__.partition(".")[0]
    return type(error) is not Exception and (
        package in sys.stdlib_module_names or package == "lxml"
    )


def readable(text: str) -> str:
    """The text of a page, if it is one: a proxy answers with HTML. Any other text as it is."""
    if not text.lstrip().startswith("<"):
        return text
    visible = TAG.sub(" ", INVISIBLE.sub(" ", text[:LONGEST_PAGE]))
    return " ".join(html.unescape(visible).split())


def _reason(chain: list[BaseException]) -> str:
    tls = [one for one in chain if isinstance(one, ssl.SSLError)]
    if tls:
        text = SOURCE_LINE.sub("", str(tls[-1].args[-1] if tls[-1].args else ""))
        return text or TLS_FAILED
    connecting = [one for one in chain if isinstance(one, urllib3.exceptions.NewConnectionError)]
    if connecting:
        return ERRNO.sub("", INNER_NAMES.sub("", str(connecting[-1])))
    for classes, message in MESSAGES:
        if any(isinstance(one, classes) for one in chain):
            return message
    systems = [one for one in chain if isinstance(one, OSError) and one.strerror]
    if systems:
        return f"{_text_of_system(systems[-1])}."
    return FAILED


def _text_of_system(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return f"The name of the cloud's server cannot be resolved: {error.strerror}"
    return f"The connection failed: {error.strerror}"
