"""Cloud Storage of the kind google, on a stand-in that follows the reference of the JSON API."""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from inventory.providers import Capability, ProviderErrorCode, connect
from inventory.providers import get_kind as kind_named
from inventory.providers.google.account import account_of
from inventory.providers.google.storage import public_access, removal, signed_requests, store
from inventory.providers.google.storage.names import STORE
from inventory.providers.google.storage.signatures import Signer, signed_address, signed_form
from inventory.providers.identity import ANOTHER
from inventory.providers.store_rules import attachment
from inventory.records.bucket import BucketState, NewBucket
from tests.clouds.apis.google import STORAGE, Google, service_account
from tests.clouds.recorded import RECORDINGS, Request, as_json, recording, served
from tests.inventory.providers.object_requests import keys, page, put, refusal

Code = ProviderErrorCode
KIND = kind_named("google")
CASES = recording("google_storage/v4_signatures")
ODD_KEYS = [
    "plain.txt",
    "a b/ü-日本/😀.txt",
    "percent%2Fand+plus?&=#",
    "quote\"'<>&",
    "tab\tand\x01control",
    "dots/../name/./x",
    "two//slashes/",
    "/first",
    "...",
    "~tilde*(star)",
    "k" * 1024,
]


@pytest.fixture
def stand_in(monkeypatch):
    with served(Google(), monkeypatch) as found:
        yield found


def connected(**given):
    values = {"service_account": service_account(), **given}
    return connect(KIND, KIND.clean_credentials(values), "global", 30)


@pytest.fixture
def cloud(stand_in):
    with connected() as found:
        yield found


@pytest.fixture
def bucket(cloud):
    cloud.create("buckets", "create", NewBucket("of-tests"))
    return "of-tests"


def asked_of(stand_in, method="GET", end=""):
    return [
        one
        for one in stand_in.asked
        if one.host == STORAGE and one.method == method and one.path.endswith(end)
    ]


# --- buckets ----------------------------------------------------------------------------------


def test_a_bucket_is_listed_with_its_details(stand_in, cloud):
    before = datetime.now(UTC) - timedelta(seconds=5)
    tags = (("gateway-job", "7d8c"), ("purpose", "tests"))
    cloud.create("buckets", "create", NewBucket("mine", versioning=True, tags=tags))

    found = cloud.find("buckets", "mine")

    assert (found.versioning, found.public, found.tags) == ("ENABLED", False, tags)
    assert (found.state, found.encryption, found.problem) == (BucketState.AVAILABLE, "AES256", None)
    assert before < found.created_at < datetime.now(UTC) + timedelta(seconds=5)
    assert found in cloud.read("buckets")
    assert stand_in.buckets["mine"]["iamConfiguration"]["uniformBucketLevelAccess"]["enabled"]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, ("OFF", "AES256")),
        ({"versioning": {"enabled": False}}, ("SUSPENDED", "AES256")),
        ({"versioning": {"enabled": True}}, ("ENABLED", "AES256")),
        ({"encryption": {"defaultKmsKeyName": "projects/p/keys/k"}}, ("OFF", "cloud-kms")),
    ],
)
def test_the_settings_of_a_bucket(stand_in, cloud, facts, expected):
    stand_in.add_bucket("one", **facts)

    found = cloud.find("buckets", "one")

    assert (found.versioning, found.encryption) == expected


@pytest.mark.parametrize(
    ("members", "role", "public"),
    [
        (["allUsers"], "roles/storage.objectViewer", True),
        (["user:a@b", "allAuthenticatedUsers"], "roles/storage.legacyBucketReader", True),
        (["allUsers"], "projects/p/roles/ownRole", True),
        (["allUsers"], "roles/storage.objectCreator", False),
        (["user:allUsers@example.org"], "roles/storage.objectViewer", False),
    ],
)
def test_a_bucket_is_public_by_its_policy(stand_in, cloud, members, role, public):
    stand_in.policies["first-bucket"]["bindings"].append({"role": role, "members": members})

    assert cloud.find("buckets", "first-bucket").public is public


