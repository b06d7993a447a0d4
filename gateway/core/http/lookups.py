"""Look-ups of names with a time limit: a caller cannot set a timeout of the system's resolver.

A look-up runs in a thread of its own, which stays until the resolver gives up; the caller waits
until its own time limit. Callers with the same name share the thread. A resolver of one owner's
clouds may never answer, so each owner has a share of the threads.
"""

import ipaddress
import socket
from functools import partial
from typing import Any

from gateway.core import turns
from gateway.core.shared_calls import NoThread, SharedCalls

MOST_AT_ONCE = 256  # threads that wait for the resolver, in this process

Addresses = list[Any]  # as socket.getaddrinfo returns them


class Lookups:
    """The look-ups under way. Safe to share between threads."""

    def __init__(self) -> None:
        self._calls: SharedCalls[Addresses] = SharedCalls(MOST_AT_ONCE, "lookup")

    def addresses_of(self, host: str, port: int, *, seconds: float) -> Addresses:
        """As ``socket.getaddrinfo``, for TCP.

        Raises what that raises, and TimeoutError after ``seconds``, or when too many of the same
        owner are under way, or no thread can be started.
        """
        if _is_address(host):
            return _look_up(host, port)
        try:
            begun = self._calls.begin((host, port), partial(_look_up, host, port))
            with turns.waiting():
                return begun.result(timeout=max(0.0, seconds))
        except NoThread as error:
            raise TimeoutError(f"The name was not looked up. {error}") from error


def _look_up(host: str, port: int) -> Addresses:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def _is_address(host: str) -> bool:
    """True if ``host`` is an IP address, which needs no resolver."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


lookups = Lookups()
