"""Behaviour that only an EC2 of some size shows: regions, many machines, several accounts."""

import pytest

from inventory.providers import connect, get_kind
from inventory.types import MachineState

KIND = get_kind("aws")


def connected(moto, region):
    return connect(KIND, KIND.clean_credentials(moto.credentials), region, 20)


def test_regions_are_apart(moto, region):
    [machine] = moto.launch(region, "only-here")

    with connected(moto, region) as cloud:
        assert [one.external_id for one in cloud.read("virtual_machines")] == [machine]
    with connected(moto, "us-east-2") as cloud:
        assert cloud.read("virtual_machines") == []
        assert cloud.find("virtual_machines", machine) is None


def test_all_instances_of_all_reservations(moto, region):
    client = moto.ec2(region)
    for _ in range(3):
        client.run_instances(ImageId="ami-785db401", MinCount=40, MaxCount=40)
    client.close()

    with connected(moto, region) as cloud:
        machines = cloud.read("virtual_machines")

    assert {machine.external_id for machine in machines} == set(moto.instances(region))
    assert len(machines) == 120


def test_what_was_stopped_elsewhere_is_seen(moto, region):
    one, other = moto.launch(region, count=2)
    client = moto.ec2(region)
    client.stop_instances(InstanceIds=[one])
    client.terminate_instances(InstanceIds=[other])
    client.close()

    with connected(moto, region) as cloud:
        states = {machine.external_id: machine.state for machine in cloud.read("virtual_machines")}

    assert states == {one: MachineState.STOPPED, other: MachineState.TERMINATED}


@pytest.fixture
def other_account(moto):
    return moto.account("210987654321")


def test_two_accounts_of_two_regions_show_four_different_machines(moto, region, other_account):
    keys = (other_account["access_key_id"], other_account["secret_access_key"])
    regions = (region, "us-east-2")
    launched = {
        (account, name): moto.launch(name, f"{account}-{name}", **options)
        for account, options in (("ours", {}), ("theirs", {"keys": keys}))
        for name in regions
    }
    credentials = {"ours": moto.credentials, "theirs": other_account}

    try:
        for (account, name), ids in launched.items():
            values = KIND.clean_credentials(credentials[account])
            with connect(KIND, values, name, 20) as cloud:
                machines = cloud.read("virtual_machines")
                foreign = next(ids for key, ids in launched.items() if key != (account, name))
                assert cloud.find("virtual_machines", foreign[0]) is None
            assert [one.external_id for one in machines] == ids
            assert [one.name for one in machines] == [f"{account}-{name}"]
    finally:
        moto.reset()
