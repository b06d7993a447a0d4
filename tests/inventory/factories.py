"""Rows for tests. Providers are simulators, connected as a user would."""

import hashlib
import itertools
import os

from inventory.models.source import SourceResource
from inventory.services.providers import provider_connect
from tests.jobs.factories import make_user

__all__ = ["machine_source", "make_simulator", "make_user"]

_numbers = itertools.count(1)
_seeds: dict[str, int] = {}


def make_simulator(owner=None, *, regions=None, deadline_ms=None, name=None, **settings):
    """A connected simulator: five machines, no latency, and a seed of its own unless given."""
    values = {"machines": 5, "latency_ms": 0, "boot_ms": 0} | settings
    values.setdefault("seed", _seed())
    return provider_connect(
        owner=owner or make_user(),
        kind="simulator",
        name=name or f"simulator-{next(_numbers)}",
        credentials={key: str(value) for key, value in values.items()},
        regions=regions,
        deadline_ms=deadline_ms,
    )


def _seed():
    """A text that no other simulator has, and the same in every run: it decides which machines the
    cloud has, so they must not depend on which tests this process ran before.
    """
    test = os.environ["PYTEST_CURRENT_TEST"].rpartition(" ")[0]
    _seeds[test] = _seeds.get(test, 0) + 1
    return f"{hashlib.blake2b(test.encode(), digest_size=6).hexdigest()}-{_seeds[test]}"


def machine_source(provider, region=None):
    sources = provider.sources.filter(resource=SourceResource.VIRTUAL_MACHINES)
    if region is not None:
        sources = sources.filter(region=region)
    return sources.select_related("provider").get()
