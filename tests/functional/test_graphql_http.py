"""GraphQL over HTTP as its authors audit it: the npm package graphql-http against a whole gateway.

docs/graphql-over-http.md says what is not as an audit would have it; nothing else may be.
"""

import json
import shutil
import subprocess
from urllib.parse import urlsplit

import pytest

from gateway.run.options import ROOT
from tests.client import ENDPOINT

AUDITS = ROOT / "tests" / "audits"
SECONDS = 120

pytestmark = [pytest.mark.functional, pytest.mark.any_database]  # it looks at HTTP alone


def run(*words, directory):
    return subprocess.run(  # noqa: S603 - our own words
        words, cwd=directory, capture_output=True, text=True, timeout=SECONDS, check=False
    )


@pytest.fixture(scope="module")
def audits(tmp_path_factory):
    """A folder with the script and its packages, or a skip that says what is missing."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not installed")
    directory = tmp_path_factory.mktemp("audits")
    for name in ("audit.js", "package.json", "package-lock.json"):
        shutil.copy(AUDITS / name, directory)
    installed = run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", directory=directory)
    if installed.returncode != 0:
        pytest.skip(f"npm cannot fetch graphql-http: {installed.stderr.strip()[-200:]}")
    return directory


def test_the_audits_find_nothing(audits, administrator):
    assert urlsplit(administrator.url).hostname == "127.0.0.1"

    done = run("node", "audit.js", administrator.url + ENDPOINT, directory=audits)

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) >= 60
    assert [audit for audit in found if audit["status"] != "ok"] == []
