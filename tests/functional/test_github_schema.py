"""The queries of the kind github, and every question that sends one, by GitHub's published schema.

By the excerpt that is committed, always; by all of it where Node is: the npm package
@octokit/graphql-schema, served on loopback with mocked answers.
"""

import json
import shutil
import subprocess

import pytest
from graphql import build_schema, parse, validate

from gateway.run.options import ROOT
from inventory.providers import connect, get_kind
from inventory.providers.github import queries
from inventory.records.code_hosting import (
    IssueQuestion,
    NewComment,
    OrganizationQuestion,
    RepositoryKey,
)
from tests.clouds.apis.github_schema import EXCERPT, cut, excerpt

SERVER = ROOT / "tests" / "clouds" / "github_server"
SECONDS = 120
KEY = RepositoryKey("text/text", "R_1")
QUESTIONS = {
    "all repositories": lambda cloud: cloud.read("repositories")[0].external_id == "1",
    "an organization": lambda cloud: (
        cloud.ask("organizations", OrganizationQuestion("text", repositories=9, members=9)).login
        == "text"
    ),
    "issues": lambda cloud: cloud.ask("issues", IssueQuestion([KEY]))[KEY].issues[0].number == 1,
    "an issue": lambda cloud: (
        cloud.ask("issues", IssueQuestion([KEY], number=1))[KEY].issues[0].title == "text"
    ),
    "collaborators": lambda cloud: cloud.ask("collaborators", [KEY])[KEY].people[0].login == "text",
    "a comment": lambda cloud: (
        cloud.create("issues", "comment", NewComment("I_1", "text")).repository.name == "text"
    ),
}

pytestmark = [pytest.mark.functional, pytest.mark.any_database]  # it asks no database


def run(*words, directory):
    return subprocess.run(  # noqa: S603 - our own words
        words, cwd=directory, capture_output=True, text=True, timeout=SECONDS, check=False
    )


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """A folder with the server and its packages, or a skip that says what is missing."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    directory = tmp_path_factory.mktemp("github")
    for name in ("server.js", "package.json", "package-lock.json"):
        shutil.copy(SERVER / name, directory)
    installed = run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", directory=directory)
    if installed.returncode != 0:
        pytest.skip(f"npm cannot fetch GitHub's schema: {installed.stderr.strip()[-200:]}")
    return directory


@pytest.fixture(scope="module")
def port(packages):
    process = subprocess.Popen(  # noqa: S603 - our own words
        [shutil.which("node"), "server.js"], cwd=packages, stdout=subprocess.PIPE, text=True
    )
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@pytest.mark.parametrize("document", queries.ALL, ids=lambda text: text.split()[1].split("(")[0])
def test_each_query_is_valid_by_the_excerpt(document):
    assert validate(excerpt(), parse(document)) == []


def test_a_query_that_reads_is_known_to_the_transport_by_its_beginning():
    for document in queries.READING:
        assert " ".join(document.split()).startswith("query ")
    assert " ".join(queries.ADD_COMMENT.split()).startswith("mutation ")


def test_the_excerpt_is_what_the_published_schema_says(packages):
    package = packages / "node_modules" / "@octokit" / "graphql-schema"
    text = (package / "schema.graphql").read_text(encoding="utf-8")
    version = json.loads((package / "package.json").read_text(encoding="utf-8"))["version"]

    assert version in EXCERPT.read_text(encoding="utf-8")
    assert cut(build_schema(text, assume_valid_sdl=True)) == EXCERPT.read_text(encoding="utf-8")


@pytest.mark.parametrize("owner", [None, "text"])
@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_is_answered_by_the_published_schema(port, name, owner):
    kind = get_kind("github")
    given = {"token": "a-token", "endpoint_url": f"http://127.0.0.1:{port}"}
    credentials = kind.clean_credentials(given | ({"owner": owner} if owner else {}))

    with connect(kind, credentials, "global", SECONDS) as cloud:
        assert QUESTIONS[name](cloud)
