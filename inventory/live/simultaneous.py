"""One question to each of several sources, all at once, each within its provider's deadline."""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from django.db import close_old_connections

from gateway.core import turns
from inventory.live.asking import asked
from inventory.live.bulkhead import bulkhead
from inventory.live.connection import prepare
from inventory.live.failures import deadline_passed
from inventory.models import Source
from inventory.providers import Cloud, ProviderError

R = TypeVar("R")


def call_each(
    sources: Sequence[Source], call: Callable[[Cloud], R]
) -> dict[int, R | ProviderError]:
    """The result or the error of ``call`` for each source, by the source's primary key.

    The providers of the sources are loaded.
    """
    prepare(sources)
    asked_at = time.monotonic()
    calls = [(source, bulkhead.submit(source, partial(_call, source, call))) for source in sources]
    found: dict[int, R | ProviderError] = {}
    for source, future in calls:
        left = asked_at + source.provider.deadline_seconds - time.monotonic()
        try:
            with turns.waiting():
                found[source.pk] = future.result(timeout=max(0.0, left))
        except TimeoutError:
            future.cancel()
            found[source.pk] = deadline_passed()
        except ProviderError as error:
            found[source.pk] = error
    return found


def _call(source: Source, call: Callable[[Cloud], R]) -> R:
    """Runs in the pool. Raises ProviderError."""
    try:
        with asked(source, source.provider.deadline_seconds) as cloud:
            return call(cloud)
    finally:
        close_old_connections()
