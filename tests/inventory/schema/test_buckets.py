"""Object storage through GraphQL: SeaweedFS (kind s3), moto (aws), Swift, a stand-in of Google."""

from dataclasses import replace
from datetime import datetime

import pytest
import requests
from django.apps import apps

from gateway.core.audit.models import AuditEvent
from gateway.core.http.upload_forms import form_of
from gateway.core.ids import split_id
from inventory.models import Grant, Role
from inventory.providers import ProviderError, ProviderErrorCode, token_cache
from inventory.providers.google.storage import removal as google_removal
from inventory.providers.openstack.swift import removal
from inventory.providers.s3 import objects as s3_objects
from inventory.resources.bucket import Bucket
from inventory.services.providers import provider_connect
from jobs.api import Job
from tests.client import GraphQLClient, token_of
from tests.clouds.apis.google import Google, service_account
from tests.clouds.engine import connect_engine, engines  # noqa: F401  (a fixture)
from tests.clouds.recorded import served
from tests.clouds.seaweedfs import a_name
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import make_user
from tests.inventory.operations.running import messages_of, run_to_its_end, take_step
from tests.inventory.providers.contract.backends import OnOpenStack

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # the stores answer; test_bounds stores buckets in both
]

SECRET_TEXT = "the text of an object that nobody else may read"
CREATE = """mutation ($input: CreateBucketInput!) { createBucket(input: $input) {
    job { id } dryRun { allowed checks { name ok message } } errors { field code message } } }"""
DELETE = """mutation ($input: DeleteBucketInput!) { deleteBucket(input: $input) {
    job { id } dryRun { allowed checks { name ok message } } errors { field code message } } }"""
PUT = """mutation ($input: PutObjectInput!) { putObject(input: $input) {
    key errors { field code message } } }"""
DELETE_OBJECT = """mutation ($input: DeleteObjectInput!) { deleteObject(input: $input) {
    key errors { field code message } } }"""
UPLOAD = """mutation ($input: CreateUploadUrlInput!) { createUploadUrl(input: $input) { url method
    headers { name value } fields { name value } expiresAt ticket
    errors { field code message } } }"""
DOWNLOAD = """mutation ($input: CreateDownloadUrlInput!) { createDownloadUrl(input: $input) {
    url method headers { name } fields { name } expiresAt errors { field code message } } }"""
OBJECTS = """query ($id: ID!, $first: Int, $after: String, $prefix: String, $delimiter: String) {
    bucket(id: $id) { objects(first: $first, after: $after, prefix: $prefix, delimiter: $delimiter)
        { nodes { key size lastModified metadata { key } } prefixes
          pageInfo { hasNextPage endCursor } } } }"""
OBJECT = """query ($id: ID!, $key: String!) { bucket(id: $id) { object(key: $key) {
    key size etag contentType metadata { key value } } } }"""


SERVED = {"openstack": "swift", "google": "google"}


class Account:
    """A provider of ``owner``, and a client that is logged in as ``user``."""

    def __init__(self, provider, user):
        self.provider = provider
        self.client = GraphQLClient(token_of(user))

    def ask(self, document, **given):
        """The answer of the only root field of a mutation."""
        [answer] = self.client.data(document, input=given).values()
        return answer

    def done(self, document, **given):
        """The job of a mutation, run to its end."""
        answer = self.ask(document, **given)
        assert answer["errors"] == []
        return run_to_its_end(self.job(answer))

    @staticmethod
    def job(answer):
        return Job.objects.get(pk=split_id(answer["job"]["id"])[1])

    def bucket(self, name=None, **given):
        name = name or a_name()
        job = self.done(CREATE, provider=self.provider.scope, name=name, **given)
        assert job.state == "SUCCEEDED", job.error_message
        return name, job.created[0]

    def objects(self, bucket, **arguments):
        return self.client.data(OBJECTS, id=bucket, **arguments)["bucket"]["objects"]

    def keys(self, bucket, **arguments):
        return [node["key"] for node in self.objects(bucket, **arguments)["nodes"]]