def test_a_policy_that_was_changed_since_it_was_read_stays(stand_in, cloud):
    order = NewBucket("of-tests", public=True)
    cloud.create("buckets", "create", order)
    plain = stand_in.answer

    def answer(request):
        reply = plain(request)
        if request.method == "GET" and request.path.endswith("/iam"):
            stand_in.policies["of-tests"]["etag"] = "of somebody else"
        return reply

    stand_in.answer = answer
    error = refusal(lambda: cloud.configure_bucket(order))

    assert (error.code, error.retryable) == (Code.CONFLICT, True)
    assert "Somebody else changed the IAM policy" in error.message
    assert cloud.find("buckets", "of-tests").public is False


def test_a_policy_without_its_etag_is_not_overwritten(stand_in, cloud):
    order = NewBucket("of-tests", public=True)
    cloud.create("buckets", "create", order)
    del stand_in.policies["of-tests"]["etag"]

    assert refusal(lambda: cloud.configure_bucket(order)).code is Code.PROVIDER_ERROR
    assert [one for one in stand_in.asked if one.method == "PUT"] == []


def test_where_prevention_is_enforced_no_policy_is_read(stand_in, cloud):
    stand_in.add_bucket("closed", iamConfiguration={"publicAccessPrevention": "enforced"})

    assert cloud.find("buckets", "closed").public is False
    assert asked_of(stand_in, end="/iam") == []


@pytest.mark.parametrize("policy", [{"bindings": 5}, {"bindings": [{"members": "allUsers"}]}, {}])
def test_an_odd_policy_makes_no_bucket_private(stand_in, cloud, policy):
    stand_in.policies["first-bucket"] = policy

    found = cloud.find("buckets", "first-bucket")

    assert found.state is BucketState.AVAILABLE
    assert (found.public, bool(found.problem)) == ((None, True) if policy else (False, False))


def test_a_policy_that_may_not_be_read_leaves_one_detail_unknown(stand_in, cloud):
    stand_in.unreadable.add("first-bucket")

    found = cloud.find("buckets", "first-bucket")

    assert (found.public, found.versioning, found.tags) == (None, "OFF", (("purpose", "tests"),))
    assert "IAM policy" in found.problem


def test_a_list_has_the_buckets_of_every_page(stand_in, cloud, monkeypatch):
    """The policies of a few are read: each takes a request."""
    stand_in.more_buckets(12)
    stand_in.page = 5

    full = cloud.read("buckets")
    assert [one.name for one in full] == sorted(stand_in.buckets)
    assert {(one.public, one.problem) for one in full} == {(False, None)}
    asked = len(asked_of(stand_in, end="/iam"))
    monkeypatch.setattr(public_access, "MOST_DETAILED", 5)
    short = cloud.read("buckets")

    assert [one.name for one in short] == [one.name for one in full]
    assert {one.public for one in short} == {None}
    assert all("Read the bucket alone" in one.problem for one in short)
    assert len(asked_of(stand_in, end="/iam")) == asked == 13


def test_a_bucket_of_another_project_is_not_found(stand_in, cloud):
    """A name is one of all projects: a read by the name would find it."""
    stand_in.add_bucket("mine-too")

    assert cloud.find("buckets", "mine") is None
    assert cloud.find("buckets", "taken-elsewhere") is None


def test_an_answer_about_another_bucket_is_none_about_this_one(stand_in, cloud):
    stand_in.fault = as_json(
        {"kind": "storage#buckets", "items": [stand_in.buckets["first-bucket"]]}
    )

    error = refusal(lambda: cloud.find("buckets", "mine"))

    assert (error.code, error.message) == (Code.PROVIDER_ERROR, ANOTHER)


def test_a_bucket_whose_name_cannot_be_read_may_be_the_one(stand_in, cloud):
    stand_in.buckets["first-bucket"]["name"] = 17

    found = cloud.find("buckets", "first-bucket")

    assert (found.external_id, found.state) == ("first-bucket", BucketState.UNKNOWN)
    assert "name" in found.problem


@pytest.mark.parametrize("name", ["of-tests", "taken-elsewhere"])
def test_a_name_that_is_taken_is_a_conflict_that_stays(stand_in, cloud, bucket, name):
    order = NewBucket(name, public=True, tags=(("owner", "bob"),))

    error = refusal(lambda: cloud.create("buckets", "create", order))

    assert (error.code, error.is_final, error.may_have_acted) == (Code.CONFLICT, True, False)
    assert cloud.find("buckets", bucket).tags == ()


