"""Temporary keys of AWS, in each file that has keys."""

from datetime import UTC, datetime, timedelta

import pytest

from inventory.imports.clouds import aws
from inventory.imports.clouds.found import Found, LeftOut
from tests.inventory.imports.entries import (
    SECRET,
    of_aws_variables,
    of_cloudmesh,
    of_profile,
)

PAST = "2020-01-01T00:00:00+00:00"
FUTURE = (datetime.now(UTC) + timedelta(days=9)).isoformat()
ENDS = {
    "x_security_token_expires": of_profile,
    "aws_credential_expiration": of_profile,
    "aws_session_expiration": of_profile,
    "aws_expiration": of_profile,
    "expiration": of_profile,
    "AWS_CREDENTIAL_EXPIRATION": of_aws_variables,
    "AWS_SESSION_EXPIRATION": of_aws_variables,
}
TOKEN = {of_profile: "aws_session_token", of_aws_variables: "AWS_SESSION_TOKEN"}


@pytest.mark.parametrize(("key", "read"), ENDS.items())
@pytest.mark.parametrize(
    "text", [PAST, "2020-01-01T00:00:00Z", "2020-01-01 00:00:00", "2020-01-01"]
)
def test_a_session_token_that_has_ended_skips_the_account(key, read, text):
    found = read(**{TOKEN[read]: "token", key: text})

    assert isinstance(found, LeftOut), found
    assert f"has ended ({key})" in found.reason


@pytest.mark.parametrize(("key", "read"), ENDS.items())
@pytest.mark.parametrize("text", [FUTURE, "in an hour", ""], ids=["later", "unreadable", "empty"])
def test_a_session_token_that_has_not_ended_is_no_reason(key, read, text):
    assert isinstance(read(**{TOKEN[read]: "token", key: text}), Found)


@pytest.mark.parametrize(("key", "read"), ENDS.items())
def test_keys_without_a_session_token_do_not_end(key, read):
    assert read(**{key: PAST}).account == read().account


@pytest.mark.parametrize(
    "found",
    [
        of_profile(aws_access_key_id="ASIA1"),
        of_aws_variables(AWS_ACCESS_KEY_ID="ASIA1"),
        of_cloudmesh(EC2_ACCESS_ID="ASIA1"),
    ],
)
def test_temporary_keys_without_a_session_token_are_skipped(found):
    assert isinstance(found, LeftOut)
    assert "session token is missing" in found.reason


@pytest.mark.parametrize(
    ("keys", "word"),
    [
        ({"weird_key": "5"}, "weird_key in its source_profile s"),
        ({"ca_bundle": "/x.pem"}, "ca_bundle in its source_profile s"),
        ({"endpoint_url": "https://ec2.example"}, "endpoint_url"),
        ({"region": "eu-west-1", "output": "json"}, None),
    ],
)
def test_the_settings_of_a_source_profile(keys, word):
    own = {"aws_access_key_id": "AKIA1", "aws_secret_access_key": SECRET}
    config = {
        "profile s": own | keys,
        "profile n": {"role_arn": "arn:aws:iam::1:role/r", "source_profile": "s"},
    }
    found = {one.name: one for one in aws.read_profiles(config, {}, origin="f")}["aws-n"]

    if word is None:
        assert isinstance(found, Found), found.reason
    else:
        assert isinstance(found, LeftOut)
        assert word in found.reason


def test_a_section_of_config_in_credentials_is_skipped():
    own = {"aws_access_key_id": "AKIA1", "aws_secret_access_key": SECRET}
    [found] = aws.read_profiles({}, {"profile odd": own}, origin="f")

    assert isinstance(found, LeftOut)
    assert "[odd]" in found.reason