def connected(kind, server, owner, **options):
    return provider_connect(
        owner=owner, kind=kind, name=a_name(), credentials=server.credentials, **options
    )


@pytest.fixture(params=["s3", "aws", "openstack", "google"])
def account(request):
    owner = make_user()
    if request.param in {"openstack", "google"}:
        return request.getfixturevalue(f"{SERVED[request.param]}_account")
    server = request.getfixturevalue({"s3": "seaweedfs", "aws": "moto"}[request.param])
    regions = None if request.param == "s3" else ["eu-west-1"]
    return Account(connected(request.param, server, owner, regions=regions), owner)


@pytest.fixture
def swift_account(swift, monkeypatch):
    monkeypatch.setattr(token_cache, "KEPT", token_cache.TokenCache())  # of other OpenStacks
    owner = make_user()
    with served(swift.cloud(), monkeypatch):
        provider = provider_connect(
            owner=owner, kind="openstack", name=a_name(), credentials=OnOpenStack.given
        )
        yield Account(provider, owner)


@pytest.fixture
def stand_in(monkeypatch):
    with served(Google(), monkeypatch) as found:
        yield found


@pytest.fixture
def google_account(stand_in):
    owner = make_user()
    given = {"service_account": service_account()}
    provider = provider_connect(owner=owner, kind="google", name=a_name(), credentials=given)
    return Account(provider, owner)


@pytest.fixture
def store(seaweedfs):
    owner = make_user()
    return Account(connected("s3", seaweedfs, owner), owner)


def test_the_books_walk(account):
    """Sections 9.7.7 and 9.8.8: create a bucket, upload from a string, list the buckets, list the
    objects with name, size and date, delete the object, delete the bucket.
    """
    name, bucket = account.bucket()
    listed = account.client.data("{ buckets(maxAge: 0) { complete nodes { id name region } } }")
    assert listed["buckets"]["complete"] is True
    assert {"id": bucket, "name": name} in [
        {"id": one["id"], "name": one["name"]} for one in listed["buckets"]["nodes"]
    ]

    written = account.ask(PUT, bucket=bucket, key="hello.txt", text="Hello, World!")
    assert written == {"key": "hello.txt", "errors": []}
    [node] = account.objects(bucket)["nodes"]
    assert (node["key"], node["size"]) == ("hello.txt", 13)
    assert node["lastModified"].startswith("20")

    assert account.ask(DELETE_OBJECT, bucket=bucket, key="hello.txt")["errors"] == []
    assert account.keys(bucket) == []
    job = account.done(DELETE, id=bucket)
    assert (job.state, job.result) == ("SUCCEEDED", {"state": "DELETED"})
    found = account.client.data(
        "{ buckets(maxAge: 0, filter: {state: [AVAILABLE]}) { nodes { id } } }"
    )
    assert bucket not in [one["id"] for one in found["buckets"]["nodes"]]


@pytest.mark.parametrize("account", ["s3", "aws"], indirect=True)
def test_a_browser_saves_what_it_downloads(account):
    """A page that somebody has uploaded is not shown."""
    _name, bucket = account.bucket()
    page = "<script>alert(1)</script>"
    account.ask(PUT, bucket=bucket, key="pages/of ü.html", text=page, contentType="text/html")

    link = account.ask(DOWNLOAD, bucket=bucket, key="pages/of ü.html")

    found = requests.get(link["url"], timeout=60)
    assert (found.status_code, found.text) == (200, page)
    disposition = found.headers["Content-Disposition"]
    assert disposition == "attachment; filename*=UTF-8''of%20%C3%BC.html"


