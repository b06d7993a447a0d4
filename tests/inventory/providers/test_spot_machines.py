"""Clouds that report spare capacity. EC2 is in tests/inventory/schema/test_spot_orders.py."""

import pytest

from inventory.providers.azure.parse import Facts
from inventory.providers.azure.parse import machine_of as azures
from inventory.providers.google.parse import machine_of as googles
from inventory.providers.reading import Reading

# "priority" of the virtual machine in learn.microsoft.com/rest/api/compute/virtual-machines/get.
AZURE = {"Spot": "spot", "Low": "spot", "Regular": None, None: None}
# "scheduling" in cloud.google.com/compute/docs/reference/rest/v1/instances.
GOOGLE = [
    ({"provisioningModel": "SPOT", "preemptible": True}, "spot"),
    ({"provisioningModel": "STANDARD", "preemptible": True}, "spot"),  # the earlier form
    ({"provisioningModel": "STANDARD", "preemptible": False}, None),
    ({}, None),
]


@pytest.mark.parametrize(("priority", "lifecycle"), AZURE.items())
def test_azure(priority, lifecycle):
    properties = {"priority": priority} if priority else {}
    machine = azures(Reading({"id": "/vm", "name": "vm", "properties": properties}), Facts())

    assert machine.instance_lifecycle == lifecycle
    assert machine.off_list is (lifecycle is not None)


@pytest.mark.parametrize(("scheduling", "lifecycle"), GOOGLE)
def test_google(scheduling, lifecycle):
    machine = googles(Reading({"id": "1", "name": "vm", "scheduling": scheduling}), {}, {})

    assert machine.instance_lifecycle == lifecycle
    assert machine.off_list is False  # the Billing Catalog has prices of spot capacity
