"""A size of a cloud that names no prices has that of libcloud's file, as its machines have."""

import pytest

from inventory.providers import all_kinds
from inventory.providers.prices import PriceQuestion
from tests.inventory.cloud_patches import call_named
from tests.inventory.providers.contract.backends import BACKENDS

pytestmark = pytest.mark.any_database

KINDS = {kind.slug: kind for kind in all_kinds()}
ZONES = {"azure": "location", "google": "zone"}  # of an account


@pytest.mark.parametrize("slug", sorted(ZONES))
def test_sizes_have_the_price_that_their_machines_have(request, slug):
    account = BACKENDS[slug](request)
    prices = KINDS[slug].prices
    with account.connect() as cloud:
        sizes = call_named(cloud, "list_sizes")()
    place = account.credentials[ZONES[slug]]
    region = prices.region_of(place, place)

    found = {one.external_id: one.price_per_hour for one in sizes}
    assert found == {
        one.external_id: prices.listed(
            PriceQuestion(region, one.external_id, "linux", one.vcpus, one.memory)
        )
        for one in sizes
    }
    assert any(found.values())