def test_a_bucket_shows_its_settings(account):
    _name, bucket = account.bucket(versioning=True)

    query = """query ($id: ID!) { bucket(id: $id, maxAge: 0) {
        state versioning public tags { key } createdAt problem provider { id } } }"""
    found = account.client.data(query, id=bucket)["bucket"]

    assert (found["state"], found["versioning"]) == ("AVAILABLE", "ENABLED")
    assert found["public"] in {False, None}
    assert found["tags"] == [{"key": "gateway-job"}]
    assert found["createdAt"].startswith("20")
    assert found["provider"]["id"] == account.provider.scope


@pytest.mark.parametrize(
    "name", ["under_score", "Capital", "ab", "a..b", "10.0.0.1", "xn--a", "a-"]
)
def test_a_name_that_no_bucket_can_have(store, name):
    answer = store.ask(CREATE, provider=store.provider.scope, name=name)

    [error] = answer["errors"]
    assert (error["field"], error["code"]) == ("name", "INVALID")
    assert not Job.objects.exists()


def test_a_name_that_is_taken(account):
    name, _bucket = account.bucket()

    dry = account.ask(CREATE, provider=account.provider.scope, name=name, dryRun=True)
    job = account.done(CREATE, provider=account.provider.scope, name=name)

    assert dry["dryRun"]["allowed"] is False
    assert (job.state, job.error_code, job.created) == ("FAILED", "CONFLICT", [])


def test_the_same_request_under_one_key_is_one_job(account):
    given = {"provider": account.provider.scope, "name": a_name(), "idempotencyKey": a_name()}

    first, second = account.ask(CREATE, **given), account.ask(CREATE, **given)
    other = account.ask(CREATE, **{**given, "public": True})

    assert first["job"] == second["job"]
    assert other["errors"][0]["code"] == "CONFLICT"


def test_a_dry_run_creates_nothing(account):
    name = a_name()
    answer = account.ask(CREATE, provider=account.provider.scope, name=name, dryRun=True)

    assert answer["dryRun"]["allowed"] is True
    assert not Job.objects.exists()
    found = account.client.data("{ buckets(maxAge: 0) { nodes { name } } }")["buckets"]["nodes"]
    assert name not in [one["name"] for one in found]


def lost_after(act, code=ProviderErrorCode.TIMEOUT):
    """The cloud has done it, and its answer does not arrive."""

    def do(*arguments, **options):
        act(*arguments, **options)
        error = ProviderError(code, "No answer.")
        error.may_have_acted = True
        raise error

    return do


@pytest.mark.parametrize("code", [ProviderErrorCode.TIMEOUT, ProviderErrorCode.NOT_FOUND])
def test_an_answer_that_was_lost_is_found_by_the_jobs_mark(account, monkeypatch, code):
    """A step that acted and then failed for good has made it too."""
    name = a_name()
    answer = account.ask(CREATE, provider=account.provider.scope, name=name)
    lost = lost_after(plain_cloud("buckets", "create"), code)
    with monkeypatch.context() as patched:
        patch_cloud(patched, "buckets", "create", lost)
        take_step(account.job(answer))
    job = run_to_its_end(account.job(answer))

    assert job.state == "SUCCEEDED", job.error_message
    assert Bucket.objects.get(name=name).provisioned_at is not None


def test_another_jobs_bucket_is_not_taken_for_the_lost_one(account, monkeypatch):
    name = a_name()
    answer = account.ask(CREATE, provider=account.provider.scope, name=name)

    create = plain_cloud("buckets", "create")

    def by_another(cloud, order):
        create(cloud, replace(order, tags=(("gateway-job", "another"),)))

    with monkeypatch.context() as patched:
        patch_cloud(patched, "buckets", "create", lost_after(by_another))
        take_step(account.job(answer))
    monkeypatch.setattr("inventory.operations.unclear_orders.LOOK_SECONDS", 0)
    job = run_to_its_end(account.job(answer))

    assert (job.state, job.error_code, job.created) == ("FAILED", "OUTCOME_UNKNOWN", [])


# --- deletion ---------------------------------------------------------------------------------


