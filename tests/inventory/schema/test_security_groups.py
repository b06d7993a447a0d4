"""Security groups and their rules through GraphQL, at the simulator."""

import base64

import pytest

from inventory.resources.security_group import SecurityGroup
from tests.inventory.factories import make_simulator
from tests.inventory.operations.running import effects_of
from tests.inventory.schema.storage_requests import done, mutate, provider_id, refused

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # requests are judged in Python; test_storage_of_clouds asks both
]

GROUPS = """query G($filter: SecurityGroupFilter) { securityGroups(filter: $filter, maxAge: 0) {
    complete nodes { id name state description openToWorld openPorts
    rules { direction protocol fromPort toPort cidr group } } } }"""
SSH = {"fromPort": 22, "cidr": "203.0.113.0/24"}


@pytest.fixture
def provider(user):
    return make_simulator(user, machines=2)


def groups(ask, **limits):
    return {one["name"]: one for one in ask(GROUPS, filter=limits).data["securityGroups"]["nodes"]}


def test_rules_say_what_the_whole_world_can_reach(ask, provider):
    found = groups(ask)

    assert {name: one["openPorts"] for name, one in found.items()} == {
        "default": [],
        "web": ["tcp/443", "tcp/80"],
        "office": [],
        "forgotten": ["tcp/22"],
    }
    assert set(groups(ask, openToWorld=True)) == {"web", "forgotten"}
    assert set(groups(ask, openToWorld=False)) == {"default", "office"}
    assert found["office"]["rules"][0] == {
        "direction": "INGRESS",
        "protocol": "tcp",
        "fromPort": 22,
        "toPort": 22,
        "cidr": "198.51.100.0/24",
        "group": None,
    }


def test_a_group_is_created_opened_closed_and_deleted(ask, provider, simulator_directory):
    given = {"provider": provider_id(provider), "name": "db", "description": "Databases."}
    job = done(ask, "createSecurityGroup", **given)
    assert job.state == "SUCCEEDED", job.error_message
    [public_id] = job.created
    everybody = {"id": public_id, "fromPort": 5432, "cidr": "::/0"}

    assert done(ask, "addSecurityGroupRule", **everybody).state == "SUCCEEDED"
    group = groups(ask)["db"]
    assert (group["id"], group["description"]) == (public_id, "Databases.")
    assert (group["openToWorld"], group["openPorts"]) == (True, ["tcp/5432"])
    assert done(ask, "removeSecurityGroupRule", **everybody).state == "SUCCEEDED"
    assert groups(ask)["db"]["openToWorld"] is False
    web = groups(ask)["web"]
    from_web = {"id": public_id, "protocol": "all", "group": web["id"]}
    assert done(ask, "addSecurityGroupRule", **from_web).state == "SUCCEEDED"
    in_use = done(ask, "deleteSecurityGroup", id=web["id"])
    assert (in_use.state, in_use.error_code) == ("FAILED", "CONFLICT")
    assert done(ask, "deleteSecurityGroup", id=public_id).state == "SUCCEEDED"
    assert SecurityGroup.objects.get(name="db").state == "DELETED"
    assert effects_of(simulator_directory, provider) == [
        f"security_groups.{verb}"
        for verb in ("create", "add_rule", "remove_rule", "add_rule", "delete")
    ]


def test_a_rule_that_exists_and_one_that_does_not_are_refused(ask, provider):
    office = groups(ask)["office"]["id"]
    has = {"id": office, "fromPort": 22, "toPort": 22, "cidr": "198.51.100.0/24"}

    assert refused(ask, "addSecurityGroupRule", **has) == ("id", "CONFLICT")
    assert refused(ask, "removeSecurityGroupRule", id=office, **SSH) == ("id", "CONFLICT")


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ({"fromPort": 0, "toPort": 65535}, ["tcp", None, None]),
        ({"protocol": "6", "fromPort": 22}, ["tcp", 22, 22]),
        ({"protocol": "17", "toPort": 53}, ["udp", 53, 53]),
        ({"protocol": "1", "fromPort": 8}, ["icmp", 8, -1]),
        ({"protocol": "icmp", "fromPort": -1, "toPort": -1}, ["icmp", None, None]),
        ({"protocol": "-1"}, ["all", None, None]),
        ({"protocol": "50"}, ["50", None, None]),
    ],
)
def test_a_rule_is_sent_and_compared_in_one_form(ask, provider, given, stored):
    rule = {"id": groups(ask)["office"]["id"], "cidr": "10.0.0.0/8", **given}

    assert done(ask, "addSecurityGroupRule", **rule).state == "SUCCEEDED"

    group = SecurityGroup.objects.get(name="office")
    assert ["INGRESS", *stored, "10.0.0.0/8", None, None] in group.rules
    assert refused(ask, "addSecurityGroupRule", **rule) == ("id", "CONFLICT")


