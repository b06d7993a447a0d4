"""One request is done once, however often and by whichever user it is tried again."""

import threading

import pytest
from django.db import connections

from gateway.core.errors import Conflict
from jobs.models import Job
from jobs.models.error_codes import OUTCOME_UNKNOWN
from jobs.models.states import JobState
from jobs.operations.outcomes import Done
from jobs.operations.step import Step
from jobs.row.lineage import ancestors_of, retries_of
from jobs.submit.retry import RetriedAlready, retry
from tests.jobs.factories import make_job, make_parent, make_user

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 4
STANDING = {
    "queued": (JobState.QUEUED, ""),
    "running": (JobState.RUNNING, ""),
    "canceling": (JobState.CANCELING, ""),
    "succeeded": (JobState.SUCCEEDED, ""),
    "unknown": (JobState.FAILED, OUTCOME_UNKNOWN),
    "canceled, unknown": (JobState.CANCELED, OUTCOME_UNKNOWN),
}
OVER = {"failed": (JobState.FAILED, "TIMEOUT"), "canceled": (JobState.CANCELED, "")}


@pytest.fixture(autouse=True)
def _operation(define):
    define(lambda _step: Done("Done."))


@pytest.fixture
def ann():
    return make_user(is_superuser=True)  # who sees the jobs of others


def in_state(words, **columns):
    state, code = words
    return make_job(state, error_code=code, error_message=code and "So it ended.", **columns)


def refused(job, user):
    """The retry that keeps ``job`` from being tried again."""
    count = Job.objects.count()
    with pytest.raises(RetriedAlready) as raised:
        retry(job=job, requested_by=user)
    assert raised.value.job.public_id in raised.value.message
    assert (raised.value.code, raised.value.field) == ("CONFLICT", "id")
    assert Job.objects.count() == count
    return raised.value.job


@pytest.mark.parametrize("word", STANDING)
def test_it_is_refused_while_another_retry_stands(ann, word):
    failed = make_job(JobState.FAILED)
    other = in_state(STANDING[word], retried_from=failed, requested_by=make_user())

    assert refused(failed, ann) == other


@pytest.mark.parametrize("word", OVER)
def test_after_a_retry_that_came_to_nothing_both_may_be_tried_again(ann, word):
    failed = make_job(JobState.FAILED)
    other = in_state(OVER[word], retried_from=failed)

    again = retry(job=other, requested_by=ann)

    assert again.retried_from == other
    assert refused(failed, ann) == again
    assert refused(other, ann) == again


@pytest.mark.parametrize("word", STANDING)
def test_a_retry_elsewhere_in_the_lineage_counts_too(ann, word):
    first = make_job(JobState.FAILED)
    second, third = (make_job(JobState.FAILED, retried_from=first) for _ in range(2))
    last = in_state(STANDING[word], retried_from=second)

    assert [refused(job, ann) for job in (first, second, third)] == [last] * 3


def test_a_job_whose_own_outcome_is_unknown_may_be_tried_again(ann):
    failed = make_job(JobState.FAILED, error_code=OUTCOME_UNKNOWN)

    again = retry(job=failed, requested_by=ann)
    Job.objects.filter(pk=again.pk).update(state="FAILED", error_code=OUTCOME_UNKNOWN)
    again.refresh_from_db()

    assert refused(failed, ann) == again
    assert retry(job=again, requested_by=ann).retried_from == again


@pytest.mark.parametrize("family", [False, True], ids=["single", "parent"])
def test_of_several_at_once_one_wins(ann, family):
    failed = make_job(JobState.FAILED)
    if family:
        failed = make_parent(JobState.FAILED, JobState.FAILED, state=JobState.FAILED)
    begin, came = threading.Barrier(AT_ONCE), []

    def call():
        begin.wait(timeout=30)
        try:
            came.append(retry(job=failed, requested_by=ann).pk)
        except Conflict as conflict:
            came.append(conflict.message)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=call) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    again = Job.objects.get(retried_from=failed)
    assert again.pk in came
    assert sum(again.public_id in str(message) for message in came) == AT_ONCE - 1
    assert again.children.count() == (2 if family else 0)


def test_a_parent_is_tried_again_once(ann):
    parent = make_parent(JobState.FAILED, JobState.SUCCEEDED, state=JobState.FAILED)
    again = retry(job=parent, requested_by=ann)

    assert refused(parent, ann) == again
    assert refused(parent.children.get(state="FAILED"), ann) == again.children.get()


def test_parts_that_were_tried_again_by_themselves_are_left_out(ann):
    parent = make_parent(JobState.FAILED, JobState.FAILED, state=JobState.FAILED)
    first, second = parent.children.order_by("created_at", "pk")
    single = retry(job=first, requested_by=ann)

    again = retry(job=parent, requested_by=ann)

    assert [child.retried_from for child in again.children.all()] == [second]
    assert again.events.earliest("pk").message == (
        "Accepted, as 1 jobs. 1 more were tried again already, each as a job of its own."
    )
    assert refused(first, ann) == single


def test_a_parent_all_of_whose_parts_were_tried_again_is_refused(ann):
    parent = make_parent(JobState.FAILED, state=JobState.FAILED)
    single = retry(job=parent.children.get(), requested_by=ann)

    assert refused(parent, ann) == single


def test_what_a_retried_parent_did_not_do_is_tried_again_and_no_more(ann):
    parent = make_parent(JobState.FAILED, JobState.FAILED, state=JobState.FAILED)
    again = retry(job=parent, requested_by=ann)
    done, failed = again.children.order_by("created_at", "pk")
    Job.objects.filter(pk=done.pk).update(state="SUCCEEDED")
    Job.objects.filter(pk__in=[failed.pk, again.pk]).update(state="FAILED")

    third = retry(job=parent, requested_by=ann)

    retried = [child.retried_from for child in third.children.all()]
    assert retried == [failed.retried_from]


@pytest.mark.parametrize("number", [2, 20])
def test_lineages_cost_a_query_for_each_generation(number, django_assert_num_queries):
    first = [make_job(JobState.FAILED) for _ in range(number)]
    second = [make_job(JobState.FAILED, retried_from=job) for job in first]

    with django_assert_num_queries(4):  # in each direction, one that finds nothing more
        ancestors = ancestors_of([job.pk for job in second])
        retries = retries_of([job.pk for job in first])

    assert list(ancestors.values()) == [[job.pk] for job in first]
    assert list(retries.values()) == [[job] for job in second]


def test_a_step_sees_every_job_of_its_lineage_the_nearest_ones_first(ann):
    first = make_job(JobState.FAILED, memory={"n": 1})
    second = make_job(JobState.FAILED, memory={"n": 2}, retried_from=first)
    sibling = make_job(JobState.FAILED, memory={"n": 3}, retried_from=first)
    make_job(JobState.FAILED, memory={"n": 4})
    own = make_job(retried_from=second)

    earlier = Step(own, None).earlier_jobs()

    found = [(one.job_id, one.memory["n"]) for one in earlier]
    assert found == [(str(second.pk), 2), (str(first.pk), 1), (str(sibling.pk), 3)]
    assert Step(make_job(), None).earlier_jobs() == []
