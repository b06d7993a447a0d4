"""Object storage of the kind openstack, on Swift."""

import time
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, quote, urlencode, urlsplit, urlunsplit

import pytest
import requests

from inventory.providers import Capability, ProviderErrorCode, ServiceAbsent, connect
from inventory.providers import get_kind as kind_named
from inventory.providers.openstack.swift import buckets as swift_buckets
from inventory.providers.openstack.swift import connection, removal, store
from inventory.providers.openstack.swift.names import STORE
from inventory.records.bucket import BucketState, NewBucket
from tests.clouds.apis.openstack import OpenStack
from tests.clouds.recorded import served
from tests.clouds.static_ec2 import reply, static_ec2
from tests.clouds.swift import READER, Swift, a_name
from tests.inventory.providers.contract.backends import OnOpenStack
from tests.inventory.providers.object_requests import keys, page, put, refusal

Code = ProviderErrorCode
KIND = kind_named("openstack")
OF_READER = {  # another sign-in: the token of a sign-in is kept
    "auth_url": OnOpenStack.given["auth_url"],
    "application_credential_id": OpenStack.application[0],
    "application_credential_secret": OpenStack.application[1],
}
ODD_NAMES = ["plain", "Ünï 日本 😀", "per%2Fcent?&=#", "dots..", ":colon", "new\nline", "x" * 256]
ODD_KEYS = [
    "plain.txt",
    "a b/ü-日本/😀.txt",
    "line\nbreak",
    "percent%2Fand+plus?&=#",
    "quote\"'<>&",
    "dots/../name/./x",
    "two//slashes/",
    "/first",
    ".",
    "k" * 1024,
]


@pytest.fixture
def stand_in(swift, monkeypatch):
    with served(swift.cloud(), monkeypatch) as found:
        yield found


def connected(given=OnOpenStack.given):
    return connect(KIND, KIND.clean_credentials(given), "RegionOne", 30)


@pytest.fixture
def cloud(stand_in):
    with connected() as found:
        yield found


@pytest.fixture
def bucket(cloud):
    name = a_name()
    cloud.create("buckets", "create", NewBucket(name))
    return name


# --- containers -------------------------------------------------------------------------------


def test_a_container_is_listed_with_its_details(cloud):
    name, before = a_name(), datetime.now(UTC)
    tags = (("gateway-job", "7d8c"), ("purpose", "täg"))
    cloud.create("buckets", "create", NewBucket(name, versioning=True, public=True, tags=tags))

    found = cloud.find("buckets", name)

    assert (found.versioning, found.public, found.tags) == ("ENABLED", True, tags)
    assert (found.state, found.encryption, found.problem) == (BucketState.AVAILABLE, None, None)
    assert before - timedelta(seconds=5) < found.created_at < datetime.now(UTC)
    plain = a_name()
    cloud.create("buckets", "create", NewBucket(plain))
    found = cloud.find("buckets", plain)
    assert (found.versioning, found.public, found.tags) == ("OFF", False, ())


def test_a_list_has_the_containers_of_every_page(cloud, monkeypatch):
    """Only a few containers have details: each takes a request."""
    monkeypatch.setattr(store, "CONTAINERS_OF_PAGE", 3)
    names = {a_name(f"paged{number}") for number in range(8)}
    for name in names:
        cloud.create("buckets", "create", NewBucket(name))

    monkeypatch.setattr(swift_buckets, "MOST_DETAILED", 10_000)
    listed = {one.external_id: one for one in cloud.read("buckets")}
    assert names <= listed.keys()
    assert all(listed[name] == cloud.find("buckets", name) for name in names)

    monkeypatch.setattr(swift_buckets, "MOST_DETAILED", 1)
    short = {one.external_id: one for one in cloud.read("buckets")}
    assert short.keys() == listed.keys()
    assert {(one.public, one.created_at) for one in short.values()} == {(None, None)}
    assert all("Read the bucket alone" in one.problem for one in short.values())


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_container_of_any_name(swift, cloud, name):
    name = name if len(name) > 200 else f"{name}-{a_name()}"
    assert STORE.problem_of_bucket(name) is None
    cloud.create("buckets", "create", NewBucket(name))
    put(cloud, name, "key")

    assert name in [one["name"] for one in swift.ask("GET", "?format=json").json()]
    assert cloud.find("buckets", name).name == name
    assert keys(page(cloud, name)) == ["key"]
    cloud.do("objects", "delete", f"{name}/key")
    assert cloud.call("buckets", "delete", name) == 0
    assert cloud.find("buckets", name) is None