def test_a_bucket_that_is_not_empty_is_refused(account):
    _name, bucket = account.bucket()
    account.ask(PUT, bucket=bucket, key="a", text="1")

    dry = account.ask(DELETE, id=bucket, dryRun=True)["dryRun"]
    forced = account.ask(DELETE, id=bucket, dryRun=True, force=True)["dryRun"]
    job = account.done(DELETE, id=bucket)

    assert (dry["allowed"], forced["allowed"]) == (False, True)
    assert (job.state, job.error_code) == ("FAILED", "CONFLICT")
    assert account.keys(bucket) == ["a"]


def test_by_force_objects_go_page_by_page_and_a_killed_job_goes_on(account, monkeypatch):
    monkeypatch.setattr(s3_objects, "MOST_DELETED", 2)
    monkeypatch.setattr(removal, "MOST_SINGLE", 2)
    monkeypatch.setattr(google_removal, "MOST_DELETED", 2)
    _name, bucket = account.bucket(versioning=True)
    for number in range(5):
        account.ask(PUT, bucket=bucket, key=f"key {number % 3}", text=str(number))
    answer = account.ask(DELETE, id=bucket, force=True)

    take_step(account.job(answer))
    left = len(account.keys(bucket))
    job = run_to_its_end(account.job(answer))

    assert left in {1, 2, 3}
    assert job.state == "SUCCEEDED", job.error_message
    messages = messages_of(job)
    assert "Deleted 2 objects and versions so far." in messages
    assert messages[-1] == "The bucket is deleted, with 5 objects and versions."
    assert Bucket.objects.get().state == "DELETED"


def test_a_bucket_that_was_created_anew_meanwhile_is_left_alone(store, seaweedfs):
    name, bucket = store.bucket()
    store.client.data("{ buckets(maxAge: 0) { totalCount } }")  # its creation time is known
    answer = store.ask(DELETE, id=bucket, force=True)
    own = seaweedfs.client()
    own.delete_bucket(Bucket=name)
    made_at = Bucket.objects.get(name=name).created_at
    while not _is_anew(own, name, made_at):
        own.delete_bucket(Bucket=name)
    own.put_object(Bucket=name, Key="precious", Body=b"1")

    job = run_to_its_end(store.job(answer))

    assert "another one has its name" in messages_of(job)[-1]
    assert own.list_objects_v2(Bucket=name)["KeyCount"] == 1
    own.close()


def _is_anew(own, name, made_at):
    """True if the bucket was created at another second than before."""
    own.create_bucket(Bucket=name)
    [found] = [one for one in own.list_buckets()["Buckets"] if one["Name"] == name]
    return found["CreationDate"] != made_at


# --- objects ----------------------------------------------------------------------------------


def test_metadata_on_the_single_object(account):
    _name, bucket = account.bucket()
    metadata = [{"key": "owner", "value": "Ann B."}]
    account.ask(PUT, bucket=bucket, key="k", text="ü", contentType="text/csv", metadata=metadata)

    found = account.client.data(OBJECT, id=bucket, key="k")["bucket"]["object"]
    absent = account.client.data(OBJECT, id=bucket, key="other")["bucket"]["object"]

    assert (found["size"], found["contentType"], found["metadata"]) == (2, "text/csv", metadata)
    assert account.objects(bucket)["nodes"][0]["metadata"] == []
    assert absent is None


