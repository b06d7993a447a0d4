"""The kind github: the API of each request, and the meaning of each refusal."""

import json
from contextlib import contextmanager

import pytest

from gateway.core.http.retry_after import retry_after_of
from inventory.providers import ProviderError, connect, get_kind
from inventory.providers import ProviderErrorCode as Code
from inventory.providers.credential import CredentialProblem
from inventory.providers.github.address import place_of
from inventory.records.code_hosting import (
    HostOrder,
    IssueQuestion,
    IssueState,
    NewComment,
    OrganizationQuestion,
    RepositoryKey,
)
from inventory.records.repository import RepositoryState
from tests.clouds.apis.github import OWNER, GitHub, GitHubServer
from tests.clouds.recorded import as_json, served
from tests.clouds.static_ec2 import reply

KIND = get_kind("github")
GIVEN = {
    "token": {"token": GitHub.token},
    "owner": {"token": GitHub.token, "owner": OWNER},
    "anonymous": {"owner": OWNER},
}
BOAT = RepositoryKey(f"{OWNER}/boat", "MDEwOlJlcG9zaXRvcnkxNDc1MzkzMzc=")
EVERYTHING = OrganizationQuestion(OWNER, repositories=100, members=10)


@pytest.fixture
def github(monkeypatch):
    with served(GitHub(), monkeypatch) as cloud:
        yield cloud


@contextmanager
def connected(given="token", **more):
    credentials = KIND.clean_credentials({**GIVEN[given], **more})
    with connect(KIND, credentials, "global", 10) as cloud:
        yield cloud


def failing(ask, given="token"):
    with connected(given) as cloud, pytest.raises(ProviderError) as caught:
        ask(cloud)
    return caught.value


def listed(given="token"):
    with connected(given) as cloud:
        return {one.full_name: one for one in cloud.read("repositories")}


def documents(github):
    return [one.body["query"].split("(")[0] for one in github.asked if one.method == "POST"]


@pytest.mark.parametrize("given", GIVEN)
def test_repositories_are_listed_alike_by_both_apis(github, given):
    github.repositories[0] |= {"topics": ["sea", "ai"], "archived": True}

    found = listed(given)

    boat = found[f"{OWNER}/boat"]
    assert len(found) == 30
    assert boat.external_id == "147539337"
    assert boat.node_id == BOAT.node_id
    assert (boat.name, boat.owner_login, boat.description) == ("boat", OWNER, "S.T.A.R. boat")
    assert (boat.url, boat.default_branch) == (f"https://github.com/{OWNER}/boat", "master")
    assert (boat.visibility, boat.topics, boat.archived) == ("PUBLIC", ("ai", "sea"), True)
    assert (boat.state, boat.raw_state) == (RepositoryState.ARCHIVED, "archived")
    assert boat.created_at is not None
    assert {one.problem for one in found.values()} == {None}


@pytest.mark.parametrize("given", ["token", "owner"])
def test_a_hundred_repositories_with_their_owners_are_one_request(github, given):
    github.add(70)

    assert len(listed(given)) == 100

    assert [one.path for one in github.asked] == ["/graphql"]


@pytest.mark.parametrize("given", GIVEN)
def test_every_page_is_read(github, given):
    github.page = 7

    assert len(listed(given)) == 30


@pytest.mark.parametrize("given", GIVEN)
def test_a_page_that_fails_fails_the_list(github, given):
    github.page = 20
    github.fault = reply("no", 502)
    github.fault_meets = lambda _request: len(github.asked) > 1

    error = failing(lambda cloud: cloud.read("repositories"), given)

    assert (error.code, error.retryable) == (Code.PROVIDER_ERROR, True)


def test_a_query_is_sent_again_after_502(github):
    github.fault = reply("no", 502)
    github.fault_meets = lambda _request: len(github.asked) == 1

    assert len(listed()) == 30
    assert len(github.asked) == 2


