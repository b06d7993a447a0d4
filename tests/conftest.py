"""Fixtures for all tests. Sockets reach loopback alone: see addopts in pyproject.toml."""

from pathlib import Path

import pytest
from celery import current_app
from django.db import connection

from gateway.core import redis as redis_module
from gateway.core.audit.protection import unprotect
from gateway.run.embedded_redis import embedded_redis


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory):
    """The URL of a real Redis that lives as long as this test process."""
    with embedded_redis(Path(tmp_path_factory.mktemp("redis"))) as url:
        current_app.conf.broker_url = url  # before Celery connects to where no broker is
        yield url


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Tests empty every table after themselves, which on SQLite is to delete from the audit too."""
    with django_db_blocker.unblock():
        unprotect(connection, "DELETE")


@pytest.fixture(autouse=True)
def redis_url(settings, redis_server):
    """Every test has an empty Redis."""
    settings.REDIS_URL = redis_server
    redis_module.client.cache_clear()
    redis_module.client().flushall()
    return redis_server


@pytest.fixture(autouse=True)
def _quick_password_hasher(settings):
    """A password is hashed for a third of a second on purpose; here that is just slow."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
