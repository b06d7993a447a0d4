"""Each foreign error becomes one of ours: every class, status and word, without secrets."""

import http.client
import inspect
import io
import json
import logging
import socket
import ssl
import xml.etree.ElementTree as ET
import zlib

import libcloud.common.exceptions
import libcloud.common.types
import libcloud.compute.types
import pytest
import requests
import requests.exceptions
import urllib3
from libcloud.common.exceptions import BaseHTTPError, exception_from_message
from libcloud.common.types import MalformedResponseError

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.exceptions import error_of_status, map_provider_errors
from inventory.providers.markup import parsed
from tests.inventory.providers.contract.faults import FOREIGN

Code = ProviderErrorCode
# The arguments that each class needs besides a message.
ARGUMENTS = {
    "BaseHTTPError": {"code": 418, "message": "teapot"},
    "RateLimitReachedError": {},
    "ProviderError": {"value": "no", "http_code": 418},
    "DeploymentError": {"node": type("Node", (), {"id": "n-1"})(), "original_exception": "no"},
    "KeyPairError": {"name": "k", "driver": type("Driver", (), {"name": "d"})()},
    "KeyPairDoesNotExistError": {"name": "k", "driver": type("Driver", (), {"name": "d"})()},
}
MODULES = [
    libcloud.common.types,
    libcloud.common.exceptions,
    libcloud.compute.types,
    requests.exceptions,
]
CLASSES = sorted(
    {
        found
        for module in MODULES
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Exception)
        and not issubclass(found, Warning)
        # those that urllib3 lends to requests come wrapped in requests' own
        and found.__module__.split(".")[0] in {"libcloud", "requests"}
    },
    key=lambda found: f"{found.__module__}.{found.__name__}",
)
EXPECTED = {
    "BaseHTTPError": Code.PROVIDER_ERROR,
    "RateLimitReachedError": Code.RATE_LIMITED,
    "InvalidCredsError": Code.INVALID_CREDENTIALS,
    "KeyPairDoesNotExistError": Code.NOT_FOUND,
    "ConnectTimeout": Code.TIMEOUT,
    "ReadTimeout": Code.TIMEOUT,
    "Timeout": Code.TIMEOUT,
    "ConnectionError": Code.UNREACHABLE,
    "SSLError": Code.UNREACHABLE,
    "ProxyError": Code.UNREACHABLE,
    "ChunkedEncodingError": Code.UNREACHABLE,
    "InvalidURL": Code.INVALID_REQUEST,
    "InvalidProxyURL": Code.INVALID_REQUEST,
    "InvalidSchema": Code.INVALID_REQUEST,
    "MissingSchema": Code.INVALID_REQUEST,
}


def make(found):
    if found.__name__ in ARGUMENTS:
        return found(**ARGUMENTS[found.__name__])
    if issubclass(found, json.JSONDecodeError):
        return found("no", "{", 0)
    return found("no")


def mapped(error, secrets=()):
    with pytest.raises(ProviderError) as caught, map_provider_errors(secrets):
        raise error
    return caught.value


@pytest.mark.parametrize("found", CLASSES, ids=lambda found: f"{found.__module__}.{found.__name__}")
def test_every_foreign_class_is_mapped(found):
    error = mapped(make(found))

    assert error.code is EXPECTED.get(found.__name__, Code.PROVIDER_ERROR)
    assert error.message
    assert error.retryable is error.code.retryable


def test_the_introspection_finds_what_it_should():
    names = {found.__name__ for found in CLASSES}

    assert {*EXPECTED, *ARGUMENTS} <= names
    assert len(CLASSES) > 30


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (TimeoutError("timed out"), Code.TIMEOUT),
        (ConnectionRefusedError(111, "Connection refused"), Code.UNREACHABLE),
        (ConnectionResetError(104, "reset"), Code.UNREACHABLE),
        (socket.gaierror(-2, "Name or service not known"), Code.UNREACHABLE),
        (ssl.SSLCertVerificationError("self-signed"), Code.UNREACHABLE),
        (NotImplementedError("list_nodes not implemented for this driver"), Code.NOT_SUPPORTED),
        (ET.ParseError("not well-formed"), Code.PROVIDER_ERROR),
        (json.JSONDecodeError("Expecting value", "", 0), Code.PROVIDER_ERROR),
        (Exception("Something at the cloud"), Code.PROVIDER_ERROR),
        (KeyError("servers"), Code.PROVIDER_ERROR),
        # libcloud's own default texts, which begin like an EC2 word
        (libcloud.common.types.InvalidCredsError(), Code.INVALID_CREDENTIALS),
        (libcloud.common.types.ServiceUnavailableError(), Code.PROVIDER_ERROR),
        (Exception("Invalid answer"), Code.PROVIDER_ERROR),
    ],
)
def test_errors_below_and_above_libcloud(error, code):
    assert mapped(error).code is code


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, Code.INVALID_REQUEST),
        (401, Code.INVALID_CREDENTIALS),
        (403, Code.PERMISSION_DENIED),
        (404, Code.NOT_FOUND),
        (405, Code.NOT_SUPPORTED),
        (409, Code.CONFLICT),
        (422, Code.INVALID_REQUEST),
        (429, Code.RATE_LIMITED),
        (500, Code.PROVIDER_ERROR),
        (501, Code.NOT_SUPPORTED),
        (502, Code.PROVIDER_ERROR),
        (503, Code.PROVIDER_ERROR),
        (504, Code.TIMEOUT),
    ],
)
def test_http_statuses(status, code):
    assert mapped(exception_from_message(status, "no")).code is code