def test_pages_and_folders(account):
    _name, bucket = account.bucket()
    for key in ("a", "b/1", "b/2", "c"):
        account.ask(PUT, bucket=bucket, key=key, text=key)

    first = account.objects(bucket, first=3)
    rest = account.objects(bucket, first=3, after=first["pageInfo"]["endCursor"])
    top = account.objects(bucket, delimiter="/")

    assert [node["key"] for node in first["nodes"]] == ["a", "b/1", "b/2"]
    assert ([one["key"] for one in rest["nodes"]], rest["pageInfo"]["hasNextPage"]) == (
        ["c"],
        False,
    )
    assert ([node["key"] for node in top["nodes"]], top["prefixes"]) == (["a", "c"], ["b/"])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": "x" * (256 * 1024 + 1)}, "text"),
        ({"key": ""}, "key"),
        ({"key": "ü" * 513}, "key"),
        ({"metadata": [{"key": "Owner", "value": "x"}]}, "metadata"),
        ({"metadata": [{"key": "owner", "value": "ü"}]}, "metadata"),
        ({"metadata": [{"key": "owner", "value": "a\r\nb: c"}]}, "metadata"),
        ({"contentType": "no type"}, "contentType"),
        ({"contentType": "a/b\r\nc: d"}, "contentType"),
    ],
)
def test_an_object_that_cannot_be_written(store, given, field):
    _name, bucket = store.bucket()

    answer = store.ask(PUT, **{"bucket": bucket, "key": "k", "text": "", **given})

    assert [(one["field"], one["code"]) for one in answer["errors"]] == [(field, "INVALID")]
    assert store.keys(bucket) == []


def test_the_largest_text(store):
    _name, bucket = store.bucket()

    assert store.ask(PUT, bucket=bucket, key="k", text="x" * (256 * 1024))["errors"] == []
    assert store.objects(bucket)["nodes"][0]["size"] == 256 * 1024


def test_a_written_text_stands_nowhere_in_the_gateway(store, caplog):
    caplog.set_level("DEBUG")
    _name, bucket = store.bucket()
    metadata = [{"key": "note", "value": SECRET_TEXT}]

    store.ask(PUT, bucket=bucket, key="k", text=SECRET_TEXT, metadata=metadata)
    link = store.ask(DOWNLOAD, bucket=bucket, key="k")

    rows = [
        repr(row) for model in apps.get_models() for row in model._default_manager.values_list()
    ]
    assert SECRET_TEXT not in "".join(rows) + caplog.text
    assert "X-Amz-Signature" in link["url"]
    assert "X-Amz-Signature" not in "".join(rows) + caplog.text
    audited = AuditEvent.objects.get(action="putObject").arguments
    assert (audited["bucket"], audited["key"]) == (bucket, "k")
    assert audited["text"] == "[redacted]"


def test_objects_are_read_in_queries_alone_and_a_few_times(store):
    _name, bucket = store.bucket()
    aliases = " ".join(f"a{one}: objects {{ prefixes }}" for one in range(11))

    errors = store.client.errors(f'{{ bucket(id: "{bucket}") {{ {aliases} }} }}')

    assert [one["extensions"]["code"] for one in errors] == ["INVALID"]


@pytest.mark.parametrize("account", ["aws"], indirect=True)
def test_a_bucket_that_is_gone_says_so(account, moto):
    """SeaweedFS creates it anew, for a user who may."""
    store = account
    name, bucket = store.bucket()
    own = moto.client("s3", "eu-west-1", ("test", "test"))
    own.delete_bucket(Bucket=name)
    own.close()

    answer = store.ask(PUT, bucket=bucket, key="k", text="x")

    assert answer["errors"][0]["code"] == "NOT_FOUND"


# --- signed requests --------------------------------------------------------------------------


