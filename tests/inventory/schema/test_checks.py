"""checkProvider and ``providers { check }`` give the same report, and ask for it once."""

import pytest

from inventory.models import Grant, ProviderCheck, Role
from inventory.providers.simulator.driver import SimulatorDriver
from inventory.services.machines import provider_id
from inventory.services.providers import provider_connect
from tests.clouds.static_ec2 import instances_xml, refusal, reply, static_ec2
from tests.inventory.factories import make_simulator, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

REPORT = """{ checkedAt durationMs credentialsValid clockSkewSeconds warnings
    missingPermissions { capability actions regions }
    wanting { capability actions regions }
    regions { region reachable latencyMs clockSkewSeconds credentialsValid
        error { code message retryable }
        permissions { capability status actions message } } }"""
CHECK = f"""mutation ($id: ID!) {{ checkProvider(input: {{id: $id}}) {{
    check {REPORT} provider {{ id status check {REPORT} }} errors {{ code }} }} }}"""
ASK = f"{{ providers {{ name status check {REPORT} }} }}"


@pytest.fixture
def calls(monkeypatch):
    made = []
    plain = SimulatorDriver.call

    def counted(driver):
        made.append(driver.place.region)
        return plain(driver)

    monkeypatch.setattr(SimulatorDriver, "call", counted)
    return made


def check(ask, provider, asker=None):
    options = {} if asker is None else {"asker": asker}
    return ask(CHECK, **options, id=provider_id(provider)).data["checkProvider"]


def test_a_check_answers_its_report_and_the_provider_keeps_it(ask, user, calls):
    provider = make_simulator(user, regions=["sim-1", "sim-2"])
    answer = check(ask, provider)
    asked = len(calls)

    report = answer["check"]
    assert answer["errors"] == []
    assert answer["provider"]["check"] == report
    assert answer["provider"]["status"] == "OK"
    (shown,) = ask(ASK).data["providers"]
    assert shown["check"] == report
    assert len(calls) == asked  # what is kept asks no cloud

    assert (report["credentialsValid"], report["missingPermissions"], report["warnings"]) == (
        True,
        [],
        [],
    )
    assert report["clockSkewSeconds"] is None
    assert [region["region"] for region in report["regions"]] == ["sim-1", "sim-2"]
    for region in report["regions"]:
        assert (region["reachable"], region["credentialsValid"], region["error"]) == (
            True,
            True,
            None,
        )
        assert region["latencyMs"] >= 1
        told = {one["capability"]: one["status"] for one in region["permissions"]}
        assert told == dict.fromkeys(provider.kind.capabilities, "ALLOWED")


def test_before_a_check_there_is_none(ask, user):
    make_simulator(user)

    assert ask(ASK).data["providers"][0]["check"] is None


def test_a_missing_permission_is_named(ask, user):
    def answer(asked):
        if asked["Action"] == "DescribeInstances":
            return reply(instances_xml([]), clock_ahead=-900)
        if asked["Action"] == "DescribeImages":
            message = "User: arn:aws:iam::123456789012:user/bob may not"
            return refusal("UnauthorizedOperation", message, status=403, clock_ahead=-900)
        return reply(f"<{asked['Action']}Response/>", clock_ahead=-900)

    with static_ec2(answer) as server:
        provider = provider_connect(
            owner=user,
            kind="aws",
            name="cloud",
            credentials={
                "access_key_id": "AKIAOFTESTS",
                "secret_access_key": "secret-of-tests",
                "endpoint_url": server.url,
            },
            regions=["us-east-1"],
        )
        report = check(ask, provider)["check"]

    assert report["missingPermissions"] == [
        {"capability": "LIST_IMAGES", "actions": ["ec2:DescribeImages"], "regions": ["us-east-1"]}
    ]
    assert report["wanting"] == report["missingPermissions"]
    assert abs(report["clockSkewSeconds"] + 900) <= 2
    assert "us-east-1" in report["warnings"][0]
    assert "bob" not in str(report)


def test_a_failing_cloud_is_no_error_of_the_mutation(ask, user):
    provider = make_simulator(user, error_rate=1)
    answer = check(ask, provider)

    (region,) = answer["check"]["regions"]
    assert answer["errors"] == []
    assert answer["provider"]["status"] == "DEGRADED"
    assert region["error"]["code"] == "PROVIDER_ERROR"
    assert {one["status"] for one in region["permissions"]} == {"UNKNOWN"}


def test_who_sees_a_provider_sees_what_was_found_and_only_operators_ask(ask, user):
    provider = make_simulator(user)
    viewer, stranger = make_user(), make_user()
    Grant.objects.create(provider=provider, user=viewer, role=Role.VIEWER)
    check(ask, provider)

    (shown,) = ask(ASK, viewer).data["providers"]
    assert len(shown["check"]["regions"][0]["permissions"]) == len(provider.kind.capabilities)
    assert ask(ASK, stranger).data["providers"] == []
    before = ProviderCheck.objects.get().checked_at
    refused = check(ask, provider, viewer)
    assert (refused["check"], refused["provider"]) == (None, None)
    assert refused["errors"] == [{"code": "FORBIDDEN"}]
    assert ProviderCheck.objects.get().checked_at == before


def test_every_status_of_a_permission_is_in_the_schema(ask):
    answer = ask('{ __type(name: "PermissionStatus") { enumValues { name description } } }')
    values = {one["name"]: one["description"] for one in answer.data["__type"]["enumValues"]}

    assert values.keys() == {"ALLOWED", "DENIED", "UNKNOWN"}
    assert all(values.values())
