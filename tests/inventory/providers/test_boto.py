"""Clients of boto3: the values that they use, their way of sending, and the fields they read."""

import logging
import socket
import subprocess
import sys
from pathlib import Path

import botocore.httpsession
import pytest
from botocore.loaders import Loader

from gateway.core.http.budget import Budget
from inventory.providers import ProviderError, ProviderErrorCode, retries, transport
from inventory.providers.aws import KIND
from inventory.providers.boto import client as boto_client
from inventory.providers.boto.client import client_of, shared_session
from inventory.providers.boto.errors import mapped
from inventory.providers.boto.keys import Keys
from inventory.providers.boto.models import OPERATIONS
from inventory.providers.exceptions import map_provider_errors
from inventory.providers.transport import Line
from tests.clouds.static_ec2 import AWS_NAMESPACE, Reply, refusal, reply, static_ec2
from tests.inventory.providers.conftest import KEYS as GIVEN

Code = ProviderErrorCode
ROOT = Path(__file__).parents[3]
KEYS = Keys(GIVEN["access_key_id"], GIVEN["secret_access_key"], "a-session-token")
STOPPED = reply(f'<StopInstancesResponse xmlns="{AWS_NAMESPACE}"/>')


def answer(action, inside):
    return reply(
        f'<{action}Response xmlns="{AWS_NAMESPACE}"><requestId>q</requestId>{inside}'
        f"</{action}Response>"
    )


REGIONS = answer(
    "DescribeRegions", "<regionInfo><item><regionName>here</regionName></item></regionInfo>"
)


@pytest.fixture(autouse=True)
def _botocore_has_no_connections(monkeypatch):
    """Tests use neither botocore's HTTP session nor a connection of botocore's own."""

    def refuse(*_args, **_options):
        pytest.fail("botocore opens a connection of its own.")

    monkeypatch.setattr(botocore.httpsession.URLLib3Session, "send", refuse)
    monkeypatch.setattr("botocore.awsrequest.AWSConnection.__init__", refuse)


def called(url, operation="describe_regions", *, region="eu-west-1", service="ec2", **parameters):
    """The result of a call, on a ``Line`` of its own, made as the adapter makes it."""
    line = Line(Budget(10))
    with map_provider_errors(KEYS.secrets), line.used():
        try:
            client = client_of(service, KEYS, url, region)
            with mapped():
                return getattr(client, operation)(**parameters)
        finally:
            line.close()


def refused(url, *args, **options):
    with pytest.raises(ProviderError) as caught:
        called(url, *args, **options)
    return caught.value


def test_a_call_is_signed_with_the_accounts_keys():
    with static_ec2(REGIONS) as server:
        assert called(server.url)["Regions"] == [{"RegionName": "here"}]

    [(method, headers)] = server.requests
    assert method == "POST"
    assert headers["Authorization"].startswith(f"AWS4-HMAC-SHA256 Credential={KEYS[0]}/")
    assert "/eu-west-1/ec2/aws4_request" in headers["Authorization"]
    assert headers["X-Amz-Security-Token"] == "a-session-token"


HOSTILE = {
    "AWS_ACCESS_KEY_ID": "AKIAOFTHEOPERATOR",
    "AWS_SECRET_ACCESS_KEY": "secret-of-the-operator",
    "AWS_SESSION_TOKEN": "token-of-the-operator",
    "AWS_PROFILE": "absent",
    "AWS_REGION": "ap-south-1",
    "AWS_DEFAULT_REGION": "ap-south-1",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "AWS_ENDPOINT_URL_EC2": "http://127.0.0.1:9",
    "AWS_CA_BUNDLE": "/nonexistent",
    "AWS_MAX_ATTEMPTS": "7",
    "AWS_RETRY_MODE": "adaptive",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "AWS_DEFAULTS_MODE": "auto",
    "AWS_EXECUTION_ENV": "operator",
    "AWS_SDK_UA_APP_ID": "operator",
    "AWS_CSM_ENABLED": "true",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
}
OPERATORS = """\
[default]
aws_access_key_id = AKIAOFTHEOPERATOR
aws_secret_access_key = secret-of-the-operator
region = ap-south-1
endpoint_url = http://127.0.0.1:9
retry_mode = adaptive
[profile operator]
credential_process = /bin/false
"""


