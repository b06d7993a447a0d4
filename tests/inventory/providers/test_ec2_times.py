"""The times when an instance of EC2 was created and last started."""

from datetime import UTC, datetime

import pytest

from tests.clouds.static_ec2 import instance_xml, instances_xml, reply
from tests.inventory.providers.contract.backends import AWS

LAUNCHED = datetime(2025, 6, 1, 8, 30, 15, tzinfo=UTC)


def interface(index, time):
    attachment = f"<deviceIndex>{index}</deviceIndex><attachTime>{time}</attachTime>"
    return f"<item><attachment>{attachment}</attachment></item>"


def interfaces(*found):
    return f"<networkInterfaceSet>{''.join(found)}</networkInterfaceSet>"


def volume(device, time):
    ebs = f"<ebs><volumeId>vol-1</volumeId><attachTime>{time}</attachTime></ebs>"
    return f"<item><deviceName>{device}</deviceName>{ebs}</item>"


def volumes(*found):
    root = "<rootDeviceName>/dev/xvda</rootDeviceName>"
    return f"{root}<blockDeviceMapping>{''.join(found)}</blockDeviceMapping>"


FIRST, SECOND, THIRD = (f"2024-01-01T00:00:0{second}.000Z" for second in (1, 2, 3))


@pytest.fixture
def account(request):
    return AWS(request)


@pytest.mark.parametrize(
    ("extra", "second"),
    [
        (interfaces(interface(0, FIRST)) + volumes(volume("/dev/xvda", SECOND)), 1),
        (interfaces(interface(0, THIRD)) + volumes(volume("/dev/xvda", SECOND)), 2),
        (interfaces(interface(1, FIRST), interface(0, SECOND)), 2),
        (interfaces(interface(1, FIRST)) + volumes(volume("/dev/xvda", THIRD)), 3),
        (volumes(volume("/dev/sdf", FIRST), volume("/dev/xvda", SECOND)), 2),
        (interfaces(interface(0, "soon")) + volumes(volume("/dev/xvda", THIRD)), 3),
        (interfaces(), None),
        (interfaces(interface(1, FIRST)) + volumes(volume("/dev/sdf", FIRST)), None),
        ("", None),
    ],
)
def test_what_was_attached_first_tells_when_it_was_created(account, extra, second):
    answer = reply(instances_xml([instance_xml(0, extra=extra)]))
    with account.answered_by(lambda _asked: answer), account.connect() as cloud:
        [machine] = cloud.read("virtual_machines")
        found = cloud.find("virtual_machines", machine.external_id)

    created = LAUNCHED if second is None else datetime(2024, 1, 1, 0, 0, second, tzinfo=UTC)
    assert (machine.created_at, machine.launched_at) == (created, LAUNCHED)
    assert found == machine
