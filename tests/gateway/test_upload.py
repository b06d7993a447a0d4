"""The page with a store's form, and its policy."""

from datetime import timedelta

import pytest
from django.utils import timezone

from gateway.core.http.headers import PAGE_POLICY
from gateway.core.http.upload_forms import UploadForm, ticket_of
from tests.gateway.test_static_pages import Page

STORE = "https://bucket.store.example"


DONE = "http://testserver/upload/done"


def ticket(url=f"{STORE}/", seconds=60, redirect=DONE):
    fields = (("key", 'a "quoted" <key>'), ("success_action_redirect", redirect))
    return ticket_of(UploadForm(url, fields, timezone.now() + timedelta(seconds=seconds)))


def policy_of(response):
    parts = response["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


def test_the_page_posts_to_its_store_and_may_do_nothing_else(client):
    response = client.post("/upload/", {"ticket": ticket()})

    assert response.status_code == 200
    policy, usual = policy_of(response), dict(p.split(" ", 1) for p in PAGE_POLICY.split("; "))
    assert policy.pop("form-action") == policy.pop("frame-src") == f"{STORE} 'self'"
    assert policy.pop("connect-src") == "'none'"
    del usual["form-action"], usual["connect-src"]
    assert policy == usual
    assert response["Cache-Control"] == "no-store"
    assert response["Referrer-Policy"] == "no-referrer"
    page = Page(response.text)
    form = page.named("upload")
    assert (form["action"], form["method"], form["target"]) == (f"{STORE}/", "post", "answer")
    inputs = [attrs for tag, attrs in page.elements if tag == "input"]
    assert [(each["type"], each["name"]) for each in inputs] == [
        ("hidden", "key"),
        ("hidden", "success_action_redirect"),
        ("file", "file"),  # the last: a store ignores what comes after
    ]
    assert inputs[0]["value"] == 'a "quoted" <key>'
    assert page.inline == ""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"seconds": -1}, "The form has expired."),
        ({"redirect": ""}, f"needs the redirect {DONE}"),
        ({"redirect": "http://a.example/upload/done"}, "needs the redirect"),
        ({"redirect": "http://testserver/"}, "needs the redirect"),
        ({"url": "https://a.example;script-src *"}, "There is no page for a form at"),
        (None, "The gateway did not make this form."),
        ("forged", "The gateway did not make this form."),
    ],
)
def test_without_a_valid_ticket_the_page_says_why_and_keeps_the_usual_policy(client, given, words):
    made = ticket(**given) if isinstance(given, dict) else given  # now: it expires in a minute
    response = client.post("/upload/", {"ticket": made} if made else {})

    assert response.status_code == 400
    assert words in response.text
    assert "<form" not in response.text
    assert response["Content-Security-Policy"] == PAGE_POLICY


def test_a_ticket_in_an_address_opens_nothing(client):
    response = client.get("/upload/", {"ticket": ticket()})

    assert response.status_code == 200
    assert "begins in a bucket" in response.text
    assert STORE not in response["Content-Security-Policy"] + response.text


def test_the_end_of_an_upload_can_be_framed_by_our_own_page_alone(client):
    response = client.get("/upload/done", {"bucket": "b", "key": "<script>", "etag": "e"})

    assert (response.status_code, response["X-Frame-Options"]) == (200, "SAMEORIGIN")
    policy = policy_of(response)
    assert policy["frame-ancestors"] == "'self'"
    assert policy["script-src"] == policy["connect-src"] == "'none'"
    assert "<script>" not in response.text
