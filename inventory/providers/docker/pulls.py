"""Pulls that outlive the step of a job that began them.

An engine drops a pull whose asker hangs up, with all that it has fetched so far: an image that
takes longer than a step would never come. So each is asked for by a thread of its own, and a step
waits for it a while; the next one finds it under way. When the process ends, the pull ends with it,
and the next step begins another.
"""

from collections.abc import Callable, Hashable
from concurrent.futures import TimeoutError as NotYet
from functools import partial

from gateway.core.http.budget import Budget
from gateway.core.shared_calls import NoThread, SharedCalls
from inventory.providers.exceptions import (
    ProviderError,
    ProviderErrorCode,
    map_provider_errors,
)
from inventory.providers.transport import Line

LONGEST_SECONDS = 30 * 60.0
AT_ONCE = 40


class Pulls:
    """The pulls in progress, by name. If many callers want the same pull, one of them sends it."""

    def __init__(self) -> None:
        self._calls: SharedCalls[None] = SharedCalls(AT_ONCE, "pull")

    def wait(self, name: Hashable, pull: Callable[[float], None], *, timeout: float) -> None:
        """Wait until ``pull``, which gets the seconds that it may take, has ended.

        Raises what it raises; ProviderError when it is not over within ``timeout`` seconds, or
        when too many of the same owner are under way.
        """
        try:
            self._calls.begin(name, partial(_fetch, pull)).result(max(0.0, timeout))
        except NotYet:
            message = "The image is still being fetched."
            raise ProviderError(ProviderErrorCode.TIMEOUT, message) from None
        except NoThread as error:
            message = f"This image has to wait until others were fetched. {error}"
            raise ProviderError(ProviderErrorCode.RATE_LIMITED, message) from error


def _fetch(pull: Callable[[float], None]) -> None:
    """A line of its own: that of the step is closed when the step is over. Raises ProviderError."""
    line = Line(Budget(LONGEST_SECONDS))
    try:
        with map_provider_errors(line.secrets), line.used():
            pull(LONGEST_SECONDS)
    finally:
        line.close()


UNDER_WAY = Pulls()
