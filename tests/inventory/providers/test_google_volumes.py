"""Persistent disks of the kind google, on the stand-in."""

import pytest

from inventory.providers import ProviderErrorCode, connect, get_kind
from inventory.records.volume import NewVolume
from tests.clouds.apis.google import Google, service_account
from tests.clouds.recorded import served
from tests.inventory.providers.object_requests import refusal

KIND = get_kind("google")
MARK = "7d8c1f5e-2b7a-4c61-9d5a-0a1b2c3d4e5f"


@pytest.fixture
def stand_in(monkeypatch):
    with served(Google(), monkeypatch) as found:
        yield found


@pytest.fixture
def cloud(stand_in):
    values = KIND.clean_credentials({"service_account": service_account()})
    with connect(KIND, values, "global", 30) as found:
        yield found


@pytest.fixture
def instance(stand_in):
    """The stand-in's own row of an instance that runs."""
    return next(one for one in stand_in.instances if one["status"] == "RUNNING")


@pytest.mark.parametrize(
    ("status", "boot"),
    [("RUNNING", True), ("SUSPENDED", True), ("TERMINATED", True), ("RUNNING", False)],
)
def test_a_machine_that_is_not_stopped_keeps_its_boot_disk(stand_in, cloud, instance, status, boot):
    zone = instance["zone"].rpartition("/")[2]
    made = cloud.create("volumes", "create", NewVolume("data", MARK, size=10, location_id=zone))
    cloud.do("volumes", "attach", made.external_id, instance["id"], "mine")
    [disk] = [one for one in instance["disks"] if one["deviceName"] == "mine"]
    disk["boot"], instance["status"] = boot, status

    if boot and status != "TERMINATED":
        error = refusal(lambda: cloud.do("volumes", "detach", made.external_id, instance["id"]))
        assert (error.code, error.is_final) == (ProviderErrorCode.CONFLICT, True)
        assert "stop the machine" in error.message
        assert not [one for one in stand_in.asked if one.path.endswith("/detachDisk")]
    else:
        cloud.do("volumes", "detach", made.external_id, instance["id"])
        assert disk not in instance["disks"]
