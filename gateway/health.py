"""Is the gateway alive, and is it ready: what a load balancer and `make run` ask.

Alive: this process answers. Ready: the database, the broker and at least one worker answer, and
the demo, where there is one, is connected.
"""

import logging
from pathlib import Path

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from kombu.exceptions import OperationalError

from gateway.celery import app
from gateway.core.redis import client
from gateway.kept import Kept

log = logging.getLogger(__name__)

PING_SECONDS = 1.0
# Anybody may ask, and asking the workers takes a thread for up to PING_SECONDS: ask once for all.
KEPT_SECONDS = 1.0


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
        "broker": broker,
        "worker": broker and _worker_answers(),
        "demo": not settings.DEMO_READY_FILE or Path(settings.DEMO_READY_FILE).exists(),
    }


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        log.warning("The database does not answer: %s", error)
        return False
    return True


def _broker_answers() -> bool:
    try:
        return bool(client().ping())
    except redis.RedisError as error:
        log.warning("The broker does not answer: %s", error)
        return False


def _worker_answers() -> bool:
    try:
        return bool(app.control.ping(timeout=PING_SECONDS, limit=1))
    except (OperationalError, redis.RedisError) as error:
        log.warning("The workers cannot be asked: %s", error)
        return False


_parts = Kept(_look, KEPT_SECONDS)
