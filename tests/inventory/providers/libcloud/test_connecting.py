"""Connecting a driver of libcloud by GraphQL, and asking it."""

import pytest

from inventory.models import Credentials, Provider
from inventory.providers.libcloud.offered import ROWS
from inventory.providers.libcloud.refused import REFUSED
from inventory.providers.libcloud.stores.offered import STORES
from tests.client import GraphQLClient, token_of
from tests.inventory.factories import make_user
from tests.inventory.providers.libcloud.recorded import credentials_of, recorded

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = """{ providerKinds { slug driver capabilities credentialFields { name choices required }
    drivers { name label capabilities defaultRegions lists { resource completeness }
        credentialFields { name secret required choices default } } } }"""
CONNECT = """mutation ($credentials: [CredentialInput!]!, $regions: [String!], $trust: Boolean) {
    connectProvider(input: {kind: "libcloud", name: "Mine", credentials: $credentials,
        regions: $regions, trustListing: $trust}) {
        provider { id kind { slug driver label capabilities } regions trustListing }
        errors { field code message } } }"""
UPDATE = """mutation ($id: ID!, $credentials: [CredentialInput!]) {
    updateProvider(input: {id: $id, credentials: $credentials}) {
        provider { id } errors { field code message } } }"""
MACHINES = """{ virtualMachines(maxAge: 0) { complete totalCount nodes { id name state rawState }
    sources { status completeness error { code message } } } }"""
STOP = """mutation ($id: ID!) { stopVirtualMachine(input: {id: $id, dryRun: true}) {
    dryRun { __typename } errors { code message } } }"""
STOP_NOW = """mutation ($id: ID!) { stopVirtualMachine(input: {id: $id}) {
    job { id } errors { code message } } }"""


@pytest.fixture
def client():
    return GraphQLClient(token_of(make_user()))


def connected(client, name, *, regions=None, trust=None, **given):
    values = credentials_of(name) | given
    credentials = [{"name": key, "value": value} for key, value in values.items() if value]
    variables = {"credentials": credentials, "regions": regions, "trust": trust}
    return client.data(CONNECT, **variables)["connectProvider"]


def refused(client, credentials):
    listed = [{"name": name, "value": value} for name, value in credentials.items()]
    answer = client.data(CONNECT, credentials=listed)["connectProvider"]
    assert answer["provider"] is None
    assert not Provider.objects.exists()
    [error] = answer["errors"]
    assert (error["field"], error["code"]) == ("credentials", "INVALID")
    return error["message"]


def test_the_kind_shows_its_drivers_so_that_a_form_can_be_drawn(client):
    [kind] = [one for one in client.data(KINDS)["providerKinds"] if one["slug"] == "libcloud"]

    assert kind["driver"] is None
    [field] = kind["credentialFields"]
    names = [row.name for row in (*ROWS, *STORES)]
    assert (field["name"], field["choices"]) == ("driver", names)
    assert [one["name"] for one in kind["drivers"]] == names
    assert {"START", "PUT_OBJECT"} <= set(kind["capabilities"])
    vultr = next(one for one in kind["drivers"] if one["name"] == "vultr")
    assert vultr["label"] == "Vultr"
    assert {"name": "key", "secret": True, "required": True, "choices": [], "default": None} in (
        vultr["credentialFields"]
    )
    assert "REBOOT" in vultr["capabilities"]


def test_other_kinds_have_no_drivers(client):
    kinds = {one["slug"]: one for one in client.data(KINDS)["providerKinds"]}

    assert kinds["aws"]["drivers"] == []


@pytest.mark.parametrize("name", [row.name for row in ROWS])
def test_each_driver_can_be_connected(client, name):
    answer = connected(client, name)

    assert answer["errors"] == []
    assert answer["provider"]["kind"]["driver"] == name
    assert Provider.objects.get().driver == name
    assert Credentials.objects.get().values["driver"] == name


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_driver_that_is_refused_says_why(client, name):
    assert REFUSED[name] in refused(client, {"driver": name, "key": "k"})


