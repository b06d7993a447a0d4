"""Preflight requests of pages of other sites that may not ask: a refusal that says what to do.

Without it a developer sees the browser's message alone, which names no setting.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from gateway.core.http.media import JSON
from gateway.core.http.refusals import Refusal


class PreflightMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        origin = request.headers.get("Origin", "")
        if not _is_preflight(request) or origin in settings.CORS_ALLOWED_ORIGINS:
            return self._get_response(request)
        refusal = Refusal(
            403,
            "ORIGIN_NOT_ALLOWED",
            f"Pages of {origin[:200]} may not use this API. Add the origin to the gateway's "
            "setting CORS_ORIGINS, for example CORS_ORIGINS=https://dashboard.example.org.",
        )
        return HttpResponse(
            refusal.body, status=refusal.status, content_type=JSON, headers=refusal.headers
        )


def _is_preflight(request: HttpRequest) -> bool:
    """As the Fetch standard has it: https://fetch.spec.whatwg.org/#cors-preflight-request"""
    return (
        request.method == "OPTIONS"
        and "Origin" in request.headers
        and "Access-Control-Request-Method" in request.headers
    )
