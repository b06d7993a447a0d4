"""EC2's answers and refusals: our driver against a server that follows a script."""

import base64
import time
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from gateway.core.http import budget
from inventory.providers import (
    CredentialProblem,
    ProviderError,
    ProviderErrorCode,
    connect,
    get_kind,
)
from inventory.providers.price_file import ec2_price
from inventory.providers.prices import PriceQuestion
from inventory.records.image import ImageRecord, ImageState
from inventory.types import LocationRecord, MachineState, NewMachine
from tests.clouds.static_ec2 import (
    AWS_NAMESPACE,
    Reply,
    instance_xml,
    instances_xml,
    pages_of_five,
    refusal,
    reply,
    static_ec2,
)
from tests.inventory.cloud_patches import call_named
from tests.inventory.providers.conftest import KEYS

Code = ProviderErrorCode
KIND = get_kind("aws")
ORDER = NewMachine(name="web", size_id="t3.micro", image_id="ami-1", client_token="token-1")


def refused(cloud, call=lambda cloud: cloud.read("virtual_machines")):
    with pytest.raises(ProviderError) as caught:
        call(cloud)
    return caught.value


# --- what is asked ----------------------------------------------------------------------------


def test_building_a_connection_asks_nothing(aws_at):
    with static_ec2(reply(instances_xml([]))) as server, aws_at(server.url):
        pass

    assert server.asked == []


def test_a_listing_is_one_signed_request_for_the_largest_page(aws_at):
    with static_ec2(reply(instances_xml([instance_xml(1)]))) as server:
        with aws_at(server.url, region="eu-west-1", session_token="a-session") as cloud:
            cloud.read("virtual_machines")

    assert server.actions == ["DescribeInstances", "DescribeImages"]
    assert server.asked[0]["MaxResults"] == "1000"
    [(_, headers), _] = server.requests
    assert headers["Authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIAKEYOFTESTS/")
    assert "/eu-west-1/ec2/aws4_request" in headers["Authorization"]
    assert headers["x-amz-security-token"] == "a-session"


def test_nothing_asked_is_in_the_address(aws_at):
    """Addresses are in error messages and in proxies' logs; user data may hold a password."""
    with static_ec2(reply(instances_xml([]))) as server:
        with aws_at(server.url) as cloud:
            refused(cloud, lambda cloud: cloud.create("virtual_machines", "provision", ORDER))

    assert [method for method, _ in server.requests] == ["POST"]


def test_an_endpoint_may_have_a_path_and_a_region_of_its_own(aws_at):
    with static_ec2(reply(instances_xml([instance_xml(1)]))) as server:
        with aws_at(f"{server.url}/services/Cloud", region="RegionOne") as cloud:
            assert len(cloud.read("virtual_machines")) == 1

    assert "/RegionOne/ec2/" in server.requests[0][1]["Authorization"]


def test_an_order_says_everything_and_once(aws_at):
    order = NewMachine(
        name="web",
        size_id="t3.micro",
        image_id="ami-1",
        client_token="token-1",
        location_id="us-east-1b",
        key_pair="laptop",
        security_groups=("web", "sg-0123"),
        tags=(("env", "prod"),),
        user_data="#!/bin/sh\necho café",
    )
    body = instances_xml([]).replace(
        "<reservationSet></reservationSet>", f"<instancesSet>{instance_xml(1)}</instancesSet>"
    )
    with static_ec2(reply(body.replace("DescribeInstances", "RunInstances"))) as server:
        with aws_at(server.url) as cloud:
            machine = cloud.create("virtual_machines", "provision", order)

    asked = server.asked[0]
    assert (asked["MinCount"], asked["MaxCount"], asked["ClientToken"]) == ("1", "1", "token-1")
    assert (asked["ImageId"], asked["InstanceType"]) == ("ami-1", "t3.micro")
    assert (asked["Placement.AvailabilityZone"], asked["KeyName"]) == ("us-east-1b", "laptop")
    assert (asked["SecurityGroup.1"], asked["SecurityGroupId.1"]) == ("web", "sg-0123")
    assert base64.b64decode(asked["UserData"]).decode() == order.user_data
    spec = "TagSpecification.1"
    assert asked[f"{spec}.ResourceType"] == "instance"
    tags = {asked[f"{spec}.Tag.{n}.Key"]: asked[f"{spec}.Tag.{n}.Value"] for n in (1, 2)}
    assert tags == {"Name": "web", "env": "prod"}
    assert machine.external_id == "i-00000000000000001"
    assert server.actions.count("RunInstances") == 1


