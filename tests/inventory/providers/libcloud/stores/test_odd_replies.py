"""Odd replies of a store damage one object, or fail the list: they never shorten it."""

import pytest
import requests

from inventory.providers import ProviderErrorCode, retries
from inventory.providers.libcloud.stores.offered import STORES
from inventory.records.bucket import BucketState, NewBucket
from tests.inventory.providers.libcloud.stores.recorded import (
    OF_STORE,
    answered,
    query_of,
    recordings,
)
from tests.inventory.providers.libcloud.stores.test_recorded import error_of
from tests.inventory.providers.object_requests import keys, page, put, refusal

Code = ProviderErrorCode
NAMES = [row.name for row in STORES]
MINIO = "storage.minio"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(retries, "sleep", lambda _seconds: None)


def always(status, body="", headers=OF_STORE):
    return lambda _request: (status, body, headers)


def buckets_of(*entries, namespace=""):
    inside = "".join(f"<Bucket>{one}</Bucket>" for one in entries)
    return (
        f"<ListAllMyBucketsResult {namespace}><Buckets>{inside}</Buckets></ListAllMyBucketsResult>"
    )


def objects_of(inside):
    return f"<ListBucketResult>{inside}</ListBucketResult>"


WHOLE = "<Name>whole</Name><CreationDate>2026-01-02T03:04:05Z</CreationDate>"


@pytest.mark.parametrize(
    ("entry", "name"),
    [
        ("<Name>odd</Name>", "odd"),
        ("<Name>odd</Name><CreationDate>yesterday</CreationDate>", "odd"),
        ("<CreationDate>2026-01-02T03:04:05Z</CreationDate>", ""),
        ("<Name/>", ""),
        ("", ""),
        ("<Name><b>odd</b></Name><CreationDate/>", ""),
    ],
)
@pytest.mark.parametrize("driver", NAMES)
def test_one_odd_bucket_is_one_odd_row(driver, entry, name):
    with answered(driver, always(200, buckets_of(WHOLE, entry, WHOLE))) as (cloud, _asked):
        first, odd, last = cloud.read("buckets")

    assert (first.external_id, first.problem) == ("whole", None)
    assert last == first
    assert odd.external_id == name
    assert odd.problem
    assert odd.state is (BucketState.AVAILABLE if name else BucketState.UNKNOWN)


@pytest.mark.parametrize(
    "namespace", ["", 'xmlns="http://s3.amazonaws.com/doc/2006-03-01"', 'xmlns="urn:other"']
)
def test_a_list_is_read_in_any_namespace(namespace):
    with answered(MINIO, always(200, buckets_of(WHOLE, namespace=namespace))) as (cloud, _asked):
        assert [one.external_id for one in cloud.read("buckets")] == ["whole"]


@pytest.mark.parametrize("body", ["", "<html></html>", "no xml", error_of("X", "y"), "{}"])
@pytest.mark.parametrize("driver", NAMES)
def test_what_is_no_list_fails_the_list(driver, body):
    with answered(driver, always(200, body)) as (cloud, _asked):
        assert refusal(lambda: cloud.read("buckets")).code is Code.PROVIDER_ERROR
        assert refusal(lambda: page(cloud, "bucket")).code is Code.PROVIDER_ERROR


@pytest.mark.parametrize("driver", NAMES)
def test_the_objects_of_a_bucket_are_no_list_of_buckets(driver):
    """The address of one bucket answers so to the question about all."""
    with answered(driver, always(200, objects_of(""))) as (cloud, _asked):
        for act in (lambda: cloud.read("buckets"), lambda: cloud.find("buckets", "mine")):
            error = refusal(act)
            assert error.code is Code.PROVIDER_ERROR
            assert "without the name of a bucket" in error.message


@pytest.mark.parametrize("driver", NAMES)
def test_a_list_of_buckets_is_no_empty_bucket(driver):
    with answered(driver, always(200, buckets_of(WHOLE))) as (cloud, asked):
        assert refusal(lambda: page(cloud, "bucket")).code is Code.PROVIDER_ERROR
        error = refusal(lambda: cloud.call("buckets", "delete", "bucket", force=True))

    assert error.code is Code.PROVIDER_ERROR
    assert {one.method for one in asked} == {"GET"}