def test_upload_and_download_by_signed_requests(store):
    _name, bucket = store.bucket()
    made = store.ask(UPLOAD, bucket=bucket, key="a b/ü.txt", maxSize=5, expiresIn=60)
    assert (made["method"], made["headers"], made["errors"]) == ("POST", [], [])
    fields = {one["name"]: one["value"] for one in made["fields"]}

    large = requests.post(made["url"], data=fields, files={"file": b"123456"}, timeout=60)
    fitting = requests.post(made["url"], data=fields, files={"file": b"12345"}, timeout=60)
    link = store.ask(DOWNLOAD, bucket=bucket, key="a b/ü.txt")
    read = requests.get(link["url"], timeout=60)

    assert (large.status_code, fitting.status_code) == (400, 204)
    assert (link["method"], link["fields"], read.text) == ("GET", [], "12345")
    assert requests.get(link["url"].replace("%C3%BC", "u"), timeout=60).status_code == 403


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"maxSize": 6 * 1024**3}, "maxSize"),
        ({"maxSize": 0}, "maxSize"),
        ({"maxSize": 1.5}, "maxSize"),
        ({"expiresIn": 0}, "expiresIn"),
        ({"expiresIn": 8 * 24 * 3600}, "expiresIn"),
        ({"key": "a/${filename}"}, "key"),
        ({"redirect": "/done"}, "redirect"),
        ({"redirect": "javascript:alert(1)"}, "redirect"),
        ({"redirect": "https://a.example/\r\nX: y"}, "redirect"),
        ({"redirect": "https://a.example/" + 2000 * "x"}, "redirect"),
    ],
)
def test_an_upload_that_cannot_be_signed(store, given, field):
    _name, bucket = store.bucket()

    answer = store.ask(UPLOAD, **{"bucket": bucket, "key": "k", **given})

    assert [(one["field"], one["code"]) for one in answer["errors"]] == [(field, "INVALID")]
    assert answer["url"] is answer["ticket"] is None


def test_the_store_sends_the_browser_where_the_form_says(store):
    _name, bucket = store.bucket()
    address = "https://gateway.example/upload/done"
    made = store.ask(UPLOAD, bucket=bucket, key="k", redirect=address)
    fields = {one["name"]: one["value"] for one in made["fields"]}

    def post(**changed):
        return requests.post(
            made["url"],
            data={**fields, **changed},
            files={"file": b"1"},
            timeout=10,
            allow_redirects=False,
        )

    elsewhere = post(success_action_redirect="https://evil.example/")
    answer = post()

    assert elsewhere.status_code == 403
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{address}?")


def test_the_ticket_holds_the_form_that_was_signed(store):
    _name, bucket = store.bucket()

    made = store.ask(UPLOAD, bucket=bucket, key="k", expiresIn=60)

    form = form_of(made["ticket"])
    assert form.url == made["url"]
    assert [{"name": name, "value": value} for name, value in form.fields] == made["fields"]
    assert form.expires_at == datetime.fromisoformat(made["expiresAt"])


# --- rights -----------------------------------------------------------------------------------


def test_a_viewer_sees_buckets_and_nothing_of_their_objects(store):
    _name, bucket = store.bucket()
    viewer = make_user()
    Grant.objects.create(provider=store.provider, user=viewer, role=Role.VIEWER)
    seen = Account(store.provider, viewer)

    listed = seen.client.data("{ buckets { nodes { id name } } }")["buckets"]["nodes"]
    [error] = seen.client.errors(OBJECTS, id=bucket)
    answers = [
        seen.ask(PUT, bucket=bucket, key="k", text="x"),
        seen.ask(DELETE_OBJECT, bucket=bucket, key="k"),
        seen.ask(UPLOAD, bucket=bucket, key="k"),
        seen.ask(DOWNLOAD, bucket=bucket, key="k"),
        seen.ask(DELETE, id=bucket),
        seen.ask(CREATE, provider=store.provider.scope, name=a_name()),
    ]

    assert bucket in [one["id"] for one in listed]
    assert error["extensions"]["code"] == "FORBIDDEN"
    assert [one["errors"][0]["code"] for one in answers] == ["FORBIDDEN"] * 6


@pytest.mark.usefixtures("engines")
def test_a_kind_without_buckets_has_none_with_a_reason():
    owner = make_user()
    account = Account(connect_engine(owner), owner)

    query = "{ buckets { complete nodes { id } withoutService { provider { id } reason } } }"
    found = account.client.data(query)["buckets"]
    answer = account.ask(CREATE, provider=account.provider.scope, name=a_name())

    assert (found["complete"], found["nodes"]) == (True, [])
    assert [one["provider"]["id"] for one in found["withoutService"]] == [account.provider.scope]
    assert answer["errors"][0]["code"] == "NOT_SUPPORTED"
