"""Buckets of AWS accounts: on moto, and what depends on Amazon's own addresses."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.core.http.budget import Budget
from inventory.providers import ProviderError, ProviderErrorCode, connect, get_kind
from inventory.providers.boto.keys import Keys
from inventory.providers.ec2.driver import EC2Driver
from inventory.providers.s3 import details
from inventory.providers.s3 import signed_requests as links
from inventory.providers.s3.details import UNREAD
from inventory.providers.s3.store import Store
from inventory.records.bucket import BucketState, NewBucket
from inventory.records.stored_object import NewObject, ObjectQuery
from tests.clouds.seaweedfs import a_name
from tests.clouds.static_ec2 import reply, static_ec2
from tests.inventory.providers.conftest import KEYS
from tests.inventory.providers.object_requests import refusal

Code = ProviderErrorCode
FOREIGN = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "deny",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:DeleteObject",
                "Resource": "arn:aws:s3:::NAME/*",
            }
        ],
    }
)
HERE, ELSEWHERE = "eu-west-1", "us-east-1"


@pytest.fixture
def cloud(moto, aws_at):
    with aws_at(moto.url, region=HERE, timeout=30) as found:
        yield found


@pytest.fixture
def bucket(cloud):
    name = a_name()
    cloud.create("buckets", "create", NewBucket(name, tags=(("team", "data"),)))
    return name


def test_a_list_has_the_buckets_of_its_region_with_their_details(moto, aws_at, cloud):
    name, other = a_name(), a_name()
    order = NewBucket(name, versioning=True, public=True, tags=(("b", ""), ("a", "x y")))
    cloud.create("buckets", "create", order)
    cloud.configure_bucket(order)
    with aws_at(moto.url, region=ELSEWHERE, timeout=30) as elsewhere:
        elsewhere.create("buckets", "create", NewBucket(other))
        there = {one.external_id: one for one in elsewhere.read("buckets")}

    here = {one.external_id: one for one in cloud.read("buckets")}

    assert (name in here, other in here) == (True, False)
    assert (name in there, other in there) == (False, True)
    found = here[name]
    assert (found.versioning, found.public) == ("ENABLED", True)
    assert found.tags == (("a", "x y"), ("b", ""))
    assert (there[other].versioning, there[other].tags) == ("OFF", ())
    assert cloud.find("buckets", name) == found


@pytest.mark.parametrize(
    "policy", ['{"Version": "2012-10-17", "Statement": []}', FOREIGN], ids=["empty", "foreign"]
)
def test_a_policy_of_somebody_else_is_kept(cloud, policy):
    """It was set after the bucket was created, and before public access is asked for."""
    name = a_name()
    order = NewBucket(name, public=True)
    cloud.create("buckets", "create", order)
    store = cloud._driver.storage
    store.call("put_bucket_policy", Bucket=name, Policy=policy.replace("NAME", name))

    if policy is FOREIGN:
        error = refusal(lambda: cloud.configure_bucket(order))
        assert (error.code, error.is_final) == (Code.CONFLICT, True)
        assert "did not set" in error.message
        assert "deny" in store.call("get_bucket_policy", Bucket=name)["Policy"]
        assert cloud.find("buckets", name).public is not True
        return
    for _ in range(2):  # its own policy is no obstacle
        cloud.configure_bucket(order)
    assert cloud.find("buckets", name).public is True


def test_a_long_list_is_read_without_details(cloud, bucket, monkeypatch):
    monkeypatch.setattr(details, "MOST_DETAILED", 0)

    listed = {one.external_id: one for one in cloud.read("buckets")}
    alone = cloud.find("buckets", bucket)

    assert (listed[bucket].tags, listed[bucket].versioning) == ((), None)
    assert listed[bucket].problem == UNREAD
    assert (alone.tags, alone.versioning) == ((("team", "data"),), "OFF")


@pytest.mark.parametrize("key", ["a/../b", "../b", "./b", "/a", "//a", "a//b", "ü 😀"])
def test_a_key_is_taken_to_the_letter(cloud, bucket, key):
    cloud.do("objects", "put", f"{bucket}/{key}", NewObject(b"text", "text/plain"))

    page = cloud.call("objects", "list", bucket, ObjectQuery())

    assert [one.key for one in page.objects] == [key]
    assert cloud.find("objects", f"{bucket}/{key}").size == 4
    cloud.do("objects", "delete", f"{bucket}/{key}")
    assert cloud.call("objects", "list", bucket, ObjectQuery()).objects == ()


def test_a_bucket_of_another_region_is_no_bucket_of_this_one(moto, aws_at, bucket):
    with aws_at(moto.url, region=ELSEWHERE, timeout=30) as elsewhere:
        assert elsewhere.find("buckets", bucket) is None


# --- answers that are none --------------------------------------------------------------------


NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def buckets_of(inside):
    return reply(
        f'<ListAllMyBucketsResult xmlns="{NAMESPACE}"><Buckets>{inside}</Buckets>'
        "</ListAllMyBucketsResult>"
    )


def listed(server):
    kind = get_kind("s3")
    given = kind.clean_credentials({**KEYS, "endpoint_url": server.url})
    with connect(kind, given, ELSEWHERE, 10) as cloud:
        return cloud.read("buckets")


@pytest.mark.parametrize("body", ["<html><body>Welcome</body></html>", "no XML", ""])
def test_a_page_of_something_else_is_no_empty_list(body):
    with static_ec2(reply(body)) as server, pytest.raises(ProviderError) as caught:
        listed(server)

    assert caught.value.code is Code.PROVIDER_ERROR


@pytest.mark.parametrize("body", ["<html><body>Welcome</body></html>", "no XML", "", "<A/>"])
@pytest.mark.parametrize(
    "read",
    [
        lambda cloud: cloud.call("objects", "list", "bucket", ObjectQuery()),
        lambda cloud: cloud.call("buckets", "delete", "bucket", force=True),
    ],
)
def test_a_page_of_something_else_is_no_empty_bucket(read, body):
    kind = get_kind("s3")
    with static_ec2(reply(body)) as server:
        given = kind.clean_credentials({**KEYS, "endpoint_url": server.url})
        with connect(kind, given, ELSEWHERE, 10) as cloud, pytest.raises(ProviderError) as caught:
            read(cloud)

    assert caught.value.code is Code.PROVIDER_ERROR
    assert len(server.asked) == 1


def test_one_odd_bucket_damages_itself_only(monkeypatch):
    monkeypatch.setattr(details, "MOST_DETAILED", 0)
    odd = "<Bucket><CreationDate>never</CreationDate></Bucket>"
    good = "<Bucket><Name>good</Name><CreationDate>2026-01-02T03:04:05.000Z</CreationDate></Bucket>"
    with static_ec2(buckets_of(odd + good)) as server:
        first, second = listed(server)

    assert (first.external_id, first.state, first.created_at) == ("", BucketState.UNKNOWN, None)
    assert "Name is missing" in first.problem
    assert (second.name, second.created_at.isoformat()) == ("good", "2026-01-02T03:04:05+00:00")


def test_pages_that_do_not_end():
    body = buckets_of("").body.replace(
        b"</ListAllMyBucketsResult>",
        b"<ContinuationToken>same</ContinuationToken></ListAllMyBucketsResult>",
    )
    with static_ec2(reply(body)) as server, pytest.raises(ProviderError, match="does not end"):
        listed(server)


# --- at Amazon --------------------------------------------------------------------------------


def at_amazon(region=HERE):
    given = {"access_key_id": "AKIATESTTESTTEST", "secret_access_key": "secret", "region": region}
    return EC2Driver(given, region, 10)


def test_a_download_is_signed_by_version_4_for_the_buckets_own_host():
    with Budget(10).used():
        request = links.sign_download(at_amazon(), "a-bucket/a key", seconds=60)

    url = urlsplit(request.url)
    assert (url.scheme, url.netloc) == ("https", "a-bucket.s3.eu-west-1.amazonaws.com")
    assert url.path == "/a%20key"
    query = parse_qs(url.query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["60"]
    assert "/eu-west-1/s3/aws4_request" in query["X-Amz-Credential"][0]


def test_a_key_that_begins_with_a_slash_is_addressed_below_its_bucket():
    request = links.sign_download(at_amazon(), "a-bucket//key", seconds=60)

    assert urlsplit(request.url).netloc == "s3.eu-west-1.amazonaws.com"
    assert urlsplit(request.url).path == "/a-bucket//key"


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "s3.us-east-1.amazonaws.com"),
        ("cn-north-1", "s3.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "s3.us-gov-west-1.amazonaws.com"),
    ],
)
def test_each_partition_has_its_own_host(region, host):
    request = links.sign_download(at_amazon(region), "dotted.bucket/key", seconds=60)

    assert urlsplit(request.url).netloc == host  # no certificate is good for a name with dots


def test_a_region_that_boto3_does_not_take_is_signed_as_it_is():
    store = Store(Keys("AKIA", "secret"), "http://127.0.0.1:9", "region_one")
    driver = type("Driver", (), {"storage": store})()

    request = links.sign_upload(driver, "b/k", seconds=9, most=1, content_type=None)
    link = links.sign_download(driver, "b/k", seconds=9)

    assert "/region_one/s3/aws4_request" in dict(request.fields)["x-amz-credential"]
    assert "%2Fregion_one%2Fs3%2Faws4_request" in link.url
