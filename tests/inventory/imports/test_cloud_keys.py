"""Each key of each file that import_clouds reads is honoured, harmless, or skips the account.

A key that is in no list of the vendor's documentation skips the account too.
"""

import pytest

from inventory.imports.clouds.found import Found, LeftOut
from inventory.imports.clouds.keys import Verdict
from tests.inventory.imports.entries import (
    FILES,
    HEX,
    KEY,
    OTHER_HEX,
    PEM,
    SECRET,
)

# Keys that change the account if they are honoured, besides the smallest entry. ``…`` is a path.
HONOURED = {
    "clouds.yaml": {
        "networks": [{"name": "net"}],
        "interface": "internal",
        "endpoint_type": "adminURL",
        "cacert": "…pem",
        "cert": "…both",
        "compute_endpoint_override": "https://nova.example/v2.1",
        "image_endpoint_override": "https://glance.example",
        "network_endpoint_override": "https://neutron.example",
        "default_domain": HEX,
    },
    "clouds.yaml: auth": {
        "auth_url": "https://other.example/v3",
        "username": "eve",
        "user_id": "u1",
        "password": "other",
        "project_id": HEX,
        "project_name": "other",
        "tenant_id": OTHER_HEX,
        "user_domain_id": HEX,
        "user_domain_name": "corp",
        "project_domain_id": HEX,
        "project_domain_name": "corp",
        "domain_id": HEX,
        "domain_name": "corp",
        "application_credential_secret": "secret",
    },
    "AWS profile": {
        "aws_access_key_id": "AKIA9",
        "aws_secret_access_key": "other",
        "aws_session_token": "token",
        "region": "eu-west-1",
        "endpoint_url": "https://ec2.example",
        "services": "ours",
        "external_id": "ours",
    },
    "AWS variables": {
        "AWS_ACCESS_KEY_ID": "AKIA9",
        "AWS_SECRET_ACCESS_KEY": "other",
        "AWS_SESSION_TOKEN": "token",
        "AWS_REGION": "eu-west-1",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": "https://ec2.example",
        "AWS_ENDPOINT_URL_EC2": "https://ec2.example",
    },
    "Google key": {"project_id": "q", "client_email": "b@p.example", "private_key": "other"},
    "Google variables": {"GOOGLE_CLOUD_PROJECT": "other", "GCLOUD_PROJECT": "other"},
    "kubeconfig: cluster": {
        "server": "https://other.example",
        "certificate-authority": "…pem",
        "certificate-authority-data": PEM,
    },
    "kubeconfig: user": {
        "token": "other",
        "tokenFile": "…pem",
        "client-certificate": "…pem",
        "client-certificate-data": PEM,
        "client-key": "…key",
        "client-key-data": KEY,
    },
    "kubeconfig: context": {"cluster": "d", "user": "v", "namespace": "web"},
    "Docker variables": {"DOCKER_HOST": "tcp://other.example:2376"},
    "Azure variables": {
        "AZURE_TENANT_ID": "other",
        "AZURE_CLIENT_ID": "other",
        "AZURE_CLIENT_SECRET": "other",
        "AZURE_SUBSCRIPTION_ID": "other",
        "AZURE_LOCATION": "westeurope",
    },
    "Azure subscription": {
        "id": "other",
        "user": {"name": "app2", "type": "servicePrincipal"},
        "tenantId": "t2-id",
    },
    "Azure principal": {"client_secret": "other"},
    "Terraform variables": {
        "ARM_TENANT_ID": "other",
        "ARM_CLIENT_ID": "other",
        "ARM_CLIENT_SECRET": "other",
        "ARM_SUBSCRIPTION_ID": "other",
    },
    "DigitalOcean variables": {"DIGITALOCEAN_TOKEN": "other"},
    "Linode variables": {"LINODE_TOKEN": "other"},
    "doctl": {"auth-contexts": {"n": "other"}},
    "linode-cli": {"token": "other"},
    "cloudmesh: aws": {
        "region": "eu-west-1",
        "EC2_ACCESS_ID": "AKIA9",
        "EC2_SECRET_KEY": "other",
    },
}


