"""Questions to GitHub that take several requests, and odd values in its answers."""

import time

import pytest

from inventory.providers import connect
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.records.code_hosting import IssueQuestion, OrganizationQuestion, RepositoryKey
from tests.clouds.apis.github import OWNER, GitHub, _issue
from tests.clouds.recorded import as_json, served
from tests.clouds.static_ec2 import Reply
from tests.inventory.providers.test_github import (
    BOAT,
    EVERYTHING,
    GIVEN,
    KIND,
    connected,
    failing,
    listed,
)


@pytest.fixture
def github(monkeypatch):
    with served(GitHub(), monkeypatch) as cloud:
        yield cloud


def keys_of(github, count):
    return [RepositoryKey(one["full_name"], one["node_id"]) for one in github.repositories[:count]]


@pytest.mark.parametrize("given", GIVEN)
def test_a_throttled_read_is_not_sent_again_within_the_minute_that_github_asks_for(github, given):
    github.fault = as_json({"message": "Too many requests"}, 429)

    error = failing(lambda cloud: cloud.read("repositories"), given)

    assert (error.code, error.retry_after) == (Code.RATE_LIMITED, 60)
    assert len(github.asked) == 1


def test_a_short_pause_that_github_names_is_kept(github, monkeypatch):
    pauses = []
    monkeypatch.setattr("inventory.providers.retries.sleep", pauses.append)
    github.fault = as_json({"message": "Too many requests"}, 429, **{"Retry-After": "1"})
    github.fault_meets = lambda _request: len(github.asked) == 1

    assert len(listed()) == 30
    assert [1 <= pause <= 1.1 for pause in pauses] == [True]


# Several repositories.


def test_contributors_that_came_before_the_deadline_are_kept(github):
    keys = keys_of(github, 3)
    github.fault = Reply(b"[]", delay=60)
    github.fault_meets = lambda _request: len(github.asked) > 1
    credentials = KIND.clean_credentials(GIVEN["token"])
    began = time.monotonic()

    with connect(KIND, credentials, "global", 10) as cloud:
        found = cloud.ask("contributors", keys, 10)
        took = time.monotonic() - began

    assert [getattr(found[key], "code", None) for key in keys] == [None, Code.TIMEOUT, Code.TIMEOUT]
    assert "not asked about" in found[keys[2]].message
    assert took < 50
    assert len(github.asked) == 2


@pytest.mark.parametrize(
    ("status", "code"), [(401, Code.INVALID_CREDENTIALS), (429, Code.RATE_LIMITED)]
)
def test_an_error_of_the_account_ends_the_question(github, status, code):
    github.fault = as_json({"message": "No."}, status)
    github.fault_meets = lambda _request: len(github.asked) == 2

    error = failing(lambda cloud: cloud.ask("contributors", keys_of(github, 5), 10))

    assert error.code is code
    assert len(github.asked) == 2


def test_one_contributor_list_that_is_refused_leaves_the_others(github):
    message = "The history or contributor list is too large to list contributors for this one."
    github.fault = as_json({"message": message}, 403)
    github.fault_meets = lambda request: request.path.endswith("/boat/contributors")
    keys = keys_of(github, 3)

    with connected() as cloud:
        found = cloud.ask("contributors", keys, 10)

    assert found[BOAT].code is Code.NOT_SUPPORTED
    assert [found[key].total for key in keys if key != BOAT] == [3, 3]


# Issues without a token.


def test_few_pages_are_read_for_issues_among_pull_requests(github):
    github.issues["boat"] = [_issue(1)]
    github.issues["boat"] += [_issue(n, pull_request=True) for n in range(2, 900)]

    with connected("anonymous") as cloud:
        found = cloud.ask("issues", IssueQuestion([BOAT], first=1))[BOAT]

    assert (found.issues, found.total) == ([], None)
    assert len(github.asked) == 5


