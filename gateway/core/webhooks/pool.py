"""Threads of a worker that send to webhooks. They are separate from those that run jobs.

One thread sends to a webhook. The webhooks of one owner get at most a quarter of the threads that
the other owners leave free, so endpoints that hang do not delay those of other owners.
"""

import logging
import threading
from concurrent.futures import Future
from functools import cache, partial
from uuid import UUID

from django.db import close_old_connections

from gateway.core.asked_for import asking_for
from gateway.core.fair_pool import FairPool
from gateway.core.unexpected import log_unexpected
from gateway.core.webhooks.attempts import due_webhooks, send_due

log = logging.getLogger(__name__)

THREADS = 32  # one owner gets 8
MOST_STARTED = 1000  # of one look


class Sending:
    """The webhooks that this process sends to. Safe to share between threads."""

    def __init__(self) -> None:
        self._pool = FairPool(THREADS, "webhooks")
        self._lock = threading.Lock()
        self._begun: set[UUID] = set()

    def start_due(self) -> None:
        """Start threads that send the due deliveries; returns at once."""
        due = due_webhooks().order_by("retry_at", "pk").values_list("pk", "owner")
        for webhook_id, owner in due[:MOST_STARTED]:
            self._start(webhook_id, owner)

    def _start(self, webhook_id: UUID, owner: int) -> None:
        with self._lock:
            if webhook_id in self._begun:
                return
            self._begun.add(webhook_id)
        sent = self._pool.submit((owner, webhook_id), partial(self._send, webhook_id, owner))
        sent.add_done_callback(partial(self._ended, webhook_id, owner))

    def _send(self, webhook_id: UUID, owner: int) -> bool:
        """True if there is more to send."""
        try:
            with asking_for(owner):
                return send_due(webhook_id)
        finally:
            close_old_connections()

    def _ended(self, webhook_id: UUID, owner: int, sent: Future[bool]) -> None:
        """It was sent to, or failed, or no thread was started for it: the sweep tries again."""
        with self._lock:
            self._begun.discard(webhook_id)
        if sent.cancelled():
            return
        if error := sent.exception():
            log_unexpected(log, error, context=f"sending to webhook {webhook_id}")
        elif sent.result():
            self._start(webhook_id, owner)


@cache
def sending() -> Sending:
    """The one pool of this process."""
    return Sending()
