"""The kinds that must keep the contract, and the back end of each.

A kind is named by its slug; a running cloud by the environment variable that says where it is.
"""

from inventory.providers import all_kinds
from tests.inventory.providers.contract.backends import BACKENDS, REAL, real_clouds
from tests.inventory.providers.contract.container_backends import (
    CONTAINER_BACKENDS,
    REAL_CONTAINERS,
)


def single_kinds():
    """The kinds that are one cloud each and run something. Others have tests of their own: the
    drivers of the kind libcloud in ``tests/inventory/providers/libcloud``, a code host in
    ``tests/inventory/providers/test_github.py``, stores in ``test_s3.py`` there.
    """
    computing = [kind for kind in all_kinds() if kind.lists_machines or kind.lists_containers]
    return [kind for kind in computing if not kind.variants]


def code_kinds():
    return [kind for kind in all_kinds() if kind.lists_repositories]


def machine_kinds():
    return [*(kind.slug for kind in all_kinds() if kind.lists_machines), *real_clouds(REAL)]


def container_kinds():
    kinds = (kind.slug for kind in all_kinds() if kind.lists_containers)
    return [*kinds, *real_clouds(REAL_CONTAINERS)]


def backed(request):
    """A fixture's account at the kind that is its parameter."""
    backends = BACKENDS | CONTAINER_BACKENDS | REAL | REAL_CONTAINERS
    backend = backends.get(request.param)
    assert backend is not None, f"The kind {request.param} has no back end to be tested on."
    return backend(request)
