"""Every kind there is, each on its back end."""

import pytest

from inventory.providers import all_kinds
from tests.inventory.providers.contract.backends import BACKENDS, REAL, real_clouds


@pytest.fixture(params=[*(kind.slug for kind in all_kinds()), *real_clouds()])
def account(request):
    backend = (BACKENDS | REAL).get(request.param)
    assert backend is not None, f"The kind {request.param} has no back end to be tested on."
    return backend(request)
