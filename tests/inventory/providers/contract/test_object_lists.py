"""A page of a bucket that cannot be read is no empty page: of every kind of store over HTTP.

An empty page says that a bucket is empty; Azure deletes a container on that word, with all in it.
"""

import pytest

from inventory.providers import Capability, ProviderError, ProviderErrorCode, all_kinds
from inventory.records.bucket import NewBucket
from inventory.records.stored_object import NewObject, ObjectQuery
from tests.clouds.static_ec2 import Reply, reply
from tests.inventory.providers.contract.backends import BACKENDS

ELSE = {
    "another object": reply('{"hello": []}', headers={"Content-Type": "application/json"}),
    "no object": reply("17", headers={"Content-Type": "application/json"}),
    "an empty object": reply("{}", headers={"Content-Type": "application/json"}),
    "a page of a proxy": reply(
        "<html xmlns='http://www.w3.org/1999/xhtml'><body>Log in</body></html>",
        headers={"Content-Type": "application/xhtml+xml"},
    ),
    "another document": reply(
        "<Hello><Blobs/></Hello>", headers={"Content-Type": "application/xml"}
    ),
    "a document without a list": reply(
        "<EnumerationResults/>", headers={"Content-Type": "application/xml"}
    ),
    "no body": Reply(b"", 200),
}
STORES = {"azure": "labstore/of-tests", "google": "bucket-of-tests"}  # and a name for a bucket
# The stores whose servers run in tests: the same is held in test_s3_aws.py and test_swift.py.
ELSEWHERE = {"aws", "linode", "openstack", "s3", "simulator"}


@pytest.fixture
def account(request, slug):
    return BACKENDS[slug](request)


@pytest.fixture
def bucket(account, slug):
    name = STORES[slug]
    with account.connect() as cloud:
        cloud.create("buckets", "create", NewBucket(name))
        cloud.do("objects", "put", f"{name}/kept", NewObject(b"text", "text/plain"))
    return name


def test_every_store_is_held_to_this():
    kinds = {one.slug for one in all_kinds() if Capability.LIST_OBJECTS in one.capabilities}
    assert STORES.keys() | (kinds & ELSEWHERE) == kinds


@pytest.mark.parametrize("slug", STORES)
@pytest.mark.parametrize("answer", ELSE)
def test_what_is_no_page_is_refused(account, bucket, answer):
    with account.connect() as cloud:
        assert cloud.call("objects", "list", bucket, ObjectQuery()).objects
        account.cloud.fault = ELSE[answer]
        account.cloud.fault_meets = lambda request: is_list(request, bucket)
        with pytest.raises(ProviderError) as caught:
            cloud.call("objects", "list", bucket, ObjectQuery())

    assert caught.value.code is ProviderErrorCode.PROVIDER_ERROR


@pytest.mark.parametrize("slug", STORES)
@pytest.mark.parametrize("answer", ELSE)
@pytest.mark.parametrize("force", [False, True])
def test_a_bucket_whose_list_cannot_be_read_stays(account, bucket, answer, force):
    with account.connect() as cloud:
        account.cloud.fault = ELSE[answer]
        account.cloud.fault_meets = lambda request: is_list(request, bucket)
        with pytest.raises(ProviderError):
            cloud.call("buckets", "delete", bucket, force=force)
        account.cloud.fault = None
        assert cloud.find("buckets", bucket) is not None
        [kept] = cloud.call("objects", "list", bucket, ObjectQuery()).objects

    assert kept.key == "kept"


def is_list(request, bucket):
    name = bucket.rpartition("/")[2]
    return request.method == "GET" and request.path.endswith((f"/{name}", f"/{name}/o"))
