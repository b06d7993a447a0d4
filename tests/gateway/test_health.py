"""Health checks without a worker; tests/functional/test_web.py has a worker."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from gateway import health
from gateway.celery import app
from gateway.core import redis as redis_module

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_and_fresh(monkeypatch, redis_url):
    monkeypatch.setattr(health, "PING_SECONDS", 0.2)
    before, app.conf.broker_url = app.conf.broker_url, redis_url
    _forget_connections()
    health._parts.forget()
    health._migrated.clear()
    yield
    health._parts.forget()
    _forget_connections()
    app.conf.broker_url = before


def _forget_connections():
    """Celery keeps those of whatever broker was asked first in this process."""
    app._pool = None
    app.amqp._producer_pool = None


def ready():
    response = Client().get("/readyz")
    return response.status_code, response.json()


def test_alive_whatever_else_is_not(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = Client().get("/livez")

    assert (response.status_code, response.json()) == (200, {"live": True})
    assert response["Cache-Control"] == "no-store"


def test_a_database_that_lacks_a_migration_is_not_ready(caplog):
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("jobs", "0003_input_digests")

    _, parts = ready()

    assert parts["missing"] == ["database", "worker"]
    assert "jobs.0003_input_digests first: run ./manage.py migrate" in caplog.text

    recorder.record_applied("jobs", "0003_input_digests")
    health._parts.forget()
    assert ready()[1]["missing"] == ["worker"]


def test_without_a_worker_it_is_not_ready(caplog):
    status, parts = ready()

    assert status == 503
    assert parts == {
        "ready": False,
        "database": True,
        "disk": True,
        "broker": True,
        "worker": False,
        "demo": True,
        "missing": ["worker"],
    }
    assert caplog.text == ""  # whoever waits for it asks many times


def test_without_a_broker_no_worker_is_asked(settings, monkeypatch):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    redis_module.client.cache_clear()
    asked = []
    monkeypatch.setattr(app.control, "ping", lambda **options: asked.append(options))

    status, parts = ready()

    redis_module.client.cache_clear()
    assert (status, parts["missing"]) == (503, ["broker", "worker"])
    assert asked == []


def test_none_is_waited_for_while_no_worker_listens(monkeypatch):
    asked = []
    monkeypatch.setattr(app.control, "ping", lambda **options: asked.append(options) or ["pong"])

    assert ready()[1]["missing"] == ["worker"]
    assert asked == []

    with redis_module.client().pubsub() as worker:
        worker.psubscribe("/0.celery.pidbox")
        worker.get_message(timeout=60)
        health._parts.forget()
        assert ready()[0] == 200
    assert asked != []


def test_it_waits_for_the_demo_where_there_is_one(settings, tmp_path):
    settings.DEMO_READY_FILE = str(tmp_path / "ready")
    assert ready()[1]["missing"] == ["worker", "demo"]

    (tmp_path / "ready").touch()
    health._parts.forget()

    assert ready()[1]["missing"] == ["worker"]


def test_a_database_that_does_not_answer(tmp_path, caplog):
    def look_with_a_connection_of_its_own():
        own = connections["default"]
        # A directory is no SQLite database, and PostgreSQL has none of such a name.
        name = str(tmp_path) if own.vendor == "sqlite" else "no_such_database"
        own.settings_dict = {**own.settings_dict, "NAME": name, "OPTIONS": {}}  # no pool
        return health._database_answers()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(look_with_a_connection_of_its_own).result(timeout=60) is False

    assert "The database does not answer" in caplog.text


def test_a_full_disk_is_not_ready(settings, tmp_path):
    """The file that is to be written is a link to a device that takes nothing."""
    settings.DATA_DIR = tmp_path
    (tmp_path / f".ready-{os.getpid()}").symlink_to("/dev/full")

    status, parts = ready()

    assert status == 503
    assert "disk" in parts["missing"]


def test_a_directory_that_is_gone_is_not_ready(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "gone"

    assert "disk" in ready()[1]["missing"]


def test_nothing_is_left_of_the_check(settings, tmp_path):
    settings.DATA_DIR = tmp_path

    assert "disk" not in ready()[1]["missing"]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite writes where we do")
def test_a_postgresql_that_cannot_write_is_not_ready():
    """It may write no temporary file, as if its disk were full."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL temp_file_limit = 0")

    assert "database" in ready()[1]["missing"]