def test_a_name_that_is_taken_is_a_conflict_that_stays(swift, cloud, bucket):
    """The container keeps its metadata, which Swift would replace."""
    swift.ask("POST", f"/{bucket}", headers={"X-Container-Meta-Owner": "ada"})
    order = NewBucket(bucket, tags=(("owner", "bob"),))

    error = refusal(lambda: cloud.create("buckets", "create", order))

    assert (error.code, error.is_final, error.may_have_acted) == (Code.CONFLICT, True, False)
    assert cloud.find("buckets", bucket).tags == (("owner", "ada"),)


def test_a_name_that_is_taken_meanwhile_is_a_conflict_too(cloud, bucket, monkeypatch):
    monkeypatch.setattr(swift_buckets, "find_bucket", lambda *_: None)

    error = refusal(lambda: cloud.create("buckets", "create", NewBucket(bucket)))

    assert (error.code, error.is_final, error.may_have_acted) == (Code.CONFLICT, True, False)


def test_a_public_container_is_read_by_everybody_and_another_one_is_not(swift, cloud, bucket):
    name = a_name("public")
    cloud.create("buckets", "create", NewBucket(name, public=True))
    for one in (name, bucket):
        put(cloud, one, "key")

    answers = [swift.ask("GET", f"/{one}/key", {}) for one in (name, bucket)]

    assert [one.status_code for one in answers] == [200, 401]


def test_a_container_that_is_not_empty_stays(cloud, bucket):
    put(cloud, bucket, "key")

    error = refusal(lambda: cloud.call("buckets", "delete", bucket))

    assert (error.code, error.is_final, error.may_have_acted) == (Code.CONFLICT, True, False)
    assert error.message == "The container is not empty."
    assert keys(page(cloud, bucket)) == ["key"]


@pytest.mark.parametrize("together", [True, False])
def test_by_force_a_container_is_emptied_page_by_page(cloud, bucket, monkeypatch, together):
    """One request deletes many objects if the cluster's /info says that it has bulk deletes."""
    monkeypatch.setattr(removal, "MOST_TOGETHER", 4)
    monkeypatch.setattr(removal, "MOST_SINGLE", 4)
    if not together:
        monkeypatch.setattr(removal, "BULK", "nothing_of_the_kind")
    for key in ODD_KEYS:
        put(cloud, bucket, key)

    deleted = []
    while (count := cloud.call("buckets", "delete", bucket, force=True)) > 0:
        deleted.append(count)

    assert deleted == [4, 4, 2]
    assert cloud.find("buckets", bucket) is None


def test_a_key_that_is_too_long_for_a_bulk_delete_is_deleted_by_itself(cloud, bucket):
    """Percent-encoded, it is three times as long."""
    for key in ("日" * 341, "plain"):
        put(cloud, bucket, key)

    counts = [cloud.call("buckets", "delete", bucket, force=True) for _ in range(3)]

    assert counts == [1, 1, 0]
    assert cloud.find("buckets", bucket) is None


def test_a_bulk_delete_has_no_more_objects_than_the_cluster_takes(cloud, bucket, monkeypatch):
    declared = {"max_deletes_per_request": 2}
    monkeypatch.setattr(store.SwiftStore, "features", {removal.BULK: declared})
    for number in range(3):
        put(cloud, bucket, f"key {number}")

    assert [cloud.call("buckets", "delete", bucket, force=True) for _ in range(3)] == [2, 1, 0]


@pytest.mark.parametrize("together", [True, False])
def test_objects_that_are_listed_late_are_counted_once(cloud, bucket, monkeypatch, together):
    """A container may list an object for a while after its deletion, and is not deleted so long."""
    if not together:
        monkeypatch.setattr(removal, "BULK", "nothing_of_the_kind")
    put(cloud, bucket, "key")
    with monkeypatch.context() as patched:
        patched.setattr(removal, "_page", lambda *_asked: [("absent", "")])
        error = refusal(lambda: cloud.call("buckets", "delete", bucket, force=True))

    assert (error.code, error.is_final) == (Code.CONFLICT, False)
    assert keys(page(cloud, bucket)) == ["key"]