def test_a_comment_is_not_sent_again_after_502(github):
    github.fault = reply("no", 502)

    error = failing(lambda cloud: cloud.create("issues", "comment", NewComment("I_1", "Yes.")))

    assert error.may_have_acted is True
    assert len(github.asked) == 1


@pytest.mark.parametrize("given", ["token", "owner"])
def test_a_wrong_token(github, given):
    github.token = "another"

    error = failing(lambda cloud: cloud.read("repositories"), given)

    assert (error.code, error.retryable) == (Code.INVALID_CREDENTIALS, False)


@pytest.mark.parametrize("given", GIVEN)
def test_a_limit_that_is_used_up_is_asked_about_once_and_names_its_reset(
    github, given, monkeypatch
):
    github.left = 0
    monkeypatch.setattr("time.time", lambda: github.reset_at - 600.0)
    plain = github.answer

    def dated(request):
        found = plain(request)
        return as_json(
            json.loads(found.body),
            found.status,
            **{name: value for name, value in found.headers.items() if name != "Content-Type"}
            | {"Date": "Sat, 28 Nov 2026 20:50:00 GMT"},
        )

    github.answer = dated

    error = failing(lambda cloud: cloud.read("repositories"), given)

    assert (error.code, error.retryable) == (Code.RATE_LIMITED, True)
    assert error.retry_after == 600
    assert error.message.endswith("It may be asked again from 2026-11-28T21:00:00Z.")
    assert len(github.asked) == 1


@pytest.mark.parametrize("status", [403, 429])
@pytest.mark.parametrize(("header", "seconds"), [({}, 60), ({"Retry-After": "30"}, 30)])
def test_a_secondary_limit(github, status, header, seconds):
    message = "You have exceeded a secondary rate limit. Please wait a few minutes."
    github.fault = as_json({"message": message}, status, **header)

    error = failing(lambda cloud: cloud.find("repositories", "147539337"))

    assert (error.code, error.retryable) == (Code.RATE_LIMITED, True)
    assert error.retry_after == seconds


def test_a_permission_that_the_token_lacks(github):
    message = "Resource not accessible by personal access token"
    github.fault = as_json({"message": message}, 403)

    error = failing(lambda cloud: cloud.find("repositories", "147539337"))

    assert (error.code, error.retryable) == (Code.PERMISSION_DENIED, False)


def test_an_owner_that_there_is_not(github):
    credentials = KIND.clean_credentials({"owner": "nobody-at-all"})
    for given in (credentials, {**credentials, "token": GitHub.token}):
        with connect(KIND, given, "global", 10) as cloud, pytest.raises(ProviderError) as caught:
            cloud.read("repositories")
        assert caught.value.code is Code.NOT_FOUND


@pytest.mark.parametrize("given", GIVEN)
def test_a_repository_is_found_by_its_number_whatever_its_name_is(github, given):
    github.rename("boat", "ship")

    with connected(given) as cloud:
        found = cloud.find("repositories", "147539337")
        assert cloud.find("repositories", "1") is None
        assert cloud.find("repositories", "boat") is None

    assert found.full_name == f"{OWNER}/ship"


def test_a_renamed_repository_answers_at_its_old_name_by_its_redirect(github):
    github.rename("boat", "ship")

    with connected("anonymous") as cloud:
        people = cloud.ask("contributors", [BOAT], 2)

    assert [one.login for one in people[BOAT].people] == ["laszewsk", "robludwig"]
    assert [one.path for one in github.asked] == [
        f"/repos/{OWNER}/boat/contributors",
        "/repositories/147539337/contributors",
    ]


def test_an_empty_repository_has_no_contributors(github):
    github.empty = {"boat"}

    with connected() as cloud:
        assert cloud.ask("contributors", [BOAT], 2)[BOAT].people == []


@pytest.mark.parametrize("given", ["token", "anonymous"])
@pytest.mark.parametrize("resource", ["issues", "contributors"])
def test_a_repository_that_is_gone_is_not_found_and_the_others_are_answered(
    github, given, resource
):
    gone = RepositoryKey(f"{OWNER}/gone", "R_gone")

    with connected(given) as cloud:
        asked = [IssueQuestion([gone, BOAT])] if resource == "issues" else [[gone, BOAT], 10]
        found = cloud.ask(resource, *asked)

    assert found[gone].code is Code.NOT_FOUND
    assert found[BOAT].total


