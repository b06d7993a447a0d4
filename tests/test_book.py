"""The GraphQL chapter of von Laszewski's "Cloud Computing", example by example.

Each query is as printed, corrected only where the print is not valid GraphQL: names in camelCase
as the answers there have them, string literals quoted, variables declared, directives in lower
case. Source: github.com/cloudmesh-community/book, the chapter on GraphQL.
"""

import json
import os
import platform

import pytest
from django.test import Client
from graphql import build_schema

from gateway.schema import schema
from inventory.models import Repository
from tests.client import ENDPOINT, GraphQLClient
from tests.inventory.factories import make_user

pytestmark = pytest.mark.django_db

COMMUNITY = "cloudmesh-community"
REPOSITORIES = {
    "boat": "S.T.A.R. boat",
    "book": "Gregor von Laszewski",
    "cm": "Cloudmesh v4",
    "cm-burn": "Burns many SD cards so we can build a Raspberry PI cluster",
}


@pytest.fixture
def user():
    return make_user("user1", first_name="User", last_name="One")


@pytest.fixture
def client(user):
    return GraphQLClient().log_in("user1", "correct-horse")


@pytest.fixture
def repositories(db):
    """The repositories that the chapter's Python shell creates."""
    for name, description in REPOSITORIES.items():
        Repository.objects.create(
            name=name,
            full_name=f"{COMMUNITY}/{name}",
            owner_login=COMMUNITY,
            url=url_of(name),
            description=description,
        )


def url_of(name):
    return f"https://github.com/{COMMUNITY}/{name}"


def info(name):
    return {
        "name": name,
        "fullName": f"{COMMUNITY}/{name}",
        "url": url_of(name),
        "description": REPOSITORIES[name],
    }


def test_list_of_repositories(client, repositories):
    data = client.data("{ repositories { name fullName url description } }")

    assert data == {"repositories": [info(name) for name in REPOSITORIES]}


def test_argument_first(client, repositories):
    data = client.data("{ repositories(first: 3) { name url } }")

    names = ["boat", "book", "cm"]
    assert data == {"repositories": [{"name": name, "url": url_of(name)} for name in names]}


def test_repository_by_name(client, repositories):
    data = client.data('{ repository(name: "cm") { name } }')

    assert data == {"repository": {"name": "cm"}}


def test_repository_by_variable(client, repositories):
    query = "query ($name: String!) { repository(name: $name) { name url } }"

    data = client.data(query, name="book")

    assert data == {"repository": {"name": "book", "url": url_of("book")}}


def test_aliases_with_a_fragment(client, repositories):
    data = client.data("""
        fragment repositoryInfo on Repository { name fullName url description }
        {
            boatRepositoryExample: repository(name: "boat") { ...repositoryInfo }
            cloudRepositoryExample: repository(name: "cm") { ...repositoryInfo }
        }""")

    assert data == {"boatRepositoryExample": info("boat"), "cloudRepositoryExample": info("cm")}


OWNER_INFO = """query ($showOwnerInfo: Boolean!) {
    repositories(first: 1) { name url ownerInfo @DIRECTIVE(if: $showOwnerInfo) { name } } }"""


@pytest.mark.parametrize(
    ("directive", "value", "shown"),
    [
        ("include", True, True),
        ("include", False, False),
        ("skip", True, False),
        ("skip", False, True),
    ],
)
def test_directives(client, repositories, directive, value, shown):
    data = client.data(OWNER_INFO.replace("DIRECTIVE", directive), showOwnerInfo=value)

    expected = {"name": "boat", "url": url_of("boat")}
    if shown:
        expected["ownerInfo"] = {"name": COMMUNITY}
    assert data == {"repositories": [expected]}


def test_community(client, repositories):
    Repository.objects.create(
        name="alone", full_name="other/alone", owner_login="other", url="https://example.org"
    )

    data = client.data("{ community { name repositories { name } } }")

    names = [{"name": name} for name in REPOSITORIES]
    assert data == {"community": {"name": COMMUNITY, "repositories": names}}


CREATE = """mutation {
    createRepository(
        url: "https://github.com/cloudmesh-community/vineet-test",
        name: "NAME",
        fullName: "cloudmesh-community/vineet-test",
        description: "Test repository"
    ) { url name fullName description } }"""


