"""Volumes, snapshots, key pairs and security groups of EC2, on moto over HTTP."""

import pytest

from inventory.providers import ProviderError, ProviderErrorCode, connect, get_kind
from inventory.providers.capability import BY_KEY, Capability
from inventory.providers.simulator.stock import public_key
from inventory.records.key_pair import NewKeyPair
from inventory.records.security_group import (
    EGRESS,
    INGRESS,
    NewSecurityGroup,
    RuleRecord,
)
from inventory.records.snapshot import NewSnapshot, SnapshotState
from inventory.records.volume import NewVolume, VolumeState
from inventory.types import NewMachine
from tests.clouds.moto import IMAGE

KIND = get_kind("aws")
MARK = (("gateway-job", "job-1"),)
KEY = public_key("a key")
SSH = RuleRecord(INGRESS, "tcp", 22, 22, cidr="203.0.113.0/24")


@pytest.fixture
def cloud(moto, region):
    with connect(KIND, KIND.clean_credentials(moto.credentials), region, 30) as cloud:
        yield cloud


@pytest.fixture
def volume(cloud, region):
    order = NewVolume("data", "token", size=8, location_id=f"{region}a", tags=MARK)
    return cloud.create("volumes", "create", order)


def by_id(cloud, resource, external_id):
    return {one.external_id: one for one in cloud.read(resource)}.get(external_id)


def refused(call):
    with pytest.raises(ProviderError) as caught:
        call()
    return caught.value


def test_a_volume_is_created_attached_detached_and_deleted(cloud, moto, region, volume):
    [machine] = moto.launch(region)

    assert (volume.state, volume.size, volume.name) == (VolumeState.AVAILABLE, 8, "data")
    assert set(MARK) <= set(volume.tags)
    cloud.do("volumes", "attach", volume.external_id, machine, "")
    attached = by_id(cloud, "volumes", volume.external_id)
    assert (attached.state, attached.machine_id) == (VolumeState.IN_USE, machine)
    assert attached.device == "/dev/sdf"
    assert cloud.find("volumes", volume.external_id) == attached

    in_use = refused(lambda: cloud.do("volumes", "delete", volume.external_id))
    assert (in_use.code, in_use.is_final) == (ProviderErrorCode.CONFLICT, True)

    cloud.do("volumes", "detach", volume.external_id, machine)
    assert by_id(cloud, "volumes", volume.external_id).state is VolumeState.AVAILABLE
    cloud.do("volumes", "delete", volume.external_id)
    assert cloud.find("volumes", volume.external_id) is None


def test_a_second_volume_gets_another_device(cloud, moto, region, volume):
    [machine] = moto.launch(region)
    other = cloud.create("volumes", "create", NewVolume("other", "token-2", size=1))

    for one in (volume, other):
        cloud.do("volumes", "attach", one.external_id, machine, "")

    devices = {one.device for one in cloud.read("volumes") if one.machine_id == machine}
    assert {"/dev/sdf", "/dev/sdg"} <= devices


def test_a_volume_is_made_larger(cloud, volume):
    cloud.do("volumes", "resize", volume.external_id, 20)

    assert cloud.find("volumes", volume.external_id).size == 20


def test_a_snapshot_is_taken_and_a_volume_created_from_it(cloud, volume):
    order = NewSnapshot("backup", volume.external_id, "token", description="Tonight.", tags=MARK)
    snapshot = cloud.create("snapshots", "create", order)

    found = cloud.find("snapshots", snapshot.external_id)
    assert (found.volume_id, found.size, found.name) == (volume.external_id, 8, "backup")
    assert (found.state, found.description) == (SnapshotState.AVAILABLE, "Tonight.")
    assert found in cloud.read("snapshots")
    again = NewVolume("again", "token-2", snapshot_id=snapshot.external_id)
    restored = cloud.create("volumes", "create", again)
    assert (restored.snapshot_id, restored.size) == (snapshot.external_id, 8)
    cloud.do("snapshots", "delete", snapshot.external_id)
    assert cloud.find("snapshots", snapshot.external_id) is None


