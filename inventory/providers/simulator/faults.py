"""Faults on command: what a real cloud does on a bad day, as its client sees it."""

import random
import time
from dataclasses import dataclass
from typing import Any

from libcloud.common.exceptions import BaseHTTPError, RateLimitReachedError
from libcloud.common.types import MalformedResponseError

from gateway.core.http.budget import Budget
from inventory.providers.simulator.store import Store


@dataclass(frozen=True, slots=True)
class Faults:
    """The settings; see the kind for what each means."""

    latency_ms: int
    error_rate: float
    hang: bool
    partial: bool
    garbage: bool
    throttle_per_s: int

    @classmethod
    def of(cls, settings: Any) -> "Faults":
        return cls(**{name: settings[name] for name in cls.__slots__})

    def apply(self, *, budget: Budget, store: Store, region: str) -> None:
        """The fate of one call: it takes its time, then fails or goes through."""
        self._wait(budget)
        if self.throttle_per_s and store.count_call(region) > self.throttle_per_s:
            raise RateLimitReachedError(headers={"retry-after": "1"})
        # Not seeded: a retry must be able to succeed.
        if random.random() < self.error_rate:  # noqa: S311 - no secret
            raise server_error()
        if self.garbage:
            raise MalformedResponseError("The answer is not JSON", body="<html>?", driver=None)

    def _wait(self, budget: Budget) -> None:
        seconds = self.latency_ms / 1000
        left = max(0.0, budget.left)
        if self.hang or seconds > left:
            time.sleep(left)
            raise TimeoutError("The simulated cloud did not answer in time.")
        time.sleep(seconds)


def server_error() -> BaseHTTPError:
    return BaseHTTPError(500, "InternalError: the simulated cloud failed, as it was told to.")