@pytest.mark.parametrize(
    ("act", "action"),
    [
        ("start_machine", "StartInstances"),
        ("stop_machine", "StopInstances"),
        ("reboot_machine", "RebootInstances"),
        ("terminate_machine", "TerminateInstances"),
    ],
)
def test_an_action_names_its_machine_and_is_not_repeated(aws_at, act, action):
    with static_ec2(reply(f"<{action}Response/>")) as server, aws_at(server.url) as cloud:
        call_named(cloud, act)("i-1")

    assert [(asked["Action"], asked["InstanceId.1"]) for asked in server.asked] == [(action, "i-1")]


def test_a_resize_names_machine_and_size(aws_at):
    with static_ec2(reply("<ModifyInstanceAttributeResponse/>")) as server:
        with aws_at(server.url) as cloud:
            cloud.do("virtual_machines", "resize", "i-1", "t3.large")

    [asked] = server.asked
    assert (asked["Action"], asked["InstanceId"]) == ("ModifyInstanceAttribute", "i-1")
    assert asked["InstanceType.Value"] == "t3.large"


def test_tags_are_set_with_their_values_and_removed_whatever_they_are(aws_at):
    with static_ec2(lambda asked: reply(f"<{asked['Action']}Response/>")) as server:
        with aws_at(server.url) as cloud:
            cloud.do("virtual_machines", "tag", "i-1", {"env": "prod", "empty": ""}, ["team"])
            cloud.do("virtual_machines", "tag", "i-1", {}, ["team"])

    created, deleted, alone = server.asked
    assert (created["Action"], created["ResourceId.1"]) == ("CreateTags", "i-1")
    assert [created[f"Tag.{n}.{part}"] for n in (1, 2) for part in ("Key", "Value")] == [
        "env",
        "prod",
        "empty",
        "",
    ]
    assert (deleted["Action"], deleted["Tag.1.Key"]) == ("DeleteTags", "team")
    assert "Tag.1.Value" not in deleted
    assert alone["Action"] == "DeleteTags"


def test_a_refused_action_is_not_repeated(aws_at):
    with static_ec2(refusal("RequestLimitExceeded", status=503)) as server:
        with aws_at(server.url) as cloud:
            refused(cloud, lambda cloud: cloud.do("virtual_machines", "stop", "i-1"))

    assert len(server.asked) == 1


# --- what an answer says ----------------------------------------------------------------------

ADDRESSES = """
<dnsName>ec2-198-51-100-7.compute-1.amazonaws.com</dnsName>
<ipAddress>198.51.100.7</ipAddress><privateIpAddress>10.0.0.7</privateIpAddress>
<networkInterfaceSet><item>
  <association><publicIp>198.51.100.7</publicIp></association>
  <privateIpAddressesSet>
    <item><privateIpAddress>10.0.0.7</privateIpAddress>
      <association><publicIp>198.51.100.7</publicIp></association></item>
    <item><privateIpAddress>10.0.0.8</privateIpAddress>
      <association><publicIp>198.51.100.8</publicIp></association></item>
  </privateIpAddressesSet>
  <ipv6AddressesSet><item><ipv6Address>2001:db8::7</ipv6Address></item></ipv6AddressesSet>
</item></networkInterfaceSet>
"""


def listed(aws_at, body, **options):
    with static_ec2(reply(body, **options)) as server, aws_at(server.url) as cloud:
        return cloud.read("virtual_machines")


