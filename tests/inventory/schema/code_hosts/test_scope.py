"""A provider with an owner is asked about that owner's repositories alone, whichever user asks."""

import pytest

from gateway.core.ids import global_id
from inventory.models import Grant, Repository, Role
from tests.client import GraphQLClient, token_of
from tests.clouds.apis.github import OWNER, GitHub
from tests.inventory.factories import make_user
from tests.inventory.schema.code_hosts.world import COMMENT, READ_ALL, connect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=[GitHub.token, None], ids=["token", "anonymous"])
def provider(request, github, user):
    return connect(user, token=request.param, owner=OWNER.upper())


@pytest.fixture
def viewer(github, provider):
    """Has listed all; then the token reaches another owner's repository too."""
    student = make_user("student")
    Grant.objects.create(provider=provider, user=student, role=Role.VIEWER)
    client = GraphQLClient(token_of(student))
    client.data(READ_ALL)
    github.add_elsewhere()
    return client


def test_issues_and_contributors_of_a_repository_that_was_added_here(viewer, github):
    viewer.data("""mutation { createRepository(url: "https://github.com/boss/secret",
        name: "secret", fullName: "boss/secret") { id } }""")
    asked = len(github.asked)

    answer = viewer.post("""{ repository(owner: "boss", name: "secret", maxAge: 600) {
        issues { number } contributors { login } issue(number: 7) { body } } }""")

    found = {"issues": None, "contributors": None, "issue": None}
    assert answer["data"]["repository"] == found
    assert {one["extensions"]["code"] for one in answer["errors"]} == {"NOT_FOUND"}
    assert len(github.asked) == asked


@pytest.mark.parametrize("named", [True, False])
def test_an_organization(viewer, github, provider, named):
    asked = len(github.asked)
    given = f', provider: "{provider.scope}"' if named else ""

    [error] = viewer.errors(f'{{ organization(login: "boss"{given}) {{ login }} }}')
    own = viewer.data(f'{{ organization(login: "{OWNER}"{given}) {{ login }} }}')

    assert error["extensions"]["code"] == "PERMISSION_DENIED"
    assert own["organization"] == {"login": OWNER}
    assert len(github.asked) == asked + 1


def test_a_repository_by_its_number(viewer, provider):
    local = global_id("Repository", f"{provider.public_id}:global:777")

    assert viewer.data(f'{{ repository(id: "{local}") {{ name }} }}') == {"repository": None}
    assert not Repository.objects.filter(external_id="777").exists()


def test_one_that_was_transferred_is_not_shown_as_it_is_there(client, viewer, github, provider):
    boat = github.repositories[0]
    boat |= {"full_name": "boss/boat", "owner": {"login": "boss"}, "description": "hidden"}
    local = global_id("Repository", f"{provider.public_id}:global:{boat['id']}")

    found = viewer.data(f'{{ repository(id: "{local}", maxAge: 0) {{ fullName stale }} }}')

    assert found["repository"] == {"fullName": f"{OWNER}/boat", "stale": True}


def test_issues_of_one_that_was_transferred(client, github, user):
    connect(user, owner=OWNER)
    client.data(READ_ALL)
    github.repositories[0] |= {"full_name": "boss/boat", "owner": {"login": "boss"}}

    answer = client.post("""{ repository(name: "boat", maxAge: 600) {
        issues { number } issue(number: 1) { number } } }""")

    assert answer["data"]["repository"] == {"issues": None, "issue": None}
    assert {one["extensions"]["code"] for one in answer["errors"]} == {"NOT_FOUND"}


@pytest.mark.parametrize(
    ("subject", "code"), [("I_7", "PERMISSION_DENIED"), ("I_99", "NOT_FOUND"), ("R_777", None)]
)
def test_a_comment(client, github, user, subject, code):
    connect(user, owner=OWNER)
    github.add_elsewhere()

    [error] = client.data(COMMENT, id=subject)["addComment"]["errors"]
    own = [client.data(COMMENT, id=one)["addComment"]["errors"] for one in ("I_1", "I_2")]

    assert error["code"] == (code or "PERMISSION_DENIED")
    assert own == [[], []]  # an issue and a pull request
    assert [number for number, _body in github.comments] == [1, 2]


def test_an_account_without_an_owner_asks_for_what_its_token_reaches(client, github, user):
    connect(user)
    github.add_elsewhere()
    local = '{ repository(owner: "boss", name: "secret") { issues { number } } }'

    assert client.data(local) == {"repository": {"issues": [{"number": 7}]}}
    assert client.data(COMMENT, id="I_7")["addComment"]["errors"] == []
