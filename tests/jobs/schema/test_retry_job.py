import pytest

from gateway.core.ids import global_id
from jobs.models import Job
from jobs.models.states import JobState
from jobs.operations.outcomes import Done
from tests.jobs.factories import make_job, make_user

pytestmark = pytest.mark.django_db(transaction=True)

RETRY = """mutation ($id: ID!, $key: String) { retryJob(input: {id: $id, idempotencyKey: $key}) {
    job { id state retriedFrom { id } } errors { field code message } } }"""
RETRIES = """{ jobs { nodes {
    id retriedFrom { id } retries { totalCount nodes { id } } } } }"""


@pytest.fixture(autouse=True)
def _operation(define):
    define(lambda _step: Done("Done."))


def test_a_failed_job_is_tried_again(data, user):
    failed = make_job(JobState.FAILED, requested_by=user)

    payload = data(RETRY, id=failed.public_id)["retryJob"]

    job = Job.objects.get(retried_from=failed)
    assert payload == {
        "job": {"id": job.public_id, "state": "QUEUED", "retriedFrom": {"id": failed.public_id}},
        "errors": [],
    }


def test_the_same_key_is_the_same_job_and_another_request_under_it_is_refused(data, user):
    failed, other = (make_job(JobState.FAILED, requested_by=user) for _ in range(2))

    first = data(RETRY, id=failed.public_id, key="a-key")["retryJob"]
    again = data(RETRY, id=failed.public_id, key="a-key")["retryJob"]
    refused = data(RETRY, id=other.public_id, key="a-key")["retryJob"]

    assert again == first
    assert refused["job"] is None
    assert [(error["field"], error["code"]) for error in refused["errors"]] == [
        ("idempotencyKey", "CONFLICT")
    ]
    assert Job.objects.count() == 3


def test_what_succeeded_is_not_tried_again(data, user):
    job = make_job(JobState.SUCCEEDED, requested_by=user)

    payload = data(RETRY, id=job.public_id)["retryJob"]

    assert payload["job"] is None
    assert [(error["field"], error["code"]) for error in payload["errors"]] == [("id", "CONFLICT")]


def test_a_job_of_another_and_an_absent_one_are_alike(data):
    others = make_job(JobState.FAILED, requested_by=make_user())
    absent = global_id("Job", "00000000-0000-0000-0000-000000000000")

    payloads = [data(RETRY, id=job_id)["retryJob"] for job_id in (others.public_id, absent)]

    assert payloads[0] == payloads[1]
    assert payloads[0]["errors"][0]["code"] == "NOT_FOUND"
    assert Job.objects.count() == 1


def test_links_lead_only_to_jobs_that_one_may_see(data, user):
    """A superuser tried ann's job again; ann does not see that one, the superuser sees both."""
    admin = make_user(is_superuser=True)
    failed = make_job(JobState.FAILED, requested_by=user)
    again = make_job(requested_by=admin, retried_from=failed)
    third = make_job(requested_by=user, retried_from=again)

    own = {node["id"]: node for node in data(RETRIES)["jobs"]["nodes"]}
    all_jobs = {node["id"]: node for node in data(RETRIES, as_user=admin)["jobs"]["nodes"]}

    assert own.keys() == {failed.public_id, third.public_id}
    assert own[failed.public_id]["retries"] == {"totalCount": 0, "nodes": []}
    assert own[third.public_id]["retriedFrom"] is None
    assert all_jobs[failed.public_id]["retries"] == {
        "totalCount": 1,
        "nodes": [{"id": again.public_id}],
    }
    assert all_jobs[third.public_id]["retriedFrom"] == {"id": again.public_id}


@pytest.mark.parametrize("number", [2, 8])
def test_links_of_a_page_cost_as_many_queries_however_long_it_is(
    data, user, number, django_assert_num_queries
):
    for _ in range(number):
        failed = make_job(JobState.FAILED, requested_by=user)
        make_job(requested_by=user, retried_from=failed)

    with django_assert_num_queries(4):  # jobs, what they try again, what tries them again, counts
        data(RETRIES)
