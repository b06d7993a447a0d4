import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from gateway.core.http.headers import PAGE_POLICY, SecurityHeadersMiddleware, page_policy


def through_middleware(response):
    return SecurityHeadersMiddleware(lambda _request: response)(RequestFactory().get("/"))


@pytest.mark.parametrize("content_type", ["text/html", "text/html; charset=utf-8"])
def test_a_page_may_load_its_own_files_alone(content_type):
    policy = through_middleware(HttpResponse(content_type=content_type))["Content-Security-Policy"]

    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts["default-src"] == "'none'"
    assert parts["script-src"] == parts["style-src"] == parts["connect-src"] == "'self'"
    assert parts["frame-ancestors"] == parts["base-uri"] == "'none'"


def test_a_page_s_own_policy_differs_in_what_it_names():
    policy = page_policy(form_action="https://store.example 'self'", frame_src="'self'")

    usual = PAGE_POLICY.replace("form-action 'self'", "form-action https://store.example 'self'")
    assert policy == f"{usual}; frame-src 'self'"


def test_anything_else_may_load_nothing():
    response = through_middleware(HttpResponse(content_type="application/json"))

    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


def test_what_a_view_says_itself_stays():
    response = through_middleware(HttpResponse(headers={"Referrer-Policy": "origin"}))

    assert response["Referrer-Policy"] == "origin"
