"""The GraphQL endpoint over HTTP: POST and GET, GraphiQL for browsers.

The order of the checks, each with its status: method 405, Accept 406, authentication 401,
Content-Type 415, size 413, form 400. Then the operation runs, and its errors are in ``errors``.
The statuses follow GraphQL-over-HTTP: with ``application/json`` a well-formed request is always
200; with ``application/graphql-response+json`` a request that did not run is 400.
Cookies do not authenticate, so no request can be forged across sites, and none needs a CSRF token.
"""

import logging

import orjson
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from gateway.core.audit.record import refusal_record
from gateway.core.db import RETRY_AFTER_SECONDS, UNAVAILABLE_MESSAGE, is_unavailable
from gateway.core.errors import RateLimited
from gateway.core.graphql.context import Context
from gateway.core.graphql.errors import DATABASE_UNAVAILABLE, INTERNAL, internal_message
from gateway.core.graphql.execution import (
    Executor,
    GraphQLOutcome,
    GraphQLRequest,
    MutationByGet,
)
from gateway.core.graphql.requests import request_from_body, request_from_query
from gateway.core.http.media import GRAPHQL_RESPONSE, HTML, JSON, is_utf8_json, preferred
from gateway.core.http.refusals import Refusal, bad_request, body_too_large, throttled
from gateway.core.http.validators import revalidated
from gateway.request_context import context_of
from gateway.schema import executor

log = logging.getLogger(__name__)

READING = ("GET", "HEAD")
RETRY_AFTER = {"Retry-After": str(RETRY_AFTER_SECONDS)}


def graphql_view(request: HttpRequest) -> HttpResponse:
    return answer(request, executor)


def answer(request: HttpRequest, executor: Executor) -> HttpResponse:
    """The answer to ``request``, also after an unexpected error."""
    request.get_host()  # an unknown Host raises, and Django answers 400
    try:
        response = _answer(request, executor)
    except Refusal as refusal:
        response = refused(refusal)
    except Exception as error:  # noqa: BLE001 - the caller gets an id, the log the traceback
        response = refused(_failed(error))
    patch_vary_headers(response, ("Accept",))
    return response


def _failed(error: Exception) -> Refusal:
    if is_unavailable(error):
        log.warning("The database does not answer: %s", error)
        return Refusal(
            503,
            DATABASE_UNAVAILABLE,
            UNAVAILABLE_MESSAGE,
            headers=RETRY_AFTER,
            extensions={"retryAfter": RETRY_AFTER_SECONDS},
        )
    return Refusal(500, INTERNAL, internal_message(error))


def refused(refusal: Refusal) -> HttpResponse:
    return HttpResponse(
        refusal.body,
        status=refusal.status,
        content_type=f"{JSON}; charset=utf-8",
        headers=refusal.headers,
    )


def _answer(request: HttpRequest, executor: Executor) -> HttpResponse:
    media_type = _media_type(request)
    if media_type == HTML:
        return _graphiql(request)
    context = context_of(request)
    graphql_request = _graphql_request(request)
    try:
        outcome = executor.run(graphql_request, context, read_only=request.method in READING)
    except MutationByGet:
        _record_refusal(context, "METHOD_NOT_ALLOWED")
        message = "GET runs queries only; send other operations by POST."
        headers = {"Allow": "POST"}
        raise Refusal(405, "METHOD_NOT_ALLOWED", message, headers=headers) from None
    except RateLimited as limited:
        _record_refusal(context, limited.code)
        raise throttled(limited) from None
    if not outcome.executed:
        _record_refusal(context, outcome.code)
    return _answered(request, outcome, media_type)


def _record_refusal(context: Context, code: str) -> None:
    """Only a well-formed operation that was not allowed is recorded, no malformed request."""
    refusal_record(user=context.user, address=context.address, outcome=code)


def _media_type(request: HttpRequest) -> str:
    offers = [JSON, GRAPHQL_RESPONSE]
    if request.method in READING:
        offers += [HTML] if settings.GRAPHIQL else []
    elif request.method != "POST":
        headers = {"Allow": "GET, HEAD, POST"}
        raise Refusal(405, "METHOD_NOT_ALLOWED", "Use POST, or GET.", headers=headers)
    found = preferred(request.headers.get("Accept", ""), offers)
    if found is None:
        raise Refusal(406, "NOT_ACCEPTABLE", f"Available: {', '.join(offers)}.")
    return found


def _graphiql(request: HttpRequest) -> HttpResponse:
    endpoint = reverse("graphql")
    addresses = {
        "endpoint": endpoint,
        "stream": f"{endpoint}stream",
        "dashboard": reverse("dashboard"),
    }
    return render(request, "graphiql.html", addresses)


def _graphql_request(request: HttpRequest) -> GraphQLRequest:
    if request.method in READING:
        return request_from_query(request.GET)
    if not is_utf8_json(request.META.get("CONTENT_TYPE", "")):
        message = "Send the request as Content-Type: application/json, in UTF-8."
        raise Refusal(415, "UNSUPPORTED_MEDIA_TYPE", message)
    return request_from_body(_body(request))


def _body(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RequestDataTooBig:
        raise body_too_large(settings.MAX_BODY_BYTES) from None
    except UnreadablePostError:
        raise bad_request("The body ended too early.") from None


def _answered(request: HttpRequest, outcome: GraphQLOutcome, media_type: str) -> HttpResponse:
    status, headers = 200 if outcome.executed or media_type == JSON else 400, {}
    if any(error["extensions"]["code"] == DATABASE_UNAVAILABLE for error in outcome.errors):
        status, headers = 503, RETRY_AFTER
    response = HttpResponse(
        orjson.dumps(outcome.as_response()),
        status=status,
        content_type=f"{media_type}; charset=utf-8",
        headers={"Cache-Control": "no-store", **headers},
    )
    if not outcome.introspection:
        return response
    # The ETag is of the data alone: the cost in the extensions may change without the schema.
    return revalidated(request, response, representation=orjson.dumps(outcome.data))
