"""Cloud Storage's own behaviour with buckets, through GraphQL."""

import pytest
from django.utils.dateparse import parse_datetime

from gateway.core.audit.models import AuditEvent
from inventory.records.stored_object import SignedRequest
from jobs.api import Job
from tests.clouds.seaweedfs import a_name
from tests.inventory.operations.running import messages_of
from tests.inventory.providers.test_google_storage import get, send_form
from tests.inventory.schema.test_buckets import (
    CREATE,
    DELETE,
    DOWNLOAD,
    PUT,
    UPLOAD,
    google_account,  # noqa: F401  (a fixture)
    stand_in,  # noqa: F401  (a fixture)
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_database]


def test_a_form_uploads_and_a_get_downloads(google_account, stand_in):
    name, bucket = google_account.bucket()

    signed = google_account.ask(
        UPLOAD, bucket=bucket, key="a/ü", contentType="text/csv", maxSize=10.0
    )
    request = SignedRequest(
        signed["url"],
        signed["method"],
        fields=tuple((one["name"], one["value"]) for one in signed["fields"]),
    )
    sent = send_form(stand_in, request, "a,b")
    too_large = send_form(stand_in, request, "x" * 11)
    down = google_account.ask(DOWNLOAD, bucket=bucket, key="a/ü", expiresIn=60)

    assert (signed["errors"], signed["method"], signed["headers"]) == ([], "POST", [])
    assert (signed["ticket"] is not None, sent.status, too_large.status) == (True, 204, 400)
    assert parse_datetime(signed["expiresAt"]) > parse_datetime(down["expiresAt"])
    assert get(stand_in, down["url"]).body == b"a,b"
    [(written, _data)] = stand_in.objects[name]
    assert (written["name"], written["contentType"]) == ("a/ü", "text/csv")
    assert "ignature" not in str([*AuditEvent.objects.values()])


@pytest.mark.parametrize("name", ["Capital", "goog-mine", "my-google-bucket", "x" * 64, "a..b"])
def test_names_are_googles(google_account, name):
    answer = google_account.ask(CREATE, provider=google_account.provider.scope, name=name)

    [error] = answer["errors"]
    assert (error["field"], error["code"]) == ("name", "INVALID")
    assert not Job.objects.exists()


def test_a_name_of_another_project_is_a_conflict(google_account, stand_in):
    dry = google_account.ask(
        CREATE, provider=google_account.provider.scope, name="taken-elsewhere", dryRun=True
    )
    job = google_account.done(
        CREATE, provider=google_account.provider.scope, name="taken-elsewhere"
    )

    assert dry["dryRun"]["allowed"] is True  # it is hidden, as the check says
    assert (job.state, job.error_code, job.created) == ("FAILED", "CONFLICT", [])
    assert "name is not available" in job.error_message


def test_a_public_bucket(google_account, stand_in):
    name, bucket = google_account.bucket(public=True, versioning=True)

    query = "query ($id: ID!) { bucket(id: $id, maxAge: 0) { public versioning problem } }"
    found = google_account.client.data(query, id=bucket)["bucket"]

    assert found == {"public": True, "versioning": "ENABLED", "problem": None}
    assert stand_in.policies[name]["bindings"][-1]["members"] == ["allUsers"]


def test_where_the_organization_forbids_it_the_job_says_what_is_missing(google_account, stand_in):
    stand_in.is_restricted = True
    name = a_name()

    job = google_account.done(
        CREATE, provider=google_account.provider.scope, name=name, public=True
    )

    assert (job.state, job.error_code, len(job.created)) == ("FAILED", "CONFLICT", 1)
    assert f"The bucket {name} is created, without public access." in job.error_message
    assert name in stand_in.buckets


def test_an_object_under_a_hold_ends_the_deletion(google_account, stand_in):
    name, bucket = google_account.bucket()
    google_account.ask(PUT, bucket=bucket, key="kept", text="t")
    stand_in.held.add("kept")

    job = google_account.done(DELETE, id=bucket, force=True)

    assert (job.state, job.error_code) == ("FAILED", "CONFLICT"), messages_of(job)
    assert "hold" in job.error_message
    assert [one["name"] for one, _data in stand_in.objects[name]] == ["kept"]
