"""manage.py import_repositories, from reading a file to the view of a user."""

import io
import json
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from inventory.models import Repository
from inventory.services.repositories import repository_create
from tests.client import GraphQLClient
from tests.clouds.static_ec2 import reply, static_ec2
from tests.inventory.factories import make_user
from tests.inventory.imports.conftest import RECORDING

COMMUNITY = "cloudmesh-community"


def run(*sources):
    """The output of the command."""
    out = io.StringIO()
    call_command("import_repositories", *map(str, sources), stdout=out)
    return out.getvalue()


def refusal(*sources):
    with pytest.raises(CommandError) as refused:
        run(*sources)
    return str(refused.value)


@pytest.fixture
def listed():
    return json.loads(RECORDING.read_bytes())


@pytest.fixture
def in_pages(listed, monkeypatch):
    """A server that lists ten a page, as GitHub does with ``per_page=10``."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")

    def answer(asked):
        number = int(asked.get("page", 1))
        link = f'<?page={number + 1}>; rel="next"' if number < 3 else ""
        return reply(json.dumps(listed[number * 10 - 10 : number * 10]), headers={"Link": link})

    with static_ec2(answer) as server:
        yield server


@pytest.mark.django_db
def test_a_file_twice():
    assert run(RECORDING) == "30 created, 0 updated, 0 unchanged, 0 skipped.\n"
    assert run(RECORDING) == "0 created, 0 updated, 30 unchanged, 0 skipped. Nothing changed.\n"


@pytest.mark.django_db
def test_all_pages_of_an_address(in_pages):
    printed = run(f"{in_pages.url}/orgs/{COMMUNITY}/repos?per_page=10")

    assert printed == "30 created, 0 updated, 0 unchanged, 0 skipped.\n"
    assert len(in_pages.requests) == 3


@pytest.mark.django_db
def test_several_sources(tmp_path, listed):
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    one.write_text(json.dumps(listed[0]))
    other.write_text(json.dumps(listed[:2]))

    assert run(one, other) == (
        f"skipped {COMMUNITY}/boat: listed before\n2 created, 0 updated, 0 unchanged, 1 skipped.\n"
    )


@pytest.mark.django_db
def test_a_user_s_repository_is_not_named_and_hinders_nothing(listed):
    repository_create(creator=make_user("ann"), url="u", name="boat", full_name=f"{COMMUNITY}/boat")

    assert run(RECORDING) == "30 created, 0 updated, 0 unchanged, 0 skipped.\n"


@pytest.mark.django_db
def test_every_user_sees_them_as_the_book_prints_them(listed):
    run(RECORDING)
    make_user("user1")
    client = GraphQLClient().log_in("user1", "correct-horse")

    found = client.data("{ community { name repositories { name } } }")
    boat = client.data('{ repository(name: "boat") { name fullName url description } }')
    newest = client.data("{ viewer { repositories(last: 3) { totalCount nodes { name } } } }")

    names = [{"name": name} for name in sorted(entry["name"] for entry in listed)]
    by_age = sorted(listed, key=lambda entry: entry["created_at"])
    assert found == {"community": {"name": COMMUNITY, "repositories": names}}
    assert boat["repository"] == {
        "name": "boat",
        "fullName": f"{COMMUNITY}/boat",
        "url": f"https://github.com/{COMMUNITY}/boat",
        "description": "S.T.A.R. boat",
    }
    assert newest["viewer"]["repositories"] == {
        "totalCount": 30,
        "nodes": [{"name": entry["name"]} for entry in by_age[-3:]],
    }


@pytest.mark.django_db
def test_a_bad_source_among_good_ones_writes_nothing(tmp_path):
    limited = tmp_path / "limited.json"
    limited.write_text('{"message": "API rate limit exceeded", "documentation_url": "…"}')

    assert refusal(RECORDING, limited) == (
        f"{limited} is an error of the GitHub API: API rate limit exceeded\nNothing was imported."
    )
    assert not Repository.objects.exists()


@pytest.mark.django_db
def test_a_page_that_fails_writes_nothing_of_those_before(in_pages):
    first = in_pages.answer
    in_pages.answer = lambda asked: first(asked) if not asked else reply("<html>", 502)

    message = refusal(in_pages.url)

    assert message == f"{in_pages.url}?page=2 answers 502: Bad Gateway\nNothing was imported."
    assert not Repository.objects.exists()


def manage(data_dir, *arguments, given=""):
    return subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "manage.py", "import_repositories", *arguments],
        cwd=settings.BASE_DIR,
        env={"DATA_DIR": str(data_dir), "PATH": "/usr/bin:/bin"},
        input=given,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.functional
@pytest.mark.any_database  # its own
def test_at_the_shell_a_refusal_is_one_message_and_a_bad_exit_code(tmp_path):
    done = manage(tmp_path, "-", given="no JSON")

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("CommandError: standard input is not JSON: ")
    assert "Traceback" not in done.stderr


@pytest.mark.functional
@pytest.mark.any_database  # its own
def test_at_the_shell_without_a_gateway_s_database(tmp_path):
    done = manage(tmp_path, str(RECORDING))

    assert done.returncode == 1
    assert "`make run` must have set it up" in done.stderr
    assert "Traceback" not in done.stderr