@pytest.mark.parametrize("driver", NAMES)
def test_an_answer_without_the_list_of_buckets_is_none(driver):
    body = "<ListAllMyBucketsResult><Owner/></ListAllMyBucketsResult>"
    with answered(driver, always(200, body)) as (cloud, _asked):
        assert refusal(lambda: cloud.read("buckets")).code is Code.PROVIDER_ERROR


@pytest.mark.parametrize("key", ["a/../b", ""])
def test_an_object_that_cannot_be_named_stops_the_deletion_by_force(key):
    """Without its key, the request would be about the bucket."""
    listed = objects_of(f"<Contents><Key>{key}</Key></Contents>")
    with answered(MINIO, always(200, listed)) as (cloud, asked):
        error = refusal(lambda: cloud.call("buckets", "delete", "bucket", force=True))

    assert error.code is Code.INVALID_REQUEST
    assert f"The object {key!r} could not be deleted, so the bucket stays" in error.message
    assert {one.method for one in asked} == {"GET"}


def test_a_part_of_an_object_that_cannot_be_read_is_null():
    odd = (
        "<Contents><Key>a</Key><Size>-1</Size><LastModified>never</LastModified></Contents>"
        "<Contents><Key>b</Key><Size>2</Size><ETag>&quot;e&quot;</ETag></Contents>"
    )
    with answered(MINIO, always(200, objects_of(odd))) as (cloud, _asked):
        a, b = page(cloud, "bucket").objects

    assert (a.key, a.size, a.last_modified, a.etag) == ("a", None, None, None)
    assert (b.key, b.size, b.etag) == ("b", 2, "e")


def test_a_page_that_does_not_say_how_it_goes_on_is_refused():
    cut = objects_of("<IsTruncated>true</IsTruncated>")
    with answered(MINIO, always(200, cut)) as (cloud, _asked):
        error = refusal(lambda: page(cloud, "bucket"))

    assert "last name" in error.message


@pytest.mark.parametrize(
    ("inside", "token"),
    [
        ("<NextMarker>n</NextMarker><Contents><Key>z</Key></Contents>", "n"),
        (
            "<Contents><Key>a</Key></Contents><CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>",
            "b/",
        ),
        ("<EncodingType>url</EncodingType><Contents><Key>a%0A+b</Key></Contents>", "a\n b"),
        ("<Contents><Key>a%0A+b</Key></Contents>", "a%0A+b"),
    ],
)
def test_a_page_goes_on_after_its_last_name(inside, token):
    body = objects_of(f"<IsTruncated>true</IsTruncated>{inside}")
    with answered(MINIO, always(200, body)) as (cloud, asked):
        found = page(cloud, "bucket", first=7, prefix="p", delimiter="/", after="m")

    assert found.next_token == token
    assert query_of(asked[0]) == {
        "max-keys": "7",
        "encoding-type": "url",
        "prefix": "p",
        "delimiter": "/",
        "marker": "m",
    }


@pytest.mark.parametrize("driver", NAMES)
def test_the_absence_that_another_server_reports_is_none(driver):
    """A proxy's 404 has neither the store's word nor its header."""
    with answered(driver, always(404, "<html>Not here</html>", {})) as (cloud, _asked):
        for act in (
            lambda: cloud.find("objects", "bucket/key"),
            lambda: cloud.do("objects", "delete", "bucket/key"),
            lambda: cloud.create("buckets", "create", NewBucket("name")),
        ):
            assert refusal(act).code is Code.PROVIDER_ERROR


