"""Each provider of botocore's chain is offered in a form of ours, or docs/aws.md says why not."""

import re
from pathlib import Path

import botocore.credentials
import botocore.httpsession
import botocore.session
import pytest

from inventory.providers import ProviderError, ProviderErrorCode, connect, get_kind
from tests.clouds.static_ec2 import instance_xml, instances_xml, reply, static_ec2
from tests.inventory.providers.test_aws_identities import metadata

DOCS = (Path(__file__).parents[3] / "docs" / "aws.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([a-z0-9-]+)` \| [^|]+ \| (.+) \|$", re.MULTILINE)
KIND = get_kind("aws")
CONTAINER = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")


def test_the_table_has_each_provider_of_botocores_chain():
    chain = botocore.credentials.create_credential_resolver(botocore.session.Session())

    assert [name for name, _ in ROW.findall(DOCS)] == [one.METHOD for one in chain.providers]
    assert {text.split()[0].strip(":,") for _, text in ROW.findall(DOCS)} == {"yes", "no"}


@pytest.fixture
def elsewhere(tmp_path, monkeypatch, settings):
    """The gateway's process has identities in its environment and no profile with keys."""
    settings.AWS_IDENTITIES = ("profile:*", "instance-role")
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text("[profile empty]\nregion = us-east-1\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOFTHEENVIRONMENT")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-environment")
    monkeypatch.setenv("AWS_ROLE_ARN", "arn:aws:iam::210987654321:role/of-the-environment")
    monkeypatch.setenv("AWS_WEB_IDENTITY_TOKEN_FILE", str(tmp_path / "token"))
    (tmp_path / "token").write_text("a.web.token")
    monkeypatch.setattr(
        botocore.httpsession.URLLib3Session, "send", lambda *_: pytest.fail("botocore connects.")
    )


def failure(**given):
    values = KIND.clean_credentials({"endpoint_url": "http://127.0.0.1:9", **given})
    with pytest.raises(ProviderError) as caught:
        with connect(KIND, values, "us-east-1", 10) as cloud:
            cloud.read("virtual_machines")
    return caught.value


@pytest.mark.parametrize("variable", CONTAINER)
@pytest.mark.parametrize("given", [{"profile": "empty"}, {"instance_role": "true"}], ids=str)
def test_credentials_of_a_container_are_not_asked_for(elsewhere, monkeypatch, variable, given):
    """ECS and EKS Pod Identity: a request to the address in the environment, without a guard."""
    keys = reply('{"AccessKeyId": "ASIA", "SecretAccessKey": "s", "Token": "t"}')
    with metadata(monkeypatch, role=""), static_ec2(keys) as server:
        value = server.url if variable == CONTAINER[0] else "/v2/credentials/gateway"
        monkeypatch.setenv(variable, value)
        error = failure(**given)

    assert error.code is ProviderErrorCode.INVALID_CREDENTIALS
    assert server.requests == []


def test_an_identity_of_the_environment_is_used_by_nobody(elsewhere):
    error = failure(profile="empty")

    assert error.code is ProviderErrorCode.INVALID_CREDENTIALS
    assert "has no keys" in error.message
    assert "ENVIRONMENT" not in str(vars(error))


def test_a_profile_may_name_another_source_by_itself_alone(elsewhere, tmp_path):
    """``credential_source``: the environment, the container or the machine."""
    for source in ("Environment", "EcsContainer", "Ec2InstanceMetadata"):
        (tmp_path / ".aws" / "config").write_text(
            "[profile borrowed]\nrole_arn = arn:aws:iam::210987654321:role/gateway\n"
            f"credential_source = {source}\n"
        )
        assert failure(profile="borrowed").code is ProviderErrorCode.INVALID_CREDENTIALS


def test_the_metadata_is_asked_for_the_role_alone(elsewhere, monkeypatch):
    machines = reply(instances_xml([instance_xml(1)]))
    with metadata(monkeypatch) as served, static_ec2(machines) as server:
        values = KIND.clean_credentials({"endpoint_url": server.url, "instance_role": "true"})
        with connect(KIND, values, "us-east-1", 10) as cloud:
            assert len(cloud.read("virtual_machines")) == 1

    assert served["paths"]
    assert all("security-credentials" in path for path in served["paths"])