def test_nothing_of_the_gateways_own_environment_is_used(monkeypatch, tmp_path):
    with static_ec2(REGIONS) as server:
        called(server.url)
    [(_, plain)] = server.requests

    (tmp_path / ".aws").mkdir()
    for name in ("config", "credentials"):
        (tmp_path / ".aws" / name).write_text(OPERATORS)
    models = tmp_path / ".aws" / "models" / "ec2" / "2099-01-01"
    models.mkdir(parents=True)
    (models / "service-2.json").write_text("{}")
    for name, value in (HOSTILE | {"HOME": str(tmp_path)}).items():
        monkeypatch.setenv(name, value)
    # botocore reads HOME for it when it is imported.
    monkeypatch.setattr(Loader, "CUSTOMER_DATA_PATH", str(tmp_path / ".aws" / "models"))
    for made in (boto_client.models, shared_session):
        made.cache_clear()
    with static_ec2(refusal("RequestLimitExceeded", status=503)) as throttling:
        refused(throttling.url, "stop_instances", InstanceIds=["i-1"])
    with static_ec2(REGIONS) as server:
        called(server.url)
    [(_, found)] = server.requests

    assert len(throttling.asked) == 1  # no AWS_MAX_ATTEMPTS
    assert found.keys() == plain.keys()
    assert found["User-Agent"] == plain["User-Agent"]
    assert "operator" not in str(found).lower()
    assert "/eu-west-1/ec2/" in found["Authorization"]


@pytest.mark.parametrize("region", ["KVM@TACC", "region_one", "nova.east"])
def test_a_region_that_boto3_does_not_take_is_signed_as_it_is(region):
    with static_ec2(REGIONS) as server:
        called(server.url, region=region)

    assert f"/{region}/ec2/aws4_request" in server.requests[0][1]["Authorization"]


def test_an_address_that_boto3_does_not_take_says_so():
    error = refused("http://my_cloud:8773")

    assert (error.code, error.is_final) == (Code.INVALID_REQUEST, False)
    assert "no name of DNS" in error.message


def test_a_value_that_boto3_does_not_take_is_not_sent():
    with static_ec2(STOPPED) as server:
        error = refused(server.url, "stop_instances", InstanceIds="i-1")

    assert (error.code, server.asked) == (Code.INVALID_REQUEST, [])
    assert "class" not in error.message


# --- the connection ---------------------------------------------------------------------------


def test_an_address_inside_is_refused(settings):
    settings.EGRESS_ALLOW = []

    assert refused("http://127.0.0.1:9").code is Code.ADDRESS_NOT_ALLOWED


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}"

    assert refused(url).code is Code.UNREACHABLE


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        (Reply(reset=True), Code.UNREACHABLE),
        (reply(REGIONS.body, cut=True), Code.UNREACHABLE),
        (reply("", 301, headers={"Location": "/elsewhere"}), Code.PROVIDER_ERROR),
        (reply("", 307, headers={"Location": "http://127.0.0.1:9/"}), Code.PROVIDER_ERROR),
        (reply("<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"), Code.PROVIDER_ERROR),
    ],
)
def test_what_is_no_answer(answers, code):
    with static_ec2(answers) as server:
        assert refused(server.url).code is code


def test_a_large_answer_is_not_read(monkeypatch):
    monkeypatch.setattr(transport, "LARGEST_BODY_BYTES", 1 << 20)
    with static_ec2(answer("DescribeRegions", " " * (2 << 20))) as server:
        assert "larger than 1 MiB" in refused(server.url).message


def test_a_read_is_sent_again_and_an_action_is_not(monkeypatch):
    monkeypatch.setattr(retries, "sleep", lambda _seconds: None)
    with static_ec2(refusal("RequestLimitExceeded", status=503)) as server:
        assert refused(server.url).code is Code.RATE_LIMITED
        assert len(server.asked) == retries.TRIES
        refused(server.url, "stop_instances", InstanceIds=["i-1"])

    assert server.actions.count("StopInstances") == 1


def test_a_line_that_admits_nothing_sends_nothing():
    line = Line(Budget(10))
    with static_ec2(STOPPED) as server, map_provider_errors(), line.used():
        client = client_of("ec2", KEYS, server.url, "eu-west-1")
        with pytest.raises(ProviderError, match="It was not sent"), line.only(lambda _: False):
            client.stop_instances(InstanceIds=["i-1"])
        assert (server.asked, line.unsettled) == ([], 0)
        client.stop_instances(InstanceIds=["i-1"])
        line.close()

    assert line.unsettled == 1


