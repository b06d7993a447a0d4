"""Counts of jobs, from their rows."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.metrics import Backlog, Durations, backlog, count_by_state, durations
from jobs.models.states import JobState
from tests.jobs.factories import in_seconds, make_job, make_parent

pytestmark = pytest.mark.django_db


def ended(state, *, waited, ran, operation="test.a"):
    now = timezone.now()
    return make_job(
        state,
        operation=operation,
        created_at=now,
        started_at=now + timedelta(seconds=waited),
        finished_at=now + timedelta(seconds=waited + ran),
    )


def test_every_state_is_counted_also_those_in_which_no_job_is():
    make_parent(JobState.RUNNING, JobState.RUNNING, JobState.FAILED)

    assert count_by_state() == {
        "QUEUED": 0,
        "RUNNING": 3,
        "SUCCEEDED": 0,
        "FAILED": 1,
        "CANCELING": 0,
        "CANCELED": 0,
    }


def test_times_are_summed_by_operation_and_final_state():
    ended(JobState.SUCCEEDED, waited=1, ran=10)
    ended(JobState.SUCCEEDED, waited=2.5, ran=20)
    ended(JobState.FAILED, waited=0.5, ran=4)
    ended(JobState.SUCCEEDED, waited=3, ran=30, operation="test.b")

    assert durations() == [
        Durations("test.a", "FAILED", ended=1, begun=1, waited=0.5, ran=4),
        Durations("test.a", "SUCCEEDED", ended=2, begun=2, waited=3.5, ran=30),
        Durations("test.b", "SUCCEEDED", ended=1, begun=1, waited=3, ran=30),
    ]


def test_what_ended_before_it_began_took_no_time():
    make_job(JobState.CANCELED, started_at=None, operation="test.a")

    assert durations() == [Durations("test.a", "CANCELED", ended=1, begun=0, waited=0, ran=0)]


def test_unfinished_jobs_and_parents_have_no_durations():
    make_parent(JobState.RUNNING, state=JobState.CANCELED)

    assert durations() == []


def test_the_backlog_is_what_is_due_and_taken_by_nobody():
    now = timezone.now()
    make_job(run_after=now - timedelta(seconds=30))
    make_job(run_after=now - timedelta(seconds=90))
    make_job(run_after=in_seconds(60))
    make_job(JobState.RUNNING, lease_owner="alive", lease_until=in_seconds(60))
    make_job(JobState.SUCCEEDED, run_after=now - timedelta(seconds=900))

    assert backlog(now) == Backlog(due=2, oldest_seconds=90)


def test_without_a_backlog_nothing_is_old():
    assert backlog() == Backlog(due=0, oldest_seconds=0)
