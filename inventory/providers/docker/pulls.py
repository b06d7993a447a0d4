"""Pulls that outlive the step of a job that began them.

An engine drops a pull whose asker hangs up, with all that it has fetched so far: an image that
takes longer than a step would never come. So each is asked for by a thread of its own, and a step
waits for it a while; the next one finds it under way. When the process ends, the pull ends with it,
and the next step begins another.
"""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet

from inventory.providers.budget import Budget
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.transport import Line

LONGEST_SECONDS = 30 * 60.0
AT_ONCE = 20


class Pulls:
    """Pulls under way, by what they are of. Of many that want the same, one asks."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, Future[None]] = {}

    def wait(self, name: Hashable, pull: Callable[[float], None], *, timeout: float) -> None:
        """Until ``pull``, which gets the seconds that it may take, has come to its end.

        Raises what it raises; ProviderError when it is not over within ``timeout`` seconds, or
        when too many are under way.
        """
        try:
            self._begun(name, pull).result(max(0.0, timeout))
        except NotYet:
            message = "The image is still being fetched."
            raise ProviderError(ProviderErrorCode.TIMEOUT, message) from None

    def _begun(self, name: Hashable, pull: Callable[[float], None]) -> Future[None]:
        with self._lock:
            if name in self._under_way:
                return self._under_way[name]
            if len(self._under_way) >= AT_ONCE:
                message = f"{AT_ONCE} images are being fetched already; this one has to wait."
                raise ProviderError(ProviderErrorCode.RATE_LIMITED, message)
            begun: Future[None] = Future()
            self._under_way[name] = begun
        threading.Thread(target=self._run, args=(name, begun, pull), daemon=True).start()
        return begun

    def _run(self, name: Hashable, begun: Future[None], pull: Callable[[float], None]) -> None:
        """A line of its own: that of the step is closed when the step is over."""
        line = Line(Budget(LONGEST_SECONDS))
        try:
            with line.used():
                pull(LONGEST_SECONDS)
            begun.set_result(None)
        except Exception as error:  # noqa: BLE001 - it is for those who wait to hear of it
            begun.set_exception(error)
        finally:
            line.close()
            with self._lock:
                del self._under_way[name]


UNDER_WAY = Pulls()
