"""Replaces the action that an operation asks its cloud for."""

from contextlib import contextmanager

import pytest

from tests.inventory.cloud_patches import patch_cloud, plain_cloud

ORDERS = frozenset({"virtual_machine.provision", "container.deploy"})


def key_of(operation):
    """The resource and the verb that an operation asks of its cloud."""
    prefix, _, verb = operation.partition(".")
    return f"{prefix}s", verb


@contextmanager
def acting(operation, wrap):
    """Inside the block, ``wrap(act)`` acts instead of ``act``."""
    key = key_of(operation)
    with pytest.MonkeyPatch.context() as patched:
        patch_cloud(patched, *key, wrap(plain_cloud(*key)))
        yield
