import resource

import pytest

from gateway.core.open_files import MOST_FILES, raise_file_limit

UNLIMITED = resource.RLIM_INFINITY


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ((1024, UNLIMITED), (MOST_FILES, UNLIMITED)),
        ((1024, 1 << 20), (MOST_FILES, 1 << 20)),
        ((1024, 4096), (4096, 4096)),
        ((1 << 20, 1 << 20), None),
        ((UNLIMITED, UNLIMITED), None),
    ],
)
def test_the_limit_is_raised_as_far_as_it_may_be(monkeypatch, before, expected):
    changed = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: before)
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: changed.append(limits))

    raise_file_limit()

    assert changed == ([] if expected is None else [expected])


def test_a_system_that_refuses_keeps_its_limit(monkeypatch):
    def refuse(*_):
        raise ValueError

    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, UNLIMITED))
    monkeypatch.setattr(resource, "setrlimit", refuse)

    raise_file_limit()
