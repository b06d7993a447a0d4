"""The code host that a query asks, and the answer about repositories that are gone."""

import pytest
from django.utils import timezone

from gateway.core.ids import global_id
from inventory.models import Repository
from inventory.selectors.code_hosts import host_of
from tests.clouds.apis.github import OWNER, GitHubServer
from tests.clouds.recorded import served
from tests.inventory.factories import make_simulator
from tests.inventory.schema.code_hosts.world import COMMENT, READ_ALL, connect, imported

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what GitHub is asked and answers
]
BY_NAME = '{ repository(name: "imported", maxAge: 600) { issue(number: 1) { id number } } }'


@pytest.fixture
def server(github, user, monkeypatch):
    """The user's oldest provider: of a GitHub Enterprise Server. It has listed nothing yet."""
    with served(GitHubServer(), monkeypatch) as cloud:
        connect(user, name="Enterprise", endpoint_url="https://github.example.com")
        yield cloud


@pytest.mark.parametrize("order", ["ASC", "DESC"])
def test_issues_of_a_repository_that_was_made_again(client, github, provider, order):
    """The row of the old one is MISSING; both have one full name."""
    client.data(READ_ALL)
    github.repositories[0] |= {"id": 999_999_999, "node_id": "R_new"}
    client.data(READ_ALL)
    old = Repository.objects.get(external_id="147539337")
    old.state, old.missing_since, old.listed = "MISSING", timezone.now(), False
    old.save()
    query = """{ repositoriesConnection(first: 100, maxAge: 600, filter: {name: "boat"},
        orderBy: {field: CREATED_AT, direction: %s}) {
            nodes { state issues { number } contributors { login } } } }"""

    answer = client.post(query % order)

    nodes = answer["data"]["repositoriesConnection"]["nodes"]
    [there] = [one for one in nodes if one["state"] == "ACTIVE"]
    [gone] = [one for one in nodes if one["state"] == "MISSING"]
    assert [issue["number"] for issue in there["issues"]] == [3, 1]
    assert len(there["contributors"]) == 3
    assert (gone["issues"], gone["contributors"]) == (None, None)
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["NOT_FOUND"] * 2


def test_a_repository_that_is_gone_has_an_error_and_no_empty_list(client, github, provider):
    client.data(READ_ALL)
    del github.repositories[0]

    answer = client.post('{ repository(name: "boat", maxAge: 600) { issues { number } } }')

    assert answer["data"]["repository"]["issues"] is None
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["NOT_FOUND"]


def test_a_comment_goes_to_the_host_that_the_issue_was_read_from(client, github, server, user):
    hosted = connect(user, name="github.com")
    imported()

    [issue] = client.data(BY_NAME)["repository"].values()
    answer = client.data(COMMENT, id=issue["id"])["addComment"]

    assert issue["id"] == global_id("Issue", f"{hosted.public_id}:I_1")
    assert answer["errors"] == []
    assert (github.comments, server.comments) == ([(1, "Thank you.")], [])


def test_an_id_of_an_unknown_host_is_commented_on_nowhere(client, github, server, user):
    connect(user, name="github.com")

    [error] = client.data(COMMENT, id="I_1")["addComment"]["errors"]

    assert (error["field"], error["code"]) == ("provider", "INVALID")
    assert not github.asked
    assert not server.asked


BY_PROVIDER = """mutation ($id: ID!, $provider: ID!) { addComment(input: {
    subjectId: $id, provider: $provider, body: "Thank you."}) { errors { field code message } } }"""


def test_an_issue_of_another_provider_is_refused(client, github, provider, user):
    issue = global_id("Issue", f"{provider.public_id}:I_1")
    other = global_id("Provider", str(connect(user, name="other").public_id))
    own = global_id("Provider", str(provider.public_id))

    [error] = client.data(BY_PROVIDER, id=issue, provider=other)["addComment"]["errors"]
    answer = client.data(BY_PROVIDER, id=issue, provider=own)["addComment"]

    assert (error["field"], error["code"]) == ("provider", "INVALID")
    assert answer["errors"] == []
    assert len(github.comments) == 1


def test_a_provider_that_hosts_no_code(client, github, user):
    cloud = global_id("Provider", str(make_simulator(user).public_id))

    [error] = client.data(BY_PROVIDER, id="I_1", provider=cloud)["addComment"]["errors"]
    [asked] = client.errors(f'{{ organization(login: "a", provider: "{cloud}") {{ login }} }}')

    for code, message, field in (
        (error["code"], error["message"], error["field"]),
        (asked["extensions"]["code"], asked["message"], asked["extensions"]["field"]),
    ):
        assert (code, field) == ("NOT_FOUND", "provider")
        assert message == "This provider is not a code host."


def test_no_provider_answers_for_another_host(client, github, provider):
    """It has listed nothing yet, so no row says where it is."""
    imported(f"https://gitlab.com/{OWNER}/boat")

    answer = client.post(BY_NAME.replace("maxAge: 600", ""))

    assert answer["data"]["repository"]["issue"] is None
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["NOT_FOUND"]
    assert [one.path for one in github.asked] == ["/graphql"]  # the list


HOSTS = {
    f"https://github.com/{OWNER}/boat": "github.com",
    f"https://www.GitHub.com/{OWNER}/boat": "github.com",
    f"ssh://git@github.com/{OWNER}/boat.git": "github.com",
    f"git@github.com:{OWNER}/boat.git": "github.com",
    f"github.com:{OWNER}/boat.git": "github.com",
    "https://github.example.com:8443/a/b": "github.example.com",
    f"/{OWNER}/boat": None,
    "https://[::1/a/b": None,
    "": None,
}


@pytest.mark.parametrize("url", HOSTS)
def test_the_host_of_an_address(url):
    assert host_of(url) == HOSTS[url]


@pytest.mark.parametrize("url", [url for url, host in HOSTS.items() if host == "github.com"])
def test_each_spelling_of_a_host_is_asked(client, github, provider, url):
    imported(url)

    assert client.data(BY_NAME)["repository"]["issue"]["number"] == 1


def test_who_comments_is_said_what_is_wrong_with_the_text(client, github, provider):
    for body, message in (
        ("  ", "A comment needs a text."),
        (" " + "x" * 65_536, "A comment has 65536 characters at most, not 65537."),
    ):
        query = COMMENT.replace("Thank you.", body)
        [error] = client.data(query, id="I_1")["addComment"]["errors"]
        assert (error["field"], error["message"]) == ("body", message)


def test_a_description_beside_a_community_is_refused(client):
    [error] = client.errors("""mutation { createRepository(community: "acme", description: "x",
        repository: {name: "web"}) { id } }""")

    assert (error["extensions"]["code"], error["extensions"]["field"]) == ("INVALID", "community")
    assert not Repository.objects.exists()
