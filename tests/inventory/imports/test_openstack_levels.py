"""Each key of an OpenStack cloud at each place where openstacksdk reads keys.

A key is honoured there, or it skips the account and is named. No place knows a key that it drops.
"""

import pytest

from inventory.imports.clouds import openstack
from inventory.imports.clouds.found import Found, LeftOut
from tests.inventory.imports.entries import (
    HEX,
    OPENSTACK_AUTH,
    OTHER_HEX,
    of_auth,
    of_cloud,
    of_cloudmesh_openrc,
    of_cloudmesh_openstack,
    of_clouds,
    of_openstack_variables,
    of_public,
    of_public_auth,
    of_public_region,
    of_region,
    of_region_auth,
    of_secure,
    of_secure_auth,
    of_words,
)
from tests.inventory.imports.vendor_keys import AUTH, CLOUDS_YAML

# Another value than that of the smallest entry, and the part of the account that it becomes.
LOGIN = {
    "auth_url": ("https://other.example/v3", "auth_url"),
    "username": ("eve", "username"),
    "user_id": ("u1", "user_id"),
    "password": ("other", "password"),
    "project_id": (HEX, "project"),
    "project_name": ("other", "project"),
    "tenant_id": (OTHER_HEX, "project"),
    "user_domain_id": (HEX, "domain"),
    "user_domain_name": ("corp", "domain"),
    "project_domain_id": (HEX, "project_domain"),
    "project_domain_name": ("corp", "project_domain"),
    "domain_id": (HEX, "domain"),
    "domain_name": ("corp", "domain"),
}
BESIDE = {
    "default_domain": (HEX, "domain"),
    "interface": ("internal", "interface"),
    "endpoint_type": ("internal", "interface"),
    "compute_endpoint_override": ("https://nova.example/v2.1", "compute_endpoint"),
    "image_endpoint_override": ("https://glance.example", "image_endpoint"),
    "network_endpoint_override": ("https://neutron.example", "network_endpoint"),
    "networks": ([{"name": "net"}], "network"),
    "cacert": ("…pem", "ca_certificate"),
    "cert": ("…both", "client_certificate"),
}
REGIONS = {"region_name": ("Two", "regions"), "regions": (["Two"], "regions")}
CHOICES = {"profile": ("Two", None), "cloud": ("Two", None)}
# Read in any place, but only with others or with the entry's own value missing.
WITH_OTHERS = {
    "application_credential_id",
    "application_credential_secret",
    "tenant_name",
    "key",
    "auth",
    "auth_type",
}
INNER = (of_auth, of_secure_auth, of_public_auth, of_region_auth)
ENTRIES = (of_cloud, of_secure, of_words, of_cloudmesh_openstack, of_cloudmesh_openrc)
LEVELS = (*INNER, *ENTRIES, of_region, of_public, of_public_region)
NAMED = {*AUTH.split(), *CLOUDS_YAML.split(), *LOGIN, *BESIDE, *REGIONS, *CHOICES}
KEYS = sorted(NAMED - WITH_OTHERS)


def honoured_at(level, key):
    """The pair of ``LOGIN`` or ``BESIDE``; None: at this level the key skips the account."""
    if level in INNER:
        return LOGIN.get(key)
    if key in REGIONS:
        return REGIONS[key] if level in (*ENTRIES, of_public) else None
    return LOGIN.get(key) or BESIDE.get(key)


def is_overridden(level, key):
    """True if the entry's "auth" counts before the key at this level."""
    inner_first = {"auth_url", "username", "user_id", "password"}
    in_auth = level not in (*INNER, of_words, of_cloudmesh_openrc)
    if level is of_public_auth:
        return False
    return in_auth and key in inner_first and key in OPENSTACK_AUTH


@pytest.fixture
def filled(reading, tmp_path):
    """The value with the path of a file in the place of ``…``."""
    reading("clouds.yaml")

    def value_of(value):
        is_file = isinstance(value, str) and value.startswith("…")
        return str(tmp_path / value[1:]) if is_file else value

    return value_of


@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_honoured_or_named_at_every_level(filled, key):
    for level in LEVELS:
        value, part = honoured_at(level, key) or ("of-another-kind", None)
        where = f"{key} at {level.__name__}"
        plain, found = level(), level(**{key: filled(value)})

        assert isinstance(plain, Found), plain.reason
        if isinstance(found, LeftOut):
            assert key in found.reason.lower(), where
            assert part is None or has_no_place(level, key, value), (where, found.reason)
        elif part == "regions":
            assert found.account.regions == ("Two",), where
        elif part is None or is_overridden(level, key):
            assert found.account == plain.account, where
            assert part or is_harmless(key) or is_second_profile(level, key), where
        else:
            assert found.account != plain.account, where
            assert part in found.account.credentials, where


def has_no_place(level, key, value):
    """A list in a variable, and a key of cloudmesh.yaml that differs from its OS_… key."""
    differs = level is of_cloudmesh_openrc and key in OPENSTACK_AUTH
    return differs or (level is of_words and isinstance(value, list))


