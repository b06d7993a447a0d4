"""A system that has no thread left."""

import threading
from contextlib import contextmanager


@contextmanager
def no_thread_left(monkeypatch):
    """Within the block no thread can be started."""

    def refuse(_thread):
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        yield
