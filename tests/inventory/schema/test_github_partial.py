"""The API's answers when a part of GitHub's answer is refused or missing."""

import pytest

from inventory.models import Grant, Role
from tests.client import GraphQLClient, token_of
from tests.clouds.apis.github import GitHub
from tests.clouds.recorded import as_json, served
from tests.clouds.static_ec2 import reply
from tests.inventory.factories import make_user
from tests.inventory.schema.test_github import COMMENT, connect

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what GitHub is asked and answers
]

REFUSED = "Resource protected by organization SAML enforcement."
ALL = """{ repositoriesConnection(maxAge: 0, first: 100) {
  totalCount complete nodes { name state } sources { status error { code message } } } }"""
ORGANIZATION = """{ organization(login: "cloudmesh-community") {
  repositories(first: 100) { nodes { name } } members { login } } }"""


@pytest.fixture
def github(monkeypatch):
    with served(GitHub(), monkeypatch) as cloud:
        yield cloud


@pytest.fixture
def user():
    return make_user("gregor")


@pytest.fixture
def client(user):
    return GraphQLClient(token_of(user))


@pytest.fixture
def provider(github, user):
    return connect(user)


def without_one(name, body):
    place = ["viewer", "repositories"] if name == "Reached" else ["organization", "repositories"]
    if name not in {"Reached", "Organization"}:
        return body
    body["data"][place[0]][place[1]]["nodes"][3] = None
    error = {"type": "FORBIDDEN", "path": [*place, "nodes", 3], "message": REFUSED}
    return body | {"errors": [error]}


def test_a_repository_that_is_refused_leaves_the_others_and_an_incomplete_receipt(
    client, github, provider
):
    client.data(ALL)
    github.altered = without_one

    page = client.data(ALL)["repositoriesConnection"]

    assert (page["totalCount"], page["complete"]) == (30, False)
    assert {one["state"] for one in page["nodes"]} == {"ACTIVE"}
    assert REFUSED in page["sources"][0]["error"]["message"]


def test_a_repository_that_a_page_of_an_organization_lacks_makes_it_incomplete(
    client, github, provider
):
    github.altered = without_one

    answer = client.post(ORGANIZATION)

    assert len(answer["data"]["organization"]["repositories"]["nodes"]) == 29
    assert answer["extensions"]["complete"] is False
    errors = [one["error"]["message"] for one in answer["extensions"]["sources"] if one["error"]]
    assert [REFUSED in message for message in errors] == [True]


def test_members_that_are_refused_are_an_error_of_their_field(client, github, provider):
    def refused(_name, body):
        body["data"]["organization"]["membersWithRole"] = None
        path = ["organization", "membersWithRole"]
        return body | {
            "errors": [{"type": "INSUFFICIENT_SCOPES", "path": path, "message": "No read:org."}]
        }

    github.altered = refused

    answer = client.post(ORGANIZATION)

    (error,) = answer["errors"]
    assert (error["path"], error["extensions"]["code"]) == (
        ["organization", "members"],
        "PERMISSION_DENIED",
    )
    found = answer["data"]["organization"]
    assert (found["members"], len(found["repositories"]["nodes"])) == (None, 30)


def test_an_organization_that_is_gone_between_two_of_its_pages(client, github, provider):
    asked = []

    def gone(_name, body):
        asked.append(1)
        return body if len(asked) == 1 else {"data": {"organization": None}}

    github.altered = gone

    answer = client.post("""{ organization(login: "cloudmesh-community") {
      a: repositories(first: 2) { nodes { name } }
      b: repositories(first: 3) { nodes { name } } } }""")

    assert [one["extensions"]["code"] for one in answer["errors"]] == ["NOT_FOUND"]
    assert len(answer["data"]["organization"]["a"]["nodes"]) == 2


def test_one_contributor_list_that_is_too_large_leaves_the_others(client, github, provider):
    message = "The history or contributor list is too large to list contributors for this one."
    github.fault = as_json({"message": message}, 403)
    github.fault_meets = lambda request: request.path.endswith("/boat/contributors")

    answer = client.post(
        "{ repositoriesConnection(first: 5) { nodes { name contributors { login } } } }"
    )

    nodes = answer["data"]["repositoriesConnection"]["nodes"]
    assert [one["name"] for one in nodes if one["contributors"] is None] == ["boat"]
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["NOT_SUPPORTED"]
    assert answer["extensions"]["complete"] is False
    errors = [one["error"]["code"] for one in answer["extensions"]["sources"] if one["error"]]
    assert errors == ["NOT_SUPPORTED"]


def test_a_repository_that_is_gone_leaves_the_answer_complete(client, github, provider):
    client.data(ALL)
    github.repositories = [one for one in github.repositories if one["name"] != "boat"]

    answer = client.post(
        "{ repositoriesConnection(first: 5, maxAge: 600) { nodes { name issues { number } } } }"
    )

    assert [one["extensions"]["code"] for one in answer["errors"]] == ["NOT_FOUND"]
    assert answer["extensions"]["complete"] is True


@pytest.mark.parametrize("fault", [reply("<html>", 502), reply("<html>", 200), as_json([])])
def test_an_unclear_comment_says_so_and_is_not_retryable(client, github, provider, fault):
    github.fault = fault

    answer = client.post(COMMENT, {"id": "I_1"})

    (error,) = answer["data"]["addComment"]["errors"]
    assert "may have been carried out" in error["message"]
    assert [one["error"]["retryable"] for one in answer["extensions"]["sources"]] == [False]


def test_no_word_of_a_viewers_keeps_the_others_from_their_provider(client, github, provider):
    viewer = make_user("viewer")
    Grant.objects.create(provider=provider, user=viewer, role=Role.VIEWER)
    other = GraphQLClient(token_of(viewer))
    for word in ("rate limit", "API rate limit exceeded", "bad cred", "Bad credentials"):
        other.post(f'{{ organization(login: "{word}") {{ login }} }}')
        client.post(COMMENT, {"id": word})

    page = client.data(ALL)["repositoriesConnection"]

    assert (page["complete"], page["totalCount"]) == (True, 30)
