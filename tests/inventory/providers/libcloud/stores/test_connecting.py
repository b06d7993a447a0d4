"""Connecting a storage driver of libcloud by GraphQL, and asking it."""

import pytest

from inventory.models import Credentials, Provider
from inventory.providers.libcloud.stores.offered import STORES
from inventory.providers.libcloud.stores.refused import REFUSED
from tests.client import GraphQLClient, token_of
from tests.clouds.seaweedfs import a_name
from tests.inventory.factories import make_user
from tests.inventory.providers.libcloud.stores.recorded import (
    answered,
    credentials_of,
    recordings,
)
from tests.inventory.providers.libcloud.test_connecting import CONNECT

pytestmark = pytest.mark.django_db(transaction=True)

BUCKETS = """{ buckets(maxAge: 0, orderBy: {field: NAME}) { complete nodes {
    id name versioning public tags { key } problem }
    sources { status completeness error { code } } } virtualMachines { complete totalCount } }"""
CREATE = """mutation ($provider: ID!, $name: String!, $public: Boolean) {
    createBucket(input: {provider: $provider, name: $name, public: $public}) {
        job { id } errors { field code message } } }"""
PUT = """mutation ($bucket: ID!, $key: String!) {
    putObject(input: {bucket: $bucket, key: $key, text: "Hello"}) {
        key errors { field code message } } }"""
SIGN = """mutation ($bucket: ID!) {
    up: createUploadUrl(input: {bucket: $bucket, key: "a"}) { url method errors { code message } }
    limited: createUploadUrl(input: {bucket: $bucket, key: "a", maxSize: 5}) {
        url errors { field code } } }"""
OBJECTS = """query ($bucket: ID!) { bucket(id: $bucket) {
    objects(delimiter: "/") { nodes { key size } prefixes pageInfo { hasNextPage } }
    object(key: "notes/a") { size } } }"""


@pytest.fixture
def client():
    return GraphQLClient(token_of(make_user()))


def connected(client, name, trust=None, **given):
    values = credentials_of(name) | given
    credentials = [{"name": key, "value": value} for key, value in values.items()]
    answer = client.data(CONNECT, credentials=credentials, trust=trust)["connectProvider"]
    assert answer["errors"] == []
    return answer["provider"]


@pytest.mark.parametrize("name", [row.name for row in STORES])
def test_each_driver_can_be_connected_and_its_buckets_are_listed(client, name):
    provider = connected(client, name)
    assert provider["kind"]["driver"] == name
    assert Provider.objects.get().driver == name
    assert Credentials.objects.get().values["driver"] == name

    with answered(name, recordings("list_containers")):
        found = client.data(BUCKETS)

    assert [one["name"] for one in found["buckets"]["nodes"]] == ["test1", "test2"]
    assert {one["problem"] for one in found["buckets"]["nodes"]} == {None}
    [receipt] = found["buckets"]["sources"]
    assert (receipt["status"], receipt["completeness"]) == ("LIVE", "UNPROVEN")
    assert (found["buckets"]["complete"], receipt["error"]["code"]) == (False, "UNPROVEN_LIST")
    assert found["virtualMachines"] == {"complete": True, "totalCount": 0}


def test_its_owner_vouches_for_the_list(client):
    connected(client, "storage.scaleway", trust=True)

    with answered("storage.scaleway", recordings("list_containers")):
        assert client.data(BUCKETS)["buckets"]["complete"]


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_driver_that_is_refused_says_why(client, name):
    credentials = [{"name": "driver", "value": name}]

    [error] = client.data(CONNECT, credentials=credentials)["connectProvider"]["errors"]

    assert (error["field"], error["code"]) == ("credentials", "INVALID")
    assert REFUSED[name] in error["message"]


def test_an_address_inside_is_refused(client, settings):
    settings.EGRESS_ALLOW = []
    given = credentials_of("storage.minio") | {"url": "http://169.254.169.254/"}
    credentials = [{"name": key, "value": value} for key, value in given.items()]

    [error] = client.data(CONNECT, credentials=credentials)["connectProvider"]["errors"]

    assert "is not allowed" in error["message"]


def test_objects_are_written_and_read_at_a_real_store(client, seaweedfs):
    keys = seaweedfs.credentials
    name = a_name()
    seaweedfs.client().create_bucket(Bucket=name)
    connected(
        client,
        "storage.minio",
        key=keys["access_key_id"],
        secret=keys["secret_access_key"],
        url=seaweedfs.url,
    )
    listed = client.data(BUCKETS)["buckets"]["nodes"]
    bucket = next(one["id"] for one in listed if one["name"] == name)

    for key in ("notes/a", "b"):
        assert client.data(PUT, bucket=bucket, key=key)["putObject"] == {"key": key, "errors": []}
    [refused] = client.data(PUT, bucket=bucket, key="a/../b")["putObject"]["errors"]

    assert (refused["field"], refused["code"]) == ("key", "INVALID")
    found = client.data(OBJECTS, bucket=bucket)["bucket"]
    assert found["objects"]["nodes"] == [{"key": "b", "size": 5}]
    assert found["objects"]["prefixes"] == ["notes/"]
    assert found["object"] == {"size": 5}


def test_what_a_driver_has_no_place_for_is_refused(client):
    provider = connected(client, "storage.scaleway")
    with answered("storage.scaleway", recordings("list_containers")):
        bucket = client.data(BUCKETS)["buckets"]["nodes"][0]["id"]

    made = client.data(CREATE, provider=provider["id"], name="a-bucket", public=True)
    signed = client.data(SIGN, bucket=bucket)

    [error] = made["createBucket"]["errors"]
    assert (error["field"], error["code"]) == ("public", "NOT_SUPPORTED")
    assert (signed["up"]["method"], signed["up"]["errors"]) == ("PUT", [])
    assert signed["limited"] == {
        "url": None,
        "errors": [{"field": "maxSize", "code": "NOT_SUPPORTED"}],
    }
