"""What can be reached. /graphql/stream is not here: gateway.asgi serves it without a thread."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from gateway.core.http.refusals import Refusal
from gateway.health import livez, readyz
from gateway.metrics import metrics
from gateway.views import graphql_view, refused


def dashboard(request: HttpRequest) -> HttpResponse:
    endpoint = reverse("graphql")
    return render(request, "dashboard.html", {"endpoint": endpoint, "stream": f"{endpoint}stream"})


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by name
    message = "The request is malformed, or its Host is not one of ALLOWED_HOSTS."
    return refused(Refusal(400, "BAD_REQUEST", message))


def not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by name
    return refused(Refusal(404, "NOT_FOUND", "There is nothing here; the API is at /graphql/."))


def server_error(_request: HttpRequest) -> HttpResponse:
    return refused(Refusal(500, "INTERNAL", "Internal error. The log explains it."))


urlpatterns = [
    path("", dashboard),
    path("graphql/", graphql_view, name="graphql"),
    path("graphql", graphql_view),
    path("livez", livez),
    path("readyz", readyz),
    path("metrics", metrics),
]
handler400 = bad_request
handler404 = not_found
handler500 = server_error