@pytest.mark.parametrize(
    ("zone", "location"), [("europe-west1-b", "EUROPE-WEST1"), ("us-central1-a", "US-CENTRAL1")]
)
def test_a_bucket_is_in_the_region_of_the_accounts_zone(stand_in, zone, location):
    with connected(zone=zone) as cloud:
        cloud.create("buckets", "create", NewBucket("placed"))

    assert stand_in.buckets["placed"]["location"] == location


def test_a_public_bucket_is_read_by_everybody(stand_in, cloud):
    order = NewBucket("open", public=True)
    cloud.create("buckets", "create", order)
    assert cloud.find("buckets", "open").public is False

    for _ in range(2):  # it may be repeated
        cloud.configure_bucket(order)

    assert cloud.find("buckets", "open").public is True
    bindings = {one["role"]: one["members"] for one in stand_in.policies["open"]["bindings"]}
    assert bindings["roles/storage.objectViewer"] == ["allUsers"]
    assert bindings["roles/storage.legacyBucketOwner"] == ["projectOwner:p"]
    assert len(asked_of(stand_in, "PUT")) == 1


def test_where_the_public_is_forbidden_the_refusal_stays(stand_in, cloud):
    stand_in.is_restricted = True
    order = NewBucket("open", public=True)
    cloud.create("buckets", "create", order)

    error = refusal(lambda: cloud.configure_bucket(order))

    assert (error.code, error.is_final, error.may_have_acted) == (Code.CONFLICT, True, False)
    assert "permitted customer" in error.message


def test_a_bucket_that_is_not_public_has_nothing_to_configure(stand_in, cloud, bucket):
    asked = len(stand_in.asked)

    cloud.configure_bucket(NewBucket(bucket))

    assert len(stand_in.asked) == asked


def test_a_bucket_that_is_not_empty_stays(stand_in, cloud, bucket):
    put(cloud, bucket, "key")

    error = refusal(lambda: cloud.call("buckets", "delete", bucket))

    assert (error.code, error.is_final, error.may_have_acted) == (Code.CONFLICT, True, False)
    assert error.message.startswith("The bucket is not empty.")
    assert keys(page(cloud, bucket)) == ["key"]


def test_by_force_all_generations_are_deleted_page_by_page(stand_in, cloud, monkeypatch):
    monkeypatch.setattr(removal, "MOST_DELETED", 4)
    cloud.create("buckets", "create", NewBucket("full", versioning=True))
    for key in ODD_KEYS:
        put(cloud, "full", key)
    for number in range(3):
        put(cloud, "full", "same", f"version {number}")
    cloud.do("objects", "delete", "full/same")
    assert keys(page(cloud, "full", prefix="same")) == []
    assert refusal(lambda: cloud.call("buckets", "delete", "full")).code is Code.CONFLICT

    deleted = []
    while (count := cloud.call("buckets", "delete", "full", force=True)) > 0:
        deleted.append(count)

    assert deleted == [4, 4, 4, 2]
    assert cloud.find("buckets", "full") is None


def test_an_empty_page_is_not_the_last_one(stand_in, cloud, bucket):
    """ "A page may have no items and a token": an empty bucket has neither."""
    put(cloud, bucket, "key")
    answer, empty = stand_in.answer, []

    def with_an_empty_page(request):
        if request.path.endswith("/o") and request.method == "GET" and not empty:
            empty.append(request)
            return as_json({"kind": "storage#objects", "nextPageToken": "next-0"})
        return answer(request)

    stand_in.answer = with_an_empty_page

    assert cloud.call("buckets", "delete", bucket, force=True) == 1
    assert len(empty) == 1


def test_an_object_under_a_hold_keeps_its_bucket(stand_in, cloud, bucket):
    put(cloud, bucket, "key")
    stand_in.held.add("key")

    error = refusal(lambda: cloud.call("buckets", "delete", bucket, force=True))

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert "the bucket stays" in error.message
    assert "hold" in error.message
    assert bucket in stand_in.buckets


