"""Status, last error and check of a provider come from one decision."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.schema import executor
from inventory.live.health import credentials_valid, health_of, takes_credentials
from inventory.models import Source
from inventory.services.provider_checks import provider_check
from inventory.services.providers import provider_connect
from tests.clouds.static_ec2 import instance_xml, instances_xml, refusal, reply, static_ec2
from tests.inventory.factories import make_user

NOW = datetime(2026, 6, 1, tzinfo=UTC)
INVALID, DENIED, TIMEOUT = "INVALID_CREDENTIALS", "PERMISSION_DENIED", "TIMEOUT"


def source(code="", *, resource="virtual_machines", asked=True, at=0):
    began = NOW + timedelta(seconds=at) if asked else None
    return Source(resource=resource, error_code=code, attempt_started_at=began)


def regions(code="", **options):
    return source(code, resource="regions", **options)


@pytest.mark.parametrize(
    ("sources", "status", "code"),
    [
        ([], "UNCHECKED", None),
        ([source(asked=False)], "UNCHECKED", None),
        ([regions(), source(asked=False)], "UNCHECKED", None),
        ([source(), source()], "OK", None),
        ([source(), regions()], "OK", None),
        ([source(INVALID)], INVALID, INVALID),
        ([source(INVALID), source(INVALID)], INVALID, INVALID),
        # EC2 answers AuthFailure in a region that is not enabled.
        ([source(), source(INVALID)], "DEGRADED", INVALID),
        ([source(DENIED), source(INVALID, at=9)], "DEGRADED", INVALID),
        ([source(TIMEOUT, at=9), source(INVALID)], INVALID, INVALID),
        ([source(TIMEOUT), source("UNREACHABLE")], "UNREACHABLE", TIMEOUT),
        ([source(TIMEOUT), source()], "DEGRADED", TIMEOUT),
        ([source(DENIED)], "DEGRADED", DENIED),
        ([source("RATE_LIMITED")], "DEGRADED", "RATE_LIMITED"),
        # The set of regions.
        ([source(), regions(DENIED)], "DEGRADED", DENIED),
        ([source(), regions("TOO_MANY_REGIONS")], "DEGRADED", "TOO_MANY_REGIONS"),
        ([source(), regions(INVALID)], "DEGRADED", INVALID),
        ([source(INVALID), regions()], INVALID, INVALID),
        ([source(TIMEOUT), regions()], "UNREACHABLE", TIMEOUT),
        ([source(asked=False), regions(INVALID)], INVALID, INVALID),
        ([source(asked=False), regions("UNREACHABLE")], "UNREACHABLE", "UNREACHABLE"),
        ([source("RATE_LIMITED"), regions(DENIED, at=9)], "DEGRADED", "RATE_LIMITED"),
    ],
)
def test_a_status_and_the_error_that_explains_it(sources, status, code):
    health = health_of(sources)

    assert health.status == status
    assert (health.failing and health.failing.error_code) == code


def test_the_latest_of_several_errors_is_the_last_one():
    assert (
        health_of([source(TIMEOUT, at=1), source(DENIED, at=2), source()]).failing.error_code
        == DENIED
    )


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        (None, True),
        ("", True),
        (DENIED, True),
        (INVALID, False),
        (TIMEOUT, None),
        ("CONFLICT", None),
    ],
)
def test_what_an_answer_shows_of_the_credentials(code, shown):
    assert takes_credentials(code) is shown


def test_credentials_are_good_where_any_region_takes_them():
    assert credentials_valid([None, False, True]) is True
    assert credentials_valid([None, False]) is False
    assert credentials_valid([None]) is credentials_valid([]) is None


SHOWN = "{ providers { status lastError { code } check { credentialsValid } } }"
LIST = "{ virtualMachines(maxAge: 0) { complete totalCount } }"


def ask(user, query):
    answer = executor.run(GraphQLRequest(query, {}), Context(user)).as_response()
    assert "errors" not in answer, answer
    return answer["data"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("word", ["AuthFailure", "OptInRequired"])
@pytest.mark.parametrize(
    ("closed", "status", "valid"),
    [
        ({"eu-south-1"}, "DEGRADED", True),
        ({"us-east-1", "eu-west-1", "eu-south-1"}, None, None),
    ],
)
def test_a_region_that_is_not_enabled_makes_no_credentials_invalid(word, closed, status, valid):
    def answer(asked):
        if asked.region in closed:
            return refusal(word, "AWS was not able to validate the credentials", status=401)
        if asked["Action"] == "DescribeInstances":
            return reply(instances_xml([instance_xml(1)]))
        return reply(f"<{asked['Action']}Response/>")

    code = {"AuthFailure": INVALID, "OptInRequired": DENIED}[word]
    refused = word == "AuthFailure"
    with static_ec2(answer) as server:
        provider = provider_connect(
            owner=make_user(),
            kind="aws",
            name="cloud",
            credentials={
                "access_key_id": "AKIAOFTESTS",
                "secret_access_key": "secret-of-tests",
                "endpoint_url": server.url,
            },
            regions=["us-east-1", "eu-west-1", "eu-south-1"],
        )
        assert ask(provider.owner, LIST)["virtualMachines"]["complete"] is False
        (before,) = ask(provider.owner, SHOWN)["providers"]
        provider_check(provider=provider)
        (after,) = ask(provider.owner, SHOWN)["providers"]

    expected = status or (INVALID if refused else "DEGRADED")
    assert before["status"] == after["status"] == expected
    assert before["lastError"]["code"] == after["lastError"]["code"] == code
    assert after["check"]["credentialsValid"] is (not refused if valid is None else valid)
