"""If a limit of GitHub's is used up, nothing is sent until the limit is renewed."""

import pytest

from gateway.core.ids import global_id
from inventory.models import Source
from tests.inventory.schema.code_hosts.world import COMMENT, READ_ALL

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what GitHub is asked and answers
]
BOAT = 147539337
ALIASES = " ".join(f"a{number}: issue(number: {number}) {{ id }}" for number in range(20))
QUESTIONS = {
    "single": '{ repository(id: "<id>", maxAge: 0) { name } }',
    "organization": '{ organization(login: "cloudmesh-community") { login } }',
    "issues": '{ repository(name: "boat", maxAge: 600) { ' + ALIASES + " } }",
    "check": 'mutation { checkProvider(input: {id: "<provider>"}) { errors { code } } }',
}


@pytest.fixture
def ids(provider):
    public_id = str(provider.public_id)
    return {
        "id": global_id("Repository", f"{public_id}:global:{BOAT}"),
        "provider": global_id("Provider", public_id),
    }


def said(question, ids):
    return QUESTIONS[question].replace("<id>", ids["id"]).replace("<provider>", ids["provider"])


@pytest.mark.parametrize("later", QUESTIONS)
@pytest.mark.parametrize("first", ["single", "organization", "issues"])
def test_no_question_follows_the_one_that_was_told_so(client, github, ids, first, later):
    client.data(READ_ALL)
    asked = len(github.asked)
    github.left, github.reset_at = 0, 4_000_000_000  # seconds since 1970

    client.post(said(first, ids))
    client.post(said(later, ids))

    assert len(github.asked) == asked + 1
    assert Source.objects.get(resource="repositories").error_code == "RATE_LIMITED"


def test_a_stored_repository_is_shown_with_the_time_of_the_next_question(client, github, ids):
    client.data(READ_ALL)
    github.left, github.reset_at = 0, 4_000_000_000

    answer = client.post(said("single", ids))

    assert answer["data"]["repository"] == {"name": "boat"}
    [receipt] = answer["extensions"]["sources"]
    assert (receipt["status"], receipt["error"]["code"]) == ("STALE", "RATE_LIMITED")
    assert receipt["nextTryAt"] is not None


def test_no_comment_is_sent(client, github, ids):
    github.left, github.reset_at = 0, 4_000_000_000
    client.post(said("organization", ids))
    asked = len(github.asked)

    [error] = client.data(COMMENT, id="I_1")["addComment"]["errors"]

    assert error["code"] == "RATE_LIMITED"
    assert len(github.asked) == asked