def test_an_object_that_is_written_meanwhile_is_a_conflict_that_passes(stand_in, cloud, bucket):
    plain = store.GoogleStore.delete

    def delete(self, path, **asked):
        put(cloud, bucket, "late")
        plain(self, path, **asked)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(store.GoogleStore, "delete", delete)
        error = refusal(lambda: cloud.call("buckets", "delete", bucket, force=True))

    assert (error.code, error.retryable, error.is_final) == (Code.CONFLICT, True, False)


def test_a_bucket_that_is_absent(stand_in, cloud):
    assert cloud.find("buckets", "absent") is None
    for act in (
        lambda: cloud.call("buckets", "delete", "absent"),
        lambda: page(cloud, "absent"),
        lambda: put(cloud, "absent", "key"),
        lambda: cloud.do("objects", "delete", "absent/key"),
    ):
        assert refusal(act).code is Code.NOT_FOUND
    assert cloud.find("objects", "absent/key") is None


def test_a_404_that_is_not_googles_is_no_absence(stand_in, cloud):
    stand_in.fault = as_json({"error": {"code": 404, "message": "No such route."}}, 404)

    assert refusal(lambda: cloud.find("objects", "b/key")).code is Code.PROVIDER_ERROR


def test_an_account_without_rights_is_told_so(stand_in, cloud):
    stand_in.fault = stand_in.problem(403, "forbidden", "Forbidden")

    for act in (
        lambda: cloud.read("buckets"),
        lambda: cloud.create("buckets", "create", NewBucket("mine")),
    ):
        error = refusal(act)
        assert (error.code, bool(error.may_have_acted)) == (Code.PERMISSION_DENIED, False)


def test_each_api_has_a_token_of_its_own_that_is_kept(stand_in):
    for _ in range(2):
        with connected() as cloud:
            cloud.read("buckets")
            cloud.read("virtual_machines")

    assert len([one for one in stand_in.asked if one.path == "/o/oauth2/token"]) == 2


def test_a_token_that_was_taken_back_is_got_anew(stand_in, cloud):
    cloud.read("buckets")
    stand_in.token = "another"

    assert cloud.read("buckets")


def test_an_odd_bucket_is_one_odd_row(stand_in, cloud):
    for number, odd in enumerate(({"name": 5}, {"timeCreated": "never"}, {"labels": 5})):
        stand_in.add_bucket(f"odd-{number}", **odd)

    records = cloud.read("buckets")

    assert len(records) == 4
    odd = [one for one in records if one.problem]
    assert len(odd) == 3
    assert {one.state for one in odd if not one.external_id} == {BucketState.UNKNOWN}


# --- objects ----------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ODD_KEYS)
def test_any_key_is_written_read_signed_and_deleted(stand_in, cloud, bucket, key):
    assert STORE.problem_of_key(key) is None
    put(cloud, bucket, key, "the content")

    assert [one["name"] for one, _data in stand_in.objects[bucket]] == [key]
    assert keys(page(cloud, bucket)) == [key]
    found = cloud.find("objects", f"{bucket}/{key}")
    assert (found.key, found.size) == (key, 11)
    signed = cloud.call("objects", "sign_download", f"{bucket}/{key}", seconds=60)
    got = get(stand_in, signed.url)
    assert got.body == b"the content"
    assert got.headers["Content-Disposition"] == attachment(key)
    cloud.do("objects", "delete", f"{bucket}/{key}")
    cloud.do("objects", "delete", f"{bucket}/{key}")
    assert cloud.find("objects", f"{bucket}/{key}") is None
    assert stand_in.objects[bucket] == []


def test_an_object_is_read_with_its_metadata(stand_in, cloud, bucket):
    metadata = (("a-b", "värde 1"), ("owner", "Ada"))
    put(cloud, bucket, "key", "hello --boundary\r\n--", metadata=metadata)

    found = cloud.find("objects", f"{bucket}/key")

    assert (found.metadata, found.bucket, found.size) == (metadata, bucket, 20)
    assert (found.content_type, found.storage_class) == ("text/plain; charset=utf-8", "STANDARD")
    assert stand_in.objects[bucket][0][1] == b"hello --boundary\r\n--"
    [listed] = page(cloud, bucket).objects
    assert (listed.etag, listed.size, listed.metadata) == (found.etag, 20, ())
    assert abs(listed.last_modified - datetime.now(UTC)) < timedelta(seconds=60)


