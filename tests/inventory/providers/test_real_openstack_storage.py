"""Key pairs and security groups of a real OpenStack: where REAL_OPENSTACK names one."""

import os
import uuid
from pathlib import Path

import pytest

from inventory.providers import (
    ProviderError,
    ProviderErrorCode,
    ServiceAbsent,
    connect,
    get_kind,
)
from inventory.providers.order_marker import MARKER_TAG
from inventory.records.key_pair import NewKeyPair
from inventory.records.security_group import EGRESS, INGRESS, NewSecurityGroup, RuleRecord
from tests.clouds.openstack import openstack_credentials
from tests.inventory.providers.contract.storage import KEY

CLOUDS = os.environ.get("REAL_OPENSTACK")
pytestmark = pytest.mark.skipif(
    not CLOUDS, reason="REAL_OPENSTACK names no clouds.yaml of a running cloud"
)
KIND = get_kind("openstack")
Code = ProviderErrorCode


@pytest.fixture
def cloud():
    given = openstack_credentials(Path(CLOUDS), "alt")
    with connect(KIND, KIND.clean_credentials(given), "RegionOne", 120) as cloud:
        yield cloud


def refused(call, *arguments):
    with pytest.raises(ProviderError) as caught:
        call(*arguments)
    return caught.value.code, caught.value.is_final


def test_a_key_pair_has_its_mark_and_its_name_once(cloud):
    mark = str(uuid.uuid4())
    order = NewKeyPair(f"tests {mark}", KEY, mark)
    made = cloud.create("key_pairs", "import", order)
    try:
        [found] = [one for one in cloud.read("key_pairs") if (MARKER_TAG, mark) in one.tags]
        assert found == made
        assert (found.type, found.public_key) == ("ed25519", KEY)
        assert refused(cloud.create, "key_pairs", "import", order) == (Code.CONFLICT, True)
    finally:
        cloud.do("key_pairs", "delete", made.external_id)
    assert cloud.find("key_pairs", made.external_id) is None


RULES = (
    RuleRecord(INGRESS, "tcp", 22, 22, cidr="203.0.113.0/24"),
    RuleRecord(INGRESS, "tcp", 443, 443, cidr="::/0"),
    RuleRecord(INGRESS, "icmp", 8, -1, cidr="0.0.0.0/0"),
    RuleRecord(INGRESS, "icmp", 3, 4, cidr="0.0.0.0/0"),
    RuleRecord(INGRESS, "icmpv6", cidr="::/0"),
    RuleRecord(INGRESS, "47", cidr="10.0.0.0/8"),
    RuleRecord(EGRESS, "udp", 53, 54, cidr="10.0.0.0/8"),
)


def test_a_security_group_and_its_rules(cloud):
    mark = str(uuid.uuid4())
    made = cloud.create("security_groups", "create", NewSecurityGroup("tests", "Of tests.", mark))
    group = made.external_id
    itself = RuleRecord(INGRESS, "all", group=group)
    try:
        for rule in (*RULES, itself):
            cloud.do("security_groups", "add_rule", group, rule)
            again = refused(cloud.do, "security_groups", "add_rule", group, rule)
            assert again == (Code.CONFLICT, True), rule
        found = cloud.find("security_groups", group)
        assert set(found.rules) >= {*RULES, itself}
        assert found.open_ports == ("icmp/3-4", "icmp/8", "icmpv6", "tcp/443")
        [listed] = [one for one in cloud.read("security_groups") if (MARKER_TAG, mark) in one.tags]
        assert listed == found
        for rule in (*RULES, itself):
            cloud.do("security_groups", "remove_rule", group, rule)
        assert cloud.find("security_groups", group).rules == made.rules
    finally:
        cloud.do("security_groups", "delete", group)
    assert cloud.find("security_groups", group) is None


def test_the_default_group_stays(cloud):
    [default] = [one for one in cloud.read("security_groups") if one.name == "default"]

    refusal = refused(cloud.do, "security_groups", "delete", default.external_id)

    assert refusal == (Code.CONFLICT, True)


def test_a_region_without_cinder_says_so(cloud):
    """The cloud of ``make test-clouds`` has none."""
    for resource in ("volumes", "snapshots"):
        with pytest.raises(ServiceAbsent) as caught:
            cloud.read(resource)
        assert "no block storage service" in caught.value.message
