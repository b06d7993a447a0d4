"""Values of the keys that import_clouds reads: usual ones, impossible ones, merged files."""

import pytest

from inventory.imports.clouds import openstack
from inventory.imports.clouds.found import Found, LeftOut
from tests.inventory.imports.entries import (
    HEX,
    OPENSTACK_AUTH,
    of_aws_variables,
    of_openstack_variables,
)


@pytest.mark.parametrize(
    ("file", "keys"),
    [
        ("clouds.yaml", {"verify": "true"}),
        ("clouds.yaml", {"insecure": "False"}),
        *(("clouds.yaml", {"identity_api_version": version}) for version in ("3", "v3", "3.14")),
        ("clouds.yaml", {"image_api_version": "2", "compute_api_version": "2.1"}),
        ("AWS profile", {"use_fips_endpoint": "false", "use_dualstack_endpoint": "FALSE"}),
        ("AWS variables", {"AWS_USE_FIPS_ENDPOINT": "false"}),
        ("Google key", {"token_uri": "https://oauth2.googleapis.com/token"}),
        ("Google key", {"universe_domain": "googleapis.com"}),
        ("kubeconfig: cluster", {"insecure-skip-tls-verify": "false"}),
        ("Azure variables", {"AZURE_AUTHORITY_HOST": "https://login.microsoftonline.com/"}),
        ("Docker variables", {"DOCKER_CONTENT_TRUST": "0"}),
    ],
)
def test_a_value_that_asks_for_the_usual_thing_is_no_reason(reading, file, keys):
    found = reading(file)(**keys)

    assert isinstance(found, Found), found.reason
    assert found.account == reading(file)().account


@pytest.mark.parametrize(
    ("file", "keys", "word"),
    [
        *(("clouds.yaml", {"identity_api_version": one}, "v3") for one in ("2", "2.0", "v2.0")),
        ("clouds.yaml", {"verify": "/etc/ca.pem"}, "verify"),
        ("clouds.yaml", {"cacert": "/nowhere/ca.pem"}, "cacert"),
        ("clouds.yaml", {"key": "…key"}, "cert"),
        ("clouds.yaml", {"interface": ["internal"]}, "interface"),
        ("clouds.yaml", {"regions": [{"name": "a", "values": {"x": "y"}}]}, "x is a setting"),
        ("clouds.yaml", {"regions": [{"name": "a", "values": {"verify": "no"}}]}, "verify"),
        (
            "clouds.yaml",
            {"regions": [{"name": "a", "values": {"networks": [{"name": "n"}]}}, "b"]},
            "networks",
        ),
        ("clouds.yaml: auth", {"project_id": "610275"}, "project_id"),
        ("clouds.yaml: auth", {"project_name": HEX}, "project_name"),
        ("clouds.yaml: auth", {"user_domain_id": "corp"}, "user_domain_id"),
        ("clouds.yaml: auth", {"project_name": None, "domain_name": "corp"}, "domain_name"),
        ("AWS profile", {"services": "nowhere"}, "services"),
        (
            "AWS profile",
            {"services": "ours", "role_arn": "arn:x", "source_profile": "source"},
            "endpoint_url",
        ),
    ],
)
def test_a_value_that_cannot_be_honoured_skips_the_account(reading, file, keys, word):
    found = reading(file)(**keys)

    assert isinstance(found, LeftOut), found
    assert word in found.reason


def test_endpoints_that_are_to_be_ignored_are(reading):
    url = {"endpoint_url": "https://ec2.example", "ignore_configured_endpoint_urls": "true"}

    assert reading("AWS profile")(**url).account == reading("AWS profile")().account
    variables_ = {f"AWS_{key.upper()}": value for key, value in url.items()}
    assert reading("AWS variables")(**variables_).account == of_aws_variables().account


def test_regions_whose_settings_are_the_clouds_own_are_imported(reading):
    values = {"networks": [{"name": "a", "routes_externally": "true"}, {"name": "b"}]}
    regions = [{"name": "one", "values": values}, {"name": "two", "values": values}]

    assert reading("clouds.yaml")(regions=regions).account.regions == ("one", "two")


@pytest.mark.parametrize("over", ["secure", "public", "own"])
def test_a_setting_counts_from_whichever_file_it_comes(over):
    """secure.yaml goes over clouds.yaml, which goes over the profile of clouds-public.yaml."""
    files = {
        "own": {"profile": "vendor", "auth": OPENSTACK_AUTH},
        "secure": {},
        "public": {"auth": {"auth_url": "https://vendor.example/v3"}},
    }
    files[over]["verify"] = "false"
    [found] = openstack.read_clouds(
        {"clouds": {"n": files["own"]}},
        secrets={"clouds": {"n": files["secure"]}},
        vendors={"public-clouds": {"vendor": files["public"]}},
        origin="f",
    )

    assert isinstance(found, LeftOut)
    assert "verify" in found.reason


def test_a_profile_that_is_in_no_file_skips_the_account():
    clouds = {"n": {"profile": "rackspace", "auth": OPENSTACK_AUTH}}
    [found] = openstack.read_clouds({"clouds": clouds}, secrets=None, vendors=None, origin="f")

    assert isinstance(found, LeftOut)
    assert "profile rackspace" in found.reason


def test_the_words_of_the_environment_are_those_of_the_file():
    """OS_… is clouds.yaml in capitals, so its keys have the same verdict."""
    for key, value in {"VERIFY": "false", "INSECURE": "true", "TRUST_ID": "t"}.items():
        found = of_openstack_variables(**{f"OS_{key}": value})
        assert isinstance(found, LeftOut)
        assert key.lower() in found.reason
    found = of_openstack_variables(OS_INTERFACE="internal", OS_VOLUME_API_VERSION="3")
    assert found.account.credentials["interface"] == "internal"
