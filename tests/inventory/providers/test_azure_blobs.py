"""Blob Storage of the kind azure, on a stand-in that follows Azure's reference."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from inventory.providers import Capability, ProviderErrorCode, connect
from inventory.providers import get_kind as kind_named
from inventory.providers.azure.blobs import buckets as azure_buckets
from inventory.providers.azure.blobs import removal, signed_requests
from inventory.providers.azure.blobs.names import STORE
from inventory.providers.store_rules import attachment
from inventory.records.bucket import BucketState, NewBucket
from tests.clouds.apis.azure import Azure
from tests.clouds.apis.azure_blobs import BLOB_HOST, DELEGATION_KEY
from tests.clouds.recorded import Request, as_json, served
from tests.inventory.providers.contract.backends import OnAzure
from tests.inventory.providers.object_requests import keys, page, put, refusal

Code = ProviderErrorCode
KIND = kind_named("azure")
BUCKET = "labstore/of-tests"
ODD_KEYS = [
    "plain.txt",
    "a b/ü-日本/😀.txt",
    "percent%2Fand+plus?&=#",
    "quote\"'<>&",
    "two//slashes/",
    "/first",
    "~tilde*(star)",
    "k" * 1024,
]


@pytest.fixture
def stand_in(monkeypatch):
    with served(Azure(), monkeypatch) as found:
        yield found


@pytest.fixture
def cloud(stand_in):
    with connect(KIND, KIND.clean_credentials(OnAzure.given), "global", 30) as found:
        yield found


@pytest.fixture
def bucket(cloud):
    cloud.create("buckets", "create", NewBucket(BUCKET))
    return BUCKET


def signed(stand_in, method, url, text="", **headers):
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc) == ("https", BLOB_HOST)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    return stand_in.answer(Request(method, BLOB_HOST, parts.path, query, headers, text))


# --- containers -------------------------------------------------------------------------------


def test_a_container_is_listed_with_its_details(stand_in, cloud):
    tags = (("gateway-job", "7d8c"),)
    cloud.create("buckets", "create", NewBucket("labstore/mine", tags=tags))

    found = cloud.find("buckets", "labstore/mine")

    assert (found.name, found.public, found.versioning) == ("labstore/mine", False, "OFF")
    assert (found.state, found.encryption, found.problem) == (BucketState.AVAILABLE, "AES256", None)
    assert (found.tags, found.created_at) == (tags, None)
    assert found in cloud.read("buckets")
    assert stand_in.containers["mine"]["metadata"] == {"gateway_job": "7d8c"}


def test_a_list_has_the_containers_of_every_page(stand_in, cloud, monkeypatch):
    stand_in.more_buckets(12)
    stand_in.page = 5

    names = [one.name for one in cloud.read("buckets")]
    monkeypatch.setattr(azure_buckets, "MOST_DETAILED", 0)
    short = cloud.read("buckets")

    assert sorted(names) == sorted(f"labstore/{one}" for one in stand_in.containers)
    assert [one.name for one in short] == names
    assert {one.versioning for one in short} == {None}
    assert all("Read the bucket alone" in one.problem for one in short)


def test_versioning_is_the_accounts(stand_in, cloud):
    stand_in.versioned = True
    assert cloud.find("buckets", "labstore/first").versioning == "ENABLED"
    stand_in.blinded = True

    found = cloud.find("buckets", "labstore/first")

    assert (found.versioning, found.public) == (None, False)
    assert "versioning is unknown" in found.problem


def test_a_container_is_public_where_its_account_lets_it(stand_in, cloud):
    cloud.create("buckets", "create", NewBucket("labstore/open", public=True))
    assert cloud.find("buckets", "labstore/open").public is True
    stand_in.lets_public = False

    assert cloud.find("buckets", "labstore/open").public is False
    order = NewBucket("labstore/other", public=True)
    error = refusal(lambda: cloud.create("buckets", "create", order))
    assert (error.code, error.is_final, error.may_have_acted) == (Code.CONFLICT, True, False)
    assert "other" not in stand_in.containers


def test_a_name_that_is_taken_is_a_conflict_that_stays(stand_in, cloud, bucket):
    order = NewBucket(bucket, tags=(("gateway-job", "another"),))

    error = refusal(lambda: cloud.create("buckets", "create", order))

    assert (error.code, error.is_final, error.may_have_acted) == (Code.CONFLICT, True, False)
    assert "already exists" in error.message
    assert "RequestId" not in error.message
    assert cloud.find("buckets", bucket).tags == ()


@pytest.mark.parametrize("name", ["nothere/mine", "shares/mine"])
def test_an_account_that_is_no_own_store_of_blobs(stand_in, cloud, name):
    """Nothing is sent to another's storage account."""
    error = refusal(lambda: cloud.create("buckets", "create", NewBucket(name)))

    assert (error.code, error.may_have_acted) == (Code.NOT_FOUND, False)
    assert cloud.find("buckets", name) is None
    assert not [one for one in stand_in.asked if one.host == BLOB_HOST]