def test_every_field_that_we_keep(aws_at):
    xml = instance_xml(7, tags={"team": "red", "env": ""}, extra=ADDRESSES)

    [machine] = listed(aws_at, instances_xml([xml]))

    assert machine.external_id == "i-00000000000000007"
    assert (machine.name, machine.state, machine.raw_state) == (
        "web-7",
        MachineState.RUNNING,
        "running",
    )
    assert (machine.size_id, machine.size_name) == ("t3.micro", "t3.micro")
    assert (machine.memory, machine.vcpus) == (1024, 2)
    assert machine.image_id == "ami-00000007"
    assert (machine.location_id, machine.location_name) == ("us-east-1b", "us-east-1b")
    assert machine.public_ips == ("198.51.100.7", "198.51.100.8", "2001:db8::7")
    assert machine.private_ips == ("10.0.0.7", "10.0.0.8")
    assert machine.public_dns_names == ("ec2-198-51-100-7.compute-1.amazonaws.com",)
    assert machine.tags == (("Name", "web-7"), ("env", ""), ("team", "red"))
    assert machine.created_at == datetime(2025, 6, 1, 8, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("pending", MachineState.PENDING),
        ("running", MachineState.RUNNING),
        ("shutting-down", MachineState.STOPPING),
        ("stopping", MachineState.STOPPING),
        ("stopped", MachineState.STOPPED),
        ("terminated", MachineState.TERMINATED),
        ("levitating", MachineState.UNKNOWN),
    ],
)
def test_states_keep_the_clouds_own_word(aws_at, word, state):
    [machine] = listed(aws_at, instances_xml([instance_xml(1, state=word)]))

    assert (machine.raw_state, machine.state) == (word, state)


@pytest.mark.parametrize(
    "namespace",
    [
        AWS_NAMESPACE,
        AWS_NAMESPACE.rstrip("/"),
        "http://ec2.amazonaws.com/doc/2013-10-15/",
        "http://compatible.example/ec2",
        None,
    ],
)
def test_the_namespace_does_not_matter(aws_at, namespace):
    machines = listed(
        aws_at, instances_xml([instance_xml(1), instance_xml(2)], namespace=namespace)
    )

    assert [machine.name for machine in machines] == ["web-1", "web-2"]


@pytest.mark.parametrize("content_type", ["text/xml", "text/xml;charset=UTF-8", "application/xml"])
def test_letters_beyond_ascii_arrive_whole(aws_at, content_type):
    """text/xml without a charset is latin-1 by HTTP's old rule; EC2's XML is UTF-8."""
    xml = instance_xml(1, tags={"Name": "café ☁"})

    [machine] = listed(aws_at, instances_xml([xml]), headers={"Content-Type": content_type})

    assert machine.name == "café ☁"


def test_a_bare_instance_is_an_instance(aws_at):
    bare = "<item><instanceId>i-1</instanceId></item>"

    [machine] = listed(aws_at, instances_xml([bare]))

    assert (machine.external_id, machine.name) == ("i-1", "i-1")
    assert (machine.state, machine.size_id, machine.created_at) == (
        MachineState.UNKNOWN,
        None,
        None,
    )


def test_a_time_without_a_zone_is_utc(aws_at):
    xml = instance_xml(1).replace("15.000Z", "15")

    [machine] = listed(aws_at, instances_xml([xml]))

    assert machine.created_at == datetime(2025, 6, 1, 8, 30, 15, tzinfo=UTC)


def test_an_account_without_machines_lists_none(aws_at):
    assert listed(aws_at, instances_xml([])) == []


def test_zones_are_known_by_their_names(aws_at):
    body = (
        "<DescribeAvailabilityZonesResponse><availabilityZoneInfo>"
        "<item><zoneName>us-east-1a</zoneName><zoneState>available</zoneState></item>"
        "</availabilityZoneInfo></DescribeAvailabilityZonesResponse>"
    )
    with static_ec2(reply(body)) as server, aws_at(server.url) as cloud:
        assert cloud.read("locations") == [LocationRecord("us-east-1a", "us-east-1a")]