@pytest.mark.parametrize(
    ("status", "word", "code"),
    [
        (404, "NoSuchBucket", Code.NOT_FOUND),
        (403, "AccessDenied", Code.PERMISSION_DENIED),
        (403, "SignatureDoesNotMatch", Code.INVALID_CREDENTIALS),
        (400, "TooManyBuckets", Code.QUOTA_EXCEEDED),
        (503, "SlowDown", Code.RATE_LIMITED),
        (500, "InternalError", Code.PROVIDER_ERROR),
    ],
)
@pytest.mark.parametrize("driver", NAMES)
def test_a_refusal_is_the_stores_own(driver, status, word, code):
    with answered(driver, always(status, error_of(word, "Why."))) as (cloud, _asked):
        error = refusal(lambda: cloud.read("buckets"))

    assert error.code is code
    assert "Why." in error.message


@pytest.mark.parametrize("driver", NAMES)
def test_an_object_of_a_bucket_that_is_absent_is_not_deleted_already(driver):
    with answered(driver, always(404, error_of("NoSuchBucket", "None."))) as (cloud, _asked):
        assert refusal(lambda: cloud.do("objects", "delete", "b/k")).code is Code.NOT_FOUND
        assert refusal(lambda: put(cloud, "b", "k")).code is Code.NOT_FOUND


@pytest.mark.parametrize("status", [200, 403, 301])
@pytest.mark.parametrize("driver", NAMES)
def test_a_name_that_is_taken_is_not_ordered(driver, status):
    """A store may answer "created" for a bucket that the account has."""
    with answered(driver, always(status)) as (cloud, asked):
        error = refusal(lambda: cloud.create("buckets", "create", NewBucket("name")))

    assert (error.code, error.is_final, error.may_have_acted) == (Code.CONFLICT, True, False)
    assert {one.method for one in asked} == {"HEAD"}


@pytest.mark.parametrize("driver", NAMES)
def test_an_order_whose_answer_is_lost_may_have_been_done(driver):
    def answer(request):
        if request.method == "HEAD":
            return 404, "", OF_STORE
        raise requests.ConnectionError("cut")

    with answered(driver, answer) as (cloud, asked):
        error = refusal(lambda: cloud.create("buckets", "create", NewBucket("name")))

    assert error.may_have_acted
    assert [one.method for one in asked] == ["HEAD", "PUT"]


def test_versions_that_stay_keep_their_bucket():
    def answer(request):
        if request.method == "GET":
            return 200, objects_of(""), OF_STORE
        return 409, error_of("BucketNotEmpty", "It is not."), OF_STORE

    with answered(MINIO, answer) as (cloud, _asked):
        error = refusal(lambda: cloud.call("buckets", "delete", "name", force=True))

    assert (error.code, error.is_final) == (Code.CONFLICT, True)
    assert "it has versions of objects, which the driver does not list" in error.message


@pytest.mark.parametrize("bucket", ["a?b", "a#b", "..", "a%2Fb", ""])
def test_a_bucket_whose_name_would_change_the_path_is_not_asked_about(bucket):
    with answered(MINIO, recordings()) as (cloud, asked):
        for act in (
            lambda: page(cloud, bucket),
            lambda: cloud.call("buckets", "delete", bucket, force=True),
            lambda: cloud.do("objects", "delete", f"{bucket}/key"),
        ):
            assert refusal(act).code is Code.INVALID_REQUEST
    assert asked == []


@pytest.mark.parametrize(
    ("key", "path"),
    [("a//b", "/b/a//b"), ("/a", "/b//a"), ("a\nb", "/b/a%0Ab"), ("a%2Fb", "/b/a%252Fb")],
)
@pytest.mark.parametrize("driver", NAMES)
def test_a_key_is_sent_as_it_is(driver, key, path):
    with answered(driver, always(204)) as (cloud, asked):
        cloud.do("objects", "delete", f"b/{key}")

    assert asked[0].path_url.partition("?")[0] == path


def test_text_is_read_as_utf_8_whatever_its_type_is():
    """requests takes text/xml without a character set for Latin-1."""
    body = objects_of("<Contents><Key>ü</Key></Contents>")
    headers = OF_STORE | {"content-type": "text/xml"}
    with answered(MINIO, always(200, body, headers)) as (cloud, _asked):
        assert keys(page(cloud, "bucket")) == ["ü"]
