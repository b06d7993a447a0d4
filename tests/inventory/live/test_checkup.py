"""A check of all regions at once: each part reports its result, and none hides another."""

import time

import pytest
from cryptography.fernet import Fernet

from inventory.live.checkup import check_regions
from inventory.live.report import RegionReport, Report
from inventory.models import Provider, ProviderCheck
from inventory.providers import Capability
from inventory.providers.capability import LIST
from inventory.providers.probe import Permission
from inventory.providers.simulator.driver import SimulatorDriver
from inventory.services.provider_checks import provider_check
from inventory.services.providers import provider_connect, provider_update
from tests.clouds.static_ec2 import (
    empty_reply,
    instance_xml,
    instances_xml,
    refusal,
    reply,
    static_ec2,
)
from tests.inventory.factories import make_simulator, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]
ALLOWED, DENIED, UNKNOWN = Permission


def at(url, *, regions=("us-east-1",), deadline_ms=5000):
    return provider_connect(
        owner=make_user(),
        kind="aws",
        name="cloud",
        credentials={
            "access_key_id": "AKIAOFTESTS",
            "secret_access_key": "secret-of-tests",
            "endpoint_url": url,
        },
        regions=regions,
        deadline_ms=deadline_ms,
    )


def healthy(asked, **options):
    if asked["Action"] == "DescribeInstances":
        return reply(instances_xml([instance_xml(1)]), **options)
    return empty_reply(asked["Action"], **options)


def checked(answer, **options):
    with static_ec2(answer) as server:
        provider = at(server.url, **options)
        return {report.region: report for report in check_regions(provider)}


def only(answer, **options):
    (report,) = checked(answer, **options).values()
    return report


def permissions(report):
    return {finding.capability: finding.permission for finding in report.permissions}


def test_a_cloud_that_is_well():
    report = only(healthy)

    assert (report.reachable, report.credentials_valid, report.error) == (True, True, None)
    assert 0 < report.latency_ms < 60_000
    assert abs(report.clock_skew_seconds) <= 30
    told = permissions(report)
    assert list(told) == [one for one in Capability if one in told]
    assert {one for one in told if told[one] is ALLOWED} == {
        Capability.LIST_MACHINES,
        Capability.LIST_SIZES,
        Capability.LIST_IMAGES,
        Capability.LIST_LOCATIONS,
        Capability.LIST_REGIONS,
    }
    assert {told[one] for one in told if not one.startswith("LIST_")} == {UNKNOWN}


def test_a_region_that_hangs_costs_its_deadline_and_hides_no_other():

    def answer(asked):
        return healthy(asked, delay=60 if asked.region == "eu-west-1" else 0)

    with static_ec2(answer) as server:
        provider = at(server.url, regions=["us-east-1", "eu-west-1"], deadline_ms=10_000)
        began = time.monotonic()
        well, hung = check_regions(provider)
        took = time.monotonic() - began

    assert took < 60  # it hangs for so long
    assert (well.region, well.reachable, well.credentials_valid) == ("us-east-1", True, True)
    assert (hung.region, hung.reachable, hung.credentials_valid) == ("eu-west-1", False, None)
    assert (hung.latency_ms, hung.clock_skew_seconds) == (None, None)
    assert hung.error.code == "TIMEOUT"
    told = permissions(hung)
    assert told.keys() == permissions(well).keys()
    # libcloud has EC2's sizes as a list: no request is needed.
    assert {one for one in told if told[one] is not UNKNOWN} == {Capability.LIST_SIZES}


def test_wrong_credentials():
    report = only(refusal("AuthFailure", "Not able to validate", status=401))

    assert (report.reachable, report.credentials_valid) == (True, False)
    assert report.error.code == "INVALID_CREDENTIALS"
    assert report.latency_ms > 0
    assert DENIED not in permissions(report).values()


@pytest.mark.parametrize("ahead", [400, -400])
def test_a_clock_that_breaks_signatures_says_nothing_of_the_keys(ahead):
    refused = refusal("RequestExpired", "Request has expired", clock_ahead=ahead)
    report = only(refused)

    assert report.clock_skew_seconds == pytest.approx(ahead, abs=2)
    assert (report.reachable, report.credentials_valid) == (True, None)
    (warning,) = Report(None, 0, [report]).warnings
    assert f"{abs(report.clock_skew_seconds)} seconds" in warning
    assert ("ahead of" if ahead > 0 else "behind") in warning


def test_a_clock_that_is_off_a_little_is_told_without_a_warning():
    report = only(lambda asked: healthy(asked, clock_ahead=120))

    assert report.clock_skew_seconds == pytest.approx(120, abs=2)
    assert Report(None, 0, [report]).warnings == []


def test_what_is_denied_is_named_and_the_account_is_not():
    def answer(asked):
        if asked["Action"] in {"DescribeInstances", "DescribeImages"}:
            message = "User: arn:aws:iam::123456789012:user/bob is not authorized"
            return refusal("UnauthorizedOperation", message, status=403)
        return healthy(asked)

    report = only(answer)

    assert (report.reachable, report.credentials_valid) == (True, True)
    assert report.error.code == "PERMISSION_DENIED"
    assert "bob" not in repr(report)
    denied = [one for one in report.permissions if one.permission is DENIED]
    assert [(one.capability, one.actions) for one in denied] == [
        (Capability.LIST_MACHINES, ("ec2:DescribeInstances",)),
        (Capability.LIST_IMAGES, ("ec2:DescribeImages",)),
    ]


