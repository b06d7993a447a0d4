"""Replaces what an operation has its cloud do, wherever the operation finds it."""

from contextlib import contextmanager

from inventory.operations.changes import CHANGES, CONTAINER_CHANGES
from inventory.providers import Cloud

METHODS = {"virtual_machine.provision": "create_machine", "container.deploy": "deploy_container"}


def method_of(operation):
    """The method of Cloud that acts."""
    prefix, _, name = operation.partition(".")
    return METHODS.get(operation) or f"{name}_{'machine' if prefix != 'container' else prefix}"


@contextmanager
def acting(operation, wrap):
    """Inside the block, ``wrap(act)`` acts instead of ``act``."""
    method = method_of(operation)
    act = getattr(Cloud, method)
    changes = [one for one in (*CHANGES.values(), *CONTAINER_CHANGES.values()) if one.act is act]
    replacement = wrap(act)
    _replace(method, changes, replacement)
    try:
        yield
    finally:
        _replace(method, changes, act)


def _replace(method, changes, act):
    setattr(Cloud, method, act)
    for change in changes:
        object.__setattr__(change, "act", act)  # it is frozen