@pytest.mark.parametrize("given", ["token", "anonymous"])
def test_an_organization_that_there_is_not(github, given):
    with connected(given, owner=None if given == "token" else "nobody-at-all") as cloud:
        assert cloud.ask("organizations", OrganizationQuestion("nobody-at-all")) is None


@pytest.mark.parametrize("given", ["token", "anonymous"])
def test_an_organization(github, given):
    with connected(given) as cloud:
        found = cloud.ask("organizations", EVERYTHING)

    assert (found.login, found.name, found.description) == (
        OWNER,
        "Cloudmesh Community",
        "A community.",
    )
    assert (len(found.repositories.repositories), found.repositories.total) == (30, 30)
    assert found.repositories.next_cursor is None
    members = [one.login for one in found.members.people]
    assert members == (
        ["laszewsk"] if given == "anonymous" else ["laszewsk", "robludwig", "vineet"]
    )


def test_an_organization_with_a_hundred_repositories_and_its_members_is_one_request(github):
    github.add(70)

    with connected() as cloud:
        cloud.ask("organizations", EVERYTHING)

    assert len(github.asked) == 1


@pytest.mark.parametrize("given", ["token", "anonymous"])
def test_the_pages_of_an_organization(github, given):
    asked = OrganizationQuestion(OWNER, repositories=20, descending=True)
    with connected(given) as cloud:
        first = cloud.ask("organizations", asked).repositories
        after = OrganizationQuestion(
            OWNER, repositories=20, descending=True, after=first.next_cursor
        )
        second = cloud.ask("organizations", after).repositories

    names = [one.name.lower() for one in (*first.repositories, *second.repositories)]
    assert len(names) == 30
    assert names == sorted(names, reverse=True)
    assert second.next_cursor is None


def test_an_order_that_only_a_token_has(github):
    asked = OrganizationQuestion(OWNER, repositories=1, order=HostOrder.STARGAZERS)

    error = failing(lambda cloud: cloud.ask("organizations", asked), "anonymous")

    assert error.code is Code.NOT_SUPPORTED


@pytest.mark.parametrize("given", ["token", "anonymous"])
def test_issues_without_pull_requests(github, given):
    with connected(given) as cloud:
        found = cloud.ask("issues", IssueQuestion([BOAT]))[BOAT]
        closed = cloud.ask("issues", IssueQuestion([BOAT], states=[IssueState.CLOSED]))[BOAT]
        one = cloud.ask("issues", IssueQuestion([BOAT], number=1))[BOAT]
        pull_request = cloud.ask("issues", IssueQuestion([BOAT], number=2))[BOAT]
        none = cloud.ask("issues", IssueQuestion([BOAT], number=99))[BOAT]

    assert [(issue.number, issue.state) for issue in found.issues] == [(3, "CLOSED"), (1, "OPEN")]
    assert [issue.number for issue in closed.issues] == [3]
    (issue,) = one.issues
    assert (issue.external_id, issue.title, issue.author, issue.comments) == (
        "I_1",
        "Issue 1",
        "laszewsk",
        1,
    )
    assert not pull_request.issues
    assert not none.issues


def test_the_issues_of_a_hundred_repositories_are_one_request(github):
    github.add(70)
    keys = [RepositoryKey(one["full_name"], one["node_id"]) for one in github.repositories]

    with connected() as cloud:
        found = cloud.ask("issues", IssueQuestion(keys))

    assert len(found) == 100
    assert len(github.asked) == 1


