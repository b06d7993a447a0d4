"""Answers of GitHub's GraphQL API with a refused, missing or unreadable part."""

import pytest

from inventory.providers import ProviderError
from inventory.providers.exceptions import ProviderErrorCode as Code
from inventory.records.code_hosting import (
    IssueQuestion,
    NewComment,
    OrganizationQuestion,
    RepositoryKey,
)
from tests.clouds.apis.github import OWNER, GitHub
from tests.clouds.recorded import as_json, served
from tests.clouds.static_ec2 import reply
from tests.inventory.providers.test_github import BOAT, EVERYTHING, connected, failing, listed

SSO = (
    "Resource protected by organization SAML enforcement. You must grant your Personal Access "
    "token access to this organization."
)
WRONG = "Something went wrong while executing your query. This may be the result of a timeout."
SCOPES = "Your token has not been granted the required scopes to execute this query."
LISTS = {"token": ("Reached", "viewer"), "owner": ("Owned", "repositoryOwner")}


@pytest.fixture
def github(monkeypatch):
    with served(GitHub(), monkeypatch) as cloud:
        yield cloud


def error(path, message=WRONG, kind=None):
    return {"message": message, "path": path} | ({"type": kind} if kind else {})


def alter(github, operation, change):
    """``change(data)`` returns errors, or nothing."""

    def altered(name, body):
        if name != operation:
            return body
        errors = change(body["data"]) or []
        known = [*body.get("errors", []), *errors]
        return {"data": body["data"]} | ({"errors": known} if known else {})

    github.altered = altered


@pytest.mark.parametrize("given", LISTS)
def test_a_list_keeps_the_repositories_beside_one_that_is_refused(github, given):
    operation, field = LISTS[given]

    def change(data):
        data[field]["repositories"]["nodes"][3] = None
        return [error([field, "repositories", "nodes", 3], SSO, "FORBIDDEN")]

    alter(github, operation, change)

    with connected(given) as cloud:
        found = cloud.read("repositories")

    (lost,) = [one for one in found if not one.external_id]
    assert lost.problem == SSO
    assert len(found) == 30


def test_a_list_keeps_a_repository_of_which_a_field_is_refused(github):
    def change(data):
        data["viewer"]["repositories"]["nodes"][0]["defaultBranchRef"] = None
        path = ["viewer", "repositories", "nodes", 0, "defaultBranchRef"]
        return [error(path, "Resource not accessible by integration", "FORBIDDEN")]

    alter(github, "Reached", change)

    problems = {one.full_name: one.problem for one in listed().values() if one.problem}

    assert problems == {f"{OWNER}/boat": "Resource not accessible by integration"}


def test_an_object_that_a_list_leaves_out_without_a_word(github):
    def change(data):
        data["viewer"]["repositories"]["nodes"][2] = None

    alter(github, "Reached", change)

    with connected() as cloud:
        (lost,) = [one for one in cloud.read("repositories") if not one.external_id]

    assert "left an object out" in lost.problem


@pytest.mark.parametrize(
    "path", [["viewer", "repositories", "totalCount"], ["viewer", "repositories"], ["viewer"], None]
)
def test_an_error_of_the_whole_list_fails_it(github, path):
    alter(github, "Reached", lambda _data: [error(path)])

    assert failing(lambda cloud: cloud.read("repositories")).code is Code.PROVIDER_ERROR


@pytest.mark.parametrize("given", LISTS)
def test_a_list_that_is_shorter_than_its_total_says_so(github, given):
    operation, field = LISTS[given]

    def change(data):
        data[field]["repositories"]["totalCount"] = 250

    alter(github, operation, change)

    with connected(given) as cloud:
        found = cloud.read("repositories")

    (lost,) = [one for one in found if not one.external_id]
    assert lost.problem == "The cloud reports 250 objects and lists 30 of them."
    assert len(found) == 31


def test_a_list_that_changes_while_it_is_read_is_read_again(github):
    github.page, left = 10, []

    def change(data):
        if not left:
            left.append(github.repositories.pop(0))

    alter(github, "Reached", change)

    assert [*listed()] == [one["full_name"] for one in github.repositories]


