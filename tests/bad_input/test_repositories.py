"""Impossible repositories are refused with plain messages at top level, as in the book."""

import pytest

from inventory.models import Repository

CREATE = """mutation ($url: String!, $name: String!, $fullName: String!) {
    createRepository(url: $url, name: $name, fullName: $fullName) { id } }"""
GOOD = {"url": "https://example.org/o/n", "name": "n", "fullName": "o/n"}


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"name": ""}, "name", "Repository name is required"),
        ({"name": " \n"}, "name", "Repository name is required"),
        ({"fullName": ""}, "fullName", "Repository full name is required"),
        ({"url": ""}, "url", "Repository URL is required"),
        ({"name": "x" * 201}, "name", "Repository name is longer than 200 characters"),
        ({"fullName": "/"}, "fullName", "Repository full name is not <owner>/<name>"),
        ({"fullName": "/n"}, "fullName", "Repository full name is not <owner>/<name>"),
        ({"fullName": "o/ "}, "fullName", "Repository full name is not <owner>/<name>"),
        ({"url": "javascript:alert(1)"}, "url", "Repository URL cannot begin with javascript:"),
        ({"url": "java\nscript:alert(1)"}, "url", "Repository URL cannot begin with javascript:"),
        ({"url": "data:text/html,x"}, "url", "Repository URL cannot begin with data:"),
        (
            {"url": "http://münchen.example/o/n"},
            "url",
            (
                "Repository URL cannot be read: The host of the address is not ASCII. An "
                "international name is written as xn--…"
            ),
        ),
        ({"url": "http://[::1"}, "url", "Repository URL is not an address"),
    ],
)
def test_what_cannot_be_is_not_kept(client, given, field, message):
    answer = client.post(CREATE, GOOD | given)

    (error,) = answer["errors"]
    assert answer["data"] == {"createRepository": None}
    assert (error["message"], error["extensions"]) == (message, {"code": "INVALID", "field": field})
    assert not Repository.objects.exists()


@pytest.mark.parametrize(
    "url", ["https://h/x", "ssh://git@h/x", "git@h:o/n", "git://h/x", "https://h/ö?é"]
)
def test_every_way_to_name_a_repository_s_place(client, url):
    assert client.data(CREATE, **GOOD | {"url": url})["createRepository"]["id"]


def test_a_full_name_that_the_user_has_taken_is_a_conflict(client):
    client.data(CREATE, **GOOD)

    (error,) = client.errors(CREATE, **GOOD)

    assert error["message"] == "Repository o/n already exists"
    assert error["extensions"] == {"code": "CONFLICT", "field": "fullName"}


def test_a_full_name_that_somebody_else_has_taken_is_free(client, stranger):
    client.data(CREATE, **GOOD)

    assert stranger.data("{ repositories { id } }") == {"repositories": []}
    assert stranger.data(CREATE, **GOOD)["createRepository"]["id"]
    assert len(stranger.data("{ repositories { id } }")["repositories"]) == 1