def test_by_force_all_versions_are_deleted(swift, cloud):
    name = a_name()
    cloud.create("buckets", "create", NewBucket(name))
    put(cloud, name, "older than the versions")
    swift.ask("POST", f"/{name}", headers={"X-Versions-Enabled": "true"})
    for number in range(3):
        put(cloud, name, "same", f"version {number}")
    put(cloud, name, "older than the versions", "once more")
    cloud.do("objects", "delete", f"{name}/same")  # a delete marker

    counts = [cloud.call("buckets", "delete", name, force=True) for _ in range(2)]

    assert counts == [6, 0]
    assert cloud.find("buckets", name) is None


def test_versions_that_are_suspended_are_no_versions(swift, cloud):
    name = a_name()
    cloud.create("buckets", "create", NewBucket(name, versioning=True))
    swift.ask("POST", f"/{name}", headers={"X-Versions-Enabled": "false"})

    assert cloud.find("buckets", name).versioning == "SUSPENDED"


def test_a_cluster_without_versions_keeps_none(cloud, monkeypatch):
    """It would take the header, and ignore it."""
    monkeypatch.setattr(swift_buckets, "VERSIONING", ("nothing", "of the kind"))
    name = a_name()

    error = refusal(lambda: cloud.create("buckets", "create", NewBucket(name, versioning=True)))

    assert (error.code, error.may_have_acted) == (Code.NOT_SUPPORTED, False)
    assert cloud.find("buckets", name) is None
    cloud.create("buckets", "create", NewBucket(name))
    assert cloud.find("buckets", name).versioning is None


def test_a_container_that_is_absent(cloud):
    name = a_name()

    assert cloud.find("buckets", name) is None
    for act in (
        lambda: cloud.call("buckets", "delete", name),
        lambda: page(cloud, name),
        lambda: put(cloud, name, "key"),
        lambda: cloud.do("objects", "delete", f"{name}/key"),
        lambda: cloud.call("objects", "sign_download", f"{name}/key", seconds=60),
    ):
        assert refusal(act).code is Code.NOT_FOUND


def test_who_may_only_read_is_told_so(stand_in, cloud, bucket):
    """The user does not see the access control list either."""
    stand_in.token, stand_in.roles = "reader", ("reader",)
    with connected(OF_READER) as reading:
        assert page(reading, bucket).objects == ()
        found = reading.find("buckets", bucket)
        refusals = [
            refusal(lambda: put(reading, bucket, "key")),
            refusal(lambda: reading.call("buckets", "delete", bucket)),
            refusal(lambda: reading.create("buckets", "create", NewBucket(a_name()))),
            refusal(lambda: reading.call("objects", "sign_download", f"{bucket}/k", seconds=9)),
        ]

    assert (found.public, found.versioning) == (None, "OFF")
    assert {one.code for one in refusals} == {Code.PERMISSION_DENIED}
    assert not any(one.may_have_acted for one in refusals)


def test_a_region_without_a_store_has_no_buckets(stand_in):
    stand_in.stores = []
    with connected() as cloud:
        with pytest.raises(ServiceAbsent, match="no object storage service in RegionOne"):
            cloud.read("buckets")
        assert cloud.find("buckets", "any") is None


# --- objects ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ODD_KEYS)
def test_any_key_is_written_read_signed_and_deleted(swift, cloud, bucket, key):
    put(cloud, bucket, key, "the content")

    assert keys(page(cloud, bucket)) == [key]
    found = cloud.find("objects", f"{bucket}/{key}")
    assert (found.key, found.size) == (key, 11)
    signed = cloud.call("objects", "sign_download", f"{bucket}/{key}", seconds=60)
    got = get(signed.url)
    assert got.text == "the content"
    assert got.headers["Content-Disposition"].startswith("attachment")  # Swift's own
    cloud.do("objects", "delete", f"{bucket}/{key}")
    assert cloud.find("objects", f"{bucket}/{key}") is None
    assert swift.ask("GET", f"/{bucket}?format=json").json() == []