def test_a_request_for_a_rule_that_is_made_again_is_the_same_job(ask, provider):
    given = {"id": groups(ask)["office"]["id"], "idempotencyKey": "k", **SSH}
    job = done(ask, "addSecurityGroupRule", **given)

    assert done(ask, "addSecurityGroupRule", **given) == job


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "cidr"),
        ({"cidr": "203.0.113.0/24", "group": "sg-1"}, "cidr"),
        ({"cidr": "203.0.113.7/24"}, "cidr"),
        ({"cidr": "203.0.113.7"}, "cidr"),
        ({"cidr": "203.0.113.0/33"}, "cidr"),
        ({"cidr": "everywhere"}, "cidr"),
        ({"cidr": "2001:db8::/129"}, "cidr"),
        ({"cidr": "::/0", "protocol": "icmp"}, "cidr"),
        ({"cidr": "::/0", "protocol": "tpc"}, "protocol"),
        ({"cidr": "::/0", "protocol": "256"}, "protocol"),
        ({"cidr": "::/0", "protocol": "all", "fromPort": 1}, "fromPort"),
        ({"cidr": "::/0", "fromPort": 2, "toPort": 1}, "fromPort"),
        ({"cidr": "::/0", "fromPort": -1}, "fromPort"),
        ({"cidr": "::/0", "toPort": 65536}, "fromPort"),
        ({"cidr": "::/0", "protocol": "006"}, "protocol"),
        ({"cidr": "::/0", "protocol": "\u0666"}, "protocol"),
        ({"cidr": "10.0.0.0/8", "protocol": "icmp", "fromPort": 256}, "fromPort"),
        ({"cidr": "10.0.0.0/8", "protocol": "icmp", "fromPort": -2}, "fromPort"),
        ({"cidr": "10.0.0.0/8", "protocol": "icmp", "fromPort": 3, "toPort": 256}, "toPort"),
        ({"cidr": "10.0.0.0/8", "protocol": "icmp", "toPort": 5}, "toPort"),
        ({"cidr": "10.0.0.0/8", "protocol": "1", "fromPort": -1, "toPort": 5}, "toPort"),
        ({"cidr": "10.0.0.0/255.0.0.0"}, "cidr"),
        ({"cidr": "10.0.0.0/0.255.255.255"}, "cidr"),
        ({"cidr": "10.0.0.0/08"}, "cidr"),
        ({"cidr": "fe80::%eth0/64"}, "cidr"),
        ({"cidr": "\u0660.0.0.0/0"}, "cidr"),
        ({"group": "web"}, "group"),
        ({"group": "sg-nowhere\n\u202e"}, "group"),
        ({"group": "sg-" + "0" * 5000}, "group"),
        ({"group": "VirtualMachine:x:y:z"}, "group"),
        ({"prefixList": "sg-0123456789abcdef0"}, "prefixList"),
        ({"prefixList": "pl-\x07<script>"}, "prefixList"),
        ({"group": " "}, "cidr"),
    ],
)
def test_a_rule_that_no_cloud_takes_is_refused(ask, provider, given, field):
    group = groups(ask)["office"]["id"]

    for mutation in ("addSecurityGroupRule", "removeSecurityGroupRule"):
        assert refused(ask, mutation, id=group, **given) == (field, "INVALID")


def test_a_group_of_another_provider_is_no_source(ask, user, provider):
    other = make_simulator(user, machines=1)
    nodes = ask("""{ securityGroups(maxAge: 0) { nodes { id name provider { id } } } }""").data
    ids = {one["provider"]["id"]: one["id"] for one in nodes["securityGroups"]["nodes"]}
    given = {"id": ids[provider_id(provider)], "group": ids[provider_id(other)]}

    assert refused(ask, "addSecurityGroupRule", **given) == ("group", "INVALID")


def test_a_group_that_is_not_known_is_no_source(ask, provider):
    office = groups(ask)["office"]["id"]
    named = base64.b64decode(office).decode()
    unknown = base64.b64encode(f"{named}0".encode()).decode()

    assert refused(ask, "addSecurityGroupRule", id=office, group=unknown) == ("group", "NOT_FOUND")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"description": "line\nbreak"}, "description"),
        ({"description": "\u202ereversed"}, "description"),
        ({"description": "a" * 256}, "description"),
        ({"network": "default"}, "network"),
        ({"network": "vpc-1\x07"}, "network"),
        ({"tags": [{"key": "AWS:owner", "value": "me"}]}, "tags"),
        ({"tags": [{"key": "owner\n", "value": "me"}]}, "tags"),
        ({"tags": [{"key": "owner", "value": "\x00"}]}, "tags"),
    ],
)
def test_a_group_that_no_cloud_creates_is_refused(ask, provider, given, field):
    asked = {"provider": provider_id(provider), "name": "db", **given}

    assert refused(ask, "createSecurityGroup", **asked) == (field, "INVALID")


def test_a_dry_run_of_a_rule_asks_the_cloud_and_writes_nothing(ask, provider, simulator_directory):
    group = groups(ask)["office"]["id"]

    payload = mutate(ask, "addSecurityGroupRule", id=group, dryRun=True, **SSH)

    assert payload["dryRun"]["allowed"], payload
    assert effects_of(simulator_directory, provider) == []
