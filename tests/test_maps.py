"""The maps of packages, in the docstrings of their ``__init__``, name the modules in them."""

import ast
import re
from pathlib import Path

import pytest

from gateway.run.options import ROOT
from inventory.records import RECORDS
from inventory.resources import all_resources

# The modules that every app of Django has.
ORDINARY = {"apps", "checks", "management", "migrations", "models", "schema", "tasks"}
LINE = re.compile(r"^    ([a-z_][a-z_0-9, ]*?)  +\S", re.MULTILINE)
FEWEST_LINES = 3  # of a map; other docstrings have an example now and then


def docstring(path):
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def maps():
    """For each package: the names at the beginnings of the lines of its map."""
    found = {}
    for app in ("gateway", "inventory", "jobs"):
        for path in (ROOT / app).rglob("__init__.py"):
            lines = LINE.findall(docstring(path))
            if len(lines) >= FEWEST_LINES:
                names = {name.strip() for line in lines for name in line.split(",")}
                found[str(path.parent.relative_to(ROOT))] = names
    return found


MAPS = maps()


def modules(package):
    folder = ROOT / package
    files = {path.stem for path in folder.glob("*.py")}
    return files | {path.parent.name for path in folder.glob("*/__init__.py")}


def found_by_themselves(package):
    """The modules that declare a resource, or its record: a map has the first one."""
    declared = {Path(one.where.file) for one in all_resources()}
    declared |= {
        Path(*record.__module__.split(".")).with_suffix(".py") for record in RECORDS.values()
    }
    return {path.stem for path in declared if str(path.parent) == package}


def test_there_are_maps():
    assert {"jobs", "inventory/live", "inventory/providers", "gateway/core/graphql"} <= MAPS.keys()


@pytest.mark.parametrize("package", MAPS)
def test_a_map_names_what_is_there_and_nothing_else(package):
    words = set(re.findall(r"\w+", docstring(ROOT / package / "__init__.py")))
    there = modules(package) - found_by_themselves(package)

    assert there - words - ORDINARY - {"__init__", "__main__"} == set()
    assert MAPS[package] - modules(package) == set()