def test_an_object_is_read_with_its_metadata(cloud, bucket):
    metadata = (("a-b", "värde 1"), ("owner", "Ada"))
    before = datetime.now(UTC) - timedelta(seconds=5)
    put(cloud, bucket, "key", "hello", metadata=metadata)

    found = cloud.find("objects", f"{bucket}/key")

    assert found.metadata == metadata
    assert (found.size, found.content_type) == (5, "text/plain; charset=utf-8")
    assert (found.etag, found.bucket) == ("5d41402abc4b2a76b9719d911017c592", bucket)
    assert before < found.last_modified < datetime.now(UTC) + timedelta(seconds=5)
    [listed] = page(cloud, bucket).objects
    assert (listed.etag, listed.size) == (found.etag, 5)
    assert listed.content_type.replace(" ", "") == "text/plain;charset=utf-8"
    assert abs(listed.last_modified - found.last_modified) <= timedelta(seconds=1)


def test_an_empty_text_and_one_that_is_written_again(cloud, bucket):
    put(cloud, bucket, "key", "first")
    put(cloud, bucket, "key", "")

    assert cloud.find("objects", f"{bucket}/key").size == 0
    cloud.do("objects", "delete", f"{bucket}/key")
    cloud.do("objects", "delete", f"{bucket}/key")


def test_pages_have_every_object_once(cloud, bucket):
    names = sorted(f"key {number}" for number in range(7))
    for name in names:
        put(cloud, bucket, name)

    found, after, sizes = [], None, []
    while True:
        one = page(cloud, bucket, first=3, after=after)
        found += keys(one)
        sizes.append(len(one.objects))
        after = one.next_token
        if after is None:
            break

    assert found == names
    assert sizes == [3, 3, 1]
    assert page(cloud, bucket, first=7).next_token is None


def test_folders_are_grouped_and_paged(cloud, bucket):
    for key in ("2025/a", "2026/01/a", "2026/01/b", "2026/02/a", "2026/note", "2026/x/y"):
        put(cloud, bucket, key)

    top = page(cloud, bucket, delimiter="/")
    assert (top.prefixes, keys(top)) == (("2025/", "2026/"), [])
    below = page(cloud, bucket, prefix="2026/", delimiter="/")
    assert (below.prefixes, keys(below)) == (("2026/01/", "2026/02/", "2026/x/"), ["2026/note"])
    entries, after = [], None
    while True:
        one = page(cloud, bucket, prefix="2026/", delimiter="/", first=1, after=after)
        entries += [*one.prefixes, *keys(one)]
        after = one.next_token
        if after is None:
            break
    assert entries == ["2026/01/", "2026/02/", "2026/note", "2026/x/"]


def test_an_odd_entry_is_one_odd_object(cloud, bucket, monkeypatch):
    put(cloud, bucket, "key")
    read = store.SwiftStore.entries
    odd = {"name": "odd", "bytes": "many", "hash": 5, "last_modified": "never"}
    monkeypatch.setattr(store.SwiftStore, "entries", lambda *given: [odd, *read(*given)])

    first, second = page(cloud, bucket).objects

    assert (first.key, first.size, first.etag, first.last_modified) == ("odd", None, None, None)
    assert (second.key, second.size) == ("key", 4)


def test_an_odd_container_is_one_odd_row(cloud, bucket, monkeypatch):
    """The odd container may begin another page, or have odd details."""
    monkeypatch.setattr(swift_buckets, "MOST_DETAILED", 10_000)
    read = store.SwiftStore.container_entries
    odd = [{"name": 5}, {}, "text", None]
    monkeypatch.setattr(store.SwiftStore, "container_entries", lambda self: [*odd, *read(self)])

    records = cloud.read("buckets")

    assert [one.state for one in records[: len(odd)]] == [BucketState.UNKNOWN] * len(odd)
    assert all(one.problem and not one.external_id for one in records[: len(odd)])
    assert cloud.find("buckets", bucket) in records[len(odd) :]


@pytest.mark.parametrize("moment", [None, "never", "nan", "1e400"])
def test_an_odd_creation_time_is_one_odd_row(cloud, bucket, monkeypatch, moment):
    send = store.SwiftStore.send

    def sent(*given):
        reply = send(*given)
        reply.headers.pop("x-timestamp", None)
        reply.headers |= {"x-timestamp": moment} if moment else {}
        return reply

    monkeypatch.setattr(store.SwiftStore, "send", sent)

    found = cloud.find("buckets", bucket)

    assert (found.external_id, found.created_at) == (bucket, None)
    assert "X-Timestamp" in found.problem


