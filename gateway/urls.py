"""The URLs. /graphql/stream is not here: gateway.asgi serves it without a thread."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from gateway.core.http.refusals import Refusal
from gateway.health import livez, readyz
from gateway.metrics import metrics
from gateway.upload import upload, uploaded
from gateway.views import graphql_view, refused


def dashboard(request: HttpRequest) -> HttpResponse:
    endpoint = reverse("graphql")
    addresses = {
        "endpoint": endpoint,
        "stream": f"{endpoint}stream",
        "upload": reverse("upload"),
        "uploaded": reverse("uploaded"),
    }
    return render(request, "dashboard.html", addresses)


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by name
    message = "The request is malformed, or its Host is not one of ALLOWED_HOSTS."
    return refused(Refusal(400, "BAD_REQUEST", message))


def not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django passes it by name
    return refused(Refusal(404, "NOT_FOUND", "There is nothing here; the API is at /graphql/."))


def server_error(_request: HttpRequest) -> HttpResponse:
    return refused(Refusal(500, "INTERNAL", "Internal error. The log explains it."))


urlpatterns = [
    path("", dashboard, name="dashboard"),
    path("upload/", upload, name="upload"),
    path("upload/done", uploaded, name="uploaded"),
    path("graphql/", graphql_view, name="graphql"),
    path("graphql", graphql_view),
    path("livez", livez),
    path("readyz", readyz),
    path("metrics", metrics),
]
handler400 = bad_request
handler404 = not_found
handler500 = server_error
