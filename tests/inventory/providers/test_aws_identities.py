"""Keys from an identity of the gateway's own, and from a web identity."""

import functools
import hashlib
import json
import stat
import sys
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import botocore.httpsession
import pytest
from botocore.credentials import SSOProvider

from inventory.providers import (
    CredentialProblem,
    ProviderError,
    ProviderErrorCode,
    connect,
    get_kind,
)
from inventory.providers.boto import instance_role
from inventory.providers.ec2 import account_keys
from tests.clouds.static_ec2 import instance_xml, instances_xml, refusal, reply, static_ec2

Code = ProviderErrorCode
KIND = get_kind("aws")
ROLE = "arn:aws:iam::210987654321:role/gateway"
MACHINES = reply(instances_xml([instance_xml(1)]))


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch, settings):
    """The gateway's own files of AWS, and everything listed."""
    settings.AWS_IDENTITIES = ("profile:*", "instance-role")
    (tmp_path / ".aws").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-environment")
    return tmp_path / ".aws"


@pytest.fixture
def no_connections(monkeypatch):
    def refuse(*_args, **_options):
        pytest.fail("botocore opens a connection of its own.")

    monkeypatch.setattr(botocore.httpsession.URLLib3Session, "send", refuse)


def config(home, text):
    (home / "config").write_text(text)


def asked(url=None, timeout=10, **given):
    """The keys' ids that requests were signed with, in order; what a listing returns."""
    values = KIND.clean_credentials(given | ({"endpoint_url": url} if url else {}))
    with connect(KIND, values, "us-east-1", timeout) as cloud:
        return cloud.read("virtual_machines")


def refused(*args, **given):
    with pytest.raises(ProviderError) as caught:
        asked(*args, **given)
    assert caught.value.code is Code.INVALID_CREDENTIALS
    return caught.value.message


def key_ids(server):
    signed = [headers.get("Authorization", "=/") for _, headers in server.requests]
    return [one.partition("Credential=")[2].partition("/")[0] for one in signed]


# --- which may be used ------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{"profile": "team"}, {"instance_role": "true"}])
def test_nothing_is_listed_by_default(settings, given):
    settings.AWS_IDENTITIES = ()
    with pytest.raises(CredentialProblem, match="not listed in AWS_IDENTITIES; ask an operator"):
        KIND.clean_credentials(given)


def test_patterns_list_profiles(settings):
    settings.AWS_IDENTITIES = ("profile:team-*",)

    assert KIND.clean_credentials({"profile": "team-red"})["profile"] == "team-red"
    for other in ({"profile": "root"}, {"instance_role": "true"}):
        with pytest.raises(CredentialProblem, match="AWS_IDENTITIES"):
            KIND.clean_credentials(other)


def test_one_that_was_taken_back_is_not_used(home, settings):
    values = KIND.clean_credentials({"profile": "team", "endpoint_url": "http://127.0.0.1:9"})
    settings.AWS_IDENTITIES = ()
    with pytest.raises(ProviderError, match="not listed in AWS_IDENTITIES"):
        with connect(KIND, values, "us-east-1", 5):
            pass


KEYS = {"access_key_id": "AKIA", "secret_access_key": "secret"}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "access_key_id"),
        (KEYS | {"profile": "team"}, "profile"),
        ({"profile": "team", "instance_role": "true"}, "instance_role"),
        ({"profile": "team", "secret_access_key": "x"}, "secret_access_key"),
        ({"instance_role": "true", "session_token": "x"}, "session_token"),
        ({"web_identity_token": "x"}, "role_arn"),
        ({"web_identity_token": "x", "role_arn": ROLE, "external_id": "x"}, "external_id"),
        (
            {"web_identity_token": "x", "role_arn": ROLE, "endpoint_url": "http://127.0.0.1"},
            "endpoint_url",
        ),
    ],
)
def test_keys_come_from_one_place(given, field):
    with pytest.raises(CredentialProblem) as caught:
        KIND.clean_credentials(given)

    assert caught.value.field == field


def test_false_is_no_instance_role():
    assert KIND.clean_credentials(KEYS | {"instance_role": "false"})["instance_role"] is False


# --- profiles ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["config", "credentials"])
def test_static_keys_of_a_profile(home, no_connections, name):
    section = "profile team" if name == "config" else "team"
    (home / name).write_text(
        f"[{section}]\naws_access_key_id = AKIAOFTHEPROFILE\naws_secret_access_key = abc\n"
        "aws_session_token = a-token\n"
    )
    with static_ec2(MACHINES) as server:
        assert len(asked(server.url, profile="team")) == 1

    assert set(key_ids(server)) == {"AKIAOFTHEPROFILE"}
    assert server.requests[0][1]["x-amz-security-token"] == "a-token"


def assumed(key="ASIAROLE", operation="AssumeRole"):
    ends_at = datetime.now(UTC) + timedelta(hours=1)
    return reply(
        f'<{operation}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
        f"<{operation}Result><Credentials><AccessKeyId>{key}</AccessKeyId>"
        "<SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken>"
        f"<Expiration>{ends_at:%Y-%m-%dT%H:%M:%SZ}</Expiration></Credentials>"
        f"</{operation}Result></{operation}Response>"
    )