def issues_of_all(github):
    keys = [RepositoryKey(one["full_name"], one["node_id"]) for one in github.repositories]
    with connected() as cloud:
        return keys, cloud.ask("issues", IssueQuestion(keys))


def test_each_repository_of_a_page_has_its_own_error(github):
    def change(data):
        data["nodes"][:3] = [None, None, None]
        return [
            error(["nodes", 1], "Could not resolve to a node.", "NOT_FOUND"),
            error(["nodes", 0, "issues"]),
        ]

    alter(github, "Issues", change)

    keys, found = issues_of_all(github)

    assert [found[key].code for key in keys[:3]] == [
        Code.PROVIDER_ERROR,
        Code.NOT_FOUND,
        Code.PROVIDER_ERROR,
    ]
    assert found[keys[0]].message == WRONG
    assert [found[key].total for key in keys[3:]] == [0] * (len(keys) - 3)


def test_issues_are_told_by_their_position_and_not_by_the_format_of_an_id(github):
    def change(data):
        for node in data["nodes"]:
            node["id"] = f"R_new_{node['id']}"

    alter(github, "Issues", change)

    keys, found = issues_of_all(github)

    assert [issue.number for issue in found[BOAT].issues] == [3, 1]
    assert len(found) == len(keys)


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page["nodes"][0].update(number=None),
        lambda page: page["nodes"].__setitem__(0, None),
        lambda page: page.update(totalCount=None),
        lambda page: page.update(nodes=None),
    ],
)
def test_issues_that_cannot_be_read_are_an_error_and_no_blanks(github, change):
    alter(github, "Issues", lambda data: change(data["nodes"][0]["issues"]))

    with connected() as cloud:
        found = cloud.ask("issues", IssueQuestion([BOAT]))

    assert found[BOAT].code is Code.PROVIDER_ERROR


def test_an_answer_with_fewer_objects_than_ids_is_none(github):
    alter(github, "Issues", lambda data: data["nodes"].pop())

    assert failing(lambda cloud: cloud.ask("issues", IssueQuestion([BOAT]))).retryable


def test_collaborators_that_failed_are_not_taken_for_those_that_are_not_shown(github):
    other = github.repositories[1]
    keys = [BOAT, RepositoryKey(other["full_name"], other["node_id"])]

    def change(data):
        data["nodes"][0] = None
        return [error(["nodes", 0])]

    alter(github, "Collaborators", change)
    github.pushes_to = {"boat"}

    with connected() as cloud:
        found = cloud.ask("collaborators", keys)

    assert {one.full_name: each.code for one, each in found.items()} == {
        BOAT.full_name: Code.PROVIDER_ERROR
    }


def test_members_that_are_refused_leave_the_repositories(github):
    def change(data):
        data["organization"]["membersWithRole"] = None
        return [error(["organization", "membersWithRole"], SCOPES, "INSUFFICIENT_SCOPES")]

    alter(github, "Organization", change)

    with connected() as cloud:
        found = cloud.ask("organizations", EVERYTHING)

    assert found.members.code is Code.PERMISSION_DENIED
    assert len(found.repositories.repositories) == 30


@pytest.mark.parametrize("given", ["token", "anonymous"])
def test_a_member_that_cannot_be_read_is_no_blank(github, given):
    def change(data):
        data["organization"]["membersWithRole"]["nodes"][0] = None

    alter(github, "Organization", change)
    github.members[0] = {"login": None}

    with connected(given) as cloud:
        found = cloud.ask("organizations", EVERYTHING)

    assert found.members.code is Code.PROVIDER_ERROR


