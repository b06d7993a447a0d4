"""The import understands the GitHub API's replies, and refuses others."""

from datetime import UTC, datetime

import pytest

from inventory.imports.errors import ImportFailed
from inventory.imports.github import RepositoryRecord, parse_repositories


def entry(**changes):
    return {
        "name": "boat",
        "full_name": "cloudmesh-community/boat",
        "html_url": "https://github.com/cloudmesh-community/boat",
        "description": "S.T.A.R. boat",
        "private": False,
        "created_at": "2018-09-05T15:31:17Z",
    } | changes


def refusal(data):
    with pytest.raises(ImportFailed) as refused:
        parse_repositories(data, origin="reply.json")
    return refused.value.message


def test_a_real_reply(listed):
    records = parse_repositories(listed, origin="reply.json")

    assert len(records) == 30
    assert records[0] == RepositoryRecord(
        name="boat",
        full_name="cloudmesh-community/boat",
        url="https://github.com/cloudmesh-community/boat",
        description="S.T.A.R. boat",
        private=False,
        created_at=datetime(2018, 9, 5, 15, 23, 25, tzinfo=UTC),
    )
    assert all(record.created_at for record in records)


def test_one_object_is_one_repository():
    assert [r.name for r in parse_repositories(entry(), origin="reply.json")] == ["boat"]


def test_an_empty_list_is_no_error():
    assert parse_repositories([], origin="reply.json") == []


def test_what_github_may_leave_out():
    sparse = {key: entry()[key] for key in ("name", "full_name", "html_url")}

    [record] = parse_repositories([sparse], origin="reply.json")

    assert (record.description, record.private, record.created_at) == ("", False, None)


@pytest.mark.parametrize("text", ["yesterday", "2018-09-05", ""])
def test_a_time_that_cannot_be_compared_is_none(text):
    [record] = parse_repositories([entry(created_at=text)], origin="reply.json")

    assert record.created_at is None


@pytest.mark.parametrize("said", [True, "yes", 1])
def test_whatever_is_not_plainly_public_is_private(said):
    [record] = parse_repositories([entry(private=said)], origin="reply.json")

    assert record.private


def test_an_error_of_the_api_is_told_in_its_own_words():
    message = "API rate limit exceeded for 192.0.2.1."

    assert refusal({"message": message, "documentation_url": "https://docs.github.com"}) == (
        f"reply.json is an error of the GitHub API: {message}"
    )


@pytest.mark.parametrize(("data", "kind"), [("text", "str"), (7, "int"), (None, "NoneType")])
def test_other_json_is_refused(data, kind):
    assert f"JSON of type {kind}" in refusal(data)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"name": None}, "name is missing"),
        ({"name": "  "}, "name is missing"),
        ({"name": 5}, "name is missing"),
        ({"full_name": ""}, "full_name is missing"),
        ({"full_name": "boat"}, "full_name is not of the form <owner>/<name>"),
        ({"full_name": "a/b/c"}, "full_name is not of the form <owner>/<name>"),
        ({"full_name": "/boat"}, "full_name is not of the form <owner>/<name>"),
        ({"html_url": None}, "html_url is missing"),
        ({"html_url": "javascript:alert(1)"}, "html_url is not an http or https address"),
        ({"name": "n" * 201}, "name is longer than 200 characters"),
        ({"full_name": "o" * 201 + "/n"}, "full_name has an owner of more than 200 characters"),
        ({"full_name": "o/" + "n" * 400}, "full_name is longer than 400 characters"),
        ({"html_url": "https://" + "u" * 1000}, "html_url is longer than 1000 characters"),
        ({"description": ["no", "text"]}, "description is not text"),
        ({"created_at": 1536161477}, "created_at is not text"),
        ({"description": "a\x00b"}, "its text holds a character that no database stores"),
    ],
)
def test_an_entry_that_is_no_repository_is_named_with_its_reason(changes, problem):
    message = refusal([entry(), entry(**changes)])

    first, line = message.split("\n")
    assert first == "reply.json is not a list of repositories."
    assert line.startswith("  entry 2 (")
    assert line.endswith(f"): {problem}")


def test_an_object_of_another_kind_is_no_repository():
    assert refusal({"login": "octocat", "id": 1}) == (
        "reply.json is not a list of repositories.\n"
        "  entry 1 (no name): name is missing\n"
        "  entry 1 (no name): full_name is missing\n"
        "  entry 1 (no name): html_url is missing"
    )


def test_an_entry_that_is_no_object():
    assert "entry 1 (no name): is JSON of type str, not an object" in refusal(["boat"])


def test_of_many_problems_five_are_named():
    lines = refusal(["no"] * 9).split("\n")

    assert len(lines) == 7
    assert lines[-1] == "  and 4 more"


def test_pages_in_one_list():
    """`gh api --paginate --slurp` writes pages like this: https://cli.github.com/manual/gh_api."""
    pages = [[entry()], [], [entry(name="book", full_name="cloudmesh-community/book")]]

    assert [one.name for one in parse_repositories(pages, origin="pages.json")] == ["boat", "book"]


def test_a_page_among_repositories_is_read_and_what_is_neither_is_named():
    assert len(parse_repositories([entry(), [entry()]], origin="pages.json")) == 2
    assert "entry 2 (no name): is JSON of type int" in refusal([[entry()], 7])


@pytest.mark.parametrize(
    ("known", "private"),
    [
        ({"visibility": "private", "private": None}, True),
        ({"visibility": "internal"}, True),
        ({"visibility": "PRIVATE"}, True),
        ({"visibility": 1}, True),
        ({"visibility": "public"}, False),
        ({"visibility": None}, False),
        ({"visibility": "public", "private": True}, True),
    ],
    ids=str,
)
def test_either_key_says_that_it_is_private(known, private):
    [record] = parse_repositories([entry(**known)], origin="reply.json")

    assert record.private is private


@pytest.mark.parametrize(
    "changes",
    [
        {"html_url": "https://ann:s3cret@github.com/acme/web"},
        {"html_url": "https://s3cret@github.com/acme/web"},
        {"html_url": "https://[s3cret/acme/web"},
        {"full_name": "acme/.."},
        {"full_name": " /web"},
        {"full_name": "acme/ "},
        {"description": "half \ud800"},
        {"full_name": "acme/\ud800"},
    ],
    ids=ascii,
)
def test_what_no_user_may_be_shown_or_no_database_stores(changes):
    message = refusal([entry(**changes)])

    assert message.encode()  # it can be printed
    assert "s3cret" not in message
