"""The clouds that provider tests talk to."""

import pytest

from inventory.providers import connect, get_kind, token_cache

KEYS = {"access_key_id": "AKIAKEYOFTESTS", "secret_access_key": "wJalr/XUtn+FEMI/K7MDENG"}


@pytest.fixture(autouse=True)
def _nobody_is_signed_in(monkeypatch):
    monkeypatch.setattr(token_cache, "KEPT", token_cache.TokenCache())


@pytest.fixture
def aws_at():
    """Connect to an EC2 endpoint: ``with aws_at(url) as cloud``."""
    kind = get_kind("aws")

    def connected(url, *, region="us-east-1", timeout=60, **credentials):
        given = {**KEYS, "endpoint_url": url, **credentials}
        return connect(kind, kind.clean_credentials(given), region, timeout)

    return connected