# --- pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 4, 5, 6, 23])
def test_every_page_is_followed(aws_at, count):
    with static_ec2(pages_of_five(count)) as server, aws_at(server.url) as cloud:
        machines = cloud.read("virtual_machines")

    assert [machine.name for machine in machines] == [f"web-{n}" for n in range(count)]
    assert server.actions.count("DescribeInstances") == max(1, -(-count // 5))


@pytest.mark.parametrize(
    "last",
    [
        refusal("InternalError", status=500),
        reply(instances_xml([instance_xml(1)]), cut=True),
        reply("<html>busy</html>"),
        Reply(),
        Reply(reset=True),
    ],
    ids=["refused", "cut", "garbage", "empty", "reset"],
)
def test_a_listing_without_its_last_page_is_no_listing(aws_at, last):
    with static_ec2(pages_of_five(13, last=last)) as server, aws_at(server.url) as cloud:
        error = refused(cloud)

    assert error.code in {Code.PROVIDER_ERROR, Code.UNREACHABLE}
    assert error.retryable
    assert len({asked.get("NextToken") for asked in server.asked}) == 3


def test_a_token_that_leads_in_a_circle_ends(aws_at):
    body = instances_xml([instance_xml(1)], token="again")
    with static_ec2(reply(body)) as server, aws_at(server.url, timeout=0.5) as cloud:
        error = refused(cloud)

    assert error.code in {Code.TIMEOUT, Code.PROVIDER_ERROR}
    assert server.asked


# --- one machine ------------------------------------------------------------------------------


def test_one_machine_is_asked_for_by_its_id_alone(aws_at):
    with static_ec2(reply(instances_xml([instance_xml(1)]))) as server:
        with aws_at(server.url) as cloud:
            machine = cloud.find("virtual_machines", "i-00000000000000001")

    assert machine.name == "web-1"
    assert server.asked[0]["InstanceId.1"] == "i-00000000000000001"
    assert "MaxResults" not in server.asked[0]  # EC2 refuses both together


@pytest.mark.parametrize("word", ["InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed"])
def test_a_machine_that_the_cloud_does_not_know_is_none(aws_at, word):
    with static_ec2(refusal(word)) as server, aws_at(server.url) as cloud:
        assert cloud.find("virtual_machines", "i-1") is None


@pytest.mark.parametrize(
    "answer",
    [
        reply("<html><body>404 Not Found</body></html>", 404),
        reply("Not Found", 404),
        refusal("InvalidAction", status=400),
        refusal("InvalidSomethingElse.NotFound", status=400),
    ],
    ids=["page", "text", "no EC2", "other thing"],
)
def test_a_wrong_address_is_not_a_missing_machine(aws_at, answer):
    with static_ec2(answer) as server, aws_at(server.url) as cloud:
        refused(cloud, lambda cloud: cloud.find("virtual_machines", "i-1"))


# --- refusals and worse -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refusal("AuthFailure", status=401), Code.INVALID_CREDENTIALS),
        (refusal("InvalidClientTokenId", status=403), Code.INVALID_CREDENTIALS),
        (refusal("SignatureDoesNotMatch", status=403), Code.INVALID_CREDENTIALS),
        (refusal("UnauthorizedOperation", status=403), Code.PERMISSION_DENIED),
        (refusal("RequestLimitExceeded", status=503), Code.RATE_LIMITED),
        (refusal("IncorrectInstanceState"), Code.CONFLICT),
        (refusal("InsufficientInstanceCapacity", status=500), Code.QUOTA_EXCEEDED),
        (refusal("InternalError", status=500), Code.PROVIDER_ERROR),
        (reply("<html>Forbidden", 403), Code.PERMISSION_DENIED),
        (reply("", 403), Code.PERMISSION_DENIED),
        (reply("Service Unavailable", 503), Code.PROVIDER_ERROR),
        (reply("", 500), Code.PROVIDER_ERROR),
        (reply("slow down", 429, headers={"Retry-After": "3"}), Code.RATE_LIMITED),
        (reply("<html>not xml"), Code.PROVIDER_ERROR),
        (reply("\x00\x01\x02"), Code.PROVIDER_ERROR),
        (reply("<html><body>a captive portal</body></html>"), Code.PROVIDER_ERROR),
        (Reply(), Code.PROVIDER_ERROR),
        (Reply(reset=True), Code.UNREACHABLE),
    ],
)
def test_refusals(aws_at, answer, code):
    with static_ec2(answer) as server, aws_at(server.url) as cloud:
        error = refused(cloud)

    assert error.code is code
    assert error.message
    assert "\n" not in error.message


def test_a_refusal_is_read_in_any_namespace_and_order(aws_at):
    body = (
        '<Response xmlns="http://elsewhere.example/"><Errors><Error><Type>Sender</Type>'
        "<Message>Not you.</Message><Code>AuthFailure</Code></Error></Errors></Response>"
    )
    with static_ec2(reply(body, 400)) as server, aws_at(server.url) as cloud:
        error = refused(cloud)

    assert (error.code, error.message) == (Code.INVALID_CREDENTIALS, "AuthFailure: Not you.")


def test_a_throttled_listing_says_when_to_come_back(aws_at):
    answer = refusal("RequestLimitExceeded", status=503, headers={"Retry-After": "5"})
    with static_ec2(answer) as server, aws_at(server.url) as cloud:
        error = refused(cloud)

    assert (error.retryable, error.retry_after) == (True, 5.0)


