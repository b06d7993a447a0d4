"""Files that share a server are run by one process: see tests/scheduling.py."""

from gateway.run.options import ROOT
from tests.scheduling import LONG, group_of

# The fixtures that start a server for several files, and the groups of these files.
SERVERS = {
    "demo_gateway": ("demo_gateway",),
    "administrator": ("administrator",),
    "seaweedfs": ("stores", "demo_gateway"),
    "swift": ("stores",),
}


def test_a_file_belongs_to_the_group_of_the_server_that_its_tests_ask(request):
    """The process that distributes tests looks for words in files. This test has the fixtures."""
    asked = {
        (item.path.relative_to(ROOT).as_posix(), name)
        for item in request.session.items
        for name in SERVERS
        if shares(item, name)
    }

    assert [one for one in sorted(asked) if group_of(one[0]) not in SERVERS[one[1]]] == []


def shares(item, name):
    """True if the test asks the server that files share, not one of its own file."""
    found = item._fixtureinfo.name2fixturedefs.get(name, ())
    return bool(found) and found[-1].scope in {"package", "session"}


def test_the_long_files_exist():
    assert [file for file in LONG if not (ROOT / file).exists()] == []
