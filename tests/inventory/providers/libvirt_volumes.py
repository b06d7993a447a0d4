"""The stand-in of libvirt and an account at it, for the tests of its volumes."""

import uuid

import pytest

from inventory.providers import ProviderError, connect, get_kind
from tests.clouds.apis.libvirt import Libvirt

KIND = get_kind("libvirt")
FIRST, SECOND = (str(uuid.UUID(int=number)) for number in (1, 2))
MARK = "7d8c1f5e-2b7a-4c61-9d5a-0a1b2c3d4e5f"
NAME = "data-7d8c1f5e2b7a4c619d5a0a1b2c3d4e5f"


@pytest.fixture
def daemon():
    with Libvirt() as running:
        yield running


@pytest.fixture
def cloud(daemon):
    with connect(KIND, KIND.clean_credentials({"uri": daemon.uri}), "global", 10) as found:
        yield found


def refusal(act, *arguments):
    with pytest.raises(ProviderError) as caught:
        act(*arguments)
    return caught.value
