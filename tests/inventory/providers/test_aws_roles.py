"""Assumed roles: the keys that are used, the time that they are cached, and their secrecy."""

import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from inventory.providers import ProviderError, ProviderErrorCode, connect, get_kind, token_cache
from inventory.providers.ec2.regions import amazon_host
from tests.clouds.static_ec2 import instance_xml, instances_xml, refusal, reply, static_ec2

Code = ProviderErrorCode
KIND = get_kind("aws")
ROLE = "arn:aws:iam::123456789012:role/gateway"
TEMPORARY = ("ASIAROLEKEYROLEKEY", "role/secret+of+the+hour", "role-session-token")


def assumed(*, seconds=3600):
    """An AssumeRoleResponse, as "AssumeRole" in the AWS STS API reference prints it."""
    ends_at = datetime.now(UTC) + timedelta(seconds=seconds)
    key, secret, token = TEMPORARY
    return reply(
        '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>'
        f"<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey>"
        f"<SessionToken>{token}</SessionToken>"
        f"<Expiration>{ends_at:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials>"
        "</AssumeRoleResult></AssumeRoleResponse>"
    )


def cloud_of(sts, ec2=None):
    ec2 = ec2 or reply(instances_xml([instance_xml(1)]))
    return lambda asked: sts if asked["Action"] == "AssumeRole" else ec2


def test_the_roles_keys_sign_what_is_asked_of_ec2(aws_at):
    with static_ec2(cloud_of(assumed())) as server:
        with aws_at(server.url, role_arn=ROLE, external_id="our-id") as cloud:
            assert len(cloud.read("virtual_machines")) == 1

    assert server.actions == ["AssumeRole", "DescribeInstances", "DescribeImages"]
    sts, ec2, _ = server.requests
    assert "Credential=AKIAKEYOFTESTS/" in sts[1]["Authorization"]
    assert "/us-east-1/sts/aws4_request" in sts[1]["Authorization"]
    assert server.asked[0]["Version"] == "2011-06-15"
    assert (server.asked[0]["RoleArn"], server.asked[0]["ExternalId"]) == (ROLE, "our-id")
    assert f"Credential={TEMPORARY[0]}/" in ec2[1]["Authorization"]
    assert "/us-east-1/ec2/aws4_request" in ec2[1]["Authorization"]
    assert ec2[1]["x-amz-security-token"] == TEMPORARY[2]


def test_a_role_can_be_assumed_from_a_session(aws_at):
    with static_ec2(cloud_of(assumed())) as server:
        with aws_at(server.url, role_arn=ROLE, session_token="a-session"):
            pass

    assert server.requests[0][1]["X-Amz-Security-Token"] == "a-session"
    assert "ExternalId" not in server.asked[0]


def listings(aws_at, url, times, **credentials):
    for _ in range(times):
        with aws_at(url, **{"role_arn": ROLE, **credentials}) as cloud:
            cloud.read("virtual_machines")


def test_keys_are_kept_and_not_mixed_up(aws_at):
    with static_ec2(cloud_of(assumed())) as server:
        listings(aws_at, server.url, 3)
        assert server.actions.count("AssumeRole") == 1
        listings(aws_at, server.url, 2, external_id="another")
        listings(aws_at, server.url, 2, secret_access_key="another-secret")
        listings(aws_at, server.url, 2, role_arn=f"{ROLE}-2")

    assert server.actions.count("AssumeRole") == 4


def test_keys_that_end_soon_are_renewed(aws_at):
    with static_ec2(cloud_of(assumed(seconds=token_cache.RENEWED_BEFORE_END - 1))) as server:
        listings(aws_at, server.url, 2)

    assert server.actions.count("AssumeRole") == 2


def test_of_many_at_once_one_asks(aws_at):
    started = threading.Barrier(8)

    def listing(_):
        started.wait(timeout=60)
        listings(aws_at, server.url, 1)

    with static_ec2(cloud_of(assumed())) as server, ThreadPoolExecutor(8) as pool:
        list(pool.map(listing, range(8)))

    assert server.actions.count("AssumeRole") == 1
    assert server.actions.count("DescribeInstances") == 8


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refusal("AccessDenied", "Not you.", status=403), Code.PERMISSION_DENIED),
        (refusal("InvalidClientTokenId", status=403), Code.INVALID_CREDENTIALS),
        (refusal("ValidationError", "not an ARN"), Code.INVALID_REQUEST),
        (reply("<html/>"), Code.PROVIDER_ERROR),
        (reply("<AssumeRoleResponse/>"), Code.PROVIDER_ERROR),
    ],
)
def test_a_role_that_is_not_given_is_the_accounts_error(aws_at, answer, code):
    with static_ec2(cloud_of(answer)) as server:
        with pytest.raises(ProviderError) as caught, aws_at(server.url, role_arn=ROLE):
            pass

    assert caught.value.code is code
    assert server.actions == ["AssumeRole"]


def test_a_failure_is_not_kept(aws_at):
    answers = [refusal("AccessDenied", status=403), assumed()]

    def answer(asked):
        return cloud_of(answers.pop(0))(asked) if asked["Action"] == "AssumeRole" else listing

    listing = reply(instances_xml([]))
    with static_ec2(answer) as server:
        with pytest.raises(ProviderError), aws_at(server.url, role_arn=ROLE):
            pass
        listings(aws_at, server.url, 1)

    assert server.actions == ["AssumeRole", "AssumeRole", "DescribeInstances"]


def test_an_sts_that_hangs_ends_with_the_timeout(aws_at):
    with static_ec2(reply("", delay=60)) as server:
        started = time.monotonic()
        with pytest.raises(ProviderError) as caught:
            with aws_at(server.url, role_arn=ROLE, timeout=0.3):
                pass
        took = time.monotonic() - started

    assert caught.value.code is Code.TIMEOUT
    assert took < 50


def test_the_roles_keys_are_seen_nowhere(aws_at, caplog):
    caplog.set_level(logging.DEBUG)
    said = refusal("AuthFailure", " ".join(TEMPORARY), status=401)
    with static_ec2(cloud_of(assumed(), ec2=said)) as server:
        with aws_at(server.url, role_arn=ROLE) as cloud, pytest.raises(ProviderError) as caught:
            cloud.read("virtual_machines")

    shown = f"{caught.value.message} {caught.value!r} {caplog.text} {token_cache.KEPT._kept}"
    assert "[redacted]" in caught.value.message
    for secret in TEMPORARY:
        assert secret not in shown


def test_amazons_sts_is_that_of_the_region():
    assert amazon_host("eu-west-1", "sts") == "sts.eu-west-1.amazonaws.com"
    assert amazon_host("cn-north-1", "sts") == "sts.cn-north-1.amazonaws.com.cn"


def test_at_moto_a_role_of_another_account_shows_its_machines(moto, region):
    """A role belongs to the account that its ARN names."""
    own = KIND.clean_credentials(moto.credentials)
    other = KIND.clean_credentials(
        moto.credentials | {"role_arn": "arn:aws:iam::210987654321:role/gateway"}
    )
    [machine] = moto.launch(region)

    with connect(KIND, own, region, 10) as cloud:
        assert [one.external_id for one in cloud.read("virtual_machines")] == [machine]
    with connect(KIND, other, region, 10) as cloud:
        assert cloud.read("virtual_machines") == []