def test_a_container_that_is_not_empty_stays(stand_in, cloud, bucket):
    put(cloud, bucket, "key")

    error = refusal(lambda: cloud.call("buckets", "delete", bucket))

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert error.message == "The container is not empty."
    assert keys(page(cloud, bucket)) == ["key"]


def test_a_container_with_earlier_versions_alone_is_not_empty(stand_in, cloud, bucket):
    stand_in.versioned = True
    put(cloud, bucket, "key")
    cloud.do("objects", "delete", f"{bucket}/key")

    assert keys(page(cloud, bucket)) == []
    assert refusal(lambda: cloud.call("buckets", "delete", bucket)).code is Code.CONFLICT
    assert "of-tests" in stand_in.containers


def test_by_force_all_versions_are_deleted_page_by_page(stand_in, cloud, bucket, monkeypatch):
    monkeypatch.setattr(removal, "MOST_DELETED", 4)
    stand_in.versioned = True
    for key in ODD_KEYS:
        put(cloud, bucket, key)
    for number in range(3):
        put(cloud, bucket, "same", f"version {number}")

    counts = []
    while (count := cloud.call("buckets", "delete", bucket, force=True)) > 0:
        counts.append(count)
        assert len(counts) < 20

    assert cloud.find("buckets", bucket) is None
    assert max(counts) == 4


def make_directories(stand_in, cloud, bucket, *names):
    """Those of an account with a hierarchical namespace, which lists them as blobs."""
    for name in names:
        put(cloud, bucket, name, "")
        stand_in.directories.add(name)


def test_by_force_directories_go_with_their_container(stand_in, cloud, bucket, monkeypatch):
    """Azure deletes none that has blobs, and its list has each before its blobs."""
    monkeypatch.setattr(removal, "MOST_DELETED", 2)
    monkeypatch.setattr(removal, "MOST_LISTED", 3)
    make_directories(stand_in, cloud, bucket, "a", "a/b", "a/b/c", "a/b/c/d", "empty")
    for number in range(5):
        put(cloud, bucket, f"a/b/c/d/{number}")

    counts = []
    while (count := cloud.call("buckets", "delete", bucket, force=True)) > 0:
        counts.append(count)
        assert len(counts) < 20

    assert sum(counts) == 5
    assert cloud.find("buckets", bucket) is None


def test_a_directory_keeps_its_container_without_force(stand_in, cloud, bucket):
    make_directories(stand_in, cloud, bucket, "empty")

    error = refusal(lambda: cloud.call("buckets", "delete", bucket))

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert "of-tests" in stand_in.containers


@pytest.mark.parametrize("blobs", [[], ["folder/key"]])
def test_a_directory_is_no_object_that_can_be_deleted(stand_in, cloud, bucket, blobs):
    make_directories(stand_in, cloud, bucket, "folder")
    for key in blobs:
        put(cloud, bucket, key)

    error = refusal(lambda: cloud.do("objects", "delete", f"{bucket}/folder"))

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert "directory" in error.message


def test_a_directory_is_listed_as_a_prefix_alone(stand_in, cloud, bucket):
    make_directories(stand_in, cloud, bucket, "folder", "empty")
    put(cloud, bucket, "folder/key")

    assert keys(page(cloud, bucket)) == ["folder/key"]
    top = page(cloud, bucket, delimiter="/")
    assert (top.prefixes, keys(top)) == (("empty/", "folder/"), [])
    assert cloud.find("objects", f"{bucket}/folder") is None
    assert cloud.find("objects", f"{bucket}/folder/key").key == "folder/key"