def test_an_issue_that_moves_to_another_page_is_shown_once(github):
    github.page = 5
    github.issues["boat"] = [_issue(number) for number in range(1, 13)]
    plain = github.answer

    def answer(request):
        found = plain(request)
        github.issues["boat"].append(_issue(len(github.issues["boat"]) + 1))
        return found

    github.answer = answer

    with connected("anonymous") as cloud:
        found = cloud.ask("issues", IssueQuestion([BOAT], first=12))[BOAT]

    assert [one.number for one in found.issues] == list(range(12, 0, -1))


# Pages of an organization without a token.


@pytest.mark.parametrize(
    "after",
    [
        "/internal/admin/list?x=1",
        "http://169.254.169.254/latest",
        "//127.0.0.1/x",
        "/orgs/other/repos?per_page=100",
        "x",
        "-20",
        "5",
        "9" * 20,
        "\u0662\u0660",
    ],
)
def test_a_cursor_is_no_path(github, after):
    asked = OrganizationQuestion(OWNER, repositories=20, after=after)

    error = failing(lambda cloud: cloud.ask("organizations", asked), "anonymous")

    assert (error.code, error.retryable) == (Code.INVALID_REQUEST, False)
    assert {one.path for one in github.asked} <= {f"/orgs/{OWNER}"}


def test_no_more_repositories_than_asked_for(github):
    plain = github.answer

    def answer(request):
        return as_json(github.repositories) if request.path.endswith("/repos") else plain(request)

    github.answer = answer
    asked = OrganizationQuestion(OWNER, repositories=2)

    with connected("anonymous") as cloud:
        assert len(cloud.ask("organizations", asked).repositories.repositories) == 2


@pytest.mark.parametrize("given", ["owner", "anonymous", "token"])
def test_a_repository_that_was_transferred_is_no_more_of_its_owner(github, given):
    """Without an owner, every repository that the token reaches is shown."""
    github.repositories[0] |= {"full_name": "elsewhere/boat", "owner": {"login": "elsewhere"}}

    with connected(given) as cloud:
        found = cloud.find("repositories", "147539337")

    assert (found is not None) == (given == "token")


# Values.


@pytest.mark.parametrize("given", GIVEN)
def test_an_unknown_visibility_is_unknown_and_noted(github, given):
    if given == "anonymous":
        github.repositories[0]["visibility"] = "secret"

    def altered(_name, body):
        (owner,) = body["data"].values()
        owner["repositories"]["nodes"][0]["visibility"] = "SECRET"
        return body

    github.altered = altered

    boat = listed(given)[f"{OWNER}/boat"]

    assert boat.visibility is None
    assert "visibility" in boat.problem


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("url", ["javascript:alert(1)", " https://x", "data:text/html,x", "/x"])
def test_an_address_that_is_none_of_the_web_is_not_shown(github, given, url):
    github.repositories[0]["html_url"] = url

    boat = listed(given)[f"{OWNER}/boat"]

    assert boat.url == ""
    assert "rl is" in boat.problem


@pytest.mark.parametrize("given", ["token", "anonymous"])
@pytest.mark.parametrize("values", [{"state": "stale"}, {"number": 2**33}, {"comments": 2**40}])
def test_an_issue_that_the_api_cannot_show_is_an_error_of_its_repository(github, given, values):
    if given == "anonymous":
        github.issues["boat"][0] |= values

    def altered(_name, body):
        count = {"totalCount": values["comments"]} if "comments" in values else None
        changed = values | ({"comments": count} if count else {})
        body["data"]["nodes"][0]["issues"]["nodes"][0] |= changed
        return body

    github.altered = altered
    other = keys_of(github, 2)[1]

    with connected(given) as cloud:
        found = cloud.ask("issues", IssueQuestion([BOAT, other]))

    assert found[BOAT].code is Code.PROVIDER_ERROR
    assert found[other].total == 0


@pytest.mark.parametrize("given", ["token", "anonymous"])
def test_an_issue_with_another_address_is_shown_without_it(github, given):
    github.issues["boat"][0]["html_url"] = "javascript:alert(1)"

    with connected(given) as cloud:
        found = cloud.ask("issues", IssueQuestion([BOAT], number=1))[BOAT]
        people = cloud.ask("organizations", EVERYTHING).members

    assert [one.url for one in found.issues] == [""]
    assert people.total
