"""The processes of a run share the tests: pytest-xdist gives each of them whole files.

Files whose tests share an expensive server go to one process, which starts it once. A gateway is a
dozen seconds of processor time, and some for as long as it runs; Swift is five processes. Each of
these groups has a process of its own, and they run beside each other.
"""

from functools import cache

import pytest
from xdist.scheduler import LoadFileScheduling

from gateway.run.options import ROOT

# For each group: the folder of its files, and words that a file of it has: the fixture's name, or
# the module that it is imported from. A file belongs to the first group that fits.
GROUPS = {
    "demo_gateway": (
        "tests/functional/",
        ("demo_gateway", "tests.functional.browser", "tests.functional.dashboard"),
    ),
    "administrator": ("tests/functional/", ("(administrator", ", administrator")),
    "stores": ("tests/inventory/", ("tests.clouds.swift import", "tests.clouds.seaweedfs import")),
}

# Files of half a minute of processor time and more, the longest first: at the end, the other
# processes would wait for the one that has such a file.
LONG = (
    "tests/matrix/test_out_of_reach.py",
    "tests/fuzz/test_schema.py",
    "tests/inventory/selectors/test_past.py",
    "tests/inventory/test_lock_order.py",
    "tests/matrix/test_mutations.py",
)


class WholeFiles(LoadFileScheduling):
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return group_of(file) or file


@cache
def group_of(file: str) -> str | None:
    """The name of the group that the file belongs to; None: to none.

    Looks at the file's text: the process that distributes tests imports none.
    """
    text = (ROOT / file).read_text()
    found = (
        name
        for name, (folder, words) in GROUPS.items()
        if file.startswith(folder) and any(word in text for word in words)
    )
    return next(found, None)


def turn_of(item: pytest.Item) -> tuple[int, int]:
    """Sorts the tests: those that start processes come first, because others run while they wait.

    The groups come before the files of their own, and the long files before the others.
    """
    file = item.nodeid.partition("::")[0]
    group = group_of(file)
    if group or item.get_closest_marker("functional"):
        return 0, [*GROUPS, None].index(group)
    return (1, LONG.index(file)) if file in LONG else (2, 0)