def test_a_blob_under_a_policy_keeps_its_container(stand_in, cloud, bucket):
    put(cloud, bucket, "key")
    stand_in.immutable.add("key")

    error = refusal(lambda: cloud.call("buckets", "delete", bucket, force=True))

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert "the container stays" in error.message
    assert "of-tests" in stand_in.containers


def test_a_container_that_is_absent(stand_in, cloud):
    assert cloud.find("buckets", "labstore/absent") is None
    for act in (
        lambda: cloud.call("buckets", "delete", "labstore/absent"),
        lambda: page(cloud, "labstore/absent"),
        lambda: put(cloud, "labstore/absent", "key"),
        lambda: cloud.do("objects", "delete", "labstore/absent/key"),
    ):
        assert refusal(act).code is Code.NOT_FOUND
    assert cloud.find("objects", "labstore/absent/key") is None


def test_a_404_that_is_not_azures_is_no_absence(stand_in, cloud):
    stand_in.fault = as_json({"error": "No such route."}, 404)

    assert refusal(lambda: cloud.find("objects", "labstore/b/key")).code is Code.PROVIDER_ERROR


def test_an_odd_container_is_one_odd_row(stand_in, cloud):
    stand_in.containers["odd"] = {"publicAccess": 5, "metadata": {"a": 5}}
    stand_in.blobs["odd"] = []

    records = {one.name: one for one in cloud.read("buckets")}

    assert records["labstore/first"].problem is None
    assert records["labstore/odd"].public is None
    assert "publicAccess" in records["labstore/odd"].problem


def test_an_odd_account_is_one_odd_row_and_hides_nothing(stand_in, cloud):
    """Its containers are unknown, so no container is known to be gone."""
    stand_in.odd_accounts = [{"id": 5, "kind": "StorageV2"}]

    records = cloud.read("buckets")
    absent = cloud.find("buckets", "other/container")
    error = refusal(lambda: cloud.create("buckets", "create", NewBucket("other/container")))

    assert [one.external_id for one in records] == ["", "labstore/first"]
    assert "containers are unknown" in records[0].problem
    assert (absent.external_id, absent.state) == ("other/container", BucketState.UNKNOWN)
    assert (error.code, error.may_have_acted) == (Code.PROVIDER_ERROR, False)
    assert cloud.find("buckets", "labstore/first").problem is None


def test_each_api_has_a_token_of_its_own(stand_in, cloud, bucket):
    put(cloud, bucket, "key")
    cloud.read("virtual_machines")
    stand_in.token = "another"

    assert keys(page(cloud, bucket)) == ["key"]


# --- blobs ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ODD_KEYS)
def test_any_key_is_written_read_signed_and_deleted(stand_in, cloud, bucket, key):
    assert STORE.problem_of_key(key) is None
    put(cloud, bucket, key, "the content")

    assert [one["key"] for one in stand_in.blobs["of-tests"]] == [key]
    assert keys(page(cloud, bucket)) == [key]
    found = cloud.find("objects", f"{bucket}/{key}")
    assert (found.key, found.size) == (key, 11)
    down = cloud.call("objects", "sign_download", f"{bucket}/{key}", seconds=60)
    got = signed(stand_in, "GET", down.url)
    assert got.body == b"the content"
    assert got.headers["Content-Disposition"] == attachment(key)
    cloud.do("objects", "delete", f"{bucket}/{key}")
    cloud.do("objects", "delete", f"{bucket}/{key}")
    assert cloud.find("objects", f"{bucket}/{key}") is None


def test_a_blob_is_read_with_its_metadata(cloud, bucket):
    metadata = (("a_b", "value 1"), ("owner", "Ada"))
    put(cloud, bucket, "key", "hello", metadata=metadata)

    found = cloud.find("objects", f"{bucket}/key")

    assert (found.metadata, found.bucket, found.size) == (metadata, bucket, 5)
    assert (found.content_type, found.storage_class) == ("text/plain; charset=utf-8", "Hot")
    [listed] = page(cloud, bucket).objects
    assert (listed.etag, listed.size, listed.metadata) == (found.etag, 5, ())
    assert abs(listed.last_modified - datetime.now(UTC)) < timedelta(seconds=60)


