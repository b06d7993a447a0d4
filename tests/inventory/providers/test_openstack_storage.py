"""OpenStack's own volumes and security groups: catalogues, versions, odd answers."""

import pytest

from inventory.providers import Capability, ProviderError, ProviderErrorCode, ServiceAbsent, connect
from inventory.providers import get_kind as kind_named
from inventory.records.security_group import EGRESS, INGRESS, RuleRecord
from inventory.records.volume import VolumeState
from tests.clouds.apis.openstack import OpenStack
from tests.clouds.recorded import served
from tests.inventory.providers.contract.backends import OnOpenStack

KIND = kind_named("openstack")


@pytest.fixture
def stand_in(monkeypatch):
    with served(OpenStack(), monkeypatch) as cloud:
        yield cloud


@pytest.fixture
def cloud(stand_in):
    with connect(KIND, KIND.clean_credentials(OnOpenStack.given), "RegionOne", 10) as cloud:
        yield cloud


def test_a_region_without_cinder_has_no_volumes(stand_in, cloud):
    stand_in.has_cinder = False

    for resource in ("volumes", "snapshots"):
        with pytest.raises(ServiceAbsent) as caught:
            cloud.read(resource)
        assert "no block storage service in RegionOne" in caught.value.message
    assert cloud.find("volumes", "173f7b48-c4c1-4e70-9acc-086b39073506") is None


def test_a_catalogue_may_have_the_official_type(stand_in, cloud):
    stand_in.cinders_type = "block-storage"

    assert len(cloud.read("volumes")) == 2


def test_a_region_that_does_not_exist_is_no_region_without_cinder(stand_in):
    given = KIND.clean_credentials(OnOpenStack.given)
    with connect(KIND, given, "Nowhere", 10) as cloud, pytest.raises(ProviderError) as caught:
        cloud.read("volumes")

    assert caught.value.code is ProviderErrorCode.NOT_FOUND


def test_an_attached_volume_grows(stand_in, cloud):
    [attached] = [one for one in cloud.read("volumes") if one.state is VolumeState.IN_USE]
    cloud.do("volumes", "resize", attached.external_id, 9)
    cloud.read("volumes")

    assert cloud.find("volumes", attached.external_id).size == 9


def test_an_old_cinder_makes_free_volumes_larger_alone(stand_in, cloud):
    stand_in.newest_cinder = 27
    volumes = {one.state: one.external_id for one in cloud.read("volumes")}
    cloud.do("volumes", "resize", volumes[VolumeState.AVAILABLE], 9)
    with pytest.raises(ProviderError) as caught:
        cloud.do("volumes", "resize", volumes[VolumeState.IN_USE], 9)

    assert (caught.value.code, caught.value.is_final) == (ProviderErrorCode.CONFLICT, True)


def test_a_volume_of_several_servers_says_so(stand_in, cloud):
    volume = stand_in.volumes[1]
    volume["attachments"].append({**volume["attachments"][0], "server_id": "another"})
    volume["multiattach"] = True

    found = cloud.find("volumes", volume["id"])

    assert (found.multi_attach, found.machine_ids[1]) == (True, "another")
    assert "another" in found.problem
    with pytest.raises(ProviderError) as caught:
        cloud.do("volumes", "detach", volume["id"], "")
    assert "name the machine" in caught.value.message
    assert stand_in.volumes[1]["status"] == "in-use"


@pytest.mark.parametrize("resource", ["volumes", "snapshots"])
def test_each_status_is_known(stand_in, cloud, resource):
    module = __import__(f"inventory.providers.openstack.{resource}", fromlist=["STATES"])
    for word, state in module.STATES.items():
        getattr(stand_in, resource)[0]["status"] = word
        assert cloud.read(resource)[0].state is state
    getattr(stand_in, resource)[0]["status"] = "a-new-one"
    assert cloud.read(resource)[0].state == "UNKNOWN"


