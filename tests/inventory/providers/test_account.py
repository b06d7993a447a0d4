"""The credentials that identify the account, for every kind."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest

from inventory.providers import AccountFields, CredentialField, all_kinds, get_kind
from inventory.providers import unreadable_digest as unreadable
from inventory.providers.checks import _sample_credentials, problems_of
from tests.clouds.apis.google import service_account

KINDS = [kind.slug for kind in all_kinds() if kind.account is not None]
JOBS = Path(__file__).parents[3] / "docs" / "jobs.md"
OTHERWISE = {str: "another", int: 7, float: 0.5, bool: True}
OPEN = [
    pytest.param(kind, field, id=f"{slug}-{field.name}")
    for slug in KINDS
    for kind in [get_kind(slug)]
    for field in kind.credentials
    if not field.secret
]


def credentials_of(kind):
    values = _sample_credentials(kind)
    if kind.slug == "google":
        values["service_account"] = service_account()
    return values


def test_every_shipped_kind_has_a_table():
    assert {
        "aws",
        "azure",
        "digitalocean",
        "docker",
        "google",
        "kubernetes",
        "libvirt",
        "linode",
        "openstack",
        "simulator",
    } <= set(KINDS)


@pytest.mark.parametrize(("kind", "field"), OPEN)
def test_a_credential_that_is_no_secret_is_compared_or_it_is_not(kind, field):
    before = credentials_of(kind)
    other = not before[field.name] if field.type is bool else OTHERWISE[field.type]
    after = before | {field.name: other}
    assert after != before

    changed = kind.account_digest(after) != kind.account_digest(before)

    assert changed is (field.name in kind.account.compared)
    assert (kind.is_one_account(before, after) is False) is changed
    unchanged = kind.account.ignored + kind.account.order_settings
    assert changed is not (field.name in unchanged)


@pytest.mark.parametrize("slug", KINDS)
def test_a_rotated_secret_is_the_same_account(slug):
    kind = get_kind(slug)
    before = credentials_of(kind)
    rotated = {field.name: "rotated" for field in kind.credentials if field.secret}
    if slug == "google":
        key = json.loads(before["service_account"])
        rotated["service_account"] = json.dumps(
            key | {"private_key": "rotated", "private_key_id": "2", "client_email": "b@b"}
        )

    assert kind.account_digest(before | rotated) == kind.account_digest(before)


@pytest.mark.parametrize("slug", KINDS)
def test_credentials_that_name_no_account_may_be_another_accounts(slug):
    kind = get_kind(slug)
    named = credentials_of(kind)
    unnamed = named | dict.fromkeys(kind.account.known_by or (), None)

    assert kind.is_one_account(named, named) is (None if kind.account.known_by == () else True)
    if kind.account.known_by is not None:
        assert kind.is_one_account(unnamed, unnamed) is None


def test_the_project_of_a_key_file_is_compared():
    google = get_kind("google")
    before = credentials_of(google)
    key = json.loads(before["service_account"])
    other = before | {"service_account": json.dumps(key | {"project_id": "another"})}

    assert google.account_digest(other) != google.account_digest(before)
    named = other | {"project": key["project_id"]}
    assert google.account_digest(named) == google.account_digest(before)


def test_credentials_without_a_readable_account_equal_no_other():
    google = get_kind("google")
    assert google.account_digest({"service_account": "{"}) != google.account_digest(
        credentials_of(google)
    )
    kinds = [get_kind(slug) for slug in KINDS]
    assert unreadable() not in {kind.account_digest(credentials_of(kind)) for kind in kinds}


SPELLINGS = [
    ("docker", "host", "tcp://engine.example:2376", "TCP://Engine.Example:2376/"),
    ("docker", "host", "https://engine.example", "https://engine.example:2376"),
    ("libvirt", "uri", "qemu+tls://host.example/system", "qemu://HOST.example:16514/system"),
    ("kubernetes", "server", "https://cluster.example", "https://Cluster.Example:443/"),
    ("kubernetes", "server", "https://[2001:db8::1]:6443", "https://[2001:DB8:0::1]:6443/"),
    ("openstack", "auth_url", "https://cloud.example:5000/v3", "https://Cloud.example:5000"),
    ("openstack", "compute_endpoint", "http://c.example:80/v2.1/", "http://c.example/v2.1"),
    ("aws", "endpoint_url", "https://ec2.example", "https://EC2.example:443/"),
    ("azure", "subscription_id", "0A0B-CD", "0a0b-cd"),
    ("azure", "tenant_id", "Firm.example", "firm.example"),
]
OTHERS = [
    ("docker", "host", "tcp://engine.example:2376", "tcp://engine.example:2377"),
    ("libvirt", "uri", "qemu+tls://host.example/system", "qemu+tls://host.example/session"),
    ("kubernetes", "server", "https://cluster.example/a", "https://cluster.example/A"),
    ("kubernetes", "server", "https://cluster.example", "https://cluster.example:80"),
    ("openstack", "auth_url", "https://cloud.example:5000/v3", "http://cloud.example:5000/v3"),
    ("aws", "endpoint_url", "https://ec2.example", None),
]


@pytest.mark.parametrize(("slug", "name", "one", "other"), SPELLINGS)
def test_another_spelling_is_no_other_account(slug, name, one, other):
    kind = get_kind(slug)
    known = credentials_of(kind)
    assert kind.account_digest(known | {name: one}) == kind.account_digest(known | {name: other})


@pytest.mark.parametrize(("slug", "name", "one", "other"), OTHERS)
def test_another_place_is_another_account(slug, name, one, other):
    kind = get_kind(slug)
    known = credentials_of(kind)
    digests = [kind.account_digests(known | {name: value}) for value in (one, other)]
    assert not digests[0] & digests[1]


@pytest.mark.parametrize("slug", KINDS)
def test_the_digest_of_an_earlier_release_is_known(slug):
    kind = get_kind(slug)
    known = credentials_of(kind)
    values = kind.account.read(known)
    compared = {
        name: "" if values.get(name) is None else str(values[name]).strip().rstrip("/")
        for name in kind.account.compared
        if name not in kind.account.later
    }
    written = json.dumps(compared, sort_keys=True).encode()
    assert hashlib.blake2b(written, digest_size=16).hexdigest() in kind.account_digests(known)


def test_a_kind_without_a_table_compares_all_that_is_no_secret():
    fields = (CredentialField("name", "Name"), CredentialField("token", "Token", secret=True))
    kind = replace(get_kind("simulator"), account=None, credentials=fields)
    digests = {
        kind.account_digest({"name": name, "token": token})
        for name, token in (("a", "1"), ("a", "2"), ("b", "1"))
    }
    assert len(digests) == 2


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (AccountFields(), "`account` lacks the credential 'name'."),
        (AccountFields(("name",), ("name",)), "`account` has the credential 'name' twice."),
        (AccountFields(("name", "token")), "`account` has 'token', which is a secret"),
    ],
)
def test_a_table_that_does_not_fit_is_reported_at_the_start(table, problem):
    fields = (CredentialField("name", "Name"), CredentialField("token", "Token", secret=True))
    kind = replace(get_kind("docker"), account=table, credentials=fields)
    found = next(one for one in problems_of(kind) if one.startswith("`account`"))
    assert found.startswith(problem)


@pytest.mark.parametrize("slug", [slug for slug in KINDS if get_kind(slug).account.unnoticed])
def test_the_jobs_page_names_each_kind_whose_other_accounts_are_not_all_noticed(slug):
    paragraph = " ".join(
        JOBS.read_text().split("- **The same account.**")[1].split("\n- **")[0].split()
    )
    label = {"aws": "AWS"}.get(slug, get_kind(slug).label)

    assert label in paragraph.split("does not notice another account")[1]
