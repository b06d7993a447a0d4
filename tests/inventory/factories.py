"""Rows for tests. Providers are simulators, connected as a user would."""

import itertools

from inventory.models.source import SourceResource
from inventory.services.providers import provider_connect
from tests.jobs.factories import make_user

__all__ = ["machine_source", "make_simulator", "make_user"]

_numbers = itertools.count(1)


def make_simulator(owner=None, *, regions=None, deadline_ms=None, name=None, **settings):
    """A connected simulator: five machines, no latency, and a seed of its own unless told."""
    number = next(_numbers)
    values = {"machines": 5, "seed": f"seed-{number}", "latency_ms": 0, "boot_ms": 0} | settings
    return provider_connect(
        owner=owner or make_user(),
        kind="simulator",
        name=name or f"simulator-{number}",
        credentials={key: str(value) for key, value in values.items()},
        regions=regions,
        deadline_ms=deadline_ms,
    )


def machine_source(provider, region=None):
    sources = provider.sources.filter(resource=SourceResource.VIRTUAL_MACHINES)
    if region is not None:
        sources = sources.filter(region=region)
    return sources.select_related("provider").get()