def test_nobody_there():
    provider = at("http://127.0.0.1:1")
    (report,) = check_regions(provider)

    assert (report.reachable, report.credentials_valid, report.latency_ms) == (False, None, None)
    assert report.error.code == "UNREACHABLE"


def test_credentials_that_cannot_be_read_are_not_tried(settings):
    provider = make_simulator()
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    (report,) = check_regions(provider)

    assert (report.reachable, report.credentials_valid) == (False, False)
    assert report.error.code == "INVALID_CREDENTIALS"
    assert set(permissions(report).values()) == {UNKNOWN}
    assert permissions(report).keys() == provider.kind.capabilities


def test_permissions_are_asked_about_a_machine_that_was_listed_before(monkeypatch):
    monkeypatch.setattr("inventory.providers.ec2.driver.AMAZONS_DOMAINS", ("127.0.0.1",))
    monkeypatch.setattr("inventory.providers.ec2.driver.AMAZONS_SCHEME", "http")

    def answer(asked):
        if asked["Action"] == "DescribeInstances":
            gone = instance_xml(1, state="terminated")
            return reply(instances_xml([gone, instance_xml(2)]))
        if "DryRun" in asked:
            return refusal("DryRunOperation", "Request would have succeeded", status=412)
        return healthy(asked)

    with static_ec2(answer) as server:
        provider = at(server.url)
        check_regions(provider)
        server.asked.clear()
        (report,) = check_regions(provider)

    assert server.actions.count("DescribeInstances") == 1
    stop = next(asked for asked in server.asked if asked["Action"] == "StopInstances")
    assert stop["InstanceId.1"] == "i-00000000000000002"
    of_machines = {one for one in Capability if one.resource in {"virtual_machines", "regions"}}
    found = permissions(report)
    assert {found[one] for one in of_machines & found.keys()} == {ALLOWED}
    others = {one for one in found.keys() - of_machines if one.verb != LIST}
    assert {found[one] for one in others} == {UNKNOWN}


def test_a_fault_of_our_own_hides_nothing_of_the_rest(monkeypatch, caplog):
    def broken(*_):
        raise KeyError("oops")

    monkeypatch.setattr("inventory.live.checkup.probe", broken)
    (report,) = check_regions(make_simulator())

    assert (report.reachable, report.credentials_valid, report.error) == (True, True, None)
    assert permissions(report)[Capability.LIST_MACHINES] is ALLOWED
    assert permissions(report)[Capability.STOP] is UNKNOWN
    assert "oops" in caplog.text


# --- the report that is kept ------------------------------------------------------------------


def report_of(provider):
    row = ProviderCheck.objects.filter(provider=provider).first()
    return row and Report.of(row)


def test_the_report_is_kept_as_it_was_made():
    provider = make_simulator(regions=["sim-1", "sim-2"], latency_ms=20)
    provider_check(provider=provider)
    first = report_of(provider)
    provider_check(provider=provider)

    kept = report_of(provider)
    assert kept.checked_at > first.checked_at
    assert [region.region for region in kept.regions] == ["sim-1", "sim-2"]
    for region in kept.regions:
        assert isinstance(region, RegionReport)
        assert 20 <= region.latency_ms < 60_000
        assert region.clock_skew_seconds is None
        assert set(permissions(region)) == provider.kind.capabilities
        assert set(permissions(region).values()) == {ALLOWED}
    assert (kept.credentials_valid, kept.missing_permissions, kept.warnings) == (True, [], [])
    assert kept.duration_ms >= 20


def test_other_credentials_are_not_known_by_what_was_found_before():
    provider = make_simulator()
    provider_check(provider=provider)

    provider_update(provider=provider, name="renamed")
    assert report_of(provider) is not None
    provider_update(provider=provider, credentials={"machines": "3"})
    assert report_of(provider) is None


def test_a_provider_that_is_disconnected_meanwhile_has_no_report(monkeypatch):
    provider = make_simulator()
    plain = SimulatorDriver.call

    def call(driver):
        plain(driver)
        Provider.objects.filter(pk=provider.pk).delete()

    monkeypatch.setattr(SimulatorDriver, "call", call)
    provider_check(provider=provider)

    assert not ProviderCheck.objects.exists()


def test_a_capability_that_is_gone_is_left_out():
    provider = make_simulator()
    provider_check(provider=provider)
    row = ProviderCheck.objects.get()
    row.regions[0]["permissions"][0]["capability"] = "TELEPORT"
    row.save()

    assert len(report_of(provider).regions[0].permissions) == len(provider.kind.capabilities) - 1


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([True, False, None], True),
        ([False, None], False),
        ([None], None),
        ([], None),
    ],
)
def test_an_account_is_good_where_any_region_takes_it(told, expected):
    regions = [RegionReport("r", True, 1, None, one, None, ()) for one in told]

    assert Report(None, 0, regions).credentials_valid is expected


def test_a_missing_permission_is_reported_once_with_its_regions():
    reports = checked(
        lambda asked: (
            refusal("UnauthorizedOperation", status=403)
            if asked["Action"] == "DescribeImages"
            else healthy(asked, clock_ahead=-7)
        ),
        regions=["us-east-1", "eu-west-1"],
    )
    report = Report(None, 0, list(reports.values()))

    (missing,) = report.missing_permissions
    assert missing.capability is Capability.LIST_IMAGES
    assert missing.actions == ("ec2:DescribeImages",)
    assert missing.regions == ["us-east-1", "eu-west-1"]
    assert report.clock_skew_seconds == pytest.approx(-7, abs=2)
