from types import SimpleNamespace

import pytest

from benchmarks import measure


@pytest.fixture(autouse=True)
def _no_collection(monkeypatch):
    """Garbage is collected before each sample. Here nothing is measured, and a process of tests has
    so many objects that it takes seconds.
    """
    monkeypatch.setattr(measure, "gc", SimpleNamespace(collect=lambda: 0))