def is_second_profile(level, key):
    """openstacksdk takes ``profile``, which the entry has, before ``cloud``."""
    return key == "cloud" and level in (of_cloud, of_secure)


def is_harmless(key):
    """True if no request to compute, image or network depends on the key, by the vendor's rules."""
    own = ("compute_", "image_", "network_")
    asked = ("_endpoint_override", "_interface", "_service_type", "_service_name", "_region_name")
    return key not in {*LOGIN, *BESIDE, *REGIONS, *CHOICES} and not (
        key.startswith(own) and key.endswith((*asked, "_api_version"))
    )


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("key", ["never_heard_of", "verify"])
def test_a_key_that_skips_does_so_at_every_level(level, key):
    found = level(**{key: "false"})

    assert isinstance(found, LeftOut)
    assert key in found.reason.lower()


def credentials(found):
    assert isinstance(found, Found), found.reason
    return found.account.credentials


@pytest.mark.parametrize(
    ("key", "counts"),
    [("auth_url", "inner"), ("username", "inner"), ("password", "inner")]
    + [(key, "outer") for key in ("project_name", "user_domain_name", "project_domain_name")],
)
def test_beside_auth_and_in_it_the_place_counts_that_openstacksdk_takes(key, counts):
    """``_validate_auth`` and ``_fix_backwards_auth`` of openstack/config/loader.py."""
    values = {"inner": "https://inner.example", "outer": "https://outer.example"}
    both = of_clouds(own={key: values["outer"]}, auth={**OPENSTACK_AUTH, key: values["inner"]})

    assert credentials(both)[LOGIN[key][1]] == values[counts]


@pytest.mark.parametrize(
    ("keys", "user", "project"),
    [
        ({"user_domain_name": "A", "domain_name": "B"}, "A", "B"),
        ({"user_domain_name": "A", "project_domain_name": "B"}, "A", "B"),
        ({"user_domain_id": HEX, "user_domain_name": "A"}, HEX, None),
        ({"domain_name": "A"}, "A", None),
        ({"user_domain_name": "A", "domain_id": HEX}, HEX, None),
        ({"project_domain_name": "B", "domain_id": HEX}, HEX, None),
    ],
)
def test_domains(keys, user, project):
    found = credentials(of_auth(**keys))

    assert (found.get("domain"), found.get("project_domain")) == (user, project)


def test_the_older_word_for_the_interface_counts_first():
    assert (
        credentials(of_cloud(interface="internal", endpoint_type="admin"))["interface"] == "admin"
    )


def test_the_regions_name_is_filled_in():
    keys = {"region_name": "One", "compute_endpoint_override": "https://nova.{region_name}.example"}
    found = of_clouds(own=keys, auth=OPENSTACK_AUTH | {"auth_url": "https://{region_name}.example"})

    assert credentials(found)["auth_url"] == "https://One.example"
    assert credentials(found)["compute_endpoint"] == "https://nova.One.example"


@pytest.mark.parametrize("text", ["https://{region_name}.example", "https://{other}.example"])
def test_a_reference_that_is_not_resolved_skips_the_account(text):
    found = of_auth(auth_url=text)

    assert isinstance(found, LeftOut)
    assert "auth_url" in found.reason


@pytest.mark.parametrize(
    ("own", "regions"),
    [
        ({"region_name": "A,B"}, ("A", "B")),
        ({"region_name": ["A", "B"]}, ("A", "B")),
        ({"region_name": "B", "regions": ["A", "B"]}, ("B",)),
        ({"regions": ["A", {"name": "B", "values": {}}]}, ("A", "B")),
    ],
)
def test_regions(own, regions):
    assert of_cloud(**own).account.regions == regions


@pytest.mark.parametrize(
    ("own", "public", "word"),
    [
        ({"region_name": "C", "regions": ["A", "B"]}, {}, "region_name"),
        ({"regions": [{"name": "A", "values": {"interface": "admin"}}, "B"]}, {}, "interface"),
        (
            {"regions": ["A", {"name": "B", "values": {"auth": {"username": "eve"}}}]},
            {},
            "username",
        ),
        (
            {"region_name": "A"},
            {"regions": [{"name": "A", "values": {"interface": "admin"}}]},
            "interface",
        ),
        (
            {"profile": None, "auth_type": "v3applicationcredential"},
            {},
            "application_credential_id",
        ),
        ({"application_credential_id": "x"}, {}, "application_credential_id"),
    ],
)
def test_what_cannot_be_one_account_is_skipped(own, public, word):
    found = of_clouds(own=own, public=public)

    assert isinstance(found, LeftOut), found
    assert word in found.reason


def test_a_cloud_of_secure_yaml_alone_is_a_cloud():
    secrets = {"clouds": {"n": {"auth": OPENSTACK_AUTH}}}
    [found] = openstack.read_clouds({"clouds": {}}, secrets=secrets, vendors=None, origin="f")

    assert credentials(found)["username"] == "ada"


def test_a_variable_is_the_key_beside_auth():
    found = of_openstack_variables(OS_REGION_NAME="Two", OS_INTERFACE="internal")

    assert found.account.regions == ("Two",)
    assert credentials(found)["interface"] == "internal"
