"""Object storage by boto3, on SeaweedFS, which refuses what S3 refuses."""

import time
from datetime import UTC, datetime, timedelta

import botocore.httpsession
import pytest
import requests

from inventory.providers import ProviderErrorCode, connect, get_kind
from inventory.providers.s3 import objects as s3_objects
from inventory.providers.store_rules import attachment
from inventory.records.bucket import BucketState, NewBucket
from tests.clouds.seaweedfs import REGION, a_name
from tests.inventory.providers.object_requests import keys, page, put, refusal

Code = ProviderErrorCode
KIND = get_kind("s3")
ODD_KEYS = [
    "plain.txt",
    "a b/ü-日本/😀.txt",
    "line\nbreak",
    "percent%2Fand+plus?&=#",
    "quote\"'<>&",
    "dots/..name../x",
]


@pytest.fixture(autouse=True)
def _botocore_has_no_connections(monkeypatch, request):
    """The gateway uses neither botocore's HTTP session nor a connection of botocore's own."""
    sent = botocore.httpsession.URLLib3Session.send

    def refuse(session, asked):
        # A test's own client is boto3's, with botocore's user agent.
        if b"cloud-gateway" in asked.headers["User-Agent"].encode():
            pytest.fail("botocore opens a connection of its own.")
        return sent(session, asked)

    monkeypatch.setattr(botocore.httpsession.URLLib3Session, "send", refuse)


def connected(server, credentials=None):
    return connect(KIND, KIND.clean_credentials(credentials or server.credentials), REGION, 20)


@pytest.fixture
def cloud(seaweedfs):
    with connected(seaweedfs) as found:
        yield found


@pytest.fixture
def bucket(cloud):
    name = a_name()
    cloud.create("buckets", "create", NewBucket(name))
    return name


def create(cloud, order):
    """As a job does it: what the order of a bucket does not set is set afterwards."""
    cloud.create("buckets", "create", order)
    cloud.configure_bucket(order)


# --- buckets ----------------------------------------------------------------------------------


def test_a_bucket_is_listed_with_its_details(cloud):
    name = a_name()
    before = datetime.now(UTC) - timedelta(seconds=5)
    create(cloud, NewBucket(name, versioning=True, tags=(("a", "b c"),)))

    listed = {one.external_id: one for one in cloud.read("buckets")}
    [found] = [cloud.find("buckets", name)]

    assert listed[name].created_at == found.created_at
    assert found.state is BucketState.AVAILABLE
    assert (found.versioning, found.tags) == ("ENABLED", (("a", "b c"),))
    assert before < found.created_at < datetime.now(UTC) + timedelta(seconds=5)
    assert found.problem is None


def test_a_bucket_that_is_absent(cloud):
    assert cloud.find("buckets", a_name()) is None


def test_a_name_that_is_taken_is_a_conflict_that_stays(cloud, bucket):
    error = refusal(lambda: cloud.create("buckets", "create", NewBucket(bucket)))

    assert (error.code, error.is_final, error.may_have_acted) == (Code.CONFLICT, True, False)


def test_a_public_bucket_is_read_by_everybody_and_another_one_is_not(seaweedfs, cloud, bucket):
    name = a_name("public")
    create(cloud, NewBucket(name, public=True))
    for one in (name, bucket):
        put(cloud, one, "key")

    statuses = [requests.get(f"{seaweedfs.url}/{one}/key", timeout=60) for one in (name, bucket)]

    assert [one.status_code for one in statuses] == [200, 403]


def test_a_bucket_that_is_not_empty_stays(cloud, bucket):
    put(cloud, bucket, "key")

    error = refusal(lambda: cloud.call("buckets", "delete", bucket))

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert keys(page(cloud, bucket)) == ["key"]


def test_by_force_a_bucket_is_emptied_page_by_page(cloud, monkeypatch):
    """All versions and delete markers too; a page at a time, so that it can be gone on with."""
    monkeypatch.setattr(s3_objects, "MOST_DELETED", 4)
    name = a_name()
    create(cloud, NewBucket(name, versioning=True))
    for number in range(3):
        put(cloud, name, "same", f"version {number}")
        put(cloud, name, f"key {number}")
    cloud.do("objects", "delete", f"{name}/key 0")  # a delete marker

    deleted = []
    while (count := cloud.call("buckets", "delete", name, force=True)) > 0:
        deleted.append(count)

    assert (deleted[0], sum(deleted)) == (4, 7)
    assert cloud.find("buckets", name) is None


def test_who_may_only_read_is_told_so(seaweedfs, bucket):
    with connected(seaweedfs, seaweedfs.readers) as cloud:
        assert page(cloud, bucket).objects == ()
        error = refusal(lambda: put(cloud, bucket, "key"))

    assert (error.code, error.may_have_acted) == (Code.PERMISSION_DENIED, False)


def test_another_secret_is_refused(seaweedfs, cloud):
    with connected(seaweedfs, {**seaweedfs.credentials, "secret_access_key": "wrong"}) as wrong:
        error = refusal(lambda: wrong.read("buckets"))

    assert error.code is Code.INVALID_CREDENTIALS