def test_no_credential_comes_back_in_a_message(aws_at):
    said = f"{KEYS['access_key_id']} with {KEYS['secret_access_key']} and a-session-token"
    with static_ec2(refusal("AuthFailure", said, status=401)) as server:
        with aws_at(server.url, session_token="a-session-token") as cloud:
            error = refused(cloud)

    for secret in (*KEYS.values(), "a-session-token"):
        assert secret not in f"{error.message} {error} {error!r}"
    assert error.message == "AuthFailure: [redacted] with [redacted] and [redacted]"


def test_nobody_listens(aws_at):
    with static_ec2(Reply()) as server:
        url = server.url
    with aws_at(url) as cloud:
        error = refused(cloud)

    assert (error.code, error.retryable) == (Code.UNREACHABLE, True)


@pytest.mark.parametrize(
    "answer",
    [
        reply(instances_xml([]), delay=60),
        reply(instances_xml([]), drip=0.05),
    ],
    ids=["silence", "a byte at a time"],
)
def test_a_listing_ends_with_its_timeout(aws_at, answer):
    with static_ec2(answer) as server:
        started = time.monotonic()
        with aws_at(server.url, timeout=0.3) as cloud:
            error = refused(cloud)
        took = time.monotonic() - started

    assert error.code is Code.TIMEOUT
    assert 0.25 < took < 50


def test_all_pages_together_have_one_timeout(aws_at, monkeypatch):
    """The second page gets the three seconds that are left, not a timeout of its own."""
    pages = pages_of_five(100)
    passed = [0.0]  # seconds, on the clock of the budget

    def slowly(asked):
        if "NextToken" in asked:
            return reply(pages(asked).body, delay=120)
        passed[0] = 57
        return pages(asked)

    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + passed[0])
    monkeypatch.setattr(budget, "time", clock)
    with static_ec2(slowly) as server, aws_at(server.url, timeout=60) as cloud:
        started = time.monotonic()
        error = refused(cloud)
        took = time.monotonic() - started

    assert error.code is Code.TIMEOUT
    assert took < 60
    assert len(server.asked) == 2


def test_a_connection_is_closed_when_it_was_used(aws_at):
    """The socket does not stay open until the garbage collector runs."""
    with static_ec2(reply(instances_xml([]))) as server:
        with aws_at(server.url) as cloud:
            cloud.read("virtual_machines")
            assert server.open_connections == 1
        deadline = time.monotonic() + 60
        while server.open_connections and time.monotonic() < deadline:
            time.sleep(0.01)

        assert server.open_connections == 0


# --- what is sold -----------------------------------------------------------------------------


def sizes_in(aws_at, region):
    with aws_at("http://127.0.0.1:9", region=region) as cloud:  # no request is sent
        return {size.external_id: size for size in cloud.read("sizes")}


def test_sizes_have_memory_and_processors(aws_at):
    sizes = sizes_in(aws_at, "us-east-1")

    assert len(sizes) > 500
    small = sizes["t3.micro"]
    assert (small.memory, small.vcpus, small.disk) == (1024, 2, None)
    assert sizes["i3.large"].disk == 475


def test_a_price_that_is_not_known_is_not_zero():
    """libcloud's price table has 0.0 where it found no price."""
    assert ec2_price(PriceQuestion("us-east-1", "t3.micro")) == Decimal("0.0104")
    assert ec2_price(PriceQuestion("us-east-1", "r5.xlarge")) is None


@pytest.mark.parametrize("region", ["RegionOne", "af-south-1"])
def test_a_region_that_libcloud_has_no_table_for_sells_all_sizes(aws_at, region):
    sizes = sizes_in(aws_at, region)

    assert len(sizes) > 500
    assert sizes["t3.micro"].memory == 1024


IMAGES = (
    "<DescribeImagesResponse><imagesSet>"
    "<item><imageId>ami-1</imageId><imageState>available</imageState><name>debian-12</name></item>"
    "<item><imageId>ami-2</imageId><imageState>pending</imageState></item>"
    "</imagesSet></DescribeImagesResponse>"
)


def asked_for_images(aws_at, search):
    with static_ec2(reply(IMAGES)) as server, aws_at(server.url) as cloud:
        images = cloud.read("images", search)
    assert images == [
        ImageRecord("ami-1", "debian-12", raw_state="available", own=True),
        ImageRecord("ami-2", "ami-2", ImageState.CREATING, "pending", own=True),
    ]
    return server.asked


