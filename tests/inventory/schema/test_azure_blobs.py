"""Blob Storage's own behaviour with buckets, through GraphQL."""

import pytest

from inventory.providers.azure.blobs import removal
from inventory.services.providers import provider_connect
from jobs.api import Job
from tests.clouds.apis.azure import Azure
from tests.clouds.recorded import served
from tests.clouds.seaweedfs import a_name
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import make_user
from tests.inventory.operations.running import messages_of, run_to_its_end, take_step
from tests.inventory.providers.contract.backends import OnAzure
from tests.inventory.providers.test_azure_blobs import signed
from tests.inventory.schema.test_buckets import (
    CREATE,
    DELETE,
    DELETE_OBJECT,
    DOWNLOAD,
    OBJECT,
    PUT,
    UPLOAD,
    Account,
    lost_after,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


@pytest.fixture
def stand_in(monkeypatch):
    with served(Azure(), monkeypatch) as found:
        yield found


@pytest.fixture
def account(stand_in):
    owner = make_user()
    provider = provider_connect(owner=owner, kind="azure", name=a_name(), credentials=OnAzure.given)
    return Account(provider, owner)


def created(account, **given):
    return account.bucket(f"labstore/{a_name()}", **given)


def test_the_books_walk(account):
    name, bucket = created(account)
    listed = account.client.data("{ buckets(maxAge: 0) { complete nodes { id name } } }")
    assert listed["buckets"]["complete"] is True
    assert {"id": bucket, "name": name} in listed["buckets"]["nodes"]

    metadata = [{"key": "owner", "value": "Ann B."}]
    given = {"bucket": bucket, "key": "a/b.txt", "text": "Hello, World!", "metadata": metadata}
    assert account.ask(PUT, **given)["errors"] == []
    [node] = account.objects(bucket)["nodes"]
    assert (node["key"], node["size"]) == ("a/b.txt", 13)
    assert account.objects(bucket, delimiter="/")["prefixes"] == ["a/"]
    found = account.client.data(OBJECT, id=bucket, key="a/b.txt")["bucket"]["object"]
    assert (found["metadata"], found["contentType"]) == (metadata, "text/plain; charset=utf-8")

    assert account.ask(DELETE_OBJECT, bucket=bucket, key="a/b.txt")["errors"] == []
    assert account.keys(bucket) == []
    job = account.done(DELETE, id=bucket)
    assert (job.state, job.result) == ("SUCCEEDED", {"state": "DELETED"})


def test_a_name_that_is_taken(account):
    name, _bucket = created(account)

    dry = account.ask(CREATE, provider=account.provider.scope, name=name, dryRun=True)
    job = account.done(CREATE, provider=account.provider.scope, name=name)

    assert dry["dryRun"]["allowed"] is False
    assert (job.state, job.error_code, job.created) == ("FAILED", "CONFLICT", [])


@pytest.mark.parametrize(
    ("given", "field", "code"),
    [
        ({"name": "no-account"}, "name", "INVALID"),
        ({"name": "labstore/Capital"}, "name", "INVALID"),
        ({"name": "labstore/fine", "versioning": True}, "versioning", "NOT_SUPPORTED"),
    ],
)
def test_what_azure_does_not_take(account, given, field, code):
    answer = account.ask(CREATE, provider=account.provider.scope, **given)

    assert [(one["field"], one["code"]) for one in answer["errors"]] == [(field, code)]
    assert not Job.objects.exists()


def test_an_answer_that_was_lost_is_found_by_the_jobs_mark(account, monkeypatch):
    answer = account.ask(CREATE, provider=account.provider.scope, name=f"labstore/{a_name()}")
    with monkeypatch.context() as patched:
        patch_cloud(patched, "buckets", "create", lost_after(plain_cloud("buckets", "create")))
        take_step(account.job(answer))

    job = run_to_its_end(account.job(answer))

    assert job.state == "SUCCEEDED", job.error_message


def test_a_container_that_is_not_empty_is_refused(account):
    _name, bucket = created(account)
    account.ask(PUT, bucket=bucket, key="a", text="1")

    dry = account.ask(DELETE, id=bucket, dryRun=True)["dryRun"]
    job = account.done(DELETE, id=bucket)

    assert dry["allowed"] is False
    assert (job.state, job.error_code) == ("FAILED", "CONFLICT")
    assert account.keys(bucket) == ["a"]


def test_by_force_blobs_go_page_by_page(account, monkeypatch):
    monkeypatch.setattr(removal, "MOST_DELETED", 2)
    _name, bucket = created(account)
    for number in range(5):
        account.ask(PUT, bucket=bucket, key=str(number), text="t")

    job = account.done(DELETE, id=bucket, force=True)

    assert job.state == "SUCCEEDED", job.error_message
    assert "Deleted 2 objects and versions so far." in messages_of(job)
    assert messages_of(job)[-1] == "The bucket is deleted, with 5 objects and versions."


def test_a_put_uploads_and_a_get_downloads(account, stand_in):
    _name, bucket = created(account)

    limited = account.ask(UPLOAD, bucket=bucket, key="a/ü", maxSize=10.0)
    up = account.ask(UPLOAD, bucket=bucket, key="a/ü", contentType="text/csv")
    headers = {one["name"]: one["value"] for one in up["headers"]}
    sent = signed(stand_in, "PUT", up["url"], "a,b", **headers)
    down = account.ask(DOWNLOAD, bucket=bucket, key="a/ü", expiresIn=60)

    assert [(one["field"], one["code"]) for one in limited["errors"]] == [
        ("maxSize", "NOT_SUPPORTED")
    ]
    assert (up["method"], up["fields"], up["ticket"], sent.status) == ("PUT", [], None, 201)
    assert signed(stand_in, "GET", down["url"]).body == b"a,b"
