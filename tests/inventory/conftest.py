"""The fixtures that tests of providers share."""

import pytest

from inventory.providers.ec2 import images as ec2_images
from inventory.providers.libcloud import labels


@pytest.fixture(autouse=True)
def _forget_names():
    """No test knows names that another test has read."""
    ec2_images.NAMES.clear()
    labels.NAMES.clear()