def test_create_repository(client):
    data = client.data(CREATE.replace("NAME", "vineet-test"))

    created = {
        "url": url_of("vineet-test"),
        "name": "vineet-test",
        "fullName": f"{COMMUNITY}/vineet-test",
        "description": "Test repository",
    }
    assert data == {"createRepository": created}
    assert client.data("{ repositories { url name fullName description } }") == {
        "repositories": [created]
    }


def test_create_repository_with_an_empty_name(client):
    answer = client.post(CREATE.replace("NAME", ""))

    assert answer["data"] == {"createRepository": None}
    assert [error["message"] for error in answer["errors"]] == ["Repository name is required"]
    assert not Repository.objects.exists()


def test_create_repository_that_exists(client):
    client.data(CREATE.replace("NAME", "vineet-test"))

    errors = client.errors(CREATE.replace("NAME", "vineet-test"))

    message = "Repository cloudmesh-community/vineet-test already exists"
    assert [error["message"] for error in errors] == [message]
    assert Repository.objects.count() == 1


def test_an_unknown_field_is_refused_by_field_and_type(client):
    answer = client.post("{ repositories { name url type } }")

    assert "data" not in answer
    message = answer["errors"][0]["message"]
    assert message.startswith("Cannot query field 'type' on type 'Repository'.")
    assert answer["errors"][0]["locations"] == [{"line": 1, "column": 27}]


def test_token_then_curl(user, repositories):
    """The command is as printed, with its trailing semicolon in the content type."""
    login = 'mutation { tokenAuth(username: "user1", password: "correct-horse") { token } }'
    token = GraphQLClient().data(login)["tokenAuth"]["token"]

    response = Client().post(
        ENDPOINT,
        json.dumps({"query": "{ repositories { url } }"}),
        content_type="application/json;",
        headers={"Authorization": f"JWT {token}"},
    )

    assert response.status_code == 200
    urls = [{"url": url_of(name)} for name in REPOSITORIES]
    assert response.json()["data"] == {"repositories": urls}


def test_without_a_token(repositories):
    answer = GraphQLClient().post("{\n  repositories { name } }")

    assert answer["data"] == {"repositories": None}
    (error,) = answer["errors"]
    assert error["message"] == "You do not have permission to perform this action"
    assert error["locations"] == [{"line": 2, "column": 3}]
    assert error["path"] == ["repositories"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"


def test_refresh_token(client):
    query = "mutation ($token: String!) { refreshToken(token: $token) { token payload } }"

    refreshed = client.data(query, token=client.token)["refreshToken"]

    assert refreshed["payload"]["username"] == "user1"
    assert GraphQLClient(refreshed["token"]).data("{ viewer { login } }") == {
        "viewer": {"login": "user1"}
    }


def test_viewer(client):
    data = client.data("query { viewer { login name } }")

    assert data == {"viewer": {"login": "user1", "name": "User One"}}


def test_repositories_of_the_viewer(client, repositories):
    data = client.data(
        """query ($number_of_repositories: Int!) {
            viewer { name repositories(last: $number_of_repositories) { nodes { name } } } }""",
        number_of_repositories=3,
    )

    nodes = [{"name": name} for name in ["book", "cm", "cm-burn"]]
    assert data == {"viewer": {"name": "User One", "repositories": {"nodes": nodes}}}


def test_repository_by_owner_and_name(client, repositories):
    query = '{ repository(owner: "cloudmesh-community", name: "book") { id } }'

    node_id = client.data(query)["repository"]["id"]

    found = client.data(
        "query ($id: ID!) { node(id: $id) { id ... on Repository { name } } }", id=node_id
    )
    assert found == {"node": {"id": node_id, "name": "book"}}


def test_interface_enums_and_union():
    """The chapter's type system: what it declares is there, under its names."""
    printed = build_schema(str(schema))

    service = printed.type_map["ComputeService"]
    assert set(service.fields) >= {"id", "name", "memory"}
    types = {named.name for named in printed.get_possible_types(service)}
    assert types == {"Container", "VirtualMachine"}
    assert str(printed.type_map["Container"].fields["systemType"].type) == "ContainerType"
    assert str(printed.type_map["VirtualMachine"].fields["systemType"].type) == "VMBackend"
    assert {member.name for member in printed.type_map["ComputeType"].types} == types
    assert {"DOCKER", "KUBERNETES", "DOCKER_SWARM"} <= set(printed.type_map["ContainerType"].values)


def test_host(client):
    cpu = client.data("{ host { cpu { model cores architecture } } }")["host"]["cpu"]

    assert cpu["cores"] == os.cpu_count()
    assert cpu["architecture"] == platform.machine()
    assert cpu["model"]
