"""The import contracts of pyproject.toml hold, and each of them fails for a module that breaks it.

The modules that break them are planted in a copy of the sources, all at once: one graph is built.
"""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("gateway", "inventory", "jobs")
pytestmark = pytest.mark.any_database

LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

# For each contract: the source of each planted module, and a text of the contract's report.
PLANTED = {
    "Inventory, jobs, core: imports go down": {
        "jobs/planted_upwards.py": ("import inventory.types", "jobs.planted_upwards"),
        "gateway/core/planted_upwards.py": ("import jobs.models", "gateway.core.planted_upwards"),
    },
    "Inventory and jobs import nothing of the gateway but its core": {
        "gateway/newroom.py": ("", "gateway.newroom"),
        "jobs/planted_guest.py": ("import gateway.newroom", "jobs.planted_guest"),
        "inventory/planted_guest.py": ("import gateway.settings", "inventory.planted_guest"),
    },
    "No two packages or modules import each other, at any depth": {
        "inventory/live/planted_one.py": ("import inventory.live.planted_two", "inventory.live."),
        "inventory/live/planted_two.py": ("import inventory.live.planted_one", "planted_"),
    },
    "Core's GraphQL imports no schema": {
        "gateway/core/graphql/planted.py": (
            "import gateway.core.accounts.schema",
            "gateway.core.graphql.planted",
        ),
    },
    "Layers of gateway": {"gateway/planted.py": ("", "gateway.planted")},
    "Layers of gateway.core": {"gateway/core/planted.py": ("", "gateway.core.planted")},
    "Layers of inventory": {
        "inventory/planted.py": ("", "inventory.planted"),
        "inventory/selectors/planted.py": (
            "import inventory.services.grants",
            "inventory.selectors.planted",
        ),
    },
    "Layers of jobs": {"jobs/planted.py": ("", "jobs.planted")},
    "Of jobs, others import only its interface and its schema": {
        "gateway/run/planted_guest.py": ("import jobs.models", "gateway.run.planted_guest"),
        "inventory/services/planted_guest.py": (
            "import jobs.submit.services",
            "inventory.services.planted_guest",
        ),
    },
    "Of live reads, others import only their interface": {
        "inventory/selectors/planted_live.py": (
            "import inventory.live.store",
            "inventory.selectors.planted_live",
        ),
        "inventory/schema/planted_live.py": (
            "import inventory.live.receipts",
            "inventory.schema.planted_live",
        ),
    },
    "Of operations, others import only their interface and the declared actions": {
        "inventory/services/planted_operations.py": (
            "import inventory.operations.create",
            "inventory.services.planted_operations",
        ),
    },
    "Of inventory, only its schema knows GraphQL": {
        "inventory/services/planted.py": ("import graphql", "inventory.services.planted"),
        "inventory/operations/planted.py": (
            "import gateway.core.graphql.paging",
            "inventory.operations.planted",
        ),
    },
    "Of jobs, only its schema knows GraphQL": {
        "jobs/planted_graphene.py": ("import graphene", "jobs.planted_graphene"),
        "jobs/planted_schema.py": (
            "import gateway.core.accounts.schema.types",
            "jobs.planted_schema",
        ),
    },
    "Only inventory.providers imports libcloud and boto3": {
        "inventory/live/planted_cloud.py": (
            "from libcloud.compute import types",
            "inventory.live.planted_cloud",
        ),
        "gateway/run/planted_cloud.py": ("import boto3", "gateway.run.planted_cloud"),
    },
    "Providers know no model, user or job": {
        "inventory/providers/planted.py": (
            "import inventory.models",
            "inventory.providers.planted",
        ),
    },
}


def contracts():
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    return [contract["name"] for contract in tool["importlinter"]["contracts"]]


def linted(folder):
    """The exit code and the report of `lint-imports` on the sources in ``folder``."""
    done = subprocess.run(  # noqa: S603 - fixed words
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=folder,
        env={"PATH": "", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """The report of each broken contract, by its name."""
    copy = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            target = copy / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    for modules in PLANTED.values():
        for path, (source, _) in modules.items():
            assert not (copy / path).exists(), path
            (copy / path).write_text(f"{source}\n", encoding="utf-8")
    code, text = linted(copy)
    assert code == 1, text
    parts = re.split(r"\n([^\n]+)\n-{3,}\n", text.partition("Broken contracts")[2])
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_sources_keep_every_contract():
    code, text = linted(ROOT)

    assert code == 0, text
    assert f"Contracts: {len(contracts())} kept, 0 broken." in text


def test_a_module_is_planted_for_every_contract():
    assert list(PLANTED) == contracts()


@pytest.mark.parametrize("contract", PLANTED)
def test_a_module_that_breaks_a_contract_is_reported(report, contract):
    for _, named in PLANTED[contract].values():
        assert named in report[contract]


def test_a_module_without_a_layer_is_reported(report):
    paths = [Path(path) for modules in PLANTED.values() for path in modules]
    without = [path for path in paths if str(path.parent) in {*PACKAGES, "gateway/core"}]

    assert Path("gateway/newroom.py") in without
    for path in without:
        package = ".".join(path.parts[:-1])
        assert f"- {package}.{path.stem}\n" in report[f"Layers of {package}"]
