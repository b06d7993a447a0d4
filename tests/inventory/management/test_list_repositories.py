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