def test_repositories_that_a_page_of_an_organization_lacks_have_no_id(github):
    def change(data):
        nodes = data["organization"]["repositories"]["nodes"]
        nodes[0]["databaseId"], nodes[1] = None, None
        return [error(["organization", "repositories", "nodes", 1], SSO, "FORBIDDEN")]

    alter(github, "Organization", change)

    with connected() as cloud:
        page = cloud.ask("organizations", EVERYTHING).repositories

    assert [bool(one.external_id) for one in page.repositories[:3]] == [False, False, True]
    assert page.repositories[1].problem == SSO


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"data": {"organization": None}}, None),
        ({"data": {}}, Code.PROVIDER_ERROR),
        ({"data": None}, Code.PROVIDER_ERROR),
        ({"data": {"organization": None}, "errors": [{}]}, Code.PROVIDER_ERROR),
    ],
)
def test_only_an_answer_that_says_so_means_that_there_is_no_organization(github, body, code):
    github.altered = lambda _name, _body: body

    with connected() as cloud:
        if code is None:
            assert cloud.ask("organizations", OrganizationQuestion(OWNER)) is None
            return
        with pytest.raises(ProviderError) as caught:
            cloud.ask("organizations", OrganizationQuestion(OWNER))
    assert caught.value.code is code
    assert "HTTP status 200" not in caught.value.message


def test_a_single_repository_is_read_as_the_list_reads_it(github):
    github.repositories[0]["open_issues_count"] = 7  # of REST: with pull requests

    def empty(name, body):
        nodes = [body["data"].get("node")] if "node" in body["data"] else []
        if name == "Reached":
            nodes = body["data"]["viewer"]["repositories"]["nodes"]
        for node in nodes:
            node["defaultBranchRef"] = None
        return body

    github.altered = empty

    with connected() as cloud:
        single = cloud.find("repositories", "147539337")
        (same,) = [one for one in cloud.read("repositories") if one.name == "boat"]

    assert single == same
    assert (single.open_issues, single.default_branch) == (1, None)


# Comments.


def commenting(github):
    order = NewComment("I_1", "Thank you.")
    return failing(lambda cloud: cloud.create_once("issues", "comment", order))


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({"data": {"addComment": None}}, None),
        ({"data": {"addComment": {"commentEdge": {"node": None}}}}, None),
        ({"data": {"addComment": {"commentEdge": {"node": {"id": None}}}}}, None),
        (
            {
                "data": {"addComment": {"commentEdge": None}},
                "errors": [error(["addComment", "commentEdge", "node", "id"], SSO, "FORBIDDEN")],
            },
            None,
        ),
        ({"data": None, "errors": [error(None)]}, None),
        (
            {
                "data": None,
                "errors": [error(["addComment", "commentEdge", "node", "id"], SSO, "FORBIDDEN")],
            },
            None,
        ),
        ({"data": {"addComment": None}, "errors": [error(["addComment"])]}, None),
        (None, reply("<html>Bad gateway</html>", 502)),
        (None, reply("<html>Hello</html>", 200)),
        (None, as_json([])),
    ],
)
def test_after_an_unclear_answer_a_comment_may_be_there(github, body, fault):
    if body is not None:
        github.altered = lambda _name, _body: body
    github.fault = fault

    found = commenting(github)

    assert found.may_have_acted is True
    assert found.retryable is False
    assert SSO in found.message or "FORBIDDEN" not in str(body)
    assert "may have been carried out" in found.message
    assert len(github.asked) == 1


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (
            {
                "data": {"addComment": None},
                "errors": [error(["addComment"], "Body can't be blank", "UNPROCESSABLE")],
            },
            None,
        ),
        ({"data": None, "errors": [error(None, SCOPES, "INSUFFICIENT_SCOPES")]}, None),
        ({"errors": [error(None, "API rate limit exceeded", "RATE_LIMITED")]}, None),
        (None, as_json({"message": "Bad credentials"}, 401)),
    ],
)
def test_a_comment_that_was_refused_is_not_there(github, body, fault):
    if body is not None:
        github.altered = lambda _name, _body: body
    github.fault = fault

    found = commenting(github)

    assert found.may_have_acted is False
    assert "may have been carried out" not in found.message


def test_a_comment_is_answered_though_a_field_of_its_repository_is_refused(github):
    def change(data):
        data["addComment"]["commentEdge"]["node"]["repository"]["defaultBranchRef"] = None
        path = ["addComment", "commentEdge", "node", "repository", "defaultBranchRef"]
        return [error(path, "Resource not accessible by personal access token", "FORBIDDEN")]

    alter(github, "AddComment", change)

    with connected() as cloud:
        made = cloud.create_once("issues", "comment", NewComment("I_1", "Thank you."))

    assert made.external_id == "IC_1"
