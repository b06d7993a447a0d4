"""A data directory of the previous release works after the upgrade.

The directory upgrade/ has its database as SQL, for SQLite and PostgreSQL, the database of its
simulated cloud, and what was answered of it. See tests/functional/upgrade/__main__.py.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.functional.upgrade import SECRETS, dumps
from tests.functional.upgrade.world import SEED
from tests.postgres import database_for_processes

pytestmark = pytest.mark.functional

ROOT = Path(__file__).resolve().parents[2]
DUMPS = Path(__file__).parent / "upgrade"


class Upgraded:
    """A database and a data directory, restored from the dumps and looked at in a process."""

    def __init__(self, directory, url, *, is_restored):
        self.directory, self.url = directory, url
        vendor = "sqlite" if url.startswith("sqlite") else "postgresql"
        self._dump = DUMPS / vendor
        if is_restored:
            dumps.restore(url, self.text("sql"))
            (directory / "simulator").mkdir(parents=True)
            cloud = dumps.simulator_url(directory / "simulator", SEED)
            dumps.restore(cloud, self.text("cloud.sql"))

    def text(self, suffix):
        return self._dump.with_suffix(f".{suffix}").read_text()

    def run(self, *command):
        environment = os.environ | SECRETS
        environment |= {"DATA_DIR": str(self.directory), "DATABASE_URL": self.url}
        return subprocess.run(  # noqa: S603 - our own command
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            check=False,
            capture_output=True,
            text=True,
        )

    def look(self, *options):
        done = self.run("-m", "tests.functional.upgrade", "look", *options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="module", params=[(), ("--by-one",)], ids=["at once", "by one"])
def upgraded(request, tmp_path_factory):
    directory = tmp_path_factory.mktemp("upgraded")
    with database_for_processes(directory, migrated=False) as url:
        found = Upgraded(directory, url, is_restored=True)
        yield found, found.look(*request.param)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    directory = tmp_path_factory.mktemp("fresh")
    with database_for_processes(directory) as url:
        return Upgraded(directory, url, is_restored=False).look()


def test_the_tables_are_those_of_a_new_database(upgraded, fresh):
    _, found = upgraded

    assert found["schema"] == fresh["schema"]


def test_no_row_is_lost(upgraded):
    upgrade, found = upgraded

    inserts = [line for line in upgrade.text("sql").splitlines() if line.startswith("INSERT INTO")]
    stored = [line.split()[2].strip('"').removeprefix("public.") for line in inserts]
    before = {table: stored.count(table) for table in found["rows"]}
    now = found["rows"]
    grown = {table for table in now if now[table] > before[table]}
    lost = {table for table in now if now[table] < before[table]}
    # Images have become objects with a state: the catalogue is emptied, and read again when asked.
    assert lost <= {"inventory_image"}
    # Types of rows and of resources that are new have rows of their own, machines are counted in a
    # roll-up, each source has a period before its history began, and the objects of audit events
    # have rows. Nothing else has more.
    new_types = {"django_content_type", "auth_permission", "inventory_source"}
    assert grown == {
        *new_types,
        "audit_auditobject",
        "inventory_machinerollup",
        "inventory_pastsource",
    }


def test_ids_pages_and_cursors_are_as_before(upgraded):
    upgrade, found = upgraded

    assert found["stored"] == json.loads(upgrade.text("json"))


def test_a_key_still_names_its_job(upgraded):
    _, found = upgraded

    assert found["again"] == {"is_same": True, "refused": ["CONFLICT"]}


def test_jobs_in_flight_go_on_to_their_ends(upgraded):
    _, found = upgraded

    assert sorted(found["ends"]) == [
        ["virtual_machine.provision", "SUCCEEDED"],
        ["virtual_machine.stop", "SUCCEEDED"],
        ["virtual_machine.stop", "SUCCEEDED"],
    ]
