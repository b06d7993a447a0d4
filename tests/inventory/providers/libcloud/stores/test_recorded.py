"""Each storage driver that is offered, on the replies that libcloud's own tests have recorded."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest

from inventory.providers import ProviderErrorCode, get_kind
from inventory.providers.libcloud.stores.offered import STORES
from inventory.records.bucket import BucketState, NewBucket
from inventory.types import Completeness
from tests.inventory.providers.libcloud.stores.recorded import (
    OF_STORE,
    answered,
    query_of,
    recordings,
)
from tests.inventory.providers.object_requests import keys, page, put, refusal

Code = ProviderErrorCode
NAMES = [row.name for row in STORES]
SIGNING = [row.name for row in STORES if "sign" in row.can.split()]


def absent_at_first(of_replies):
    """A HEAD is of a bucket that is not there yet."""

    def answer(request):
        return (404, "", OF_STORE) if request.method == "HEAD" else of_replies(request)

    return answer


@pytest.mark.parametrize("name", NAMES)
def test_buckets_are_listed_by_one_request(name):
    with answered(name, recordings("list_containers")) as (cloud, asked):
        found = cloud.read("buckets")

    assert [one.external_id for one in found] == ["test1", "test2"]
    assert found[0].created_at == datetime(2011, 4, 9, 12, 34, 49, tzinfo=UTC)
    assert {(one.state, one.problem) for one in found} == {(BucketState.AVAILABLE, None)}
    [request] = asked
    assert (request.method, urlsplit(request.url).path) == ("GET", "/")
    assert "Version" not in query_of(request)
    assert get_kind("libcloud", name).completeness("buckets") is Completeness.UNPROVEN


@pytest.mark.parametrize("name", NAMES)
def test_an_account_without_buckets(name):
    with answered(name, recordings("list_containers_EMPTY")) as (cloud, _asked):
        assert cloud.read("buckets") == []


@pytest.mark.parametrize("name", NAMES)
def test_objects_are_read_page_by_page(name):
    with answered(name, recordings("ITERATOR")) as (cloud, asked):
        first = page(cloud, "test_container", first=3)
        second = page(cloud, "test_container", first=3, after=first.next_token)

    assert keys(first) == ["1.zip", "2.zip", "3.zip"]
    assert (first.next_token, second.next_token) == ("3.zip", None)
    assert keys(second) == ["4.zip", "5.zip"]
    one = first.objects[0]
    assert (one.size, one.etag) == (1234567, "4397da7a7649e8085de9916c240e8166")
    assert one.last_modified == datetime(2011, 4, 9, 19, 5, 18, tzinfo=UTC)
    assert [query_of(request).get("marker") for request in asked] == [None, "3.zip"]


@pytest.mark.parametrize("name", NAMES)
def test_an_object_is_found_with_its_metadata(name):
    with answered(name, recordings("get_object")) as (cloud, _asked):
        found = cloud.find("objects", "test2/test")

    assert (found.key, found.size, found.content_type) == ("test", 12345, "application/zip")
    assert found.metadata == (("rabbits", "monkeys"),)
    assert found.last_modified == datetime(2012, 9, 13, 7, 13, 22, tzinfo=UTC)


@pytest.mark.parametrize("name", NAMES)
def test_a_bucket_is_created_and_deleted(name):
    with answered(name, absent_at_first(recordings())) as (cloud, asked):
        made = cloud.create("buckets", "create", NewBucket("new_container"))
        assert cloud.call("buckets", "delete", "new_container") == 0

    assert made.external_id == "new_container"
    deeds = [(one.method, urlsplit(one.url).path) for one in asked if one.method != "HEAD"]
    assert deeds == [("PUT", "/new_container"), ("DELETE", "/new_container")]


@pytest.mark.parametrize("name", NAMES)
def test_a_bucket_that_is_not_empty_stays(name):
    with answered(name, recordings("NOT_EMPTY")) as (cloud, _asked):
        error = refusal(lambda: cloud.call("buckets", "delete", "new_container"))

    assert (error.code, error.may_have_acted) == (Code.CONFLICT, False)


@pytest.mark.parametrize("name", NAMES)
def test_an_object_is_written_by_one_request(name):
    with answered(name, recordings()) as (cloud, asked):
        put(cloud, "foo_bar_container", "foo_test_upload", "text", metadata=(("a", "b"),))

    [request] = asked
    assert (request.method, request.body) == ("PUT", b"text")
    assert request.headers["content-type"] == "text/plain; charset=utf-8"
    assert request.headers["x-amz-meta-a"] == "b"
    assert "x-amz-storage-class" not in request.headers


@pytest.mark.parametrize(("name", "replies"), [(one, "DELETE") for one in NAMES])
def test_an_object_is_deleted(name, replies):
    with answered(name, recordings(replies)) as (cloud, asked):
        cloud.do("objects", "delete", "foo_bar_container/foo_bar_object")

    assert [one.method for one in asked] == ["DELETE"]


@pytest.mark.parametrize("name", NAMES)
def test_an_object_that_is_absent_is_deleted_already(name):
    with answered(name, recordings("NOT_FOUND")) as (cloud, _asked):
        cloud.do("objects", "delete", "foo_bar_container/foo_bar_object")


@pytest.mark.parametrize("name", NAMES)
def test_wrong_keys(name):
    def answer(_request):
        return 403, error_of("InvalidAccessKeyId", "It does not exist."), OF_STORE

    with answered(name, answer) as (cloud, _asked):
        assert refusal(lambda: cloud.read("buckets")).code is Code.INVALID_CREDENTIALS


@pytest.mark.parametrize("name", SIGNING)
def test_requests_are_signed_without_a_request(name):
    with answered(name, recordings()) as (cloud, asked):
        upload = cloud.call(
            "objects",
            "sign_upload",
            "bucket/a b.txt",
            seconds=901,
            most=5 * 1024**3,
            content_type="text/plain",
        )
        download = cloud.call("objects", "sign_download", "bucket/a b.txt", seconds=7 * 86400)

    assert asked == []
    assert (upload.method, upload.fields, download.method) == ("PUT", (), "GET")
    assert upload.headers == (("Content-Type", "text/plain"),)
    for made, seconds in ((upload, "901"), (download, "604800")):
        parts = urlsplit(made.url)
        assert (parts.scheme, parts.path) == ("https", "/bucket/a%20b.txt")
        assert f"X-Amz-Expires={seconds}&" in parts.query
        assert "sample-secret" not in made.url


@pytest.mark.parametrize("name", [one for one in NAMES if one not in SIGNING])
def test_a_driver_that_signs_nothing_says_so(name):
    with answered(name, recordings()) as (cloud, asked):
        error = refusal(lambda: cloud.call("objects", "sign_download", "bucket/key", seconds=60))

    assert (error.code, asked) == (Code.NOT_SUPPORTED, [])


def error_of(word, message):
    return f"<Error><Code>{word}</Code><Message>{message}</Message></Error>"