def rule(**facts):
    given = {"id": "r", "direction": "ingress", "ethertype": "IPv4", "protocol": None}
    return given | facts


READ = [
    (rule(), RuleRecord(INGRESS, "all", cidr="0.0.0.0/0")),
    (rule(ethertype="IPv6"), RuleRecord(INGRESS, "all", cidr="::/0")),
    (rule(direction="egress", protocol="any"), RuleRecord(EGRESS, "all", cidr="0.0.0.0/0")),
    (
        rule(protocol="tcp", port_range_min=22, port_range_max=22, remote_ip_prefix="10.0.0.0/8"),
        RuleRecord(INGRESS, "tcp", 22, 22, cidr="10.0.0.0/8"),
    ),
    (
        rule(protocol="ipv6-icmp", ethertype="IPv6"),
        RuleRecord(INGRESS, "icmpv6", cidr="::/0"),
    ),
    (
        rule(protocol="icmp", port_range_min=8),
        RuleRecord(INGRESS, "icmp", 8, -1, cidr="0.0.0.0/0"),
    ),
    (rule(protocol="vrrp"), RuleRecord(INGRESS, "112", cidr="0.0.0.0/0")),
    (rule(protocol="50"), RuleRecord(INGRESS, "50", cidr="0.0.0.0/0")),
    (rule(remote_group_id="g"), RuleRecord(INGRESS, "all", group="g")),
    (rule(remote_address_group_id="a"), RuleRecord(INGRESS, "all", prefix_list="a")),
]


@pytest.mark.parametrize(("given", "expected"), READ)
def test_a_rule_of_neutron_is_one_of_ours(stand_in, cloud, given, expected):
    stand_in.security_groups[0]["security_group_rules"] = [given]

    [found] = [one for one in cloud.read("security_groups") if one.name == "default"]

    assert (found.rules, found.problem) == ((expected,), None)


@pytest.mark.parametrize("odd", [rule(direction="sideways"), rule(ethertype="IPv5"), 5, {}])
def test_a_rule_that_cannot_be_read_leaves_open_whether_the_group_is_open(stand_in, cloud, odd):
    stand_in.security_groups[0]["security_group_rules"] = [odd]

    groups = {one.name: one for one in cloud.read("security_groups")}

    assert groups["default"].open_to_world is None
    assert groups["default"].problem
    assert groups["disks-web"].problem is None


def test_ports_that_have_no_place_are_not_passed_over(stand_in, cloud):
    odd = rule(protocol="sctp", port_range_min=1, port_range_max=2)
    stand_in.security_groups[0]["security_group_rules"] = [odd]

    [found] = [one for one in cloud.read("security_groups") if one.name == "default"]

    assert "ports" in found.problem


def test_an_administrator_sees_the_groups_of_the_project_alone(stand_in, cloud):
    stand_in.security_groups[1]["project_id"] = "another"

    assert [one.name for one in cloud.read("security_groups")] == ["default"]


def test_a_group_that_was_deleted_between_two_pages_begins_the_list_anew(stand_in, cloud):
    """Neutron answers a marker that it does not know with the first page."""
    stand_in.more_security_groups(6)
    stand_in.page = 3
    plain, gone = stand_in.answer, []

    def answer(request):
        if "marker" in request.query and not gone:
            gone.append(stand_in.security_groups.pop(2)["id"])
        return plain(request)

    stand_in.answer = answer
    found = [one.external_id for one in cloud.read("security_groups")]

    assert len(set(found)) == len(found)
    assert {*found, *gone} == {*gone, *(one["id"] for one in stand_in.security_groups)}


def test_blockers_and_failures_are_of_machines_alone(stand_in, cloud):
    volume = stand_in.volumes[0]["id"]
    stand_in.asked.clear()

    assert cloud.find_blocker(Capability.DELETE_VOLUME, volume) is None
    assert cloud.find_failure(Capability.DELETE_VOLUME, volume) is None
    assert stand_in.asked == []
