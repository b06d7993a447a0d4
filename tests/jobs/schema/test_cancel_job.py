import pytest

from gateway.core.ids import global_id
from jobs.models import Job
from jobs.models.states import JobState
from tests.jobs.factories import in_seconds, make_job, make_user

pytestmark = pytest.mark.django_db(transaction=True)

CANCEL = """mutation ($id: ID!) { cancelJob(input: {id: $id}) {
    job { id state } errors { field code message } } }"""


@pytest.mark.parametrize(
    ("state", "becomes"),
    [
        (JobState.QUEUED, "CANCELED"),
        (JobState.RUNNING, "CANCELING"),
        (JobState.CANCELING, "CANCELING"),
    ],
)
def test_an_unfinished_job_is_canceled(data, user, sent_messages, state, becomes):
    job = make_job(state, requested_by=user, run_after=in_seconds(60))

    payload = data(CANCEL, id=job.public_id)["cancelJob"]

    assert payload == {"job": {"id": job.public_id, "state": becomes}, "errors": []}
    assert Job.objects.get(pk=job.pk).state == becomes
    assert sent_messages() == ([(str(job.pk), False)] if state is JobState.RUNNING else [])


def test_who_canceled_it_is_told(data, user):
    job = make_job(requested_by=user)
    admin = make_user(is_superuser=True)

    data(CANCEL, id=job.public_id, as_user=admin)

    assert f"by {admin.username}" in job.events.get().message


def test_a_job_that_has_ended_is_a_conflict(data, user):
    job = make_job(JobState.SUCCEEDED, requested_by=user)

    payload = data(CANCEL, id=job.public_id)["cancelJob"]

    assert payload == {
        "job": None,
        "errors": [
            {"field": "id", "code": "CONFLICT", "message": "It has ended already: SUCCEEDED."}
        ],
    }


def test_a_job_of_another_and_an_absent_one_are_alike(data):
    others = make_job(requested_by=make_user())
    absent = global_id("Job", "00000000-0000-0000-0000-000000000000")

    payloads = [data(CANCEL, id=job_id)["cancelJob"] for job_id in (others.public_id, absent)]

    assert payloads[0] == payloads[1]
    assert payloads[0]["errors"][0]["code"] == "NOT_FOUND"
    assert Job.objects.get(pk=others.pk).state == "QUEUED"


def test_an_id_of_another_type_is_refused(data, user):
    payload = data(CANCEL, id=global_id("User", user.pk))["cancelJob"]

    assert payload["job"] is None
    assert payload["errors"][0]["code"] == "INVALID"
