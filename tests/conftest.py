"""Fixtures for all tests. Sockets reach loopback alone: see addopts in pyproject.toml."""

import gc
import os
import re
from pathlib import Path

import pytest
from celery import current_app
from django.db import connection
from django.test import TransactionTestCase
from redis.connection import parse_url

from gateway.core import redis as redis_module
from gateway.core.audit.protection import unprotect
from gateway.run.embedded_redis import embedded_redis
from gateway.run.options import ROOT
from inventory.providers import retries
from inventory.providers.registry import all_kinds
from jobs.api import operation_names
from tests.emptying import empty_tables
from tests.scheduling import WholeFiles

DATABASE_FIXTURES = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}
# Folders with many tests that ask no database: their files say so where one does.
MOSTLY_WITHOUT_DATABASE = (
    "tests/benchmarks",
    "tests/gateway/core/graphql",
    "tests/gateway/core/http",
    "tests/inventory/imports",
    "tests/inventory/providers",
)
SAYS_SO = re.compile(r"django_db|functional|\bdb\b|transactional_db|live_server")


def pytest_addoption(parser):
    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out what cannot tell one database from another: uses_database, of_one_each",
    )


def pytest_xdist_auto_num_workers(config):
    """Two more than cores: tests wait for processes and for clouds for about half of their time."""
    return 2 + (os.cpu_count() or 1)


def pytest_xdist_make_scheduler(config, log):
    return WholeFiles(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_ignore_collect(collection_path, config):
    """What would be left out all the same is not even imported: half of all tests."""
    if config.getoption("--database-only") and asks_no_database(collection_path):
        return True
    return None


def asks_no_database(file):
    """test_database_only.py sees that it is right."""
    place = file.relative_to(ROOT).as_posix()
    return (
        file.suffix == ".py"
        and place.startswith(MOSTLY_WITHOUT_DATABASE)
        and SAYS_SO.search(file.read_text()) is None
    )


def pytest_collection_modifyitems(config, items):
    """Tests that start processes come first: others run while they wait, and none is left last."""
    items.sort(key=lambda item: item.get_closest_marker("functional") is None)
    if not config.getoption("--database-only"):
        return
    chosen = list(of_one_each(item for item in items if uses_database(item)))
    kept = set(chosen)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = chosen


def pytest_generate_tests(metafunc):
    """All processes of a run must collect the same tests in the same order, and a set has none."""
    for mark in metafunc.definition.iter_markers("parametrize"):
        if any(isinstance(given, set | frozenset) for given in mark.args):
            raise TypeError(f"{metafunc.definition.nodeid}: parametrize takes no set; sort it.")


def pytest_collection_finish():
    """The tests themselves stay: Python's collector need not look at them each time."""
    gc.collect()
    gc.freeze()


def of_one_each(items):
    """Of a test that is repeated for kinds of clouds, those of the kind that comes first; of one
    that is repeated for operations, those of the first at machines and of the first at containers.

    Neither tells the database anything: rows of all kinds are written by the same code, and jobs of
    all operations are rows of one table.
    """
    slugs = {kind.slug for kind in all_kinds()}
    operations = set(operation_names())
    first = {}
    for item in items:
        words = set(re.split(r"[-\[\]]", item.name))
        repeated = words & (slugs | operations)
        resources = frozenset(name.partition(".")[0] for name in words & operations)
        test = (item.nodeid.partition("[")[0], resources)
        if not repeated or first.setdefault(test, repeated) == repeated:
            yield item


def uses_database(item):
    """Whether a test may ask the database that Django's settings name.

    pytest-django lets nobody ask it who has not said so, by a mark or a fixture. Tests that start
    processes hand it on to them, unless they are marked as telling nothing of it.
    """
    if item.get_closest_marker("any_database"):
        return False
    return (
        item.get_closest_marker("django_db") is not None
        or item.get_closest_marker("functional") is not None
        or not DATABASE_FIXTURES.isdisjoint(item.fixturenames)
    )


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory):
    """The URL of a real Redis that lives as long as this test process."""
    with embedded_redis(Path(tmp_path_factory.mktemp("redis"))) as url:
        current_app.conf.broker_url = url  # before Celery connects to where no broker is
        yield url


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests empty every table after themselves, and so the audit's too."""
    with django_db_blocker.unblock():
        unprotect(connection, "DELETE")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty_tables())
        yield


@pytest.fixture(autouse=True)
def redis_url(settings, redis_server):
    """Every test has an empty Redis."""
    settings.REDIS_URL = redis_server
    if not _is_connected_to(redis_server):
        redis_module.client.cache_clear()
    redis_module.client().flushall()
    return redis_server


def _is_connected_to(url):
    """Whether the process's client is that of ``url``, and not what another test has left."""
    return redis_module.client().get_connection_kwargs().items() >= parse_url(url).items()


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """The pauses before reads that were sent again: noted, and not slept."""
    noted = []
    monkeypatch.setattr(retries, "sleep", noted.append)
    return noted


@pytest.fixture(autouse=True)
def _patient_reads(settings):
    """A cloud that answers does so in time on a busy machine, too."""
    settings.LIVE_DEADLINE_MS = 60_000


@pytest.fixture(autouse=True)
def _quick_password_hasher(settings):
    """A password is hashed for a third of a second on purpose; here that is just slow."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