@pytest.mark.parametrize(
    ("credentials", "words"),
    [
        ({}, ["driver: is required", "vultr", "cloudscale"]),
        ({"driver": "vultur", "key": "k"}, ["there is no 'vultur'", "vultr"]),
        ({"driver": "Vultr", "key": "k"}, ["there is no 'Vultr'"]),
        ({"driver": "vultr"}, ["key: is required"]),
        ({"driver": "vultr", "key": "k", "host": "h"}, ["host", "Fields: driver, key"]),
        ({"driver": "vultr", "key": "k", "key_file": "/etc/passwd"}, ["key_file", "Fields:"]),
        (
            {"driver": "cloudstack", "key": "k", "secret": "s", "url": "ftp://a"},
            ["url: must be an address"],
        ),
        (
            {"driver": "opennebula", "key": "k", "secret": "s", "url": "https://a.example"}
            | {"api_version": "9"},
            ["api_version: must be one of 3.2, 3.6, 3.8"],
        ),
    ],
)
def test_what_is_wrong_is_said_with_the_choices(client, credentials, words):
    message = refused(client, credentials)

    assert all(word in message for word in words)
    assert "'k'" not in message


def test_an_address_inside_is_refused(client, settings):
    settings.EGRESS_ALLOW = []

    message = refused(
        client,
        {"driver": "cloudstack", "key": "k", "secret": "s", "url": "http://169.254.169.254/"},
    )

    assert "is not allowed" in message


def test_an_unknown_region_is_refused_with_the_choices(client):
    answer = connected(client, "rackspace", regions=["moon"])

    [error] = answer["errors"]
    assert error["field"] == "regions"
    assert "there are dfw, ord" in error["message"]


def test_its_machines_are_listed_and_the_answer_is_not_complete(client):
    connected(client, "cloudscale")

    with recorded("cloudscale"):
        found = client.data(MACHINES)["virtualMachines"]

    [machine], [receipt] = found["nodes"], found["sources"]
    assert (machine["name"], machine["state"]) == ("db-master", "RUNNING")
    assert not found["complete"]
    assert (receipt["completeness"], receipt["error"]["code"]) == ("UNPROVEN", "UNPROVEN_LIST")


def test_its_owner_vouches_for_the_list(client):
    connected(client, "cloudscale", trust=True)

    with recorded("cloudscale"):
        assert client.data(MACHINES)["virtualMachines"]["complete"]


def test_a_dry_run_sends_nothing_but_reads(client):
    connected(client, "cloudscale")
    with recorded("cloudscale"):
        [machine] = client.data(MACHINES)["virtualMachines"]["nodes"]

    with recorded("cloudscale") as (_cloud, replies):
        answer = client.data(STOP, id=machine["id"])["stopVirtualMachine"]

    assert answer["errors"] == []
    assert {method for method, _url in replies.asked} <= {"GET"}


def test_what_a_driver_cannot_do_is_refused_before_there_is_a_job(client):
    connected(client, "upcloud")
    with recorded("upcloud"):
        [machine] = client.data(MACHINES)["virtualMachines"]["nodes"]

    answer = client.data(STOP_NOW, id=machine["id"])["stopVirtualMachine"]

    assert [one["code"] for one in answer["errors"]] == ["NOT_SUPPORTED"]


def test_the_driver_of_a_provider_stays(client):
    made = connected(client, "cloudscale")["provider"]
    other = [{"name": "driver", "value": "vultr"}]

    [error] = client.data(UPDATE, id=made["id"], credentials=other)["updateProvider"]["errors"]

    assert "must be one of cloudscale" in error["message"]
    new_key = [{"name": "key", "value": "another"}]
    assert client.data(UPDATE, id=made["id"], credentials=new_key)["updateProvider"]["errors"] == []
    assert Credentials.objects.get().values == {"driver": "cloudscale", "key": "another"}