def test_a_chain_of_roles(home, no_connections):
    """Each role is assumed with the keys of the one before, over the gateway's connections."""

    def answer(asked):
        role = asked.get("RoleArn", "").rpartition("/")[2]
        return assumed(f"ASIA{role.upper()}") if asked["Action"] == "AssumeRole" else MACHINES

    with static_ec2(answer) as server:
        config(
            home,
            f"""
[profile base]
aws_access_key_id = AKIABASE
aws_secret_access_key = abc
[profile first]
role_arn = arn:aws:iam::210987654321:role/first
source_profile = base
[profile second]
role_arn = arn:aws:iam::210987654321:role/second
source_profile = first
external_id = our-id
endpoint_url = {server.url}
""",
        )
        for _ in range(2):
            asked(server.url, profile="second")

    assert key_ids(server)[:3] == ["AKIABASE", "ASIAFIRST", "ASIASECOND"]
    assert server.asked[1]["ExternalId"] == "our-id"
    assert server.actions.count("AssumeRole") == 2  # kept until shortly before they end


def program(home, body):
    path = home / "program"
    path.write_text(f"#!{sys.executable}\n{body}\n")
    path.chmod(path.stat().st_mode | stat.S_IEXEC)
    config(home, f"[profile team]\ncredential_process = {path}\n")


def test_a_program_that_prints_keys(home):
    found = {"Version": 1, "AccessKeyId": "AKIAPRINTED", "SecretAccessKey": "abc"}
    program(home, f"print({json.dumps(json.dumps(found))})")
    with static_ec2(MACHINES) as server:
        asked(server.url, profile="team")

    assert set(key_ids(server)) == {"AKIAPRINTED"}


def test_a_program_that_does_not_end(home):
    program(home, "import time; time.sleep(60)")
    started = time.monotonic()
    with pytest.raises(ProviderError) as caught:
        asked("http://127.0.0.1:9", profile="team", timeout=1)

    assert caught.value.code is Code.TIMEOUT
    assert time.monotonic() - started < 50


START = "https://x.awsapps.com/start"
SSO = (
    f"[profile team]\nsso_start_url = {START}\nsso_region = us-east-1\n"
    "sso_account_id = 123456789012\nsso_role_name = r\n"
)


def test_a_profile_that_is_signed_in(home, no_connections, monkeypatch):
    """Answered as "GetRoleCredentials" in the reference of the IAM Identity Center portal."""
    cache = home / "sso" / "cache"
    cache.mkdir(parents=True)
    monkeypatch.setattr(SSOProvider, "_SSO_TOKEN_CACHE_DIR", str(cache))
    until = datetime.now(UTC) + timedelta(hours=1)
    token = {"accessToken": "portal-token", "expiresAt": f"{until:%Y-%m-%dT%H:%M:%SZ}"}
    name = hashlib.sha1(START.encode()).hexdigest()  # noqa: S324 - as botocore names the file
    (cache / f"{name}.json").write_text(json.dumps(token | {"startUrl": START}))
    found = {
        "accessKeyId": "ASIASSO",
        "secretAccessKey": "abc",
        "sessionToken": "sso-session",
        "expiration": int(until.timestamp() * 1000),
    }

    def answer(asked):
        return MACHINES if "Action" in asked else reply(json.dumps({"roleCredentials": found}))

    with static_ec2(answer) as server:
        config(home, f"{SSO}endpoint_url = {server.url}\n")
        asked(server.url, profile="team")

    assert server.asked[0] == {"role_name": "r", "account_id": "123456789012"}
    assert server.requests[0][1]["x-amz-sso_bearer_token"] == "portal-token"
    assert key_ids(server)[1] == "ASIASSO"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no profile team"),
        ("[profile team]\nregion = us-east-1\n", "team of the gateway's files of AWS has no keys"),
        ("[profile team]\naws_access_key_id = AKIA\n", "cannot be used (PartialCredentialsError)"),
        ("[profile team]\ncredential_process = /bin/false\n", "(CredentialRetrievalError)"),
        ("[profile team]\ncredential_process = /bin/echo no\n", "cannot be used (JSON"),
        ("[profile team]\ncredential_process = /nonexistent/x\n", "(FileNotFoundError)"),
        (
            f"[profile team]\nrole_arn = {ROLE}\ncredential_source = Environment\n",
            "cannot be used (InvalidConfigError)",
        ),
        (
            f"[profile team]\nrole_arn = {ROLE}\ncredential_source = Ec2InstanceMetadata\n",
            "cannot be used (InvalidConfigError)",
        ),
        (f"[profile team]\nrole_arn = {ROLE}\nsource_profile = none\n", "(InvalidConfigError)"),
        (
            (
                f"[profile team]\nrole_arn = {ROLE}\nsource_profile = other\nmfa_serial = x\n"
                "[profile other]\naws_access_key_id = AKIA\naws_secret_access_key = abc\n"
            ),
            "code of a person's device (mfa_serial)",
        ),
        (
            SSO,
            "run `aws sso login --profile team` as the gateway's user",
        ),
    ],
)
def test_a_profile_without_keys_says_what_to_do(home, no_connections, text, message):
    """It never goes on to the environment, or to the metadata of the machine."""
    config(home, text)

    assert message in refused("http://127.0.0.1:9", profile="team")


