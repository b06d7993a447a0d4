"""A proxy before an EC2 endpoint that can hold an answer back: it was true when it was made.

    with holding_proxy(moto.url) as proxy:
        hold = proxy.hold()   # the next listing is fetched at once and kept
        hold.wait()
        ...                   # what happens now, that listing does not know
        hold.release()

Only listings are held (DescribeInstances of no instance by name); all else passes.
"""

import threading
from collections import deque
from contextlib import contextmanager
from urllib.parse import parse_qsl, urlsplit

from tests.functional.passing_proxy import PATIENCE_SECONDS, PassingProxy, running


class Hold:
    """One listing that is held back."""

    def __init__(self):
        self._held = threading.Event()
        self._released = threading.Event()

    def wait(self):
        """Until there is a listing to keep."""
        assert self._held.wait(PATIENCE_SECONDS), "nobody asked for a listing"

    def release(self):
        self._released.set()

    def keep(self):
        self._held.set()
        self._released.wait(PATIENCE_SECONDS)


class HoldingProxy(PassingProxy):
    def __init__(self, upstream):
        super().__init__(upstream)
        self._holds = []
        self._next = deque()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def hold(self):
        """Keep the next listing that no other hold waits for."""
        hold = Hold()
        self._holds.append(hold)
        self._next.append(hold)
        return hold

    def stop(self):
        for hold in self._holds:
            hold.release()
        super().stop()

    def answered(self, _method, path, body):
        query = urlsplit(path).query
        asked = dict(parse_qsl(f"{query}&{body.decode()}", keep_blank_values=True))
        if _is_listing(asked) and self._next:
            self._next.popleft().keep()


@contextmanager
def holding_proxy(upstream):
    with running(HoldingProxy(upstream)) as proxy:
        yield proxy


def _is_listing(asked):
    named = any(key.startswith(("InstanceId", "Filter")) for key in asked)
    return asked.get("Action") == "DescribeInstances" and not named
