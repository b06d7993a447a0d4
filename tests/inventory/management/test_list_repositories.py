"""manage.py list_repositories."""

import io

import pytest
from django.core.management import CommandError, call_command

from inventory.services.providers import provider_connect
from tests.clouds.apis.github import OWNER, TEAM, GitHub
from tests.clouds.recorded import as_json, served
from tests.inventory.factories import make_user


@pytest.fixture
def github(monkeypatch):
    monkeypatch.delenv("GITHUB_TOKEN", raising=False)
    with served(GitHub(), monkeypatch) as cloud:
        cloud.repositories = cloud.repositories[:2]
        yield cloud


def run(*words):
    out = io.StringIO()
    call_command("list_repositories", *words, stdout=out)
    return out.getvalue().splitlines()


def test_without_a_token(github):
    names = sorted(one["full_name"] for one in github.repositories)

    assert run(OWNER) == [*names, "2 repositories."]


def test_all_pages(github, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", GitHub.token)
    github.add(149)

    assert run(OWNER)[-1] == "151 repositories."
    assert len(github.asked) == 2


def test_contributors_where_the_collaborators_are_not_shown(github, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", GitHub.token)
    github.pushes_to = {"boat"}
    other = next(one["full_name"] for one in github.repositories if one["name"] != "boat")

    assert run(OWNER, "--users") == [
        f"{OWNER}/boat",
        f"  collaborators: {', '.join(TEAM[:2])}",
        other,
        f"  contributors: {', '.join(TEAM)}",
        "2 repositories.",
    ]


def test_a_repository_that_its_host_refuses_says_so_beside_the_others(github):
    message = (
        "The history or contributor list is too large to list contributors for this repository."
    )
    github.fault = as_json({"message": message}, 403)
    github.fault_meets = lambda request: request.path.endswith("boat/contributors")

    lines = run(OWNER, "--users")

    assert lines[1] == f"  contributors: not known. NOT_SUPPORTED: {message}"
    assert lines[3] == f"  contributors: {', '.join(TEAM)}"


@pytest.mark.django_db(transaction=True)
def test_through_a_provider(github):
    given = {"token": GitHub.token}
    provider_connect(owner=make_user(), kind="github", name="Ours", credentials=given)

    assert run(OWNER, "--provider", "Ours")[-1] == "2 repositories."
    with pytest.raises(CommandError, match="No provider 'Others'"):
        run(OWNER, "--provider", "Others")


@pytest.mark.parametrize("organization", ["nobody-at-all", "a b"])
def test_an_organization_that_there_is_not(github, organization):
    with pytest.raises(CommandError):
        run(organization)


def test_a_limit_that_is_used_up(github):
    github.left = 0

    with pytest.raises(CommandError, match="RATE_LIMITED: API rate limit exceeded"):
        run(OWNER)


def test_a_limit_that_is_used_up_among_the_contributors_ends_the_command(github, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", GitHub.token)
    github.add(5)
    github.fault = as_json(
        {"message": "API rate limit exceeded"},
        403,
        **{"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4000000000"},
    )
    github.fault_meets = lambda request: request.path.endswith("/contributors")

    with pytest.raises(CommandError, match="RATE_LIMITED"):
        run(OWNER, "--users")
    assert [one.path.endswith("/contributors") for one in github.asked].count(True) == 1


def test_a_list_that_names_a_page_again_ends(github, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", GitHub.token)

    def altered(_name, body):
        page = body["data"]["organization"]["repositories"]
        page["pageInfo"] = {"hasNextPage": True, "endCursor": "0"}
        return body

    github.altered = altered

    with pytest.raises(CommandError, match="does not end"):
        run(OWNER)


@pytest.mark.parametrize("token", ["", GitHub.token])
def test_a_repository_that_is_deleted_between_two_pages_hides_no_other(github, monkeypatch, token):
    monkeypatch.setenv("GITHUB_TOKEN", token)
    github.add(120)
    plain, left = github.answer, []

    def answer(request):
        found = plain(request)
        if not left and (request.path.endswith("/repos") or request.method == "POST"):
            left.append(github.repositories.pop(1))
        return found

    github.answer = answer

    lines = run(OWNER)

    assert sorted(lines[:-1]) == sorted(one["full_name"] for one in github.repositories)


def test_a_list_that_stays_shorter_than_its_total_is_shown_and_fails(github, monkeypatch, capsys):
    monkeypatch.setenv("GITHUB_TOKEN", GitHub.token)

    def altered(_name, body):
        body["data"]["organization"]["repositories"]["totalCount"] = 250
        return body

    github.altered = altered

    out = io.StringIO()
    with pytest.raises(CommandError, match="Not all: The cloud reports 250 objects and lists 2"):
        call_command("list_repositories", OWNER, stdout=out)
    assert out.getvalue().splitlines()[-1] == "2 repositories."


def test_a_name_with_control_characters_stays_on_its_line(github, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", GitHub.token)

    def altered(_name, body):
        nodes = body["data"]["organization"]["repositories"]["nodes"]
        nodes[0]["nameWithOwner"] = "acme/x\n  collaborators: mallory\x1b[2J"
        return body

    github.altered = altered

    lines = run(OWNER)

    assert len(lines) == 3
    assert lines[0] == "acme/x\ufffd  collaborators: mallory\ufffd[2J"


@pytest.mark.django_db(transaction=True)
def test_a_name_that_two_providers_have_names_neither(github):
    given = {"token": GitHub.token}
    first, second = (
        provider_connect(owner=make_user(name), kind="github", name="Ours", credentials=given)
        for name in ("ada", "bob")
    )

    with pytest.raises(CommandError, match=f"{first.scope} of ada, {second.scope} of bob"):
        run(OWNER, "--provider", "Ours")
    assert run(OWNER, "--provider", second.scope)[-1] == "2 repositories."