@pytest.mark.parametrize(
    ("word", "status", "code"),
    [
        ("AuthFailure", 401, Code.INVALID_CREDENTIALS),
        ("InvalidClientTokenId", 403, Code.INVALID_CREDENTIALS),
        ("SignatureDoesNotMatch", 403, Code.INVALID_CREDENTIALS),
        ("ExpiredToken", 400, Code.INVALID_CREDENTIALS),
        ("UnauthorizedOperation", 403, Code.PERMISSION_DENIED),
        ("OptInRequired", 401, Code.PERMISSION_DENIED),
        ("RequestLimitExceeded", 503, Code.RATE_LIMITED),
        ("Throttling", 400, Code.RATE_LIMITED),
        ("InstanceLimitExceeded", 400, Code.QUOTA_EXCEEDED),
        ("VcpuLimitExceeded", 400, Code.QUOTA_EXCEEDED),
        ("InsufficientInstanceCapacity", 500, Code.QUOTA_EXCEEDED),
        ("IncorrectInstanceState", 400, Code.CONFLICT),
        ("IdempotentParameterMismatch", 400, Code.CONFLICT),
        ("InvalidInstanceID.NotFound", 400, Code.NOT_FOUND),
        ("InvalidAMIID.NotFound", 400, Code.NOT_FOUND),
        ("InvalidKeyPair.NotFound", 400, Code.NOT_FOUND),
        ("InvalidGroup.NotFound", 400, Code.NOT_FOUND),
        ("UnsupportedOperation", 400, Code.NOT_SUPPORTED),
        ("InvalidParameterValue", 400, Code.INVALID_REQUEST),
        ("MissingParameter", 400, Code.INVALID_REQUEST),
        ("InternalError", 500, Code.PROVIDER_ERROR),
        ("Unavailable", 503, Code.PROVIDER_ERROR),
        ("NobodyKnowsThis", 403, Code.PERMISSION_DENIED),
    ],
)
def test_the_words_of_ec2_come_before_the_status(word, status, code):
    assert mapped(BaseHTTPError(status, f"{word}: It says.")).code is code


def test_a_word_alone_or_in_a_sentence():
    assert mapped(BaseHTTPError(400, "IncorrectInstanceState")).code is Code.CONFLICT
    assert mapped(BaseHTTPError(400, "AuthFailureX: no")).code is Code.INVALID_REQUEST


def test_retry_after_comes_from_the_headers():
    limited = exception_from_message(429, "slow down", {"retry-after": "7"})
    busy = exception_from_message(503, "busy", {"retry-after": "12"})

    assert mapped(limited).retry_after == 7.0
    assert mapped(busy).retry_after == 12.0
    assert mapped(exception_from_message(503, "busy")).retry_after is None
    assert mapped(exception_from_message(503, "x", {"retry-after": "soon"})).retry_after is None


def test_messages_are_one_short_line():
    error = mapped(Exception("first line\n\n  second\tline " + "x" * 5000))

    assert error.message.startswith("first line second line")
    assert len(error.message) <= 300
    assert str(error) == error.message


@pytest.mark.parametrize("wrap", [Exception, lambda text: ProviderError(Code.CONFLICT, text)])
def test_a_secret_is_struck_from_whatever_it_says(wrap):
    secret = "wJalr/XUtn+FEMI"
    text = f"refused {secret} at /?key=wJalr%2FXUtn%2BFEMI"

    error = mapped(wrap(text), secrets=["", secret])

    assert secret not in error.message + str(error) + repr(error)
    assert "wJalr%2FXUtn" not in error.message
    assert error.message.startswith("refused [redacted]")


def test_our_own_errors_pass_as_they_are():
    ours = ProviderError(Code.CONFLICT, "stopping", retryable=True, retry_after=3)

    error = mapped(ours)

    assert error is ours
    assert (error.code, error.retryable, error.retry_after) == (Code.CONFLICT, True, 3)


