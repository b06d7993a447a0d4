import pytest
from django.contrib.auth.models import AnonymousUser

from jobs.models import Job
from jobs.models.states import JobState
from jobs.row.selectors import JobFilters, job_get, job_list
from jobs.row.visibility import visible_jobs
from tests.jobs.factories import make_job, make_user

pytestmark = pytest.mark.django_db


def test_one_sees_the_jobs_that_one_asked_for():
    alice, bob = make_user(), make_user()
    hers = make_job(requested_by=alice)
    make_job(requested_by=bob)
    make_job()

    assert list(visible_jobs(user=alice)) == [hers]


def test_a_superuser_sees_all():
    for _ in range(2):
        make_job(requested_by=make_user())

    assert visible_jobs(user=make_user(is_superuser=True)).count() == 2


def test_nobody_sees_none():
    make_job()

    assert not visible_jobs(user=AnonymousUser()).exists()


@pytest.mark.each_case
@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (JobFilters(), {"a", "b", "c"}),
        (JobFilters(states=[JobState.RUNNING]), {"b"}),
        (JobFilters(states=[JobState.RUNNING, JobState.FAILED]), {"b", "c"}),
        (JobFilters(operations=["test.start"]), {"a", "c"}),
        (JobFilters(scopes=["provider-1"]), {"a", "b"}),
        (JobFilters(targets=["c", "unheard-of"]), {"c"}),
        (JobFilters(operations=["test.start"], scopes=["provider-1"]), {"a"}),
        (JobFilters(states=[]), set()),
    ],
)
def test_each_filter_narrows_the_list(filters, expected):
    user = make_user()
    common = {"requested_by": user}
    make_job(operation="test.start", scope="provider-1", target="a", **common)
    make_job(JobState.RUNNING, operation="test.stop", scope="provider-1", target="b", **common)
    make_job(JobState.FAILED, operation="test.start", scope="provider-2", target="c", **common)

    found = job_list(user=user, filters=filters)

    assert {job.target for job in found} == expected


def test_the_requester_filter_widens_nothing():
    alice, bob = make_user(), make_user()
    hers = make_job(requested_by=alice)
    his = make_job(requested_by=bob)
    by_both = JobFilters(requester_ids=[alice.pk, bob.pk])

    assert list(job_list(user=alice, filters=by_both)) == [hers]
    admin = make_user(is_superuser=True)
    assert list(job_list(user=admin, filters=JobFilters(requester_ids=[bob.pk]))) == [his]


def test_a_job_by_its_id():
    user = make_user()
    job = make_job(requested_by=user)

    assert job_get(user=user, job_id=str(job.pk)) == job
    assert job_get(user=make_user(), job_id=str(job.pk)) is None
    assert job_get(user=user, job_id="00000000-0000-0000-0000-000000000000") is None
    assert job_get(user=user, job_id="not-a-uuid") is None


def test_a_job_outlives_its_requester():
    user = make_user()
    job = make_job(requested_by=user)

    user.delete()

    assert Job.objects.get(pk=job.pk).requested_by is None
