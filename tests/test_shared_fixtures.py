"""What a run starts once is started once.

A module that imports a fixture has a fixture of its own: for each such module, pytest would start
another server, and let all of them run until the end. A conftest.py shares it.
"""

import ast
from collections import defaultdict
from functools import cache

from gateway.run.options import ROOT

LASTING = {"session", "package"}
TESTS = sorted((ROOT / "tests").rglob("*.py"))


@cache
def tree_of(file):
    return ast.parse(file.read_text())


def lasting_fixtures():
    """The module and the name of each fixture that lasts longer than a module."""
    return {
        (".".join(file.relative_to(ROOT).with_suffix("").parts), function.name)
        for file in TESTS
        for function in tree_of(file).body
        if isinstance(function, ast.FunctionDef)
        for decorator in function.decorator_list
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.fixture"
        for given in decorator.keywords
        if given.arg == "scope" and ast.literal_eval(given.value) in LASTING
    }


def importers():
    """The modules that import each of these fixtures."""
    found = defaultdict(set)
    shared = lasting_fixtures()
    for file in TESTS:
        for node in ast.walk(tree_of(file)):
            for alias in node.names if isinstance(node, ast.ImportFrom) else ():
                if (node.module, alias.name) in shared:
                    found[node.module, alias.name].add(file)
    return found


def test_each_is_imported_by_one_conftest_alone():
    found = importers()
    wrong = {
        fixture: files
        for fixture, files in found.items()
        if len(files) > 1 or {file.name for file in files} != {"conftest.py"}
    }

    assert found["tests.clouds.moto", "moto"] == {ROOT / "tests/conftest.py"}
    assert wrong == {}
