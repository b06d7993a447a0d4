"""Swift, OpenStack's store of objects, as a process of its own: one per test process.

Its proxy and its servers are Swift's own, see ``swift_servers``: tokens, rights, names, quotas,
versions and temporary URLs are decided as in a cluster. Keystone is the recorded one, whose
catalogue leads here. A test makes containers of its own (``a_name``), which are left to the end of
the process.
"""

import importlib.util
import os
import sys
import tempfile
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.clouds.apis.openstack import OpenStack
from tests.clouds.store_process import running

PROJECT = "a4040e0486004e6bb2aa218cde4f15d6"
MEMBER, READER = {"X-Auth-Token": "member-of-tests"}, {"X-Auth-Token": "reader-of-tests"}
ROOT = Path(__file__).parents[2]
MISSING = "Swift is not here: the package swift is not installed; it is for Linux."
NO_ATTRIBUTES = (
    "Swift needs extended attributes of files, which the temporary directory does not have."
)


@dataclass(frozen=True)
class Swift:
    """A running store. ``ask`` is requests alone: it shares no code with what is tested."""

    url: str

    @property
    def account(self):
        return f"{self.url}/v1/AUTH_{PROJECT}"

    def ask(self, method, path, who=MEMBER, **options):
        headers = {**who, **options.pop("headers", {})}
        return requests.request(
            method, f"{self.account}{path}", headers=headers, timeout=60, **options
        )

    def catalogue(self):
        """The catalogue of a region with this store, for ``OpenStack.catalogue``."""
        endpoint = {"interface": "public", "region": "RegionOne", "region_id": "RegionOne"}
        endpoints = [{**endpoint, "id": "s", "url": self.account}]
        return [{"type": "object-store", "name": "swift", "id": "s", "endpoints": endpoints}]

    def cloud(self):
        """The recorded OpenStack with this store beside its services."""
        cloud = OpenStack()
        cloud.stores = self.catalogue()
        return cloud


def a_name(word="container"):
    return f"{word}-{uuid.uuid4().hex[:12]}"


@contextmanager
def swift_server():
    """Run a store until the block ends. Skips the test where there is none."""
    if importlib.util.find_spec("swift") is None:
        pytest.skip(MISSING)
    with tempfile.TemporaryDirectory() as directory:
        _require_attributes(Path(directory))
        with running(Path(directory), _command, Swift, _is_ready, cwd=ROOT) as server:
            yield server


def _require_attributes(directory):
    file = directory / "attribute"
    file.touch()
    try:
        os.setxattr(file, "user.of-tests", b"1")
    except OSError:
        pytest.skip(NO_ATTRIBUTES)


def _command(data, port):
    return [sys.executable, "-m", "tests.clouds.swift_servers", str(data), str(port)]


def _is_ready(server):
    try:
        return server.ask("GET", "").ok
    except requests.ConnectionError:
        return False


@pytest.fixture(scope="session")
def swift():
    with swift_server() as server:
        yield server
