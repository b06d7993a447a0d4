"""A request to ``/graphql/stream``: its user, its operation, and the mode of the protocol.

::

    POST, or GET with a query             distinct connections: the answer is the stream
    PUT                                   single connection: reserve a stream, its token is answered
    GET with the token                    open it
    POST with the token                   an operation for it; 202
    DELETE with the token, operationId    end an operation

The token is in the header X-GraphQL-Event-Stream-Token or the parameter ``token``. A malformed
request is refused with a status; the errors of an operation are sent as an event.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from graphql_jwt.settings import jwt_settings

from gateway.core.accounts.authentication import login_check
from gateway.core.audit.record import refusal_record
from gateway.core.errors import LOGIN_HINT, PERMISSION_MESSAGE, Unauthenticated
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.core.graphql.requests import operation_id_of, request_from_body, request_from_query
from gateway.core.http.bridge import Environ
from gateway.core.http.media import is_utf8_json, preferred
from gateway.core.http.refusals import Refusal, bad_request
from gateway.request_context import context_of
from gateway.streams.caller import Caller
from gateway.streams.single import Operation
from gateway.streams.tokens import issue_token, stream_of

TOKEN_HEADER = "X-GraphQL-Event-Stream-Token"  # noqa: S105 - a name
EVENT_STREAM = "text/event-stream"
METHODS = "GET, POST, PUT, DELETE"


@dataclass(frozen=True, slots=True)
class Distinct:
    """Answer ``request`` in this response. ``reads_only``: it came by GET."""

    caller: Caller
    context: Context
    request: GraphQLRequest
    reads_only: bool = False


@dataclass(frozen=True, slots=True)
class Reserve:
    token: str


@dataclass(frozen=True, slots=True)
class Open:
    """Open the reserved ``stream``. ``check``: raises BadToken when the login has ended."""

    caller: Caller
    stream: str
    check: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Operate:
    """Begin or end ``operation`` on ``stream``, with the rights of its sender."""

    stream: str
    operation: Operation


Asked = Distinct | Reserve | Open | Operate


def parse(environ: Environ) -> Asked:
    """The kind of request. It runs in a thread, because it looks the user up. Raises Refusal."""
    http = WSGIRequest(environ)
    try:
        http.get_host()
    except DisallowedHost:
        raise bad_request("The Host of the request is not one of ALLOWED_HOSTS.") from None
    if http.method not in METHODS.split(", "):
        message = f"Use one of {METHODS}."
        raise Refusal(405, "METHOD_NOT_ALLOWED", message, headers={"Allow": METHODS})
    context = context_of(http)
    if not context.user.is_authenticated:
        refusal_record(user=None, address=context.address, outcome=Unauthenticated.code)
        raise unauthenticated()
    caller = Caller(
        context.user.pk, http.headers["Authorization"], context.address, context.user_agent
    )
    if http.method == "PUT":
        return Reserve(issue_token(caller.user_key))
    token = http.headers.get(TOKEN_HEADER) or http.GET.get("token")
    if token:
        return _of_single(http, stream_of(token, caller.user_key), caller)
    if http.method == "DELETE":
        raise bad_request(f"Send the token of the stream in {TOKEN_HEADER}.")
    return _distinct(http, caller, context)


def unauthenticated() -> Refusal:
    return Refusal(
        401,
        Unauthenticated.code,
        PERMISSION_MESSAGE,
        headers={"WWW-Authenticate": jwt_settings.JWT_AUTH_HEADER_PREFIX},
        extensions={"hint": LOGIN_HINT},
    )


def _of_single(http: WSGIRequest, stream: str, caller: Caller) -> Asked:
    if http.method == "GET":
        return Open(caller, stream, login_check(http.headers))
    if http.method == "DELETE":
        operation_id = http.GET.get("operationId")
        if not operation_id:
            raise bad_request("Name the operation to end in the parameter operationId.")
        return Operate(stream, Operation(operation_id, caller, None))
    body = _body(http)
    return Operate(stream, Operation(operation_id_of(body), caller, request_from_body(body)))


def _distinct(http: WSGIRequest, caller: Caller, context: Context) -> Distinct:
    if preferred(http.headers.get("Accept", ""), [EVENT_STREAM]) is None:
        raise Refusal(406, "NOT_ACCEPTABLE", f"Available: {EVENT_STREAM}.")
    if http.method == "GET":
        return Distinct(caller, context, request_from_query(http.GET), reads_only=True)
    return Distinct(caller, context, request_from_body(_body(http)))


def _body(http: WSGIRequest) -> bytes:
    if not is_utf8_json(http.META.get("CONTENT_TYPE", "")):
        message = "Send the request as Content-Type: application/json, in UTF-8."
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", message)
    return http.body


def allowed_origin(origin: str) -> dict[str, str]:
    """The headers that let a page of ``origin`` read the answer, where CORS_ORIGINS names it."""
    if origin and origin in settings.CORS_ALLOWED_ORIGINS:
        return {"access-control-allow-origin": origin, "vary": "Origin"}
    return {}
