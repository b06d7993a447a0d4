"""The committed client is the one that its sources and the schema generate."""

import filecmp
import subprocess
import sys

import pytest
from graphql import build_schema, parse, validate

from gateway.run.options import ROOT

pytestmark = pytest.mark.any_database

CLIENT = ROOT / "gateway" / "client"
SECONDS = 120


@pytest.mark.parametrize("kind", ["operations", "subscriptions"])
def test_the_operations_are_valid(kind):
    sources = {
        "operations": sorted((CLIENT / "operations").glob("*.graphql")),
        "subscriptions": [CLIENT / "subscriptions.graphql"],
    }
    schema = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))
    fragments = (CLIENT / "operations" / "fragments.graphql").read_text(encoding="utf-8")
    text = "\n".join(source.read_text(encoding="utf-8") for source in sources[kind])
    text = text if kind == "operations" else text + fragments

    found = [
        error.message
        for error in validate(schema, parse(text))
        if kind == "operations" or "is never used" not in error.message
    ]

    assert len(sources[kind]) >= 1
    assert found == []


def test_make_client_was_run(tmp_path):
    made = tmp_path / "generated"
    command = [sys.executable, CLIENT / "generate.py", made]
    done = subprocess.run(  # noqa: S603 - our own words
        command, capture_output=True, text=True, check=False, timeout=SECONDS
    )
    if done.returncode != 0 and "ariadne-codegen" in done.stderr:
        pytest.skip(f"uv cannot run ariadne-codegen here: {done.stderr[-300:]}")
    assert done.returncode == 0, done.stderr

    here = CLIENT / "gateway_client" / "generated"
    names = sorted(path.name for path in made.iterdir())
    assert "client.py" in names
    assert names == sorted(path.name for path in here.glob("*.py"))
    same, different, missing = filecmp.cmpfiles(made, here, names, shallow=False)
    assert (different, missing) == ([], []), "make client"
    assert same == names
