"""Sends the requests of a boto3 client over the gateway's own connections.

botocore emits ``before-send`` with the signed request, and sends it itself only if no handler
returns a response (``botocore.endpoint.Endpoint``; moto and botocore's ``Stubber`` answer there).
``Sender`` always returns one or raises, so botocore opens no socket. The guard, the deadline, the
size of replies, redirects, retries of reads, the count of unsettled changes and the admission of
dry runs are those of ``transport``, in one place for boto3 and libcloud.
"""

import io
from collections.abc import Iterator
from typing import Any

import requests
from botocore.awsrequest import AWSResponse
from requests.structures import CaseInsensitiveDict

from gateway.core.http.urls import check_url
from inventory.providers import guard, transport

BEFORE_SEND = "before-send"


class Sender:
    """Sends for the clients of one task. Its connections are closed with the task's line."""

    def __init__(self, *, guarded: bool = True) -> None:
        """``guarded``: to allowed addresses only; false for an address that no user names."""
        self._session = requests.Session()
        if guarded:
            guard.guard(self._session)
        transport.mount(self._session)

    def install(self, events: Any) -> None:
        """``events``: of a client; or of a session, whose clients are made with its handlers."""
        events.register_first(BEFORE_SEND, self.send)

    def send(self, request: Any, **_: Any) -> AWSResponse:
        """Raises what requests and ``transport`` raise. Redirects are not followed."""
        check_url(request.url)
        prepared = prepared_as_signed(request)
        response = self._session.get_adapter(request.url).send(prepared)
        body = Body(response.content)
        return AWSResponse(request.url, response.status_code, response.headers, body)


def prepared_as_signed(request: Any) -> requests.PreparedRequest:
    """The request exactly as it was signed: requests would encode its URL again."""
    prepared = requests.PreparedRequest()
    prepared.method, prepared.url, prepared.body = request.method, request.url, request.body
    headers = {name: _text(value) for name, value in request.headers.items()}
    prepared.headers = CaseInsensitiveDict(headers)
    return prepared


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


class Body(io.BytesIO):
    """A body that was read, in the form that botocore reads it in."""

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()