# Read before the others, at the top of an entry: test_openstack_levels has them.
CHOOSING = {"profile", "cloud", "regions", "region_name"}


def every(verdict):
    """(file, key) of each key that has the verdict, in a table or in the documentation."""
    for file, (rules, documented, read) in FILES.items():
        named_ = {*rules.honoured, *rules.harmless, *rules.skipping, *documented}
        keys = sorted({key.replace("*", "anything") for key in named_})
        for key in keys:
            if file == "clouds.yaml" and key in CHOOSING:
                continue
            if rules.verdict(key) is verdict and read is not None:
                yield pytest.param(file, key, id=f"{file}: {key}")


@pytest.mark.parametrize("file", FILES)
def test_every_documented_key_is_in_exactly_one_table(file):
    rules, documented, _ = FILES[file]

    assert [key for key in documented if rules.verdict(key) is Verdict.UNKNOWN] == []
    assert not rules.honoured & rules.harmless.keys()
    assert not rules.honoured & rules.skipping.keys()
    assert not rules.harmless.keys() & rules.skipping.keys()
    assert set(rules.usual) <= rules.skipping.keys()


@pytest.mark.parametrize(("file", "key"), list(every(Verdict.SKIPPING)))
def test_a_key_that_cannot_be_honoured_skips_the_account_and_is_named(reading, file, key):
    found = reading(file)(**{key: "of-another-kind"})

    assert isinstance(found, LeftOut), found
    assert key in found.reason
    assert "of-another-kind" not in found.reason


@pytest.mark.parametrize(("file", "key"), list(every(Verdict.HARMLESS)))
def test_a_harmless_key_changes_nothing(reading, file, key):
    plain, found = reading(file)(), reading(file)(**{key: "anything"})

    assert isinstance(found, Found), found.reason
    assert found.account == plain.account


@pytest.mark.parametrize(
    ("file", "key", "value"),
    [(file, key, value) for file, keys in HONOURED.items() for key, value in keys.items()],
)
def test_an_honoured_key_changes_the_account(reading, file, key, value):
    assert FILES[file][0].verdict(key) is Verdict.HONOURED
    plain, found = reading(file)(), reading(file)(**{key: value})

    assert isinstance(found, Found), found.reason
    assert found.account != plain.account


READ = [file for file, (_, _, read) in FILES.items() if read]
PREFIXES = {
    "AWS variables": "AWS_",
    "Azure variables": "AZURE_",
    "Docker variables": "DOCKER_",
    "Google variables": "GOOGLE_CLOUD_",
    "OpenStack variables": "OS_",
    "Terraform variables": "ARM_",
    "DigitalOcean variables": "DIGITALOCEAN_",
    "Linode variables": "LINODE_",
}


def unknown_key(file):
    return PREFIXES[file] + "NEVER_HEARD_OF" if file in PREFIXES else "never_heard_of"


@pytest.mark.parametrize("file", READ)
@pytest.mark.parametrize("value", ["x", "false", 7, {"a": "b"}, ["a"]])
def test_an_unknown_key_skips_the_account_and_is_named(reading, file, value):
    if file == "doctl" and isinstance(value, dict):
        return  # the defaults of a command's flags, which are read for no account
    found = reading(file)(**{unknown_key(file): value})

    assert isinstance(found, LeftOut), found
    assert "never_heard_of" in found.reason.lower()


@pytest.mark.parametrize("file", READ)
@pytest.mark.parametrize("value", [None, "", [], {}])
def test_an_unknown_key_without_a_value_says_nothing(reading, file, value):
    assert isinstance(reading(file)(**{unknown_key(file): value}), Found)


@pytest.mark.parametrize(
    "file",
    [
        "clouds.yaml",
        "AWS profile",
        "kubeconfig: user",
        "doctl",
        "linode-cli",
        "Azure subscription",
        "Azure principal",
    ],
)
@pytest.mark.parametrize("secret", [SECRET, SECRET.lower(), "a" * 40, "x y\nz", "AKIA" * 20])
def test_a_secret_in_the_place_of_a_key_is_not_shown(reading, file, secret):
    found = reading(file)(**{secret: "="})

    assert isinstance(found, LeftOut)
    assert secret not in found.reason
    assert "no plain name" in found.reason
