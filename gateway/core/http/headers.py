"""Security headers on every answer of Django."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from gateway.core.http.media import HTML

SELF = "'self'"
# What GraphiQL needs; it is built without inline scripts, inline styles and fonts of its own.
PAGE = {
    "default-src": "'none'",
    "script-src": SELF,
    "style-src": SELF,
    "img-src": "'self' data:",
    "connect-src": SELF,
    "base-uri": "'none'",
    "form-action": SELF,
    "frame-ancestors": "'none'",
}


def page_policy(**changed: str) -> str:
    """The policy of a page, where ``form_action`` and the like differ from the usual."""
    differing = {name.replace("_", "-"): value for name, value in changed.items()}
    return "; ".join(f"{name} {value}" for name, value in (PAGE | differing).items())


PAGE_POLICY = page_policy()
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
