"""One delegate is registered: every mistake in it stops a process before it does anything."""

import subprocess
import sys

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from inventory.job_delegate import InventoryDelegate
from jobs import delegate
from jobs.api import JobDelegate, register_delegate
from tests.jobs.delegate import PermissiveDelegate

START = """
import django
django.setup()
from jobs.delegate import get_delegate
print(type(get_delegate()).__name__)
"""


@pytest.fixture
def registered(monkeypatch):
    classes = []
    monkeypatch.setattr(delegate, "_registered", classes)
    return classes


@pytest.fixture
def without(monkeypatch):
    """Makes a class without one of the methods."""

    def _without(method):
        methods = {
            name: value for name, value in vars(PermissiveDelegate).items() if name != method
        }
        return type("Incomplete", (JobDelegate,), methods)

    return _without


def test_one_is_used(registered):
    register_delegate(PermissiveDelegate)

    assert isinstance(delegate.get_delegate(), PermissiveDelegate)
    assert run_checks() == []


def test_none_is_an_error_of_the_system_checks(registered):
    with pytest.raises(SystemCheckError, match=r"jobs\.E001.*No JobDelegate is registered"):
        call_command("check")
    with pytest.raises(ImproperlyConfigured, match="No JobDelegate is registered"):
        delegate.get_delegate()


def test_a_second_one_is_refused(registered):
    register_delegate(InventoryDelegate)

    with pytest.raises(ImproperlyConfigured, match=r"PermissiveDelegate .* and so is inventory"):
        register_delegate(PermissiveDelegate)

    assert registered == [InventoryDelegate]


@pytest.mark.parametrize("method", sorted(JobDelegate.__abstractmethods__))
def test_one_that_lacks_a_method_is_refused(registered, without, method):
    with pytest.raises(ImproperlyConfigured, match=f"Incomplete lacks methods .*: {method}\\."):
        register_delegate(without(method))

    assert registered == []


def test_one_of_another_class_is_refused(registered):
    with pytest.raises(ImproperlyConfigured, match="no subclass"):
        register_delegate(dict)


def test_the_inventory_registers_its_own_at_start_up():
    done = subprocess.run(  # noqa: S603 - fixed words
        [sys.executable, "-c", START], capture_output=True, text=True, check=True
    )

    assert done.stdout == "InventoryDelegate\n"
