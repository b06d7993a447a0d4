"""Only Amazon's own endpoints are relied on to honour a client token."""

import pytest

from inventory.providers import Capability, connect, get_kind

KEYS = {"access_key_id": "AKIA" + "A" * 16, "secret_access_key": "s" * 40}


@pytest.mark.parametrize(
    ("endpoint", "region", "repeats"),
    [
        (None, "eu-central-1", True),
        (None, "cn-north-1", True),
        ("https://ec2.eu-central-1.amazonaws.com", "eu-central-1", True),
        ("http://ec2.eu-central-1.amazonaws.com", "eu-central-1", False),
        ("https://amazonaws.com.example.net", "eu-central-1", False),
        ("https://ec2.example.net:8773/services/Cloud", "nova", False),
        ("http://127.0.0.1:5000", "eu-central-1", False),
    ],
)
def test_an_order_is_repeated_at_amazon_alone(endpoint, region, repeats):
    kind = get_kind("aws")
    credentials = kind.clean_credentials(KEYS | ({"endpoint_url": endpoint} if endpoint else {}))

    with connect(kind, credentials, region, 1) as cloud:
        assert cloud.may_repeat(Capability.PROVISION) is repeats
        assert not cloud.may_repeat(Capability.REBOOT)
