"""One listing of a source at a time, across processes: a claim in Redis that lapses by itself.

A claim saves work; it does not keep order (the store does, by when each read began). So when
Redis is away, every process simply asks for itself.
"""

import logging
import secrets
import threading
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass

import redis

from gateway.core.redis import client

log = logging.getLogger(__name__)

POLL_SECONDS = 0.02
UNCLAIMED = ""  # the token when Redis is away

_RELEASE = """
if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end
return 0
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim on a source as it is now. Not ours: another listing has it, under its token."""

    token: str
    is_ours: bool


def acquire(seconds: Mapping[int, float]) -> dict[int, Claim]:
    """Claim the unclaimed sources among these primary keys, all in one round trip.

    A claim of ours lapses after its ``seconds``.
    """
    tokens = {source_id: secrets.token_hex(8) for source_id in seconds}
    try:
        with client().pipeline() as pipeline:
            for source_id, token in tokens.items():
                milliseconds = max(1, int(seconds[source_id] * 1000))
                pipeline.set(_key(source_id), token, nx=True, px=milliseconds)
                pipeline.get(_key(source_id))
            answers = pipeline.execute()
    except redis.RedisError as error:
        log.warning("No claims on sources %s, asking without: %s", list(seconds), error)
        return {source_id: Claim(UNCLAIMED, is_ours=True) for source_id in seconds}
    holders = dict(zip(tokens, answers[1::2], strict=True))
    return {
        source_id: Claim(holders[source_id] or token, holders[source_id] in {token, None})
        for source_id, token in tokens.items()
    }


def release(source_id: int, token: str) -> None:
    """Give the claim back; one that lapsed and was taken by another process stays theirs."""
    if token == UNCLAIMED:
        return
    try:
        client().eval(_RELEASE, 1, _key(source_id), token)
    except redis.RedisError as error:
        log.warning("The claim on source %s will lapse by itself: %s", source_id, error)


def _key(source_id: int) -> str:
    return f"live:claim:{source_id}"


class ReleaseWatch:
    """Reports when other processes' claims end: one thread and one MGET a round for all of them.

    A claim is known by its token. If the source is claimed under another token, the first claim has
    ended too. Where many requests ask for a source, it might never be unclaimed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[tuple[int, str], Future[None]] = {}
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def released(self, source_id: int, token: str) -> Future[None]:
        """Done when the source is not claimed under ``token`` any more. Many may wait on it."""
        with self._lock:
            if self._thread is None:
                thread = threading.Thread(target=self._watch, name="claims", daemon=True)
                thread.start()
                self._thread = thread  # one that could not be started is started by the next call
            future = self._waiting.setdefault((source_id, token), Future())
        self._wake.set()
        return future

    def _watch(self) -> None:
        while True:
            self._wake.wait()
            with self._lock:
                waiting = list(self._waiting)
                if not waiting:
                    self._wake.clear()
                    continue
            for claim in _ended(waiting):
                self._tell(claim)
            time.sleep(POLL_SECONDS)

    def _tell(self, claim: tuple[int, str]) -> None:
        with self._lock:
            future = self._waiting.pop(claim)
        future.set_result(None)


def _ended(claims: list[tuple[int, str]]) -> list[tuple[int, str]]:
    try:
        holders = client().mget([_key(source_id) for source_id, _ in claims])
    except redis.RedisError:
        return claims  # as acquire: without Redis nothing is claimed
    return [claim for claim, holder in zip(claims, holders, strict=True) if holder != claim[1]]


watch = ReleaseWatch()