def test_a_question_that_takes_a_request_each_is_of_thirty_repositories_at_most(github):
    keys = [RepositoryKey(f"{OWNER}/more-{number}") for number in range(31)]
    for ask in (
        lambda cloud: cloud.ask("contributors", keys, 10),
        lambda cloud: cloud.ask("issues", IssueQuestion(keys)),
    ):
        error = failing(ask, "anonymous")
        assert (error.code, error.retryable) == (Code.INVALID_REQUEST, False)
    assert not github.asked


def test_collaborators_are_those_of_repositories_that_the_token_may_push_to(github):
    other = github.repositories[1]
    keys = [BOAT, RepositoryKey(other["full_name"], other["node_id"])]
    github.pushes_to = {"boat"}

    with connected() as cloud:
        found = cloud.ask("collaborators", keys)

    assert {
        one.full_name: [each.login for each in people.people] for one, people in found.items()
    } == {BOAT.full_name: ["laszewsk", "robludwig"]}


def test_a_comment(github):
    with connected() as cloud:
        made = cloud.create("issues", "comment", NewComment("I_1", "Thank you."))

    assert made.url == f"https://github.com/{OWNER}/boat/issues/1#issuecomment-1"
    assert made.repository.full_name == f"{OWNER}/boat"
    assert github.comments == [(1, "Thank you.")]


def test_a_comment_on_what_there_is_not(github):
    error = failing(lambda cloud: cloud.create("issues", "comment", NewComment("I_99", "x")))

    assert (error.code, error.may_have_acted) == (Code.NOT_FOUND, False)


def test_an_account_without_a_token_adds_no_comment(github):
    error = failing(
        lambda cloud: cloud.create("issues", "comment", NewComment("I_1", "x")), "anonymous"
    )

    assert error.code is Code.NOT_SUPPORTED
    assert not github.asked


def test_a_github_enterprise_server(monkeypatch):
    with served(GitHubServer(), monkeypatch) as cloud:
        for given in GIVEN:
            with connected(given, endpoint_url="https://github.example.com") as asked:
                assert len(asked.read("repositories")) == 30
                assert asked.find("repositories", "147539337").name == "boat"

    assert {one.path.split("/")[1] for one in cloud.asked} == {"api"}


@pytest.mark.parametrize(
    ("url", "host", "rest", "graphql"),
    [
        (None, "api.github.com", "", "/graphql"),
        ("https://github.com", "api.github.com", "", "/graphql"),
        ("https://api.github.com", "api.github.com", "", "/graphql"),
        ("https://octocorp.ghe.com", "api.octocorp.ghe.com", "", "/graphql"),
        ("https://github.example.com", "github.example.com", "/api/v3", "/api/graphql"),
        ("https://github.example.com/api/v3", "github.example.com", "/api/v3", "/api/graphql"),
        ("http://127.0.0.1:8080/api/graphql", "127.0.0.1", "/api/v3", "/api/graphql"),
    ],
)
def test_where_each_api_is(url, host, rest, graphql):
    place = place_of({"endpoint_url": url})

    assert (place.host, place.rest, place.graphql) == (host, rest, graphql)


def test_an_account_is_one_however_its_server_is_written():
    digests = {
        KIND.account_digest(KIND.clean_credentials({"owner": owner, "endpoint_url": url}))
        for owner, url in [
            ("acme", "https://GitHub.example.com"),
            ("ACME", "https://github.example.com/api/v3/"),
            ("acme", "https://github.example.com:443/api/graphql"),
        ]
    }

    assert len(digests) == 1


@pytest.mark.parametrize("given", [{}, {"owner": "a b"}, {"owner": "../x"}, {"owner": "-a"}])
def test_credentials_that_name_nothing(given):
    with pytest.raises(CredentialProblem) as caught:
        KIND.clean_credentials(given)

    assert caught.value.field == "owner"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795000600"}, 600),
        ({"X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "1795000600"}, None),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "30"}, None),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"}, None),
        ({"X-RateLimit-Remaining": "0"}, None),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795000600", "Retry-After": "7"}, 7),
    ],
)
def test_a_limit_that_is_used_up_says_when_it_begins_anew(headers, seconds, monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1795000000.0)

    assert retry_after_of(headers) == seconds
