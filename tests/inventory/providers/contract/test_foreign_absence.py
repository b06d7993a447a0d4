"""A 404 in JSON that another server answers does not make an object gone."""

import pytest

from inventory.providers import ProviderError
from tests.clouds.recorded import as_json
from tests.inventory.providers.contract.backends import BACKENDS, Recorded
from tests.inventory.providers.contract.container_backends import (
    CONTAINER_BACKENDS,
    RecordedContainers,
)

RECORDED = {
    slug: one
    for slug, one in {**BACKENDS, **CONTAINER_BACKENDS}.items()
    if issubclass(one, Recorded | RecordedContainers)
}
FOREIGN = {
    "a gateway's": {"message": "no Route matched with those values"},
    "a framework's": {"detail": "Not Found"},
    "an empty object": {},
}


@pytest.mark.parametrize("name", FOREIGN)
@pytest.mark.parametrize("slug", RECORDED)
def test_a_404_of_another_server_makes_nothing_gone(slug, name, request):
    account = RECORDED[slug](request)
    with account.connect(60) as cloud:
        external_id = account.running(cloud).external_id
        account.cloud.fault = as_json(FOREIGN[name], 404)
        with pytest.raises(ProviderError):  # None would say that it is gone
            account.found(cloud, external_id)
