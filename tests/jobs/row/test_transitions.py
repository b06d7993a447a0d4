import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from jobs.models import Job
from jobs.models.states import FINISHED, TRANSITIONS, JobState, states_before
from jobs.row.lease import Lease
from jobs.row.transitions import derive_parent, move_job
from jobs.submit.cancel import cancel
from tests.jobs.factories import make_job, make_parent

pytestmark = pytest.mark.django_db(transaction=True)

MOVES = [(before, to) for before in JobState for to in JobState if to != JobState.QUEUED]


@pytest.mark.parametrize(("before", "to"), MOVES)
def test_only_what_the_table_allows_is_moved(before, to, kinds):
    job = make_job(before)
    allowed = to in TRANSITIONS[before]

    moved = move_job(job.pk, to, message="Because.", progress=7)

    job.refresh_from_db()
    assert moved == allowed
    assert (job.state, job.progress) == ((to, 7) if allowed else (before, 0))
    assert kinds(job) == ([to.value] if allowed else [])


def test_a_job_that_ends_gives_its_lease_back():
    job = make_job(JobState.RUNNING, lease_owner="me")

    move_job(job.pk, JobState.SUCCEEDED, message="Done.", lease=Lease(str(job.pk), "me", 1))

    job.refresh_from_db()
    assert (job.lease_owner, job.lease_until) == (None, None)
    assert job.finished_at is not None


@pytest.mark.parametrize(("owner", "step"), [("another", 1), ("me", 2)])
def test_a_lost_lease_moves_nothing(owner, step):
    job = make_job(JobState.RUNNING, lease_owner=owner, step=step)

    moved = move_job(job.pk, JobState.SUCCEEDED, message="Done.", lease=Lease(str(job.pk), "me", 1))

    assert not moved
    assert Job.objects.get(pk=job.pk).state == "RUNNING"


@pytest.mark.parametrize("state", FINISHED)
def test_the_delegate_hears_of_a_job_that_ends_with_all_that_changed(finished, state):
    job = make_job(states_before(state)[-1])

    move_job(job.pk, state, message="It ended.", result=[1])

    assert finished == [[(job.pk, state.value, [1])]]


def test_the_delegate_hears_of_no_other_transition(finished):
    job = make_job()

    move_job(job.pk, JobState.RUNNING, message="Begun.")
    move_job(job.pk, JobState.CANCELING, message="Cancel requested.")

    assert Job.objects.get(pk=job.pk).state == "CANCELING"
    assert finished == []


def test_a_delegate_that_fails_takes_the_transition_back(delegate, kinds):
    def fail(_delegate, _jobs):
        raise ZeroDivisionError

    delegate.jobs_finished = fail
    job = make_job(JobState.RUNNING)

    with pytest.raises(ZeroDivisionError):
        move_job(job.pk, JobState.SUCCEEDED, message="Done.")

    assert Job.objects.get(pk=job.pk).state == "RUNNING"
    assert kinds(job) == []


def test_the_delegate_hears_of_a_parent_too(finished):
    parent = make_parent(JobState.RUNNING)
    child = parent.children.get()

    move_job(child.pk, JobState.SUCCEEDED, message="Done.")

    assert [[key for key, *_ in call] for call in finished] == [[child.pk, parent.pk]]


def at_once(*acts):
    """Does all of these in threads of their own; returns what they raised."""
    together = threading.Barrier(len(acts))

    def do(act):
        together.wait(timeout=60)
        try:
            act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        done = [pool.submit(do, act) for act in acts]
        return [error for future in done if (error := future.exception(timeout=30))]


def ends(job, state=JobState.SUCCEEDED):
    return lambda: move_job(job.pk, state, message="It ended.")


def test_children_that_end_at_once_leave_no_parent_behind():
    parent = make_parent(*[JobState.RUNNING] * 6)

    raised = at_once(*[ends(child) for child in parent.children.all()])

    parent.refresh_from_db()
    assert raised == []
    assert (parent.state, parent.progress) == ("SUCCEEDED", 100)
    assert parent.result == {"succeeded": 6, "failed": 0, "canceled": 0}


def test_a_parent_may_be_canceled_while_its_children_end():
    parent = make_parent(*[JobState.RUNNING] * 8)
    children = list(parent.children.order_by("-created_at"))

    raised = at_once(
        lambda: cancel(job=parent),
        lambda: cancel(job=parent),
        *[ends(child) for child in children[:6]],
    )
    for child in children[6:]:
        ends(child, JobState.CANCELED)()

    parent.refresh_from_db()
    assert raised == []
    assert (parent.state, parent.progress) == ("CANCELED", 100)
    assert parent.result == {"succeeded": 6, "failed": 0, "canceled": 2}


def test_a_parent_that_has_ended_is_derived_no_more(kinds):
    parent = make_parent(JobState.SUCCEEDED, state=JobState.CANCELED)

    derive_parent(parent.pk)

    assert Job.objects.get(pk=parent.pk).state == "CANCELED"
    assert kinds(parent) == []
