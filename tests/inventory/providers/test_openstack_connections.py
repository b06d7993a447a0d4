"""The address before the paths of our requests: catalogues name endpoints in several ways."""

import pytest

from inventory.providers.openstack.connections import base_address


@pytest.mark.parametrize(
    ("service", "url", "address"),
    [
        ("compute", "http://nova:8774/v2.1", "http://nova:8774/v2.1"),
        ("compute", "http://nova:8774/v2.1/", "http://nova:8774/v2.1"),
        ("compute", "http://nova:8774/v2/project", "http://nova:8774/v2/project"),
        ("compute", "http://nova:8774", "http://nova:8774/v2.1"),
        ("compute", "https://cloud.example/", "https://cloud.example/v2.1"),
        ("compute", "https://cloud.example/compute", "https://cloud.example/compute/v2.1"),
        ("compute", "https://cloud.example/nova", "https://cloud.example/nova"),
        ("image", "http://glance:9292/v2", "http://glance:9292"),
        ("image", "http://glance:9292", "http://glance:9292"),
        ("network", "https://cloud.example/network/v2.0/", "https://cloud.example/network"),
    ],
)
def test_an_endpoint_with_a_version_or_without(service, url, address):
    assert base_address(service, url) == address
