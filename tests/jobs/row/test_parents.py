import pytest

from jobs.models.states import JobState
from jobs.row.parents import Tally

Q, R, S, F, G, C = (
    JobState.QUEUED,
    JobState.RUNNING,
    JobState.SUCCEEDED,
    JobState.FAILED,
    JobState.CANCELING,
    JobState.CANCELED,
)


@pytest.mark.parametrize(
    ("counts", "canceled", "final"),
    [
        ({Q: 2}, False, None),
        ({S: 2, R: 1}, False, None),
        ({S: 2, G: 1}, True, None),
        ({S: 3}, False, S),
        ({S: 3}, True, S),
        ({S: 2, F: 1}, False, F),
        ({S: 2, F: 1}, True, C),
        ({S: 2, C: 1}, False, C),
        ({S: 1, F: 1, C: 1}, False, F),
        ({C: 3}, True, C),
        ({C: 3}, False, C),
        ({F: 3}, False, F),
    ],
)
def test_how_a_parent_ends(counts, canceled, final):
    tally = Tally.of((state.value, count) for state, count in counts.items())

    assert tally.final_state(canceled=canceled) is final


def test_its_progress_is_the_share_of_finished_children():
    assert Tally.of([("SUCCEEDED", 1), ("FAILED", 1), ("RUNNING", 1)]).progress == 66
    assert Tally.of([("QUEUED", 3)]).progress == 0
    assert Tally.of([("CANCELED", 3)]).progress == 100


def test_it_has_begun_once_any_child_has():
    assert not Tally.of([("QUEUED", 3)]).has_begun
    assert Tally.of([("QUEUED", 2), ("RUNNING", 1)]).has_begun


def test_its_result_counts_how_they_ended():
    tally = Tally.of([("SUCCEEDED", 2), ("FAILED", 1)])

    assert tally.result == {"succeeded": 2, "failed": 1, "canceled": 0}
    assert str(tally) == "2 succeeded, 1 failed of 3."
