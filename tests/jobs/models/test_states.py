import pytest

from jobs.models.event import MEANINGS as EVENT_MEANINGS
from jobs.models.event import EventKind
from jobs.models.states import FINISHED, MEANINGS, TRANSITIONS, UNFINISHED, JobState, states_before


def test_every_state_has_its_transitions_and_its_meaning():
    assert TRANSITIONS.keys() == set(JobState)
    assert MEANINGS.keys() == set(JobState)


def test_what_is_finished_stays_so():
    assert set(FINISHED) == {JobState.SUCCEEDED, JobState.FAILED, JobState.CANCELED}
    assert all(not TRANSITIONS[state] for state in FINISHED)
    assert set(UNFINISHED) | set(FINISHED) == set(JobState)


@pytest.mark.parametrize(
    ("state", "before"),
    [
        (JobState.QUEUED, set()),
        (JobState.RUNNING, {JobState.QUEUED}),
        (JobState.CANCELING, {JobState.QUEUED, JobState.RUNNING}),
        (JobState.CANCELED, {JobState.QUEUED, JobState.CANCELING}),
        (JobState.SUCCEEDED, {JobState.RUNNING, JobState.CANCELING}),
        (JobState.FAILED, {JobState.RUNNING, JobState.CANCELING}),
    ],
)
def test_the_guard_of_each_transition(state, before):
    assert set(states_before(state)) == before


def test_every_state_that_is_entered_and_every_event_has_a_word():
    assert {kind.value for kind in EventKind} >= {state.value for state in JobState}
    assert EVENT_MEANINGS.keys() == set(EventKind)
