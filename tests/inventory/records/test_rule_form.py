"""The one form of rules: a rule that is sent to EC2 is the rule that a read of EC2 finds."""

import pytest

from inventory.providers.ec2 import security_groups
from inventory.providers.reading import Reading
from inventory.records.security_group import INGRESS, RuleRecord


@pytest.mark.parametrize("protocol", ["tcp", "6", "udp", "17", "icmp", "1", "icmpv6", "58", "-1"])
@pytest.mark.parametrize("ports", [(None, None), (0, 65535), (-1, -1), (8, 8), (8, None)])
@pytest.mark.parametrize("cidr", ["10.0.0.1/8", "2001:DB8::/32", "::ffff:1.2.3.0/120"])
def test_a_rule_is_read_in_the_form_in_which_it_is_sent(protocol, ports, cidr):
    rule = RuleRecord(INGRESS, protocol, *ports, cidr=cidr).canonical()

    permission = security_groups._permission(rule)

    assert list(security_groups._of_permission(INGRESS, Reading(permission))) == [rule]
    assert rule.canonical() == rule
    assert not rule.protocol.isdigit()


def test_ports_of_other_protocols_mean_nothing():
    assert RuleRecord(INGRESS, "50", 1, 2).canonical() == RuleRecord(INGRESS, "50")
