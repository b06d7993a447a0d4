"""The steps of one requester hold a share of a worker's threads; the others stay free."""

from functools import partial

import pytest
from celery.signals import worker_init

from jobs.models import Job
from jobs.models.priority import Priority
from jobs.models.states import JobState
from jobs.operations.outcomes import Done
from jobs.run import runner, shares
from jobs.run.runner import run_job
from jobs.run.shares import StepShares, Turn
from tests.jobs.factories import make_job, make_user


class Steps:
    """Steps that have begun and do not end until the test says so."""

    def __init__(self, threads):
        self.shares = StepShares(threads)
        self.dispatched = []
        self.broker_answers = True
        self._begun = {}

    def begin(self, requester, key="", priority=Priority.SINGLE):
        """True if the step may begin."""
        turn = Turn(key, partial(self.dispatch, key), priority)
        step = self.shares.admit(requester, turn)
        may_begin = step.__enter__()
        if may_begin:
            self._begun.setdefault(requester, []).append(step)
        else:
            step.__exit__(None, None, None)
        return may_begin

    def dispatch(self, key):
        if self.broker_answers:
            self.dispatched.append(key)
        return self.broker_answers

    def begin_all(self, requester, number):
        """Begin ``number`` steps; returns the number of those that may begin."""
        return sum(self.begin(requester, f"{requester}-{each}") for each in range(number))

    def end(self, requester):
        self._begun[requester].pop(0).__exit__(None, None, None)


def test_ten_requesters_whose_steps_hang_leave_threads_to_others():
    """36 jobs of each, one requester after the other."""
    steps = Steps(threads=80)

    begun = [steps.begin_all(requester, 36) for requester in range(10)]

    assert begun == [20, 15, 12, 9, 6, 5, 4, 3, 2, 1]
    assert steps.begin(requester=10)


def test_steps_without_a_requester_have_no_share():
    assert Steps(threads=4).begin_all(None, 10) == 10


def test_without_a_worker_nothing_waits():
    assert Steps(threads=None).begin_all(1, 10) == 10


def test_what_waits_is_dispatched_when_a_step_ends_one_of_each_requester_in_turn():
    steps = Steps(threads=4)
    assert steps.begin("a")
    assert not steps.begin("a", "a-1")
    assert not steps.begin("a", "a-2")
    assert steps.begin("b")
    assert not steps.begin("b", "b-1")

    steps.end("b")
    assert steps.dispatched == ["b-1"]
    assert steps.begin("b", "b-1")
    assert not steps.begin("b", "b-2")
    steps.begin(None)
    steps.end(None)
    assert steps.dispatched == ["b-1"]
    steps.end("b")
    assert steps.dispatched == ["b-1", "b-2"]
    assert (steps.shares.waiting("a"), steps.shares.waiting("b")) == (2, 0)


def test_one_waiting_turn_of_a_requester_is_dispatched_when_one_of_several_steps_ends():
    steps = Steps(threads=8)
    assert steps.begin_all("a", 4) == 2

    steps.end("a")
    assert steps.dispatched == ["a-2"]
    assert steps.shares.waiting("a") == 1


def test_all_that_wait_are_dispatched_when_the_last_step_of_their_requester_ends():
    """Another worker may receive it: then no end of a step here would dispatch the rest."""
    steps = Steps(threads=8)
    assert steps.begin_all("a", 6) == 2

    steps.end("a")
    steps.end("a")

    assert steps.dispatched == ["a-2", "a-3", "a-4", "a-5"]
    assert steps.shares.waiting("a") == 0


def test_what_could_not_be_dispatched_goes_on_waiting():
    steps = Steps(threads=8)
    assert steps.begin_all("a", 3) == 2

    steps.broker_answers = False
    steps.end("a")
    assert (steps.dispatched, steps.shares.waiting("a")) == ([], 1)
    steps.broker_answers = True
    steps.end("a")
    assert (steps.dispatched, steps.shares.waiting("a")) == (["a-2"], 0)


def test_the_most_urgent_of_a_requester_is_dispatched_first():
    steps = Steps(threads=8)
    assert steps.begin_all(1, 2) == 2
    steps.begin(1, "one of many", Priority.BULK)
    steps.begin(1, "single", Priority.SINGLE)

    steps.end(1)

    assert steps.dispatched == ["single"]


def test_when_nothing_runs_any_more_all_that_wait_are_dispatched():
    steps = Steps(threads=4)
    steps.begin_all(None, 4)
    for requester in range(10):
        assert not steps.begin(requester, requester)

    for _ in range(4):
        steps.end(None)

    assert sorted(steps.dispatched) == list(range(10))


def test_what_asks_again_waits_once_and_what_waits_is_bounded(monkeypatch):
    monkeypatch.setattr(shares, "MOST_WAITING", 2)
    steps = Steps(threads=2)
    steps.begin(1)

    for key in ("same", "same", "another", "one too many"):
        steps.begin(1, key)

    assert steps.shares.waiting(1) == 2


def test_a_worker_has_as_many_threads_as_its_concurrency(monkeypatch):
    monkeypatch.setattr(shares, "step_shares", StepShares())

    class Worker:
        concurrency = 80

    worker_init.send(sender=Worker())

    assert shares.step_shares.threads == 80


@pytest.fixture
def full(monkeypatch):
    """A worker in which a requester's step hangs: the requester."""
    steps = Steps(threads=2)
    monkeypatch.setattr(runner, "step_shares", steps.shares)
    requester = make_user()
    steps.begin(requester.pk)
    return requester, steps


@pytest.mark.django_db(transaction=True)
def test_a_job_beyond_the_share_is_not_claimed_and_dispatched_later(define, sent_messages, full):
    define(lambda _step: Done("Done."))
    requester, steps = full
    waits, other = make_job(requested_by=requester), make_job(requested_by=make_user())

    run_job(str(waits.pk))
    run_job(str(other.pk))

    found = dict(Job.objects.values_list("pk", "state"))
    assert found == {waits.pk: JobState.QUEUED, other.pk: JobState.SUCCEEDED}
    assert sent_messages() == []
    steps.end(requester.pk)
    assert sent_messages() == [(str(waits.pk), False)]
