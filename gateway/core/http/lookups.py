"""Looking names up within a time: the system's resolver has no timeout that a caller could set.

A look-up runs in a thread of its own, which stays until the resolver gives up; who asked waits no
longer than it may. Those who ask for the same name meanwhile share the thread.
"""

import ipaddress
import socket
import threading
from concurrent.futures import Future
from typing import Any

MOST_AT_ONCE = 256  # threads that wait for the resolver, in this process

Addresses = list[Any]  # as socket.getaddrinfo returns them


class Lookups:
    """The look-ups under way. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[tuple[str, int], Future[Addresses]] = {}

    def addresses_of(self, host: str, port: int, *, seconds: float) -> Addresses:
        """As ``socket.getaddrinfo``, for TCP.

        Raises what that raises, and TimeoutError after ``seconds`` or when too many are under way.
        """
        if _is_address(host):
            return _look_up(host, port)
        return self._begun(host, port).result(timeout=max(0.0, seconds))

    def _begun(self, host: str, port: int) -> "Future[Addresses]":
        with self._lock:
            if (known := self._under_way.get((host, port))) is not None:
                return known
            if len(self._under_way) >= MOST_AT_ONCE:
                raise TimeoutError("Too many look-ups of names wait for the resolver.")
            future = self._under_way[host, port] = Future()
        threading.Thread(
            target=self._run, args=(host, port, future), name="lookup", daemon=True
        ).start()
        return future

    def _run(self, host: str, port: int, future: "Future[Addresses]") -> None:
        try:
            future.set_result(_look_up(host, port))
        except Exception as error:  # noqa: BLE001 - for those who wait
            future.set_exception(error)
        finally:
            with self._lock:
                del self._under_way[host, port]


def _look_up(host: str, port: int) -> Addresses:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def _is_address(host: str) -> bool:
    """Whether there is nothing to ask a resolver for."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


lookups = Lookups()