def test_a_body_in_pieces_was_read_and_bounded_before():
    with static_ec2(reply("0123456789")) as server:
        found = called(server.url, "get_object", service="s3", Bucket="bucket", Key="a b/ü")

    assert found["Body"].read() == b"0123456789"


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "code", "message"),
    [
        (
            refusal("AuthFailure", "Not you.", status=401),
            Code.INVALID_CREDENTIALS,
            "AuthFailure: Not you.",
        ),
        (reply("<html><b>Forbidden</b></html>", 403), Code.PERMISSION_DENIED, "Forbidden"),
        (reply("<html><b>Busy</b></html>", 503), Code.PROVIDER_ERROR, "Busy"),
        (reply("", 502), Code.PROVIDER_ERROR, "HTTP status 502"),
        (reply("no XML", 404), Code.NOT_FOUND, "no XML"),
    ],
)
def test_a_refusal_has_the_clouds_words(monkeypatch, answers, code, message):
    monkeypatch.setattr(retries, "sleep", lambda _seconds: None)
    with static_ec2(answers) as server:
        error = refused(server.url)

    assert (error.code, error.message) == (code, message)


@pytest.mark.parametrize("status", [200, 202, 204, 206, 300])
def test_an_answer_without_a_body_is_told_by_its_status(status):
    with static_ec2(reply("", status)) as server:
        error = refused(server.url, "stop_instances", InstanceIds=["i-1"])

    assert (error.code, error.word) == (Code.PROVIDER_ERROR, "")
    assert error.message == f"HTTP status {status} without a body."


def test_several_errors_are_all_shown():
    errors = "".join(
        f"<Error><Message>{word} it is.</Message><Code>{word}</Code></Error>"
        for word in ("One", "Two")
    )
    with static_ec2(reply(f"<Response><Errors>{errors}</Errors></Response>", 400)) as server:
        error = refused(server.url)

    assert error.message == "One: One it is.; Two: Two it is."
    assert (error.word, error.status) == ("One", 400)


def test_a_throttled_call_says_when_to_come_back():
    throttled = refusal("RequestLimitExceeded", status=503, headers={"Retry-After": "30"})
    with static_ec2(throttled) as server:
        assert refused(server.url).retry_after == 30.0


def test_nothing_is_logged_at_any_level(caplog):
    caplog.set_level(logging.DEBUG)
    with static_ec2(REGIONS) as server:
        called(server.url)

    assert KEYS[1] not in caplog.text
    assert KEYS[2] not in caplog.text


# --- the models -------------------------------------------------------------------------------


def test_the_model_of_ec2_has_what_is_called_and_no_more():
    of_aws = {action for actions in KIND.actions.values() for action in actions}
    named = {action.removeprefix("ec2:") for action in of_aws if action.startswith("ec2:")}

    # DescribeInstances is read by a parser of the gateway's own.
    assert OPERATIONS["ec2"] == named - {"DescribeInstances"}
    client = client_of("ec2", KEYS, "http://127.0.0.1:9", "eu-west-1")
    assert set(client.meta.service_model.operation_names) == OPERATIONS["ec2"]


def test_no_process_imports_boto3_before_the_first_account_is_asked():
    """Web and worker start without it."""
    code = (
        "import django; django.setup(); from inventory.providers import all_kinds; all_kinds(); "
        "import sys; sys.exit(bool({'boto3', 'botocore'} & sys.modules.keys()))"
    )
    process = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)  # noqa: S603

    assert process.returncode == 0


def test_the_model_is_kept_once():
    clients = [client_of("ec2", KEYS, "http://127.0.0.1:9", "eu-west-1") for _ in range(2)]
    first, second = (client.meta.service_model for client in clients)

    assert first._service_description is second._service_description


def test_an_odd_value_damages_one_member():
    body = (
        "<DescribeImagesResponse><imagesSet><item><imageId>ami-1</imageId>"
        "<blockDeviceMapping><item><ebs><volumeSize>many</volumeSize></ebs></item>"
        "</blockDeviceMapping><name>one</name><name>two</name></item></imagesSet>"
        "</DescribeImagesResponse>"
    )
    with static_ec2(reply(body)) as server:
        [image] = called(server.url, "describe_images")["Images"]

    assert (image["ImageId"], image["Name"]) == ("ami-1", "one")
    assert image["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"] is None


@pytest.mark.parametrize(
    ("written", "read"),
    [("true", True), (" True\n", True), ("TRUE", True), ("false", False), ("", False)],
)
def test_a_truth_is_read_in_any_spelling(written, read):
    """A protection that a compatible cloud spells otherwise is not overlooked."""
    inside = (
        "<instanceId>i-1</instanceId>"
        f"<disableApiTermination><value>{written}</value></disableApiTermination>"
    )
    with static_ec2(answer("DescribeInstanceAttribute", inside)) as server:
        found = called(
            server.url,
            "describe_instance_attribute",
            InstanceId="i-1",
            Attribute="disableApiTermination",
        )

    assert found["DisableApiTermination"]["Value"] is read