def test_an_empty_text_and_one_that_is_written_again(cloud, bucket):
    put(cloud, bucket, "key", "first")
    put(cloud, bucket, "key", "")

    assert cloud.find("objects", f"{bucket}/key").size == 0


def test_pages_and_folders(cloud, bucket):
    for key in ("2025/a", "2026/01/a", "2026/01/b", "2026/note", "2026/x/y"):
        put(cloud, bucket, key)

    top = page(cloud, bucket, delimiter="/")
    assert (top.prefixes, keys(top)) == (("2025/", "2026/"), [])
    first = page(cloud, bucket, prefix="2026/", delimiter="/", first=2)
    rest = page(cloud, bucket, prefix="2026/", delimiter="/", first=2, after=first.next_token)
    assert (first.prefixes, keys(first)) == (("2026/01/",), ["2026/note"])
    assert (rest.prefixes, keys(rest), rest.next_token) == (("2026/x/",), [], None)
    error = refusal(lambda: page(cloud, bucket, after="nonsense"))
    assert error.code is Code.INVALID_REQUEST


def test_a_name_that_xml_cannot_hold_is_decoded():
    from lxml import etree  # noqa: PLC0415

    from inventory.providers.azure.blobs.objects import name_of  # noqa: PLC0415

    blob = etree.fromstring(f'<Blob><Name Encoded="true">{quote("odd￾")}</Name></Blob>')
    assert name_of(blob) == "odd￾"
    assert name_of(etree.fromstring("<Blob><Name>a%20b</Name></Blob>")) == "a%20b"
    assert name_of(etree.fromstring("<Blob/>")) == ""


# --- signed requests --------------------------------------------------------------------------


def upload(cloud, bucket, **details):
    given = {"seconds": 60, "most": 5000 * 1024**2, "content_type": "text/csv", **details}
    return cloud.call("objects", "sign_upload", f"{bucket}/a/ü.csv", **given)


def test_a_put_uploads_and_is_good_for_one_blob(stand_in, cloud, bucket):
    up = upload(cloud, bucket)

    headers = dict(up.headers)
    assert (up.method, up.fields, headers["x-ms-blob-type"]) == ("PUT", (), "BlockBlob")
    assert signed(stand_in, "PUT", up.url, "a,b", **headers).status == 201
    assert cloud.find("objects", f"{bucket}/a/ü.csv").content_type == "text/csv"
    other = up.url.replace(".csv?", ".cst?")
    assert signed(stand_in, "PUT", other, "a,b", **headers).status == 403
    assert signed(stand_in, "GET", up.url).status == 403
    longer = up.url.replace("sp=cw", "sp=cwd")
    assert signed(stand_in, "PUT", longer, "a,b", **headers).status == 403
    assert DELEGATION_KEY not in up.url


def test_a_signature_ends(stand_in, cloud, bucket, monkeypatch):
    class Earlier(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(tz) - timedelta(days=8)

    put(cloud, bucket, "key")
    monkeypatch.setattr(signed_requests, "datetime", Earlier)
    down = cloud.call("objects", "sign_download", f"{bucket}/key", seconds=604_800)

    assert signed(stand_in, "GET", down.url).status == 403


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        *("", "container", "ab/container", "labstore/ab", "labstore/a--b", "labstore/-ab"),
        *("labstore/Abc", "labstore/a_b", "lab-store/abc", "labstore/a/b", "labstore/abc-"),
        *(f"labstore/{'x' * 64}", f"{'x' * 25}/abc", "labstore/abc\n"),
    ],
)
def test_no_container_has_such_a_name(name):
    assert STORE.problem_of_bucket(name)


@pytest.mark.parametrize(
    "key",
    ["", "k" * 1025, "nul\x00", "a\nb", "\ud800", ".", "a/../b", "a./b", "dot.", "a\\b", "/" * 254],
)
def test_no_blob_has_such_a_key(key):
    assert STORE.problem_of_key(key)


@pytest.mark.parametrize(
    "pairs",
    [[("A", "b")], [("a-b", "c")], [("a", "")], [("a", "ü")], [("a", "b"), ("a", "c")]],
)
def test_no_blob_has_such_metadata(pairs):
    assert STORE.problem_of_metadata(pairs)


def test_the_kind_offers_object_storage():
    assert {
        one for one in Capability if one.resource in {"buckets", "objects"}
    } <= KIND.capabilities