@pytest.mark.parametrize("answer", [{"a": 1}, "text", [1], [{"name": 5}]])
def test_what_is_no_list_of_containers_is_no_empty_list(cloud, monkeypatch, answer):
    monkeypatch.setattr(store.SwiftStore, "entries", answered(answer))

    assert refusal(lambda: cloud.read("buckets")).code is Code.PROVIDER_ERROR


def answered(answer):
    plain = store.SwiftStore.entries

    def entries(self, action, asked):
        self.connection.request = lambda *_a, **_k: type("Reply", (), {"object": answer})
        return plain(self, action, asked)

    return entries


def test_a_list_that_does_not_end(cloud, bucket, monkeypatch):
    """Each page names a marker that was read before."""
    entry = [{"name": bucket}]
    monkeypatch.setattr(store.SwiftStore, "entries", lambda *_: entry)

    assert "does not end" in refusal(lambda: cloud.read("buckets")).message


def test_a_404_of_a_proxy_is_not_swifts(cloud, bucket, monkeypatch):
    monkeypatch.setattr(connection, "TRANSACTION", "x-nobody-sends-this")

    for act in (
        lambda: cloud.find("buckets", a_name()),
        lambda: cloud.find("objects", f"{bucket}/none"),
        lambda: cloud.do("objects", "delete", f"{bucket}/none"),
    ):
        assert refusal(act).code is Code.PROVIDER_ERROR


def test_an_upload_above_the_quota_says_so(swift, cloud, bucket):
    swift.ask("POST", f"/{bucket}", headers={"X-Container-Meta-Quota-Bytes": "3"})

    error = refusal(lambda: put(cloud, bucket, "key", "four"))

    assert (error.code, error.is_final) == (Code.QUOTA_EXCEEDED, True)
    assert cloud.find("buckets", bucket).tags == ()


# --- signed requests --------------------------------------------------------------------------


def get(url, **options):
    return requests.get(url, timeout=60, **options)


def changed(url, **parameters):
    parts = urlsplit(url)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | parameters
    return urlunsplit(parts._replace(query=urlencode(query)))


def test_a_signed_download_is_good_for_one_object_and_a_while(swift, cloud, bucket):
    for key in ("key", "other"):
        put(cloud, bucket, key, "the content")
    signed = cloud.call("objects", "sign_download", f"{bucket}/key", seconds=60)

    assert (signed.method, get(signed.url).text) == ("GET", "the content")
    parts = urlsplit(signed.url)
    later = changed(signed.url, temp_url_expires=str(int(time.time()) + 6000))
    other = urlunsplit(parts._replace(path=f"{parts.path[:-3]}other"))
    forged = changed(signed.url, temp_url_sig="0" * 64)
    assert [get(one).status_code for one in (later, other, forged)] == [401, 401, 401]
    assert requests.put(signed.url, data="x", timeout=60).status_code == 401
    assert requests.delete(signed.url, timeout=60).status_code == 401
    assert swift.ask("GET", f"/{bucket}/key").text == "the content"


def test_a_signed_request_expires(cloud, bucket):
    put(cloud, bucket, "key")

    signed = cloud.call("objects", "sign_download", f"{bucket}/key", seconds=-1)

    assert get(signed.url).status_code == 401


def test_a_signed_upload_writes_this_object_alone(swift, cloud, bucket):
    asked = {"seconds": 60, "most": 5 * 1024**3, "content_type": "text/csv"}
    signed = cloud.call("objects", "sign_upload", f"{bucket}/a b/ü.csv", **asked)

    answer = requests.put(signed.url, data="a,b", headers=dict(signed.headers), timeout=60)

    assert (signed.method, signed.fields, answer.status_code) == ("PUT", (), 201)
    found = cloud.find("objects", f"{bucket}/a b/ü.csv")
    assert (found.size, found.content_type) == (3, "text/csv")
    other = signed.url.replace(quote("a b/ü.csv"), "other")
    assert requests.put(other, data="x", timeout=60).status_code == 401
    assert get(signed.url).status_code == 401


def test_the_key_that_a_container_has_is_kept(swift, cloud, bucket):
    swift.ask("POST", f"/{bucket}", headers={"X-Container-Meta-Temp-URL-Key": "its own key"})
    put(cloud, bucket, "key")
    signed = cloud.call("objects", "sign_download", f"{bucket}/key", seconds=60)

    assert get(signed.url).ok
    headers = swift.ask("HEAD", f"/{bucket}").headers
    assert headers["X-Container-Meta-Temp-URL-Key"] == "its own key"
    assert cloud.find("buckets", bucket).tags == ()


