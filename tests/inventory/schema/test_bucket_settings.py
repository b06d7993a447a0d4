"""A bucket is created when it has what was ordered, also where further requests set it."""

import pytest

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.s3.store import Store
from tests.clouds.seaweedfs import a_name
from tests.inventory.factories import make_user
from tests.inventory.operations.running import messages_of
from tests.inventory.schema.test_buckets import CREATE, Account, connected

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]

Code = ProviderErrorCode
SETTINGS = ("put_bucket_versioning", "put_bucket_policy")
# Of the one bucket: a list of many leaves their settings out.
QUERY = "query ($id: ID!) { bucket(id: $id) { name versioning public tags { key } } }"


@pytest.fixture(params=["s3", "aws"])
def account(request):
    owner = make_user()
    server = request.getfixturevalue({"s3": "seaweedfs", "aws": "moto"}[request.param])
    regions = None if request.param == "s3" else ["eu-west-1"]
    return Account(connected(request.param, server, owner, regions=regions), owner)


def fail(monkeypatch, operation, code, times):
    """Have the first requests for ``operation`` fail; nothing is carried out."""
    plain, failed = Store.call, []

    def call(store, name, **parameters):
        if name == operation and len(failed) < times:
            failed.append(name)
            raise ProviderError(code, "Of tests.")
        return plain(store, name, **parameters)

    monkeypatch.setattr(Store, "call", call)
    return failed


def created(account):
    """The job of a new bucket, run to its end, and the bucket as its store has it then."""
    name = a_name()
    given = {"versioning": True, "public": True}
    job = account.done(CREATE, provider=account.provider.scope, name=name, **given)
    [created_id] = job.created
    return job, account.client.data(QUERY, id=created_id)["bucket"]


@pytest.mark.parametrize("operation", SETTINGS)
def test_a_setting_whose_request_failed_is_asked_for_again(account, monkeypatch, operation):
    failed = fail(monkeypatch, operation, Code.PROVIDER_ERROR, times=1)

    job, bucket = created(account)

    assert failed
    assert job.state == "SUCCEEDED", job.error_message
    assert (bucket["versioning"], bucket["public"]) == ("ENABLED", True)
    assert [one["key"] for one in bucket["tags"]] == ["gateway-job"]


@pytest.mark.parametrize("operation", SETTINGS)
def test_a_setting_that_is_refused_fails_the_job_with_the_reason(store, monkeypatch, operation):
    fail(monkeypatch, operation, Code.PERMISSION_DENIED, times=100)

    job, bucket = created(store)

    assert (job.state, job.error_code) == ("FAILED", "PERMISSION_DENIED")
    assert f"The bucket {bucket['name']} is created, without " in job.error_message
    assert "public access" in job.error_message
    assert bucket["public"] is False
    assert len(job.created) == 1


def test_a_store_without_tags_has_created_the_bucket_all_the_same(account, monkeypatch):
    failed = fail(monkeypatch, "put_bucket_tagging", Code.NOT_SUPPORTED, times=100)

    job, bucket = created(account)

    assert failed
    assert job.state == "SUCCEEDED", messages_of(job)
    assert (bucket["versioning"], bucket["public"], bucket["tags"]) == ("ENABLED", True, [])


@pytest.fixture
def store(seaweedfs):
    owner = make_user()
    return Account(connected("s3", seaweedfs, owner), owner)
