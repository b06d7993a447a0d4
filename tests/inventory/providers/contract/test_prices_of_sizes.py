"""Records of sizes and machines have a price only by their cloud's own word.

``inventory.prices`` decides the cost of an object. A price of libcloud's file in a record would be
a second place.
"""

import pytest

from inventory.providers import all_kinds
from tests.inventory.cloud_patches import call_named
from tests.inventory.providers.contract.backends import BACKENDS

pytestmark = pytest.mark.any_database

KINDS = {kind.slug: kind for kind in all_kinds()}
PRICELESS = ("aws", "azure", "google", "openstack")  # their APIs have no prices
ZONES = {"azure": "location", "google": "zone"}  # of an account


@pytest.mark.parametrize("slug", PRICELESS)
def test_records_have_no_price_but_the_clouds(request, slug):
    account = BACKENDS[slug](request)
    with account.connect() as cloud:
        sizes = call_named(cloud, "list_sizes")()
        machines = account.listed(cloud)

    assert sizes
    assert {one.price_per_hour for one in (*sizes, *machines)} == {None}


@pytest.mark.parametrize("slug", sorted(ZONES))
def test_sizes_say_where_they_were_listed(request, slug):
    account = BACKENDS[slug](request)
    with account.connect() as cloud:
        sizes = call_named(cloud, "list_sizes")()

    assert {one.location_id for one in sizes} == {account.credentials[ZONES[slug]]}
