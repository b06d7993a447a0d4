"""EC2's own dry run: it never acts, wherever it is asked."""

from dataclasses import replace
from decimal import Decimal

import pytest

from inventory.providers import Capability, ProviderError, ProviderErrorCode, connect, get_kind
from inventory.providers.ec2 import deeds, dry_run
from inventory.types import NewMachine, SpotOrder
from tests.clouds.static_ec2 import refusal, reply, static_ec2

KIND = get_kind("aws")
ORDER = NewMachine(name="web", size_id="t3.micro", image_id="ami-785db401", client_token="token")
WOULD = refusal(
    "DryRunOperation", "Request would have succeeded, but DryRun flag is set.", status=412
)

# The action on a machine, the action's details, and EC2's name for it.
ON_MACHINE = {
    Capability.START: ({}, ["StartInstances"]),
    Capability.STOP: ({}, ["StopInstances"]),
    Capability.REBOOT: ({}, ["RebootInstances"]),
    Capability.TERMINATE: ({}, ["TerminateInstances"]),
    Capability.RESIZE: ({"size": "t3.large"}, ["ModifyInstanceAttribute"]),
}
TAGS = {"wanted": {"env": "prod"}, "unwanted": ["team"]}


@pytest.fixture
def amazons(monkeypatch):
    """The static server passes for Amazon's own."""
    monkeypatch.setattr("inventory.providers.ec2.driver.AMAZONS_DOMAINS", ("127.0.0.1",))
    monkeypatch.setattr("inventory.providers.ec2.driver.AMAZONS_SCHEME", "http")


@pytest.mark.parametrize(("capability", "asked"), ON_MACHINE.items())
def test_amazon_is_asked_once_with_the_actions_own_parameters(amazons, aws_at, capability, asked):
    details, actions = asked
    with static_ec2(WOULD) as server, aws_at(server.url) as cloud:
        verdict = cloud.check(capability, "i-1", **details)

    assert verdict.allowed
    assert verdict.message.startswith("DryRunOperation: Request would have succeeded")
    assert server.actions == actions
    assert server.asked[0]["DryRun"] == "true"
    assert "i-1" in server.asked[0].values()


def test_amazon_is_asked_for_tags_and_orders_too(amazons, aws_at):
    with static_ec2(WOULD) as server, aws_at(server.url) as cloud:
        assert cloud.check(Capability.TAG, "i-1", **TAGS).allowed
        assert cloud.check(Capability.PROVISION, order=ORDER).allowed

    assert server.actions == ["CreateTags", "DeleteTags", "RunInstances"]
    assert {asked["DryRun"] for asked in server.asked} == {"true"}


def test_an_order_of_spare_capacity_is_for_one_machine_and_names_its_price(amazons, aws_at):
    with static_ec2(WOULD) as server, aws_at(server.url) as cloud:
        for price in (None, Decimal("0.004")):
            cloud.check(Capability.PROVISION, order=replace(ORDER, spot=SpotOrder(price)))

    first, second = [
        {key: value for key, value in asked.items() if key.startswith("InstanceMarketOptions")}
        for asked in server.asked
    ]
    options = "InstanceMarketOptions.SpotOptions"
    assert first == {
        "InstanceMarketOptions.MarketType": "spot",
        f"{options}.SpotInstanceType": "one-time",
        f"{options}.InstanceInterruptionBehavior": "terminate",
    }
    assert second == first | {f"{options}.MaxPrice": "0.004"}


@pytest.mark.parametrize("word", ["UnauthorizedOperation", "IncorrectInstanceState"])
def test_a_refusal_is_a_verdict_without_secrets(amazons, aws_at, word):
    with static_ec2(refusal(word, "AKIAKEYOFTESTS may not.", status=403)) as server:
        with aws_at(server.url) as cloud:
            verdict = cloud.check(Capability.STOP, "i-1")

    assert (verdict.allowed, verdict.message) == (False, f"{word}: [redacted] may not.")


def test_a_cloud_that_fails_gives_no_verdict(amazons, aws_at):
    with static_ec2(refusal("InternalError", status=500)) as server, aws_at(server.url) as cloud:
        with pytest.raises(ProviderError) as caught:
            cloud.check(Capability.STOP, "i-1")

    assert caught.value.code is ProviderErrorCode.PROVIDER_ERROR