def test_never_are_all_public_images_asked_for(aws_at):
    for asked in asked_for_images(aws_at, None):
        assert asked["Owner.1"]
        assert asked["Owner.1"] == "self" or asked["Filter.1.Name"] == "name"


def test_images_are_searched_by_a_part_of_the_name(aws_at):
    asked, own = asked_for_images(aws_at, "debian")

    assert "Owner.1" not in asked
    assert own["Owner.1"] == "self", "whatever is listed then belongs to the account"
    filters = {asked[f"Filter.{n}.Name"]: asked[f"Filter.{n}.Value.1"] for n in (1, 2)}
    assert filters == {"name": "*debian*", "state": "available"}


def test_an_image_is_found_by_its_id(aws_at):
    asked, own = asked_for_images(aws_at, "ami-1")

    assert own["Owner.1"] == "self"
    assert (asked["Filter.1.Name"], asked["Filter.1.Value.1"]) == ("image-id", "ami-1")


# --- the declaration --------------------------------------------------------------------------


def test_regions_are_amazons_unless_there_is_an_endpoint():
    assert KIND.clean_regions(None, {}) == ["us-east-1"]
    assert KIND.clean_regions(["eu-west-1", "me-south-1", "us-gov-east-1"], {})
    assert KIND.clean_regions(["RegionOne"], {"endpoint_url": "http://h"}) == ["RegionOne"]
    with pytest.raises(CredentialProblem, match="mars-1"):
        KIND.clean_regions(["mars-1"], {})


def test_all_regions_are_those_of_the_commercial_partition():
    regions = KIND.clean_regions(["all"], {})

    assert {"us-east-1", "eu-west-1", "af-south-1"} <= set(regions)
    assert len(regions) > 25
    assert not [name for name in regions if name.startswith(("cn-", "us-gov-", "us-iso"))]
    assert KIND.clean_regions([" all "], {"endpoint_url": "http://h"}) == ["us-east-1"]
    with pytest.raises(CredentialProblem, match="all"):
        KIND.clean_regions(["all", "us-east-1"], {})


REGIONS = (
    "<DescribeRegionsResponse><regionInfo><item><regionName>us-west-2</regionName></item>"
    "<item><regionName>eu-west-1</regionName></item></regionInfo></DescribeRegionsResponse>"
)


def asked_at(server):
    credentials = KIND.clean_credentials({**KEYS, "endpoint_url": server.url})
    return connect(KIND, credentials, "us-east-1", 5)


def test_regions_are_those_that_are_enabled_for_the_account():
    with static_ec2(reply(REGIONS)) as server, asked_at(server) as cloud:
        assert cloud.read("regions") == ["eu-west-1", "us-west-2"]

    assert server.actions == ["DescribeRegions"]
    assert "AllRegions" not in server.asked[0]


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refusal("UnauthorizedOperation", status=403), Code.PERMISSION_DENIED),
        (refusal("InvalidAction"), Code.NOT_SUPPORTED),
        (refusal("AuthFailure", status=401), Code.INVALID_CREDENTIALS),
    ],
)
def test_regions_that_cannot_be_listed_say_why(answer, code):
    with static_ec2(answer) as server, asked_at(server) as cloud:
        with pytest.raises(ProviderError) as caught:
            cloud.read("regions")

    assert caught.value.code is code


def test_prices_are_as_old_as_libclouds_list():
    day = KIND.prices_as_of()

    assert date(2024, 1, 1) < day < datetime.now(UTC).date()


def test_only_the_keys_are_required():
    others = (
        "session_token",
        "role_arn",
        "external_id",
        "web_identity_token",
        "profile",
        "instance_role",
        "endpoint_url",
    )
    assert KIND.clean_credentials(KEYS) == {**KEYS, **dict.fromkeys(others)}
    with pytest.raises(CredentialProblem) as caught:
        KIND.clean_credentials({"access_key_id": "AKIA"})

    assert caught.value.field == "secret_access_key"


def test_every_region_has_amazons_own_address():
    driver = KIND.driver(KIND.clean_credentials(KEYS), "cn-north-1", 5)

    assert driver.connection.host == "ec2.cn-north-1.amazonaws.com.cn"
    assert (driver.connection.port, bool(driver.connection.secure)) == (443, True)
