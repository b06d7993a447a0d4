"""Is the gateway alive, and is it ready: what a load balancer and `make run` ask.

Alive: this process answers. Ready: the database, the broker and at least one worker answer, the
database has all migrations, files can be written, and the demo, where there is one, is connected.
"""

import logging
import os
from contextlib import suppress
from pathlib import Path
from threading import Event

import redis
from django.conf import settings
from django.db import Error, connection, transaction
from django.http import HttpRequest, JsonResponse
from kombu.exceptions import OperationalError

from gateway.celery import app
from gateway.core.migration_check import lacking
from gateway.core.redis import client
from gateway.kept import Kept

log = logging.getLogger(__name__)

PING_SECONDS = 1.0
# Anybody may ask, and asking the workers takes a thread for up to PING_SECONDS: ask once for all.
KEPT_SECONDS = 0.2
DISK_BYTES = 64 * 1024


def livez(_request: HttpRequest) -> JsonResponse:
    return _json({"live": True})


def readyz(_request: HttpRequest) -> JsonResponse:
    """200 or 503, and each part by its name; ``missing`` names those that do not answer."""
    parts = _parts.get()
    missing = [name for name, answers in parts.items() if not answers]
    body = {"ready": not missing, **parts, "missing": missing}
    return _json(body, status=503 if missing else 200)


def _json(body: dict[str, object], *, status: int = 200) -> JsonResponse:
    response = JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
    # Django logs each 503 as an error; this one is an answer, and asked for many times.
    response._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 - Django's own mark
    return response


def _look() -> dict[str, bool]:
    broker = _broker_answers()
    return {
        "database": _database_answers(),
        "disk": all(takes_files(directory) for directory in _directories()),
        "broker": broker,
        "worker": broker and _worker_answers(),
        "demo": not settings.DEMO_READY_FILE or Path(settings.DEMO_READY_FILE).exists(),
    }


def _database_answers() -> bool:
    try:
        if connection.vendor == "postgresql":
            _write_temporary_file()
        else:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        return _is_migrated()
    except Error as error:
        log.warning("The database does not answer: %s", error)
        return False


def _is_migrated() -> bool:
    """True if no migration is missing. Once it is so, the database is not asked again."""
    if not _migrated.is_set():
        if missing := lacking(connection):
            log.warning("%s", missing)
            return False
        _migrated.set()
    return True


def _write_temporary_file() -> None:
    """Have PostgreSQL write to its disk: what does not fit into work_mem goes to a file."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64kB'")
        cursor.execute("SELECT count(*) FROM generate_series(1, 10000)")


def _directories() -> set[Path]:
    """Where this process and SQLite write."""
    directories = {Path(settings.DATA_DIR)}
    if connection.vendor == "sqlite":
        directories.add(Path(connection.settings_dict["NAME"]).absolute().parent)
    return directories


def takes_files(directory: Path) -> bool:
    """True if a file of DISK_BYTES can be written in ``directory``."""
    path = directory / f".ready-{os.getpid()}"
    try:
        path.write_bytes(b"\0" * DISK_BYTES)
        path.unlink()
    except OSError as error:
        log.warning("No file can be written in %s: %s", directory, error)
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return False
    return True


def _broker_answers() -> bool:
    try:
        return bool(client().ping())
    except redis.RedisError as error:
        log.warning("The broker does not answer: %s", error)
        return False


def _worker_answers() -> bool:
    """True if a worker answers a ping.

    Workers receive the ping through a pattern subscription (kombu.transport.redis). Without one
    there is no ping: a worker that subscribes later would not receive it.
    """
    try:
        if not client().pubsub_numpat():
            return False
        return bool(app.control.ping(timeout=PING_SECONDS, limit=1))
    except (OperationalError, redis.RedisError) as error:
        log.warning("The workers cannot be asked: %s", error)
        return False


_migrated = Event()
_parts = Kept(_look, KEPT_SECONDS)