def test_a_fault_of_our_own_is_mapped_but_not_hidden(caplog):
    with caplog.at_level(logging.WARNING):
        error = mapped(TypeError("'NoneType' object is not iterable"))

    assert error.code is Code.PROVIDER_ERROR
    assert "NoneType" in caplog.text
    assert "Traceback" in caplog.text


def test_an_expected_refusal_is_not_logged(caplog):
    with caplog.at_level(logging.DEBUG):
        mapped(BaseHTTPError(401, "AuthFailure: no"))

    assert not caplog.records


@pytest.mark.parametrize("signal", [KeyboardInterrupt, SystemExit])
def test_the_end_of_the_process_is_not_an_error_of_the_cloud(signal):
    with pytest.raises(signal), map_provider_errors():
        raise signal


def test_nothing_raised_nothing_mapped():
    with map_provider_errors(["secret"]):
        outcome = 1

    assert outcome == 1


@pytest.mark.parametrize("code", list(Code))
def test_every_code_knows_whether_asking_again_may_help(code):
    assert code == code.name
    assert ProviderError(code, "no").retryable is code.retryable
    assert ProviderError(code, "no", retryable=not code.retryable).retryable is not code.retryable


def test_what_may_pass_by_itself_is_retryable():
    assert {code for code in Code if code.retryable} == {
        Code.RATE_LIMITED,
        Code.TIMEOUT,
        Code.UNREACHABLE,
        Code.PROVIDER_ERROR,
    }


@pytest.mark.parametrize(
    ("url", "where", "why"),
    [
        ("http://127.0.0.1:9/secret-path", "127.0.0.1:9", "Connection refused"),
        ("http://nosuch.invalid:80/secret-path", "nosuch.invalid:80", "Failed to resolve"),
    ],
)
def test_why_nothing_answers_is_told_without_the_classes_that_found_out(url, where, why):
    with pytest.raises(ProviderError) as caught, map_provider_errors():
        requests.get(url, timeout=5)

    assert caught.value.code is Code.UNREACHABLE
    assert caught.value.message.startswith(f"{where}: ")
    assert why in caught.value.message
    for word in ("Connection(", "Pool(", "secret-path", "Max retries", "object at"):
        assert word not in caught.value.message


def pool():
    return urllib3.HTTPConnectionPool("cloud.example", 8774)


CLOSED = http.client.RemoteDisconnected("Remote end closed connection without response")
RESET = ConnectionResetError(104, "Connection reset by peer")
REFUSED = urllib3.exceptions.NewConnectionError(
    urllib3.connection.HTTPConnection("cloud.example", 8774),
    "Failed to establish a new connection: [Errno 111] Connection refused",
)
UNRESOLVED = urllib3.exceptions.NameResolutionError(
    "cloud.example",
    urllib3.connection.HTTPConnection("cloud.example", 8774),
    socket.gaierror(-2, "Name or service not known"),
)
UNVERIFIED = ssl.SSLCertVerificationError(
    1, "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed (_ssl.c:1000)"
)
# The way that each class is made where it is raised; the others take a text.
MADE_WITH = {
    "MaxRetryError": lambda made: made(pool(), "/v2", REFUSED),
    "ReadTimeoutError": lambda made: made(
        pool(), "/v2", "HTTPConnectionPool(host='cloud.example'): Read timed out. (timeout=9.9)"
    ),
    "ConnectTimeoutError": lambda made: made(
        urllib3.connection.HTTPConnection("cloud.example", 8774), "Connection timed out. (9.9)"
    ),
    "NewConnectionError": lambda _made: REFUSED,
    "NameResolutionError": lambda _made: UNRESOLVED,
    "IncompleteRead": lambda made: made(12, 100),
    "InvalidChunkLength": lambda made: made(
        urllib3.HTTPResponse(io.BytesIO(), preload_content=False), b"zz"
    ),
    "HeaderParsingError": lambda made: made([], "garbage"),
    "LocationParseError": lambda made: made("http://["),
    "URLSchemeUnknown": lambda made: made("gopher"),
    "ProxySchemeUnknown": lambda made: made("gopher"),
    "ProxyError": lambda made: made("Cannot connect to proxy.", RESET),
    "HostChangedError": lambda made: made(pool(), "http://other.example/"),
    "RequestError": lambda made: made(pool(), "/v2", "no"),
    "JSONDecodeError": lambda made: made("Expecting value", "<html>", 0),
}
POOL_ERRORS = {"PoolError", "ClosedPoolError", "EmptyPoolError", "FullPoolError"}


def foreign(found):
    if found.__name__ in MADE_WITH:
        return MADE_WITH[found.__name__](found)
    if found.__name__ in POOL_ERRORS and found.__module__.startswith("urllib3"):
        return found(pool(), "Pool is closed.")
    return found("Python's words about object at 0x7f00, [Errno 5]")