def test_a_container_without_a_key_gets_one_once(swift, cloud, bucket):
    put(cloud, bucket, "key")
    first, second = (
        cloud.call("objects", "sign_download", f"{bucket}/key", seconds=60) for _ in range(2)
    )

    assert get(first.url).ok
    assert get(second.url).ok
    key = swift.ask("HEAD", f"/{bucket}").headers["X-Container-Meta-Temp-URL-Key"]
    assert len(key) > 40
    assert key not in first.url
    assert "X-Container-Meta-Temp-URL-Key" not in swift.ask("HEAD", f"/{bucket}", READER).headers


@pytest.mark.parametrize(
    ("said", "digest"),
    [
        ({"methods": ["GET"], "allowed_digests": ["sha1", "sha512"]}, "sha512"),
        ({"methods": ["GET"]}, "sha1"),
    ],
)
def test_the_digest_is_one_that_the_cluster_takes(cloud, bucket, monkeypatch, said, digest):
    put(cloud, bucket, "key", "hello")
    monkeypatch.setattr(store.SwiftStore, "features", {"tempurl": said})

    signed = cloud.call("objects", "sign_download", f"{bucket}/key", seconds=60)

    [signature] = parse_qs(urlsplit(signed.url).query)["temp_url_sig"]
    assert len(signature) == {"sha1": 40, "sha512": 128}[digest]
    assert get(signed.url).text == "hello"


@pytest.mark.parametrize("said", [{}, {"tempurl": {"methods": ["PUT"]}}])
def test_a_cluster_that_does_not_say_so_has_no_signed_downloads(cloud, bucket, monkeypatch, said):
    monkeypatch.setattr(store.SwiftStore, "features", said)

    error = refusal(lambda: cloud.call("objects", "sign_download", f"{bucket}/key", seconds=60))

    assert (error.code, error.is_final) == (Code.NOT_SUPPORTED, True)


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "a/b", ".", "..", "x" * 257, "日" * 86, "nul\x00", "\ud800"])
def test_no_container_has_such_a_name(name):
    assert STORE.problem_of_bucket(name)


@pytest.mark.parametrize("key", ["", "k" * 1025, "nul\x00", "\ud800"])
def test_no_object_has_such_a_key(key):
    assert STORE.problem_of_key(key)


@pytest.mark.parametrize(
    "pairs",
    [
        [("A", "b")],
        [("a_b", "c")],
        [("a", "")],
        [("a", " b")],
        [("a", "b\n")],
        [("a", "b"), ("a", "c")],
        [("a", "ü" * 129)],
        [("n" * 129, "b")],
        [(f"n{number}", "b") for number in range(91)],
        [(f"n{number}", "b" * 250) for number in range(20)],
    ],
)
def test_no_object_has_such_metadata(pairs):
    assert STORE.problem_of_metadata(pairs)


def test_more_metadata_than_is_taken(cloud, bucket):
    """Swift itself refuses more than each limit. (ext4 has no room for the most that is taken.)"""
    pairs = tuple(sorted((f"n{number}", "v" * 256) for number in range(4)))
    assert STORE.problem_of_metadata(pairs) is None
    put(cloud, bucket, "key", metadata=pairs)
    many = tuple((f"n{number}", "v") for number in range(91))

    assert cloud.find("objects", f"{bucket}/key").metadata == pairs
    for more in (many, (("n" * 129, "v"),), (("n", "v" * 257),)):
        assert STORE.problem_of_metadata(more)
        error = refusal(lambda more=more: put(cloud, bucket, "key", metadata=more))
        assert error.code is Code.INVALID_REQUEST


def test_the_kind_offers_object_storage():
    assert {
        one for one in Capability if one.resource in {"buckets", "objects"}
    } <= KIND.capabilities


@pytest.mark.parametrize("answer", [reply(""), reply("{}"), reply("<html>Log in"), reply("[1]")])
def test_a_page_of_something_else_is_no_empty_container(answer, monkeypatch):
    keystone = OpenStack()
    with static_ec2(answer) as server, served(keystone, monkeypatch):
        keystone.stores = Swift(server.url).catalogue()
        with connected() as found:
            error = refusal(lambda: page(found, "container"))

    assert error.code is Code.PROVIDER_ERROR
    assert len(server.asked) == 1