def test_a_role_that_a_profile_may_not_assume(home, no_connections):
    with static_ec2(refusal("AccessDenied", "Not you.", status=403)) as server:
        config(
            home,
            f"[profile team]\nrole_arn = {ROLE}\nsource_profile = base\n"
            f"endpoint_url = {server.url}\n"
            "[profile base]\naws_access_key_id = AKIA\naws_secret_access_key = abc\n",
        )
        with pytest.raises(ProviderError) as caught:
            asked(server.url, profile="team")

    assert (caught.value.code, caught.value.message) == (
        Code.PERMISSION_DENIED,
        "AccessDenied: Not you.",
    )


def test_at_moto_a_profile_shows_the_machines_of_its_role(home, moto, region):
    config(
        home,
        f"[profile base]\naws_access_key_id = test\naws_secret_access_key = test\n"
        f"endpoint_url = {moto.url}\n"
        f"[profile other]\nrole_arn = {ROLE}\nsource_profile = base\nendpoint_url = {moto.url}\n",
    )
    [machine] = moto.launch(region)
    given = {"endpoint_url": moto.url}

    with connect(KIND, KIND.clean_credentials(given | {"profile": "base"}), region, 20) as cloud:
        assert [one.external_id for one in cloud.read("virtual_machines")] == [machine]
        cloud.do("virtual_machines", "stop", machine)
    with connect(KIND, KIND.clean_credentials(given | {"profile": "other"}), region, 20) as cloud:
        assert cloud.read("virtual_machines") == []  # the role is of another account

    assert moto.instances(region)[machine]["State"]["Name"] == "stopped"


# --- the instance role ------------------------------------------------------------------------

TOKEN = "a-token-of-the-metadata"


class Metadata(BaseHTTPRequestHandler):
    """Version 2 of the metadata service, as its documentation describes it."""

    def __init__(self, served, *args):
        self.served = served
        super().__init__(*args)

    def do_PUT(self):
        self._answer(200 if self.served["has_token"] else 403, TOKEN)

    def do_GET(self):
        self.served["paths"].append(self.path)
        if self.headers.get("x-aws-ec2-metadata-token") != TOKEN:
            self._answer(401, "")
        elif self.path.endswith("/security-credentials/"):
            self._answer(200 if self.served["role"] else 404, self.served["role"])
        else:
            ends_at = datetime.now(UTC) + timedelta(hours=6)
            found = {
                "Code": "Success",
                "AccessKeyId": "ASIAOFTHEMACHINE",
                "SecretAccessKey": "abc",
                "Token": "machine-token",
                "Expiration": f"{ends_at:%Y-%m-%dT%H:%M:%SZ}",
            }
            self._answer(200, json.dumps(found))

    def _answer(self, status, text):
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


@contextmanager
def metadata(monkeypatch, *, role="gateway", has_token=True):
    served = {"role": role, "has_token": has_token, "paths": []}
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Metadata, served))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    monkeypatch.setattr(instance_role, "METADATA", address)
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def test_the_role_of_the_machine(monkeypatch, no_connections):
    with metadata(monkeypatch) as served, static_ec2(MACHINES) as server:
        for _ in range(2):
            asked(server.url, instance_role="true")

    assert set(key_ids(server)) == {"ASIAOFTHEMACHINE"}
    assert server.requests[0][1]["x-amz-security-token"] == "machine-token"
    assert len(served["paths"]) == 2  # kept


@pytest.mark.parametrize("options", [{"role": ""}, {"has_token": False}])
def test_a_machine_without_a_role_says_so(monkeypatch, no_connections, options):
    with metadata(monkeypatch, **options):
        assert "has no instance role" in refused("http://127.0.0.1:9", instance_role="true")


def test_the_metadata_address_is_open_to_no_provider():
    with pytest.raises(CredentialProblem, match="metadata"):
        KIND.clean_credentials(KEYS | {"endpoint_url": instance_role.METADATA})


# --- a web identity ---------------------------------------------------------------------------


def test_a_web_identity_assumes_its_role_without_keys(monkeypatch, no_connections):
    with static_ec2(assumed("ASIAWEB", "AssumeRoleWithWebIdentity")) as server:
        monkeypatch.setattr(account_keys, "amazon_host", lambda *_: server.url[len("http://") :])
        monkeypatch.setattr(account_keys, "SCHEME", "http")
        values = KIND.clean_credentials({"web_identity_token": "a.jwt.x", "role_arn": ROLE})
        with connect(KIND, values, "us-east-1", 10) as cloud:
            assert cloud._driver.keys.access_key_id == "ASIAWEB"

    [sent] = server.asked
    assert (sent["WebIdentityToken"], sent["RoleArn"]) == ("a.jwt.x", ROLE)
    assert "Authorization" not in server.requests[0][1]