def test_an_empty_text_and_one_that_is_written_again(cloud, bucket):
    put(cloud, bucket, "key", "first")
    put(cloud, bucket, "key", "")

    assert cloud.find("objects", f"{bucket}/key").size == 0


def test_pages_and_folders(cloud, bucket):
    for key in ("2025/a", "2026/01/a", "2026/01/b", "2026/02/a", "2026/note", "2026/x/y"):
        put(cloud, bucket, key)

    top = page(cloud, bucket, delimiter="/")
    assert (top.prefixes, keys(top)) == (("2025/", "2026/"), [])
    entries, after, sizes = [], None, []
    while True:
        one = page(cloud, bucket, prefix="2026/", delimiter="/", first=3, after=after)
        entries += [*one.prefixes, *keys(one)]
        sizes.append(len(one.prefixes) + len(one.objects))
        after = one.next_token
        if after is None:
            break
    assert entries == ["2026/01/", "2026/02/", "2026/note", "2026/x/"]
    assert sizes == [3, 1]


def test_a_token_that_google_does_not_know(cloud, bucket):
    assert refusal(lambda: page(cloud, bucket, after="nonsense")).code is Code.INVALID_REQUEST


def test_an_odd_object_is_one_odd_object(stand_in, cloud, bucket):
    put(cloud, bucket, "key")
    odd = {"name": "odd", "size": 5.5, "updated": "never", "etag": [], "generation": "1"}
    stand_in.objects[bucket].append((odd, b""))

    first, second = page(cloud, bucket).objects

    assert (first.key, first.size) == ("key", 4)
    assert (second.key, second.size, second.etag, second.last_modified) == ("odd", None, None, None)


# --- signed requests --------------------------------------------------------------------------


def get(stand_in, url):
    parts = urlsplit(url)
    assert (parts.scheme, parts.netloc) == ("https", STORAGE)
    query = dict(parse_qsl(parts.query))
    return stand_in.answer(Request("GET", STORAGE, parts.path, query, {}, ""))


def send_form(stand_in, signed, data="a,b", **changes):
    fields = dict(signed.fields) | changes
    prepared = requests.Request(
        "POST", signed.url, data=fields, files={"file": ("a.csv", data, "text/csv")}
    ).prepare()
    parts, text = urlsplit(prepared.url), prepared.body.decode()
    return stand_in.answer(Request("POST", parts.netloc, parts.path, {}, prepared.headers, text))


def sign_upload(cloud, bucket, key="a/ü.csv", **details):
    given = {"seconds": 60, "most": 100, "content_type": None, **details}
    return cloud.call("objects", "sign_upload", f"{bucket}/{key}", **given)


def code_of(reply):
    return reply.status, (re.findall(r"<Code>(\w+)</Code>", reply.body.decode()) or [""])[0]


def test_a_form_uploads_one_object(stand_in, cloud, bucket):
    asked = len(stand_in.asked)
    plain = sign_upload(cloud, bucket)
    full = sign_upload(
        cloud, bucket, "b", content_type="text/x-own", redirect="https://example.org/done?a=b"
    )

    assert len(stand_in.asked) == asked
    assert send_form(stand_in, plain).status == 204
    redirected = send_form(stand_in, full)
    assert (redirected.status, redirected.headers["Location"]) == (
        303,
        "https://example.org/done?a=b",
    )
    assert cloud.find("objects", f"{bucket}/a/ü.csv").size == 3
    assert cloud.find("objects", f"{bucket}/b").content_type == "text/x-own"


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"data": "x" * 101}, (400, "EntityTooLarge")),
        ({"key": "another"}, (400, "InvalidPolicyDocument")),
        ({"content-type": "text/html"}, (400, "InvalidPolicyDocument")),
        ({"success_action_redirect": "https://x"}, (400, "InvalidPolicyDocument")),
        ({"policy": "e30="}, (403, "SignatureDoesNotMatch")),
        ({"x-goog-signature": "00"}, (403, "SignatureDoesNotMatch")),
    ],
)
def test_a_form_is_good_for_what_it_names(stand_in, cloud, bucket, changes, refused):
    signed = sign_upload(cloud, bucket)

    assert code_of(send_form(stand_in, signed, **changes)) == refused
    assert stand_in.objects[bucket] == []


class Earlier(datetime):
    """The clock of eight days ago."""

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) - timedelta(days=8)


