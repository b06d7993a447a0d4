from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from gateway.core.http.upload_forms import SALT, NotAForm, UploadForm, form_of, ticket_of

FIELDS = (("key", "folder/ä file"), ("policy", "e30="))


def form(url="https://bucket.store.example:8443/", seconds=60):
    return UploadForm(url, FIELDS, timezone.now() + timedelta(seconds=seconds))


def test_a_ticket_opens_the_form_that_it_was_made_of():
    made = form()

    assert form_of(ticket_of(made)) == made


def test_a_ticket_expires_with_its_form():
    with pytest.raises(NotAForm, match=r"The form has expired\."):
        form_of(ticket_of(form(seconds=-1)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: "",
        lambda: "x",
        lambda: ticket_of(form())[:-1],
        lambda: signing.dumps(["https://evil.example", [], 9e9], salt="graphql-stream"),
        lambda: signing.dumps("text", salt=SALT),
        lambda: signing.dumps(["https://a.example", [["name"]], 9e9], salt=SALT),
    ],
    ids=["empty", "short", "cut", "of something else", "a text", "half a field"],
)
def test_what_the_gateway_did_not_make_opens_nothing(make):
    with pytest.raises(NotAForm, match="did not make"):
        form_of(make())


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://bucket.store.example/", "https://bucket.store.example"),
        ("https://STORE.example:443/bucket", "https://store.example"),
        ("http://127.0.0.1:8333/bucket", "http://127.0.0.1:8333"),
        ("http://[::1]:9000/bucket", "http://[::1]:9000"),
        ("https://user:secret@store.example/b", "https://store.example"),
    ],
)
def test_the_origin_is_the_store_s_alone(url, origin):
    assert form(url).origin == origin


@pytest.mark.parametrize(
    "url",
    ["", "/upload", "javascript:alert(1)", "ftp://a.example/", "https://*.example/",
     "https://a.example;script-src *", "https://a.example'unsafe-inline'/", "https://a b/",
     "https://a.example:port/"],
)  # fmt: skip
def test_what_is_no_address_of_a_store_has_no_origin(url):
    with pytest.raises(ValueError, match=r"."):
        _ = form(url).origin
