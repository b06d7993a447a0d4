"""Defects that several methods share. Each asserts that libcloud's method has it."""

import sys
import time
from contextlib import contextmanager, suppress
from types import SimpleNamespace

import pytest

from tests.inventory.providers.methods.scripted import answered, asked, driver


def has_none(cls, *words):
    """libcloud has no method whose name has one of the words."""
    return lambda: (
        not [name for name in dir(cls) for word in words if word in name]
        or pytest.fail(f"{cls.__name__} has one now.")
    )


def loses_the_second_page(make, method, *, count=1):
    """``make()``: a driver whose replies name a second page. One request is sent."""

    def check():
        made = make()
        assert len(getattr(made, method)()) == count
        assert len(asked(made)) == 1

    return check


def is_lost_to_one_object(make, method, error):
    """``make()``: a driver whose list has an object of an unexpected form."""

    def check():
        with pytest.raises(error):
            getattr(make(), method)()

    return check


@contextmanager
def libcloud_pauses():
    """The pauses of libcloud's modules: noted, and not slept. Threads of other tests sleep."""
    noted = []
    quick = SimpleNamespace(**vars(time) | {"sleep": noted.append})
    with pytest.MonkeyPatch.context() as patch:
        for name, module in list(sys.modules.items()):
            if name.startswith("libcloud.") and vars(module).get("time") is time:
                patch.setattr(module, "time", quick)
        yield noted


def waits_inside(make, act):
    """``act(driver)`` polls the cloud's operation until it has ended, and returns no id of it.

    A worker is held for as long. If it is killed, no record says which operation was asked for.
    """

    def check():
        made = make()
        with libcloud_pauses() as slept:
            result = act(made)
        assert slept
        assert len(asked(made)) > 1
        assert "op-1" not in str(result)

    return check


def loses_the_operation(cls, act, headers, **attributes):
    """``act(driver)`` returns nothing of the header that names the operation."""

    def check():
        made = driver(cls, lambda *_: answered("", status=202, headers=headers), **attributes)
        assert not act(made)

    return check


def cannot_be_a_dry_run(make, act):
    """The request has no ``DryRun``, and the method takes no parameter for it."""

    def check():
        made = make()
        with suppress(Exception):  # what it makes of the answer is another matter
            act(made)
        [(_method, _path, params, _data), *_] = asked(made)
        assert params["Action"]
        assert "DryRun" not in params

    return check
