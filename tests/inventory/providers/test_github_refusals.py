"""The meaning of GitHub's refusals. No text of a user is taken for a refusal."""

import pytest

from inventory.providers import all_kinds, get_kind
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.records.code_hosting import NewComment, OrganizationQuestion
from tests.clouds.apis.github import OWNER, GitHub
from tests.clouds.recorded import as_json, served
from tests.inventory.providers.test_github import connected, failing

SENTENCES = [row.sample for row in get_kind("github").refusals]
# Whoever is answered one of them is no more asked, by anybody.
HARD = frozenset({Code.RATE_LIMITED, Code.INVALID_CREDENTIALS})


@pytest.fixture
def github(monkeypatch):
    with served(GitHub(), monkeypatch) as cloud:
        yield cloud


@pytest.mark.parametrize("sentence", [*SENTENCES, "rate limit", "bad cred"])
def test_a_sentence_of_the_users_that_is_echoed_is_no_refusal(github, sentence):
    comment = failing(lambda cloud: cloud.create("issues", "comment", NewComment(sentence, "x")))

    assert (comment.code, comment.may_have_acted) == (Code.NOT_FOUND, False)


@pytest.mark.parametrize("sentence", [*SENTENCES, "rate limit"])
def test_a_cursor_that_is_echoed_is_no_refusal(github, sentence):
    """The message is GitHub's own: https://github.com/octokit/graphql.js/issues/61."""
    said = {"type": "INVALID_CURSOR_ARGUMENTS", "path": ["organization", "repositories"]}
    github.fault = as_json(
        {
            "data": {"organization": None},
            "errors": [said | {"message": f"`{sentence}` does not appear to be a valid cursor."}],
        }
    )
    asked = OrganizationQuestion(OWNER, repositories=1, after=sentence)

    assert failing(lambda cloud: cloud.ask("organizations", asked)).code is Code.INVALID_REQUEST


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_type_of_an_error_decides_and_not_its_words(github, sentence):
    github.fault = as_json({"data": None, "errors": [{"type": "FORBIDDEN", "message": sentence}]})

    error = failing(lambda cloud: cloud.ask("organizations", OrganizationQuestion(OWNER)))

    assert (error.code, error.retryable) == (Code.PERMISSION_DENIED, False)


@pytest.mark.parametrize("given", ["token", "anonymous"])
@pytest.mark.parametrize("login", ["rate limit", "", "a/b", "..", "a" * 300, *SENTENCES])
def test_what_is_no_login_is_not_asked_about(github, given, login):
    with connected(given) as cloud:
        assert cloud.ask("organizations", OrganizationQuestion(login)) is None

    assert not github.asked


ROWS = [
    pytest.param(row, id=f"{kind.slug} {row.sample[:30]}")
    for kind in all_kinds()
    for row in kind.refusals
    if row.pattern and not row.word and row.code in HARD
]


@pytest.mark.parametrize("row", ROWS)
def test_no_kind_leaves_an_account_alone_for_words_inside_of_a_message(row):
    """The status 429 alone means that a cloud throttles, whatever the message says."""
    message = f"There is no object with the name '{row.sample}'."

    assert not row.matches(status=404, word="", message=message)


@pytest.mark.parametrize("message", ["You have exceeded a secondary rate limit.", "Forbidden"])
@pytest.mark.parametrize("path", ["/graphql", "/repositories/147539337"])
def test_a_refusal_with_a_time_is_a_limit_whatever_its_words_are(github, message, path):
    github.fault = as_json({"message": message}, 403, **{"Retry-After": "120"})

    def ask(cloud):
        if path == "/graphql":
            return cloud.ask("organizations", OrganizationQuestion(OWNER))
        return cloud.find("repositories", "147539337")

    error = failing(ask)

    assert (error.code, error.retry_after) == (Code.RATE_LIMITED, 120)
    assert [one.path for one in github.asked] == [path]


@pytest.mark.parametrize("message", [one for one in SENTENCES if "Please wait" in one])
@pytest.mark.parametrize("form", ["message", "errors"])
@pytest.mark.parametrize(("header", "seconds"), [({}, 60), ({"Retry-After": "120"}, 120)])
def test_a_secondary_limit_with_status_200(github, message, form, header, seconds):
    body = {"message": message}
    github.fault = as_json(body if form == "message" else {"errors": [body]}, 200, **header)

    error = failing(lambda cloud: cloud.ask("organizations", OrganizationQuestion(OWNER)))

    assert (error.code, error.retry_after) == (Code.RATE_LIMITED, seconds)
    assert len(github.asked) == 1


def test_an_error_without_words_says_so(github):
    github.fault = as_json({"errors": [{}]})

    error = failing(lambda cloud: cloud.read("repositories"))

    assert error.message == "GitHub answered with an error that it does not explain."