def test_a_key_is_imported_under_a_name_that_is_taken_once(cloud):
    order = NewKeyPair("ada", KEY, "token", tags=MARK)

    key = cloud.create("key_pairs", "import", order)

    found = by_id(cloud, "key_pairs", "ada")
    assert (key.external_id, found.type) == ("ada", "ed25519")
    assert found.public_key.split()[:2] == KEY.split()
    assert found.instance_id.startswith("key-")
    assert set(MARK) <= set(found.tags)
    taken = refused(lambda: cloud.create("key_pairs", "import", order))
    assert (taken.code, taken.is_final) == (ProviderErrorCode.CONFLICT, True)
    cloud.do("key_pairs", "delete", "ada")
    assert by_id(cloud, "key_pairs", "ada") is None


def test_a_group_is_created_with_rules_and_deleted(cloud):
    order = NewSecurityGroup("web", "Web servers.", "token", tags=MARK)
    group = cloud.create("security_groups", "create", order)
    everybody = RuleRecord(INGRESS, "tcp", 443, 443, cidr="::/0")
    from_itself = RuleRecord(INGRESS, "all", group=group.external_id)
    out = RuleRecord(EGRESS, "udp", 53, 53, cidr="10.0.0.0/8")

    for rule in (SSH, everybody, from_itself, out):
        cloud.do("security_groups", "add_rule", group.external_id, rule)

    found = cloud.find("security_groups", group.external_id)
    assert set(found.rules) >= {SSH, everybody, from_itself, out}
    assert (found.open_to_world, found.open_ports) == (True, ("tcp/443",))
    assert set(MARK) <= set(found.tags)
    twice = refused(lambda: cloud.do("security_groups", "add_rule", group.external_id, SSH))
    assert (twice.code, twice.is_final) == (ProviderErrorCode.CONFLICT, True)
    cloud.do("security_groups", "remove_rule", group.external_id, everybody)
    assert by_id(cloud, "security_groups", group.external_id).open_to_world is False
    cloud.do("security_groups", "delete", group.external_id)
    assert cloud.find("security_groups", group.external_id) is None


def test_a_dry_run_is_honoured_and_changes_nothing(cloud, moto, region, volume):
    [machine] = moto.launch(region)
    group = cloud.create("security_groups", "create", NewSecurityGroup("web", "Web.", "token"))
    cloud.create("key_pairs", "import", NewKeyPair("ada", KEY, "token"))
    resources = ("volumes", "key_pairs", "security_groups")
    before = {name: cloud.read(name) for name in resources}

    for capability, external_id, arguments in (
        (Capability.ATTACH_VOLUME, volume.external_id, (machine, "")),
        (Capability.RESIZE_VOLUME, volume.external_id, (99,)),
        (BY_KEY["volumes", "delete"], volume.external_id, ()),
        (Capability.ADD_SECURITY_GROUP_RULE, group.external_id, (SSH,)),
        (BY_KEY["security_groups", "delete"], group.external_id, ()),
        (BY_KEY["key_pairs", "delete"], "ada", ()),
    ):
        assert cloud.check(capability, external_id, arguments=arguments).allowed, capability

    assert {name: cloud.read(name) for name in resources} == before


def test_orders_are_not_tried_out_at_a_server_that_may_ignore_dry_runs(cloud):
    order = NewSecurityGroup("web", "Web.", "token")

    assert cloud.check(Capability.CREATE_SECURITY_GROUP, order=order) is None
    assert "web" not in [one.name for one in cloud.read("security_groups")]


def test_a_machine_names_its_key_pair_and_its_groups(cloud, moto, region):
    cloud.create("key_pairs", "import", NewKeyPair("ada", KEY, "token"))
    group = cloud.create("security_groups", "create", NewSecurityGroup("web", "Web.", "token"))
    order = NewMachine(
        name="web",
        size_id="t3.micro",
        image_id=IMAGE,
        client_token="token",
        key_pair="ada",
        security_groups=(group.external_id,),
    )

    machine = cloud.create("virtual_machines", "provision", order)

    assert (machine.key_pair_id, machine.security_group_ids) == ("ada", (group.external_id,))
    found = cloud.find("virtual_machines", machine.external_id)
    assert found.key_pair_id == "ada"
    assert [name.startswith("ec2-") for name in found.public_dns_names] == [True]
