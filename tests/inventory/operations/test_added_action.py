"""An action is added with two edits: its declaration, and a function of a kind of cloud.

A copy of the product is given both, and is asked for what it derives from them.
"""

import json
import os
import shutil
import subprocess
import sys

import pytest

from gateway.run.options import ROOT

APPS = ("gateway", "inventory", "jobs")
RECORD, KIND = "inventory/records/snapshot.py", "inventory/providers/simulator/storage.py"
DECLARED = """    StateChange(
        verb="discard",
        label="Discard a snapshot",
        description="Discard a snapshot that failed. The job succeeds when it is gone.",
        goal=SnapshotState.DELETED,
        done="discarded",
        ready=frozenset({SnapshotState.ERROR}),
        bulk="Discard snapshots that failed: a job with a child for each.",
    ),
"""
FUNCTION = """

@does("snapshots", "discard", permissions="sim:DiscardSnapshot")
def discard_snapshot(driver: Any, external_id: str) -> None:
    delete(driver, SNAPSHOTS, external_id, lambda _snapshot: None)
"""
ASKED = """
import json, django
django.setup()
from gateway.schema import schema
from inventory.operations.actions import ACTIONS
from inventory.providers import get_kind
from inventory.operations.actors import MAKERS
from jobs.api import get_operation
kind = get_kind("simulator")
[able] = [one for one in kind.capabilities if str(one) == "DISCARD_SNAPSHOT"]
fields = schema.graphql_schema.mutation_type.fields
def inputs(name):
    return sorted(fields[name].args["input"].type.of_type.fields)
print(json.dumps({
    "meaning": able.meaning,
    "permissions": kind.actions[able],
    "function": kind.table.functions[able.key].__name__,
    "label": get_operation("snapshot.discard").label,
    "action": [one.operation for one in ACTIONS if one.capability is able],
    "history": "snapshot.discard" in MAKERS,
    "one": inputs("discardSnapshot"),
    "many": inputs("discardSnapshots"),
    "dry run": str(fields["discardSnapshots"].type.fields["dryRun"].type),
}))
"""


@pytest.fixture
def product(tmp_path):
    """A copy of the product's code, with an action more."""
    for app in APPS:
        ignored = shutil.ignore_patterns("__pycache__", "frontend", "static", "client", "cli")
        shutil.copytree(ROOT / app, tmp_path / app, ignore=ignored)
    record, kind = tmp_path / RECORD, tmp_path / KIND
    before, found, after = record.read_text("utf-8").partition('    "snapshots",\n')
    assert found
    record.write_text(before + found + DECLARED + after, "utf-8")
    kind.write_text(kind.read_text("utf-8") + FUNCTION, "utf-8")
    return tmp_path


def test_everything_is_derived_from_a_declaration_and_a_function(product):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "gateway.settings"}
    environment["PYTHONPATH"] = str(product)
    answer = subprocess.run(  # noqa: S603 - what stands above
        [sys.executable, "-c", ASKED],
        cwd=product,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert answer.returncode == 0, answer.stderr
    assert json.loads(answer.stdout) == {
        "meaning": "Discard a snapshot.",
        "permissions": ["sim:DiscardSnapshot"],
        "function": "discard_snapshot",
        "label": "Discard a snapshot",
        "action": ["snapshot.discard"],
        "history": True,
        "one": ["dryRun", "id", "idempotencyKey"],
        "many": ["dryRun", "filter", "idempotencyKey", "ids", "max"],
        "dry run": "SnapshotDryRun",
    }
    lines = (DECLARED + FUNCTION).splitlines()
    assert len([line for line in lines if line]) <= 25