def test_a_signature_ends(stand_in, cloud, bucket, monkeypatch):
    put(cloud, bucket, "key")
    monkeypatch.setattr(signed_requests, "datetime", Earlier)
    signed = sign_upload(cloud, bucket, seconds=604_800)
    down = cloud.call("objects", "sign_download", f"{bucket}/key", seconds=604_800)

    assert code_of(send_form(stand_in, signed)) == (400, "InvalidPolicyDocument")
    assert code_of(get(stand_in, down.url)) == (400, "ExpiredToken")


def test_a_download_is_good_for_one_object(stand_in, cloud, bucket):
    put(cloud, bucket, "key")
    put(cloud, bucket, "kez")

    signed = cloud.call("objects", "sign_download", f"{bucket}/key", seconds=60)

    assert (signed.method, signed.headers, signed.fields) == ("GET", (), ())
    assert get(stand_in, signed.url).status == 200
    changed = (signed.url.replace("/key?", "/kez?"), signed.url.replace("=60&", "=61&"))
    for url in changed:
        assert url != signed.url
        assert code_of(get(stand_in, url)) == (403, "SignatureDoesNotMatch")


def test_a_key_that_is_none_of_rsa_signs_nothing(stand_in):
    account = json.dumps(json.loads(service_account()) | {"private_key": "no key"})
    with connected(service_account=account) as cloud:
        error = refusal(lambda: cloud.call("objects", "sign_download", "b/k", seconds=60))

    assert error.code is Code.INVALID_CREDENTIALS
    assert "no key" not in error.message


def signer_of(case):
    text = (RECORDINGS / "google_storage/account.json").read_text(encoding="utf-8")
    return Signer(account_of({"service_account": text}), datetime.fromisoformat(case["timestamp"]))


@pytest.mark.parametrize("case", CASES["signingV4Tests"], ids=lambda case: case["description"])
def test_addresses_are_signed_as_google_signs_them(case):
    names = case["bucket"], case["object"]
    url = signed_address(signer_of(case), case["method"], names, case["expiration"])

    assert url == case["expectedUrl"]


@pytest.mark.parametrize("case", CASES["postPolicyV4Tests"], ids=lambda case: case["description"])
def test_forms_are_signed_as_google_signs_them(case):
    given, expected = case["policyInput"], case["policyOutput"]
    limit = (given.get("conditions") or {}).get("contentLengthRange")
    conditions = [["content-length-range", *limit]] if limit else []

    url, fields = signed_form(
        signer_of(given),
        (given["bucket"], given["object"]),
        given["expiration"],
        given.get("fields") or {},
        conditions,
    )

    assert (url, fields) == (expected["url"], expected["fields"])


# --- names ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["abc", "a_b-c", "www.example.com", "0" * 63, "1.2.3.4.5"])
def test_a_name_that_a_bucket_can_have(stand_in, cloud, name):
    assert STORE.problem_of_bucket(name) is None
    cloud.create("buckets", "create", NewBucket(name))
    assert cloud.call("buckets", "delete", name) == 0


@pytest.mark.parametrize(
    "name",
    [
        *("", "ab", "Abc", "-abc", "abc_", "a b c", "x" * 64, "a..b", "a.-b", "192.168.5.4"),
        *("goog-x", "my-google-x", "my-g00gle", "ünï", f"{'x.' * 120}xyz", "abc\n"),
    ],
)
def test_no_bucket_has_such_a_name(name):
    assert STORE.problem_of_bucket(name)


@pytest.mark.parametrize(
    "key",
    ["", "k" * 1025, "nul\x00", "\ud800", ".", "..", "a\nb", "a\r", ".well-known/acme-challenge/x"],
)
def test_no_object_has_such_a_key(key):
    assert STORE.problem_of_key(key)


@pytest.mark.parametrize(
    "pairs",
    [
        [("A", "b")],
        [("a", " b")],
        [("a", "b\n")],
        [("a", "b"), ("a", "c")],
        [("a", "ü" * 4096)],
    ],
)
def test_no_object_has_such_metadata(pairs):
    assert STORE.problem_of_metadata(pairs)


def test_the_kind_offers_object_storage():
    assert {
        one for one in Capability if one.resource in {"buckets", "objects"}
    } <= KIND.capabilities