# --- objects ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ODD_KEYS)
def test_an_odd_key_is_written_listed_read_and_deleted(cloud, bucket, key):
    put(cloud, bucket, key, "some text")

    assert keys(page(cloud, bucket)) == [key]
    assert keys(page(cloud, bucket, prefix=key[:5])) == [key]
    found = cloud.find("objects", f"{bucket}/{key}")
    assert (found.key, found.size) == (key, 9)
    link = cloud.call("objects", "sign_download", f"{bucket}/{key}", seconds=60)
    got = requests.get(link.url, timeout=60)
    assert got.text == "some text"
    assert got.headers["Content-Disposition"] == attachment(key)

    cloud.do("objects", "delete", f"{bucket}/{key}")
    assert page(cloud, bucket).objects == ()
    assert cloud.find("objects", f"{bucket}/{key}") is None


@pytest.mark.parametrize("key", ["a/../b", "../b", "./b"])
def test_a_key_that_the_store_takes_for_a_path_is_refused(cloud, bucket, key):
    """The key is sent unchanged: a client that followed the dots would have written b."""
    assert refusal(lambda: put(cloud, bucket, key)).code is Code.INVALID_REQUEST
    assert page(cloud, bucket).objects == ()


def test_metadata_and_the_type_are_of_the_single_object(cloud, bucket):
    put(cloud, bucket, "key", metadata=(("owner", "Ann B."), ("ticket", "42")))

    [listed] = page(cloud, bucket).objects
    found = cloud.find("objects", f"{bucket}/key")

    assert (listed.metadata, listed.content_type) == ((), None)
    assert found.metadata == (("owner", "Ann B."), ("ticket", "42"))
    assert found.content_type == "text/plain; charset=utf-8"
    assert (found.etag, found.size) == (listed.etag, listed.size)
    assert listed.last_modified.tzinfo is not None


def test_pages_by_the_stores_own_token(cloud, bucket):
    for number in range(5):
        put(cloud, bucket, f"key {number}")

    found, token = [], None
    for _ in range(3):
        one = page(cloud, bucket, first=2, after=token)
        found.append(keys(one))
        token = one.next_token

    assert found == [["key 0", "key 1"], ["key 2", "key 3"], ["key 4"]]
    assert token is None


def test_folders_by_a_delimiter(cloud, bucket):
    for key in ("a", "b/1", "b/2", "b/c/3", "d/4"):
        put(cloud, bucket, key)

    top, inside = (
        page(cloud, bucket, delimiter="/"),
        page(cloud, bucket, prefix="b/", delimiter="/"),
    )

    assert (keys(top), top.prefixes) == (["a"], ("b/", "d/"))
    assert (keys(inside), inside.prefixes) == (["b/1", "b/2"], ("b/c/",))


def test_objects_of_a_bucket_that_is_absent(cloud):
    assert refusal(lambda: page(cloud, a_name())).code is Code.NOT_FOUND


def test_an_object_that_is_absent_is_deleted_already(cloud, bucket):
    cloud.do("objects", "delete", f"{bucket}/key")


# --- signed requests --------------------------------------------------------------------------


def upload(
    cloud, bucket, key="key", body=b"12345", *, most=10, seconds=60, content_type=None, **changed
):
    made = cloud.call(
        "objects",
        "sign_upload",
        f"{bucket}/{key}",
        seconds=seconds,
        most=most,
        content_type=content_type,
    )
    assert (made.method, made.headers) == ("POST", ())
    fields = {**dict(made.fields), **changed}
    return requests.post(made.url, data=fields, files={"file": body}, timeout=60)


def test_an_upload_up_to_its_size(cloud, bucket):
    answer = upload(cloud, bucket, body=b"1234567890", content_type="text/csv")

    assert answer.status_code == 204
    found = cloud.find("objects", f"{bucket}/key")
    assert (found.size, found.content_type) == (10, "text/csv")


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"body": b"12345678901"}, 400),  # a byte more
        ({"key": "another key"}, 403),
    ],
)
def test_an_upload_that_is_not_what_was_signed(cloud, bucket, options, status):
    changed = {"key": options.pop("key")} if "key" in options else {}
    made = cloud.call(
        "objects", "sign_upload", f"{bucket}/key", seconds=60, most=10, content_type=None
    )
    fields = {**dict(made.fields), **changed}

    answer = requests.post(
        made.url, data=fields, files={"file": options.get("body", b"1")}, timeout=10
    )

    assert answer.status_code == status, answer.text
    assert page(cloud, bucket).objects == ()


def test_an_expired_download_and_a_tampered_one(cloud, bucket):
    put(cloud, bucket, "key")
    put(cloud, bucket, "other")
    link = cloud.call("objects", "sign_download", f"{bucket}/key", seconds=1)
    long = cloud.call("objects", "sign_download", f"{bucket}/key", seconds=60)

    tampered = requests.get(long.url.replace("/key?", "/other?"), timeout=60)
    deadline = time.monotonic() + 10
    while (expired := requests.get(link.url, timeout=60)).status_code == 200:
        assert time.monotonic() < deadline

    assert (tampered.status_code, expired.status_code) == (403, 403)
    assert requests.get(long.url, timeout=60).status_code == 200