TRANSPORTS = sorted(
    {
        found
        for module in (requests.exceptions, urllib3.exceptions, http.client)
        for _, found in inspect.getmembers(module, inspect.isclass)
        if issubclass(found, Exception) and not issubclass(found, Warning)
    },
    key=lambda found: f"{found.__module__}.{found.__name__}",
)


@pytest.mark.parametrize("found", TRANSPORTS, ids=lambda one: f"{one.__module__}.{one.__name__}")
def test_the_message_of_a_transport_is_ours(found):
    """This holds for the error itself, and for the error inside an error of requests."""
    raised = foreign(found)
    for error in (raised, requests.ConnectionError(raised), requests.RequestException(raised)):
        message = mapped(error).message
        assert message
        assert FOREIGN.search(message) is None, message


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (
            requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", one)),
            Code.UNREACHABLE,
            message,
        )
        for one, message in (
            (CLOSED, "The connection was closed before an answer came."),
            (RESET, "The connection was closed before the answer was complete."),
        )
    ]
    + [
        (
            requests.ReadTimeout(
                urllib3.exceptions.ReadTimeoutError(pool(), "/v2", "_Pool(host='cloud.example')")
            ),
            Code.TIMEOUT,
            "cloud.example:8774: The cloud did not answer in time.",
        ),
        (
            requests.exceptions.ChunkedEncodingError(
                urllib3.exceptions.ProtocolError(
                    "Connection broken", http.client.IncompleteRead(b"")
                )
            ),
            Code.UNREACHABLE,
            "The connection was closed before the end of the answer.",
        ),
        (
            urllib3.exceptions.IncompleteRead(12, 100),
            Code.UNREACHABLE,
            "The connection was closed before the end of the answer.",
        ),
        (
            requests.exceptions.ContentDecodingError(
                "Received response with content-encoding: gzip, but failed to decode it.",
                zlib.error("Error -3 while decompressing data: incorrect header check"),
            ),
            Code.PROVIDER_ERROR,
            "The cloud's answer is compressed, and cannot be decompressed.",
        ),
        (
            requests.ConnectionError(urllib3.exceptions.MaxRetryError(pool(), "/v2", REFUSED)),
            Code.UNREACHABLE,
            "cloud.example:8774: Failed to establish a new connection: Connection refused",
        ),
        (
            requests.ConnectionError(urllib3.exceptions.MaxRetryError(pool(), "/v2", UNRESOLVED)),
            Code.UNREACHABLE,
            "cloud.example:8774: Failed to resolve 'cloud.example' (Name or service not known)",
        ),
        (
            requests.exceptions.SSLError(
                urllib3.exceptions.MaxRetryError(
                    pool(), "/v2", urllib3.exceptions.SSLError(UNVERIFIED)
                )
            ),
            Code.UNREACHABLE,
            f"cloud.example:8774: {UNVERIFIED.args[1].removesuffix(' (_ssl.c:1000)')}",
        ),
        (
            MalformedResponseError("Failed to parse JSON", body="<html>"),
            Code.PROVIDER_ERROR,
            "The cloud's answer is not JSON.",
        ),
        (
            MalformedResponseError("Failed to parse XML", body="{"),
            Code.PROVIDER_ERROR,
            "The cloud's answer is not XML.",
        ),
        (
            NotImplementedError("list_nodes not implemented for this driver"),
            Code.NOT_SUPPORTED,
            "This kind of cloud does not support it.",
        ),
        (
            exception_from_message(503, "<html><head><title>Busy</title></head>&amp; more</html>"),
            Code.PROVIDER_ERROR,
            "Busy & more",
        ),
        (
            error_of_status(504, "<html><style>p {}</style></html>", {}),
            Code.TIMEOUT,
            "HTTP status 504",
        ),
        (zlib.error("Error -3"), Code.PROVIDER_ERROR, "The cloud's answer has an unexpected form."),
        (Exception("The cloud's own words"), Code.PROVIDER_ERROR, "The cloud's own words"),
    ],
)
def test_what_each_failure_of_a_transport_says(error, code, message):
    translated = mapped(error)

    assert (translated.code, translated.message) == (code, message)


DECLARED = '<!DOCTYPE a [<!ENTITY e "x">]>'


@pytest.mark.parametrize("content", [f"{DECLARED}<a>{'x' * 10_500_000}</a>", b"<a>" * 300])
def test_a_document_beyond_the_parsers_limits_is_refused_in_our_words(content):
    error = mapped_from(lambda: parsed(content))

    assert error.code is Code.PROVIDER_ERROR
    assert FOREIGN.search(error.message) is None, error.message


def test_a_text_that_is_too_long_is_named():
    content = f"{DECLARED}<a>{'x' * 10_500_000}</a>"

    assert "too long" in mapped_from(lambda: parsed(content)).message


def mapped_from(read):
    with pytest.raises(ProviderError) as caught, map_provider_errors():
        read()
    return caught.value
