"""A request to ``/export/…``: who asks for what. In a thread: it looks the user up."""

import posixpath
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest

from gateway.core.accounts.errors import BadToken
from gateway.core.audit.record import refusal_record
from gateway.core.errors import ExpectedError, InvalidInput, RateLimited, Unauthenticated
from gateway.core.graphql.errors import DATABASE_UNAVAILABLE, INTERNAL
from gateway.core.graphql.execution import Executor
from gateway.core.http.body import Scope
from gateway.core.http.bridge import Environ
from gateway.core.http.refusals import Refusal, bad_request, throttled
from gateway.exports.export import Export, ExportError
from gateway.exports.requests import Wanted, wanted_of
from gateway.exports.summary import HEADERS
from gateway.request_context import context_of
from gateway.streams.caller import Caller
from gateway.streams.requests import allowed_origin, unauthenticated

METHODS = ("GET", "HEAD")
STATUSES = {
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "NOT_SUPPORTED": 501,
    INTERNAL: 500,
    DATABASE_UNAVAILABLE: 503,
}
NOT_AN_ADDRESS = "resource", "format"  # fields of what is no export at all
# A response ends with its connection there, so that one that is broken off looks complete.
# Granian calls it 1.
WITHOUT_ENDS = ("HTTP/1.0", "HTTP/1")
UNMARKED = (
    "Over HTTP/1.0, a file whose transfer breaks off looks complete, because this format has no "
    "end mark. Use HTTP/1.1 (in nginx: proxy_http_version 1.1), or trailer=true, which adds a last "
    "line."
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """``has_ends``: the protocol shows that a response is broken off."""

    caller: Caller
    wanted: Wanted
    if_none_match: str
    is_head: bool
    has_ends: bool = True


def arrived_of(environ: Environ) -> Arrived:
    """Raises Refusal."""
    http = WSGIRequest(environ)
    try:
        http.get_host()
    except DisallowedHost:
        raise bad_request("The Host of the request is not one of ALLOWED_HOSTS.") from None
    if http.method not in METHODS:
        headers = {"Allow": ", ".join(METHODS)}
        raise Refusal(405, "METHOD_NOT_ALLOWED", "Use GET.", headers=headers)
    context = context_of(http)
    if not context.user.is_authenticated:
        refusal_record(user=None, address=context.address, outcome=Unauthenticated.code)
        raise unauthenticated()
    name, _, form = posixpath.basename(http.path_info).partition(".")
    try:
        wanted = wanted_of(name, form, dict(http.GET.lists()))
    except ExpectedError as error:
        raise _refused(error) from None
    header = http.headers["Authorization"]
    caller = Caller(context.user.pk, header, context.address, context.user_agent)
    return Arrived(
        caller,
        wanted,
        http.headers.get("If-None-Match", ""),
        is_head=http.method == "HEAD",
        has_ends=http.META["SERVER_PROTOCOL"] not in WITHOUT_ENDS,
    )


def begun(executor: Executor, arrived: Arrived) -> Export:
    """The export after its first operation. Raises Refusal; refusals are recorded."""
    caller = arrived.caller
    try:
        export = Export(executor, arrived.wanted, caller.context)
        if not (arrived.has_ends or export.format.marks_end):
            raise InvalidInput(UNMARKED, field="trailer")
        export.begin()
    except ExpectedError as error:
        was_refused = isinstance(error, ExportError) and not error.executed
        if was_refused or isinstance(error, RateLimited):
            user = caller.context().user
            refusal_record(user=user, address=caller.address, outcome=error.code)
        raise _refused(error) from None
    return export


def page_of(export: Export, arrived: Arrived) -> bytes:
    """The next page. Raises as it does; the end of a login is recorded."""
    try:
        return export.next_page()
    except BadToken as error:
        refusal_record(user=error.user, address=arrived.caller.address, outcome=error.code)
        raise


def _refused(error: ExpectedError) -> Refusal:
    if isinstance(error, RateLimited):
        return throttled(error)
    status = STATUSES.get(error.code, 400)
    if error.field in NOT_AN_ADDRESS and error.code == "NOT_FOUND":
        status = 404
    extensions = dict(error.extensions) if isinstance(error, ExportError) else {}
    if error.field is not None:
        extensions["field"] = error.field
    return Refusal(status, error.code, error.message, extensions=extensions)


def origin_headers(scope: Scope) -> dict[str, str]:
    """The headers that let a page of an allowed origin read the answer."""
    fields: list[tuple[bytes, bytes]] = scope["headers"]
    origin = next((value.decode("latin-1") for name, value in fields if name == b"origin"), "")
    found = allowed_origin(origin)
    if found:
        found["access-control-expose-headers"] = ", ".join(
            (*settings.CORS_EXPOSE_HEADERS, *HEADERS)
        )
    return found
