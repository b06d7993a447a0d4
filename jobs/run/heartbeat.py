"""One thread per process that extends the leases of the steps that the process performs."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import Error, connections
from django.utils import timezone

from jobs.conf import STEP_SECONDS, heartbeat_seconds, lease_seconds
from jobs.row.lease import Lease

log = logging.getLogger(__name__)


class Heartbeat:
    """Extends the leases that ``keep`` holds, each for at most ``STEP_SECONDS``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[Lease, float] = {}  # on the monotonic clock
        self._pause = 0.0  # seconds; set with each step, as tests change the settings
        self._thread: threading.Thread | None = None

    @contextmanager
    def keep(self, lease: Lease) -> Iterator[None]:
        with self._lock:
            self._until[lease] = time.monotonic() + STEP_SECONDS
            self._pause = heartbeat_seconds()
            self._start_thread()
        try:
            yield
        finally:
            with self._lock:
                del self._until[lease]

    def beat(self) -> None:
        """Extend each lease in a statement of its own, so that no row waits for another's lock."""
        for lease in self._kept():
            try:
                lease.rows.update(lease_until=timezone.now() + timedelta(seconds=lease_seconds()))
            except Error as error:  # there is another beat before the lease lapses
                log.warning("The lease on job %s was not extended: %s", lease.job_id, error)

    def _kept(self) -> list[Lease]:
        now = time.monotonic()
        with self._lock:
            return [lease for lease, until in self._until.items() if now < until]

    def _start_thread(self) -> None:
        # A forked process does not have the thread, so look each time.
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="jobs-heartbeat", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while True:
            time.sleep(self._pause)
            self.beat()
            connections.close_all()  # this thread's own


heartbeat = Heartbeat()
