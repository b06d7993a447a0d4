"""The permissions that each kind's cloud reports, and the measures of latency and clocks."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from inventory.providers import Capability, connect, get_kind
from inventory.providers.probe import Permission, probe
from inventory.types import MachineRecord, MachineState
from tests.clouds.apis.azure import Azure
from tests.clouds.apis.digitalocean import DigitalOcean
from tests.clouds.apis.google import Google, service_account
from tests.clouds.apis.linode import Linode
from tests.clouds.apis.openstack import OpenStack
from tests.clouds.recorded import served
from tests.clouds.static_ec2 import (
    empty_reply,
    instance_xml,
    instances_xml,
    refusal,
    reply,
    static_ec2,
)
from tests.inventory.providers.contract.backends import OnAzure, OnOpenStack
from tests.inventory.providers.test_aws_dry_run import WOULD, amazons  # noqa: F401  (a fixture)

ALLOWED, DENIED, UNKNOWN = Permission
ACTING = [
    Capability.START,
    Capability.STOP,
    Capability.REBOOT,
    Capability.RESIZE,
    Capability.TAG,
    Capability.TERMINATE,
    Capability.PROVISION,
]
MACHINE = MachineRecord(
    "i-1", "web", MachineState.RUNNING, "running", size_id="t3.micro", image_id="ami-1"
)


def permissions(found):
    return {finding.capability: finding.permission for finding in found.findings}


def actions(found, permission):
    return {
        action
        for finding in found.findings
        if finding.permission is permission
        for action in finding.actions
    }


# --- latency and clock ------------------------------------------------------------------------


def zones(asked, **options):
    return empty_reply(asked["Action"], **options)


@pytest.mark.parametrize("ahead", [0, 400, -3600])
def test_the_clock_is_read_from_what_the_cloud_says(aws_at, ahead):
    with static_ec2(lambda asked: zones(asked, clock_ahead=ahead)) as server:
        with aws_at(server.url) as cloud:
            found = probe(cloud, MACHINE)

    assert found.timing.clock_ahead == pytest.approx(ahead, abs=1.5)


@pytest.mark.parametrize(
    "headers",
    [
        {"Date": "yesterday"},
        {"Date": "Fri, 01 Jan 99999 00:00:00 GMT"},
        {"Date": ""},
        {"Date": format_datetime(datetime(2001, 1, 1, tzinfo=UTC), usegmt=True), "Age": "99"},
    ],
    ids=["no date", "no year", "empty", "a cache's copy"],
)
def test_a_clock_that_is_not_told_is_not_guessed(aws_at, headers):
    with static_ec2(lambda asked: zones(asked, headers=headers)) as server:
        with aws_at(server.url) as cloud:
            found = probe(cloud, MACHINE)

    assert found.error is None
    assert found.timing.clock_ahead is None


def test_latency_is_that_of_a_small_question_over_an_open_connection(aws_at):
    """The first one is slow, as where a connection is made; what is quicker later is no measure."""

    def answer(asked):
        if asked["Action"] != "DescribeAvailabilityZones":
            return zones(asked)
        first = server.actions.count("DescribeAvailabilityZones") == 1
        return zones(asked, delay=5 if first else 0.05)

    with static_ec2(answer) as server, aws_at(server.url) as cloud:
        found = probe(cloud, MACHINE)

    assert 0.05 <= found.timing.seconds < 5
    assert server.actions[:2] == ["DescribeAvailabilityZones"] * 2


def test_a_refusal_has_a_latency_and_a_clock_too(aws_at):
    refused = refusal("RequestExpired", "Request has expired.", clock_ahead=900)
    with static_ec2(refused) as server, aws_at(server.url) as cloud:
        found = probe(cloud, MACHINE)

    assert found.error.code == "INVALID_CREDENTIALS"
    assert found.timing.seconds < 60
    assert found.timing.clock_ahead == pytest.approx(900, abs=60)


def test_who_does_not_answer_has_neither(aws_at):
    with aws_at("http://127.0.0.1:1") as cloud:
        found = probe(cloud, MACHINE)

    assert (found.timing, found.error.code) == (None, "UNREACHABLE")


# --- permissions ------------------------------------------------------------------------------


def ec2(allowed):
    """Dry runs as Amazon answers them, for an account that may do what ``allowed`` has."""

    def answer(asked):
        action = asked["Action"]
        if action == "DescribeInstances" and action in allowed:
            terminated = instance_xml(8, state="terminated")
            return reply(instances_xml([terminated, instance_xml(7)]))
        if action not in allowed:
            return refusal("UnauthorizedOperation", "User: arn:aws:iam::1:user/bob", status=403)
        return WOULD if asked.get("DryRun") else empty_reply(action)

    return answer


LOOKING = {"DescribeInstances", "DescribeAvailabilityZones", "DescribeRegions"}


def test_ec2_is_asked_for_each_action_with_a_dry_run(amazons, aws_at):
    may = LOOKING | {"StartInstances", "CreateTags", "RunInstances"}
    with static_ec2(ec2(may)) as server, aws_at(server.url) as cloud:
        found = probe(cloud, MACHINE)

    told = permissions(found)
    assert {one for one in told if told[one] is ALLOWED} == {
        Capability.START,
        Capability.PROVISION,
        Capability.LIST_REGIONS,
    }
    assert {one for one in told if told[one] is DENIED} == {
        Capability.STOP,
        Capability.REBOOT,
        Capability.RESIZE,
        Capability.TAG,
        Capability.TERMINATE,
    }
    assert "ec2:StopInstances" in actions(found, DENIED)
    assert "bob" not in repr(found.findings)
    acted = [one for one in server.asked if not one["Action"].startswith("Describe")]
    assert acted
    assert {one.get("DryRun") for one in acted} == {"true"}


def test_ec2_is_asked_about_a_machine_that_is_there(amazons, aws_at):
    with static_ec2(ec2(LOOKING | {"StopInstances"})) as server, aws_at(server.url) as cloud:
        found = probe(cloud, None)

    assert permissions(found)[Capability.STOP] is ALLOWED
    stop = next(one for one in server.asked if one["Action"] == "StopInstances")
    assert stop["InstanceId.1"] == "i-00000000000000007"  # not the terminated one
    assert server.actions.count("DescribeInstances") == 1


def test_without_a_machine_ec2_is_not_asked(amazons, aws_at):
    def answer(asked):
        if asked["Action"] == "DescribeInstances":
            return reply(instances_xml([]))
        return zones(asked)

    with static_ec2(answer) as server, aws_at(server.url) as cloud:
        found = probe(cloud, None)

    assert {permissions(found)[one] for one in ACTING} == {UNKNOWN}
    messages = {one.capability: one.message for one in found.findings}
    assert "no machine here" in messages[Capability.START]
    assert all(action.startswith("Describe") for action in server.actions)


@pytest.mark.parametrize("word", ["InvalidInstanceID.NotFound", "IncorrectInstanceState"])
def test_a_refusal_for_another_reason_tells_nothing_of_permissions(amazons, aws_at, word):
    def answer(asked):
        return refusal(word) if asked.get("DryRun") else zones(asked)

    with static_ec2(answer) as server, aws_at(server.url) as cloud:
        found = probe(cloud, MACHINE)

    assert {permissions(found)[one] for one in ACTING} == {UNKNOWN}


def test_a_server_of_ones_own_that_refuses_the_harmless_question_has_refused(aws_at):
    """The probe asks nothing about MACHINE there: see inventory.providers.ec2.dry_run."""
    with static_ec2(ec2(LOOKING)) as server, aws_at(server.url) as cloud:
        found = probe(cloud, MACHINE)

    told = permissions(found)
    assert told[Capability.STOP] is DENIED
    assert told[Capability.PROVISION] is UNKNOWN
    assert not [asked for asked in server.asked if "i-1" in asked.values()]


def test_at_moto_a_dry_run_tells(moto, region):
    moto.launch(region)
    before = moto.instances(region)
    kind = get_kind("aws")
    with connect(kind, kind.clean_credentials(moto.credentials), region, 20) as cloud:
        found = probe(cloud, None)

    told = permissions(found)
    assert told[Capability.STOP] is ALLOWED
    assert told[Capability.LIST_REGIONS] is ALLOWED
    assert moto.instances(region) == before


def asked_of(cloud, monkeypatch, slug, given):
    kind = get_kind(slug)
    region = kind.default_regions[0]
    with served(cloud, monkeypatch):
        with connect(kind, kind.clean_credentials(given), region, 10) as connected:
            return probe(connected, None)


def azure_roles(*roles):
    cloud = Azure()
    cloud.roles = [{"actions": actions, "notActions": but} for actions, but in roles]
    return cloud


@pytest.mark.parametrize(
    ("roles", "denied"),
    [
        ([(["*"], [])], set()),
        ([(["*/read"], [])], set(ACTING)),
        ([(["Microsoft.Compute/virtualMachines/*"], [])], {Capability.PROVISION}),
        (
            [(["microsoft.compute/virtualmachines/START/action"], [])],
            set(ACTING) - {Capability.START},
        ),
        ([(["*"], ["Microsoft.Compute/virtualMachines/delete"])], {Capability.TERMINATE}),
        (
            [
                (["*"], ["Microsoft.Compute/virtualMachines/delete"]),
                (["Microsoft.Compute/*/delete"], []),
            ],
            set(),
        ),
        ([], set(ACTING)),
    ],
)
def test_azures_roles(monkeypatch, roles, denied):
    found = asked_of(azure_roles(*roles), monkeypatch, "azure", OnAzure.given)

    told = permissions(found)
    assert {one for one in told if told[one] is DENIED} == denied
    assert {one for one in told if told[one] is ALLOWED} == set(ACTING) - denied


def test_azure_names_what_is_lacking(monkeypatch):
    roles = azure_roles((["Microsoft.Compute/virtualMachines/*"], []))
    found = asked_of(roles, monkeypatch, "azure", OnAzure.given)

    assert actions(found, DENIED) == {
        "Microsoft.Network/networkInterfaces/write",
        "Microsoft.Network/networkInterfaces/join/action",
        "Microsoft.Network/virtualNetworks/subnets/join/action",
    }


def test_azure_without_a_resource_group_tells_nothing_of_orders(monkeypatch):
    given = {**OnAzure.given}
    del given["resource_group"]
    told = permissions(asked_of(Azure(), monkeypatch, "azure", given))

    assert told.pop(Capability.PROVISION) is UNKNOWN
    of_machines = {told[one] for one in told if one.resource == "virtual_machines"}
    assert of_machines == {ALLOWED}
    assert {told[one] for one in told if one.resource != "virtual_machines"} == {UNKNOWN}


@pytest.mark.parametrize("has_set", [True, False])
def test_azures_permissions_on_machines_of_scale_sets(monkeypatch, has_set):
    cloud = Azure()
    if has_set:
        cloud.add_scale_set("aks-pool", size="Standard_A2", count=1)
    cloud.roles = [{"actions": ["Microsoft.Compute/virtualMachines/*"], "notActions": []}]
    found = asked_of(cloud, monkeypatch, "azure", OnAzure.given)

    told = permissions(found)
    own = {Capability.START, Capability.STOP, Capability.REBOOT, Capability.TERMINATE}
    assert {one for one in own if told[one] is DENIED} == (own if has_set else set())
    lacks = {one for one in actions(found, DENIED) if "ScaleSets" in one}
    members = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines"
    verbs = ("start/action", "deallocate/action", "restart/action", "delete")
    assert lacks == ({f"{members}/{verb}" for verb in verbs} if has_set else set())
    assert told[Capability.RESIZE] is told[Capability.TAG] is ALLOWED


def test_azures_scale_sets_that_may_not_be_listed_say_nothing(monkeypatch):
    cloud = Azure()
    cloud.fault = cloud.problem(403, "AuthorizationFailed", "No.")
    cloud.fault_meets = lambda asked: asked.path.endswith("/virtualMachineScaleSets")
    with served(cloud, monkeypatch):
        kind = get_kind("azure")
        values = kind.clean_credentials(OnAzure.given)
        with connect(kind, values, "global", 30) as connected:
            machine = MachineRecord(
                external_id=cloud.machines[0]["id"].lower(),
                name="one",
                state=MachineState.RUNNING,
                raw_state="running",
            )
            assert Capability.START in connected.lacking(lambda: machine)


def test_googles_permissions_on_an_instance(monkeypatch):
    cloud = Google()
    cloud.denied = {"compute.instances.stop", "compute.instances.delete"}
    found = asked_of(cloud, monkeypatch, "google", {"service_account": service_account()})

    told = permissions(found)
    assert {one for one in told if told[one] is DENIED} == {Capability.STOP, Capability.TERMINATE}
    assert actions(found, DENIED) == cloud.denied
    assert told[Capability.START] is ALLOWED
    assert told[Capability.PROVISION] is UNKNOWN
    statuses = [one["status"] for one in cloud.instances]
    assert statuses == [one["status"] for one in Google().instances]


def test_google_leaves_out_what_it_denies_altogether(monkeypatch):
    cloud = Google()
    cloud.denied = {one for names in get_kind("google").actions.values() for one in names}
    found = asked_of(cloud, monkeypatch, "google", {"service_account": service_account()})

    assert permissions(found)[Capability.START] is DENIED


@pytest.mark.parametrize(
    ("scopes", "restricted", "expected"),
    [
        ("*", False, ALLOWED),
        ("linodes:read_write account:read_only", False, ALLOWED),
        ("account:read_only,linodes:read_write", False, ALLOWED),
        ("linodes:read_only account:read_only", False, DENIED),
        ("account:read_only", True, DENIED),
        ("*", True, UNKNOWN),
    ],
)
def test_a_linode_tokens_scopes(monkeypatch, scopes, restricted, expected):
    cloud = Linode()
    cloud.scopes, cloud.restricted = scopes, restricted
    found = asked_of(cloud, monkeypatch, "linode", {"token": Linode.token})

    assert {permissions(found)[one] for one in ACTING} == {expected}


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (("member", "reader"), ALLOWED),
        (("admin",), ALLOWED),
        (("reader",), UNKNOWN),
        (("heat_stack_user",), UNKNOWN),
        ((), UNKNOWN),
    ],
)
def test_openstacks_roles(monkeypatch, roles, expected):
    cloud = OpenStack()
    cloud.roles = roles
    found = asked_of(cloud, monkeypatch, "openstack", OnOpenStack.given)

    assert {permissions(found)[one] for one in ACTING} == {expected}
    assert permissions(found)[Capability.LIST_REGIONS] is ALLOWED


def test_where_nothing_tells_the_needed_scope_is_named(monkeypatch):
    found = asked_of(DigitalOcean(), monkeypatch, "digitalocean", {"token": DigitalOcean.token})

    assert {permissions(found)[one] for one in ACTING} == {UNKNOWN}
    assert "droplet:delete" in actions(found, UNKNOWN)


@pytest.mark.parametrize("slug", ["azure", "google", "linode", "openstack"])
def test_a_question_about_permissions_that_fails_hides_nothing_else(monkeypatch, slug):
    clouds = {
        "azure": (Azure(), OnAzure.given, "Microsoft.Authorization"),
        "google": (Google(), {"service_account": service_account()}, "testIamPermissions"),
        "linode": (Linode(), {"token": Linode.token}, "/v4/profile"),
        "openstack": (OpenStack(), OnOpenStack.given, "/v2.1/os-availability-zone"),
    }
    cloud, given, path = clouds[slug]
    cloud.fault = reply("{}", 403)
    cloud.fault_meets = lambda request: path in request.path
    found = asked_of(cloud, monkeypatch, slug, given)

    assert found.timing.seconds > 0
    if slug == "openstack":  # what is refused there is the smallest question
        assert found.error.code == "PERMISSION_DENIED"
        assert permissions(found)[Capability.START] is ALLOWED
    else:
        assert found.error is None
        assert {permissions(found)[one] for one in ACTING} == {UNKNOWN}
        assert "PERMISSION_DENIED" in found.findings[0].message


def test_no_kind_names_an_action_of_what_it_cannot_do():
    for slug in ("aws", "azure", "digitalocean", "google", "libvirt", "linode", "openstack"):
        kind = get_kind(slug)
        assert set(kind.actions) <= kind.capabilities
        assert set(kind.acting_capabilities) <= set(kind.actions)
