"""Gaps in libcloud's EC2NodeDriver. Replies as docs.aws.amazon.com/AWSEC2 prints them."""

import inspect

import pytest
from libcloud.compute.drivers.ec2 import EC2NodeDriver

from tests.inventory.providers.methods.scripted import asked, driver, thing, xml

OTHER = "http://ec2.amazonaws.com/doc/2013-10-15/"  # of a cloud that is compatible with EC2
GROUP = "<groupName>web</groupName><groupId>sg-1</groupId><ownerId>1</ownerId>"
RUNNING = "<instanceState><name>running</name></instanceState>"
DONE = "<status>completed</status><startTime>2026-01-02T03:04:05.000Z</startTime>"
ITEMS = {
    "DescribeInstances": (
        "reservationSet",
        f"<instancesSet><item><instanceId>i-1</instanceId>{RUNNING}</item></instancesSet>",
    ),
    "DescribeImages": ("imagesSet", "<imageId>ami-1</imageId>"),
    "DescribeVolumes": (
        "volumeSet",
        "<volumeId>vol-1</volumeId><size>8</size><status>available</status>",
    ),
    "DescribeSnapshots": (
        "snapshotSet",
        f"<snapshotId>snap-1</snapshotId><volumeId>vol-1</volumeId><volumeSize>8</volumeSize>{DONE}",
    ),
    "DescribeSecurityGroups": ("securityGroupInfo", GROUP),
    "DescribeAddresses": ("addressesSet", ""),
    "DescribeAvailabilityZones": (
        "availabilityZoneInfo",
        "<zoneName>here-1a</zoneName><zoneState>available</zoneState><regionName>here</regionName>",
    ),
}


def ec2(answer, region="us-east-1"):
    return driver(EC2NodeDriver, answer, path="/", region_name=region, country="USA")


def paged():
    """Each list has a second page."""

    def answer(_method, _path, params, _data):
        name, item = ITEMS[params["Action"]]
        items = f"<item>{item}</item>" if item else ""
        return xml(params["Action"], f"<{name}>{items}</{name}><nextToken>two</nextToken>")

    return ec2(answer)


def list_of_nodes():
    made = paged()
    assert len(made.list_nodes()) == 1
    assert [one[2]["Action"] for one in asked(made)] == ["DescribeInstances", "DescribeAddresses"]
    assert "NextToken" not in str(asked(made))


def accepted_is_false(act):
    """An accepted answer of a compatible cloud: libcloud says that it was refused."""

    def check():
        made = ec2(lambda _m, _p, params, _d: xml(params["Action"], "<return>true</return>", OTHER))
        assert act(made) is False
        assert "DryRun" not in str(asked(made))

    return check


def raises_after_it_acted(act, error):
    """The answer of a compatible cloud raises, after the change was accepted."""

    def check():
        made = ec2(lambda _m, _p, params, _d: xml(params["Action"], "<accepted/>", OTHER))
        with pytest.raises(error):
            act(made)
        assert len(asked(made)) == 1

    return check


def says_true(act):
    """Whatever was answered."""

    def check():
        made = ec2(lambda _m, _p, params, _d: xml(params["Action"], "<status>error</status>"))
        assert act(made) is True

    return check


def tags_by_a_second_request(act, action, inside):
    """A worker that is killed in between leaves an object that no order is found by."""

    def check():
        made = ec2(
            lambda _m, _p, params, _d: xml(
                params["Action"], inside if params["Action"] == action else "<return>true</return>"
            )
        )
        act(made)
        assert [one[2]["Action"] for one in asked(made)] == [action, "CreateTags"]

    return check


def sends_no_tags(method):
    def check():
        parameters = inspect.signature(getattr(EC2NodeDriver, method)).parameters
        assert not [name for name in parameters if "tag" in name or "metadata" in name]

    return check


def sizes_of_a_new_region():
    made = ec2(lambda *_: pytest.fail("It asks nobody."), region="eu-new-9")
    with pytest.raises(KeyError):
        made.list_sizes()


def locations_by_position():
    made = paged()
    [place] = made.list_locations()
    assert place.id == "0"


def key_pairs_without_ids():
    inside = (
        "<keySet><item><keyName>ann</keyName><keyFingerprint>1f</keyFingerprint>"
        "<keyPairId>key-1</keyPairId><keyType>ed25519</keyType></item></keySet>"
    )
    [found] = ec2(lambda _m, _p, params, _d: xml(params["Action"], inside)).list_key_pairs()
    assert "key-1" not in str(vars(found))
    assert "ed25519" not in str(vars(found))


def group_by_its_name():
    made = ec2(lambda _m, _p, params, _d: xml(params["Action"], "<return>true</return>"))
    made.ex_delete_security_group("web")
    assert asked(made)[0][2]["GroupName"] == "web"


def rule_of_ipv6(method):
    def check():
        made = ec2(lambda _m, _p, params, _d: xml(params["Action"], "<return>true</return>"))
        getattr(made, method)("sg-1", 80, 80, cidr_ips=["2001:db8::/32"])
        assert asked(made)[0][2]["IpPermissions.1.IpRanges.1.CidrIp"] == "2001:db8::/32"

    return check


def order_in_another_namespace():
    made = ec2(lambda _m, _p, params, _d: xml(params["Action"], "<instancesSet/>", OTHER))
    size, image = thing("t3.micro"), thing("ami-1")
    assert made.create_node("web", size, image) == []
    assert "DryRun" not in str(asked(made))
