"""Security headers on every answer of Django."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from gateway.core.http.media import HTML

# What GraphiQL needs; it is built without inline scripts, inline styles and fonts of its own.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# On every answer that says nothing else itself; those of the front have them too.
ALWAYS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith(HTML)
        if is_page:
            response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
        for name, value in ALWAYS.items():
            response.headers.setdefault(name, value)
        return response
