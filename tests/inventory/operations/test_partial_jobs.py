"""A job with children, as shown to a requester who lost the provider of one of them."""

from collections import Counter
from itertools import combinations_with_replacement

import pytest

from jobs.api import Job, JobState, Tally, in_states, partial_view, partial_views
from tests.inventory.factories import make_simulator, make_user
from tests.jobs.factories import make_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest():
    return make_user()


@pytest.fixture
def parent_of(guest):
    """A parent in a state, with a hidden child in another, and visible ones."""
    mine, hidden = make_simulator(guest).scope, make_simulator().scope

    def made(state, hidden_state, *seen_states):
        parent = make_job(state, requested_by=guest, run_after=None)
        make_job(hidden_state, requested_by=guest, parent=parent, scope=hidden)
        for seen in seen_states:
            make_job(seen, requested_by=guest, parent=parent, scope=mine)
        return parent

    return made


def test_the_state_is_what_the_visible_children_alone_make_it(guest, parent_of):
    for canceled in (False, True):
        state = JobState.CANCELING if canceled else JobState.RUNNING
        for seen in combinations_with_replacement(JobState, 2):
            parent = parent_of(state, JobState.RUNNING, *seen)
            tally = Tally.of(Counter(seen).items())
            unfinished = state if canceled or tally.has_begun else JobState.QUEUED
            expected = tally.final_state(canceled=canceled) or unfinished

            view = partial_view(parent, user=guest)

            assert view.state == expected, (state, seen)
            assert view.progress == tally.progress
            assert view.result == (tally.result if tally.finished == 2 else None)
            assert bool(view.error_code) is (view.state == JobState.FAILED)
            assert (view.finished_at is None) is (tally.finished < 2)


def test_a_filter_finds_it_by_the_state_that_is_shown(guest, parent_of):
    parent = parent_of(JobState.RUNNING, JobState.RUNNING, JobState.SUCCEEDED)
    parents = Job.objects.filter(pk=parent.pk)

    def found(*states, user=guest):
        return in_states(parents, states, user=user).exists()

    assert found(JobState.SUCCEEDED)
    assert not found(JobState.RUNNING)
    assert not found()
    assert found(JobState.RUNNING, user=make_user(is_superuser=True))


def test_who_sees_all_children_sees_the_job_itself(guest, parent_of, django_assert_num_queries):
    parent = parent_of(JobState.RUNNING, JobState.RUNNING, JobState.SUCCEEDED)
    alone = make_job(requested_by=guest)

    assert partial_view(parent, user=make_user(is_superuser=True)) is None
    with django_assert_num_queries(0):
        assert partial_views([alone], user=guest) == {}
    parent.children.exclude(state=JobState.SUCCEEDED).delete()
    with django_assert_num_queries(1):
        assert partial_views([parent, alone], user=guest) == {}
