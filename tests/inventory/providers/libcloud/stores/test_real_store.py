"""Storage drivers of libcloud on SeaweedFS, which refuses what S3 refuses."""

from datetime import UTC, datetime, timedelta

import pytest

from inventory.providers import ProviderErrorCode, connect, get_kind
from inventory.providers.libcloud.stores import objects as store_objects
from inventory.records.bucket import BucketState, NewBucket
from tests.clouds.seaweedfs import a_name
from tests.inventory.providers.object_requests import keys, page, put, refusal

Code = ProviderErrorCode
ODD_KEYS = [
    "plain.txt",
    "a b/ü-日本/😀.txt",
    "line\nbreak",
    "percent%2Fand+plus?&=#",
    "quote\"'<>&",
    "a~b",
    "dots/..name../x",
]
# The drivers that take an address.
NAMES = ("storage.minio", "storage.s3_rgw")


def connected(server, name, keys_of=None):
    given = keys_of or server.credentials
    kind = get_kind("libcloud", name)
    credentials = kind.clean_credentials(
        {
            "driver": name,
            "key": given["access_key_id"],
            "secret": given["secret_access_key"],
            "url": server.url,
        }
    )
    return connect(kind, credentials, kind.default_regions[0], 20)


@pytest.fixture(params=NAMES)
def cloud(seaweedfs, request):
    with connected(seaweedfs, request.param) as found:
        yield found


@pytest.fixture
def bucket(cloud):
    name = a_name()
    cloud.create("buckets", "create", NewBucket(name))
    return name


def test_a_bucket_is_created_listed_and_deleted(cloud):
    name = a_name()
    before = datetime.now(UTC) - timedelta(seconds=5)

    made = cloud.create("buckets", "create", NewBucket(name, tags=(("gateway-job", "1"),)))

    listed = {one.external_id: one for one in cloud.read("buckets")}
    found = cloud.find("buckets", name)
    assert (made.external_id, made.tags) == (name, ())
    assert listed[name] == found
    assert found.state is BucketState.AVAILABLE
    assert before < found.created_at < datetime.now(UTC) + timedelta(seconds=5)
    assert (found.problem, found.versioning, found.public) == (None, None, None)
    assert cloud.call("buckets", "delete", name) == 0
    assert cloud.find("buckets", name) is None


def test_a_name_that_is_taken_is_a_conflict_that_stays(cloud, bucket):
    error = refusal(lambda: cloud.create("buckets", "create", NewBucket(bucket)))

    assert (error.code, error.is_final, error.may_have_acted) == (Code.CONFLICT, True, False)


def test_a_bucket_that_is_not_empty_stays(cloud, bucket):
    put(cloud, bucket, "key")

    error = refusal(lambda: cloud.call("buckets", "delete", bucket))

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert keys(page(cloud, bucket)) == ["key"]


def test_by_force_a_bucket_is_emptied_page_by_page(cloud, bucket, monkeypatch):
    monkeypatch.setattr(store_objects, "MOST_DELETED", 2)
    for number in range(3):
        put(cloud, bucket, f"key {number}")

    deleted = [cloud.call("buckets", "delete", bucket, force=True) for _ in range(3)]

    assert deleted == [2, 1, 0]
    assert cloud.find("buckets", bucket) is None


@pytest.mark.parametrize("key", ODD_KEYS)
def test_an_object_is_written_found_listed_and_deleted_by_any_key(cloud, bucket, key, seaweedfs):
    put(cloud, bucket, key, "täxt", metadata=(("author", "ann"),))

    body = seaweedfs.client().get_object(Bucket=bucket, Key=key)["Body"].read()
    found = cloud.find("objects", f"{bucket}/{key}")
    assert body == "täxt".encode()
    assert (found.key, found.size, found.bucket) == (key, len(body), bucket)
    assert (found.content_type, found.metadata) == (
        "text/plain; charset=utf-8",
        (("author", "ann"),),
    )
    [listed] = page(cloud, bucket).objects
    assert (listed.key, listed.size, listed.etag) == (key, found.size, found.etag)
    assert abs(listed.last_modified - found.last_modified) < timedelta(seconds=2)

    cloud.do("objects", "delete", f"{bucket}/{key}")
    cloud.do("objects", "delete", f"{bucket}/{key}")  # it is absent
    assert cloud.find("objects", f"{bucket}/{key}") is None


def test_objects_are_read_page_by_page_with_a_prefix_and_a_delimiter(cloud, bucket):
    names = ["a/1", "a/2", "b c/1", "b c/2", "ü/1", "z"]
    for key in names:
        put(cloud, bucket, key)

    found, groups, token = [], [], None
    while True:
        one = page(cloud, bucket, first=2, delimiter="/", after=token)
        found += keys(one)
        groups += one.prefixes
        token = one.next_token
        if token is None:
            break

    assert (found, groups) == (["z"], ["a/", "b c/", "ü/"])
    assert keys(page(cloud, bucket, prefix="b c/")) == ["b c/1", "b c/2"]
    assert keys(page(cloud, bucket, prefix="absent")) == []


@pytest.mark.parametrize("key", ["../other/x", "a/./b", "a/.."])
def test_a_key_that_would_name_another_object_is_refused(cloud, bucket, key):
    for act in (
        lambda: put(cloud, bucket, key),
        lambda: cloud.do("objects", "delete", f"{bucket}/{key}"),
        lambda: cloud.find("objects", f"{bucket}/{key}"),
    ):
        assert refusal(act).code is Code.INVALID_REQUEST
    assert "between slashes" in cloud.kind.store.problem_of_key(key)


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_key_and_a_missing_right_are_told_apart(seaweedfs, name):
    wrong = seaweedfs.credentials | {"access_key_id": "AKIAOFNOBODY00000000"}
    with connected(seaweedfs, name, wrong) as cloud:
        assert refusal(lambda: cloud.read("buckets")).code is Code.INVALID_CREDENTIALS
    changed = seaweedfs.credentials | {"secret_access_key": "another"}
    with connected(seaweedfs, name, changed) as cloud:
        assert refusal(lambda: cloud.read("buckets")).code is Code.INVALID_CREDENTIALS
    with connected(seaweedfs, name, seaweedfs.readers) as cloud:
        error = refusal(lambda: cloud.create("buckets", "create", NewBucket(a_name())))
    assert error.code is Code.PERMISSION_DENIED


def test_what_is_absent(cloud):
    name = a_name("absent")

    assert cloud.find("buckets", name) is None
    assert cloud.find("objects", f"{name}/key") is None
    assert refusal(lambda: page(cloud, name)).code is Code.NOT_FOUND
    assert refusal(lambda: cloud.call("buckets", "delete", name)).code is Code.NOT_FOUND