@pytest.mark.parametrize(("capability", "asked"), ON_MACHINE.items())
@pytest.mark.parametrize("answer", ["acts", "has none"])
def test_a_server_that_may_ignore_dry_runs_is_not_asked_about_a_machine(
    aws_at, capability, asked, answer
):
    details, [action] = asked
    answers = {
        "acts": reply(f"<{action}Response/>"),
        "has none": refusal("InvalidInstanceID.NotFound"),
    }
    with static_ec2(answers[answer]) as server, aws_at(server.url) as cloud:
        assert cloud.check(capability, "i-1", **details) is None

    assert server.actions == [action]
    assert deeds.NOWHERE["virtual_machines"] in server.asked[0].values()
    assert "i-1" not in server.asked[0].values()


@pytest.mark.parametrize(("capability", "asked"), ON_MACHINE.items())
@pytest.mark.parametrize(
    "denied",
    [
        *(
            refusal(f"{word}{rest}", status=status)
            for word in dry_run.NOT_ALLOWED
            for rest in ("", "Exception", ".Policy")
            for status in (400, 403)
        ),
        reply("AccessDenied by policy", 403),
    ],
    ids=lambda answer: f"{answer.status}-{len(answer.body)}",
)
def test_a_server_that_denies_the_action_gives_a_verdict(aws_at, capability, asked, denied):
    """The support of dry runs does not matter: the server denies the action."""
    details, [action] = asked
    with static_ec2(denied) as server, aws_at(server.url) as cloud:
        verdict = cloud.check(capability, "i-1", **details)

    assert verdict is not None
    assert not verdict.allowed
    assert verdict.message.startswith(dry_run.NOT_ALLOWED)
    assert server.actions == [action]
    assert "i-1" not in server.asked[0].values()


@pytest.mark.parametrize(("capability", "asked"), ON_MACHINE.items())
def test_a_word_that_only_begins_as_that_of_success_is_a_refusal(
    amazons, aws_at, capability, asked
):
    with static_ec2(refusal("DryRunOperationNotSupported")) as server:
        with aws_at(server.url) as cloud:
            assert not cloud.check(capability, "i-1", **asked[0]).allowed


def test_a_server_of_ones_own_is_never_asked_about_tags_and_orders(aws_at):
    with static_ec2(WOULD) as server, aws_at(server.url) as cloud:
        assert cloud.check(Capability.TAG, "i-1", **TAGS) is None
        assert cloud.check(Capability.PROVISION, order=ORDER) is None

    assert server.asked == []


@pytest.mark.parametrize(
    ("url", "amazons_own"),
    [
        ("https://ec2.us-east-1.amazonaws.com", True),
        ("https://vpce-1.ec2.us-east-1.vpce.amazonaws.com", True),
        ("http://ec2.us-east-1.amazonaws.com", False),
        ("https://amazonaws.com.example.org", False),
        ("https://notamazonaws.com", False),
        (None, True),
    ],
)
def test_whose_server_it_is(url, amazons_own):
    given = {"access_key_id": "AKIA", "secret_access_key": "secret"}
    values = KIND.clean_credentials(given | ({"endpoint_url": url} if url else {}))

    assert KIND.driver(values, "us-east-1", 5).is_amazons is amazons_own


@pytest.mark.parametrize("capability", [*ON_MACHINE, Capability.TAG])
def test_at_moto_nothing_changes(moto, region, capability):
    [machine] = moto.launch(region, team="red")
    before = moto.instances(region)
    details = {Capability.TAG: TAGS}.get(capability, ON_MACHINE.get(capability, ({},))[0])

    with connect(KIND, KIND.clean_credentials(moto.credentials), region, 10) as cloud:
        verdict = cloud.check(capability, machine, **details)

    assert moto.instances(region) == before
    assert verdict is None if capability is Capability.TAG else verdict.allowed


def test_at_moto_an_order_makes_nothing(moto, region):
    with connect(KIND, KIND.clean_credentials(moto.credentials), region, 10) as cloud:
        assert cloud.check(Capability.PROVISION, order=ORDER) is None

    assert moto.instances(region) == {}


def test_even_where_it_is_asked_moto_does_not_act(moto, region, amazons):
    """Whoever takes a server for Amazon's: what is sent has DryRun in it."""
    [machine] = moto.launch(region, team="red")
    before = moto.instances(region)

    with connect(KIND, KIND.clean_credentials(moto.credentials), region, 10) as cloud:
        assert cloud.check(Capability.TAG, machine, **TAGS).allowed
        assert cloud.check(Capability.PROVISION, order=ORDER).allowed
        for capability, (details, _) in ON_MACHINE.items():
            assert cloud.check(capability, machine, **details).allowed

    assert moto.instances(region) == before
