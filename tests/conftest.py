"""Fixtures for all tests. Sockets reach loopback alone: see addopts in pyproject.toml."""

import gc
import os
from pathlib import Path

import pytest
from celery import current_app
from django.db import connection
from django.test import TransactionTestCase
from redis.connection import parse_url

from gateway.core import redis as redis_module
from gateway.core.audit.protection import unprotect
from gateway.run.embedded_redis import embedded_redis
from inventory.providers import retries
from tests.clouds.moto import moto, region  # noqa: F401 - fixtures
from tests.clouds.seaweedfs import seaweedfs  # noqa: F401 - a fixture
from tests.clouds.swift import swift  # noqa: F401 - a fixture
from tests.compiling import end_the_wait
from tests.database_only import asks_no_database, of_one_each, uses_database
from tests.emptying import empty_tables
from tests.migrated import prepare_test_database
from tests.once_more import pytest_sessionfinish  # noqa: F401 - a hook
from tests.scheduling import WholeFiles, turn_of

PATIENCE_SECONDS = 60.0  # of a hang, on a busy machine


def pytest_addoption(parser):
    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out what cannot tell one database from another: tests/database_only.py",
    )


def pytest_xdist_auto_num_workers(config):
    """Use two more than cores: tests wait for processes and clouds for about half of their time."""
    return 2 + (os.cpu_count() or 1)


def pytest_xdist_make_scheduler(config, log):
    return WholeFiles(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_ignore_collect(collection_path, config):
    """Do not import files whose tests would all be left out: half of all tests."""
    if config.getoption("--database-only") and asks_no_database(collection_path):
        return True
    return None


def pytest_collection_modifyitems(config, items):
    items.sort(key=turn_of)
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


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """The tests themselves stay: Python's collector need not look at them each time, nor while they
    are found, which it makes a sixth longer.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        end_the_wait()
        gc.collect()
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory):
    """The URL of a real Redis that lives as long as this test process."""
    with (
        embedded_redis(Path(tmp_path_factory.mktemp("redis"))) as url,
        pytest.MonkeyPatch.context() as patch,
    ):
        # It answers, and does so in time on a busy machine, too.
        patch.setattr(redis_module, "CONNECT_SECONDS", PATIENCE_SECONDS)
        patch.setattr(redis_module, "ANSWER_SECONDS", PATIENCE_SECONDS)
        current_app.conf.broker_url = url  # before Celery connects to where no broker is
        yield url


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings):
    """Django finds all migrations applied; `--create-db` has it apply them."""
    return prepare_test_database(connection)


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
    """True if the process's client is that of ``url``, not one that another test has left."""
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
