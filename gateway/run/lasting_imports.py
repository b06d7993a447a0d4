"""Imports that Python's collector leaves alone."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def lasting_imports() -> Iterator[None]:
    """What is made inside the block stays. To look for garbage in it takes a seventh of the time of
    the imports, so it is not looked for, neither in the block nor afterwards.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
