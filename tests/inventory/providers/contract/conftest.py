"""Every kind there is, each on its back end."""

import pytest

from tests.inventory.providers.contract.every import backed, container_kinds, machine_kinds


@pytest.fixture(params=[*machine_kinds(), *container_kinds()])
def account(request):
    return backed(request)
