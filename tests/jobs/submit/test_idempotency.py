"""The same request under the same key is one job, however often and however fast it is made."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from gateway.core.errors import Conflict, InvalidInput
from jobs.models import Job
from jobs.models.states import JobState
from jobs.operations.outcomes import Done
from jobs.operations.registry import operation
from jobs.submit.idempotency import KEY_SECONDS, KeyReused, delete_expired_keys
from jobs.submit.rows import Part, TargetBusy
from jobs.submit.services import find_submitted_many, submit, submit_many
from jobs.sweep import sweep
from tests.jobs.factories import OPERATION, make_job, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _operation(define):
    define(lambda _step: Done("Done."))


@pytest.fixture
def ann():
    return make_user()


def ask(requester, key="a-key", **changes):
    given = {"operation": OPERATION, "target": "a-machine", "arguments": {"size": 1}} | changes
    return submit(requested_by=requester, idempotency_key=key, **given)


def make_older(job, seconds):
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(seconds=seconds))


def test_the_same_request_is_answered_with_the_same_job(ann, sent_messages):
    first = ask(ann)

    second = ask(ann)

    assert second == first
    assert Job.objects.get() == first
    assert sent_messages() == [(str(first.pk), False)]


@pytest.mark.parametrize("state", JobState)
def test_so_it_is_in_whatever_state_the_job_is(ann, state):
    first = ask(ann)
    Job.objects.filter(pk=first.pk).update(state=state.value)

    again = ask(ann)

    assert (again.pk, again.state) == (first.pk, state.value)
    assert Job.objects.count() == 1


def test_the_key_is_looked_up_before_the_target_is_found_busy(ann):
    first = ask(ann)

    assert ask(ann) == first
    with pytest.raises(TargetBusy):
        ask(ann, key="another-key")


@pytest.mark.parametrize(
    "changes",
    [
        {"target": "another"},
        {"scope": "a-provider"},
        {"arguments": {"size": 2}},
        {"operation": "b"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_another_request_under_the_key_is_refused(ann, changes):
    operation("b", label="Another")(lambda _step: Done("Done."))
    first = ask(ann)

    with pytest.raises(KeyReused) as raised:
        ask(ann, **changes)

    assert isinstance(raised.value, Conflict)
    assert (raised.value.field, raised.value.job) == ("idempotencyKey", first)
    assert first.public_id in raised.value.message
    assert Job.objects.get() == first


def test_the_order_of_arguments_does_not_matter(ann):
    first = ask(ann, arguments={"a": 1, "b": [1, 2]})

    assert ask(ann, arguments={"b": [1, 2], "a": 1}) == first
    with pytest.raises(KeyReused):
        ask(ann, arguments={"a": 1, "b": [2, 1]})


def test_a_key_is_its_requesters_own(ann):
    first = ask(ann, target=None)

    assert ask(make_user(), target=None) != first


def test_a_refused_request_reserves_no_key(ann):
    holder = make_job(target="a-machine")
    with pytest.raises(TargetBusy):
        ask(ann)
    Job.objects.filter(pk=holder.pk).update(state="SUCCEEDED")

    job = ask(ann, arguments={"size": 2})

    assert job.state == "QUEUED"


def test_a_rolled_back_request_reserves_no_key(ann):
    with transaction.atomic():
        ask(ann)
        transaction.set_rollback(True)

    assert ask(ann, arguments={"size": 2}).state == "QUEUED"


@pytest.mark.parametrize("key", ["", "x" * 256, "a\nb", "a\x00b", "a\x7f", "\ud800"])
def test_what_cannot_be_a_key_is_refused(ann, key):
    with pytest.raises(InvalidInput) as raised:
        ask(ann, key=key)

    assert raised.value.field == "idempotencyKey"
    assert not Job.objects.exists()


@pytest.mark.parametrize("key", ["x", "x" * 255, "Ünïcode ✓", " "])
def test_anything_else_can_be_one(ann, key):
    assert ask(ann, key=key) == ask(ann, key=key)


def test_a_key_needs_somebody_whose_it_is():
    with pytest.raises(ValueError, match="requester"):
        ask(None)


def test_a_key_is_kept_for_seven_days(ann):
    first = ask(ann, target=None)
    make_older(first, KEY_SECONDS - 60)
    sweep()

    assert ask(ann, target=None) == first
    with pytest.raises(KeyReused):
        ask(ann, target=None, arguments={})


def test_after_that_it_may_be_used_anew_even_before_the_sweep(ann):
    first = ask(ann, target=None)
    make_older(first, KEY_SECONDS + 60)

    second = ask(ann, target=None, arguments={})

    assert second != first
    assert Job.objects.get(pk=first.pk).idempotency_key is None


def test_the_sweep_frees_old_keys_alone(ann):
    old, young = ask(ann, "old", target=None), ask(ann, "young", target=None)
    make_older(old, KEY_SECONDS + 60)

    sweep()

    old.refresh_from_db()
    young.refresh_from_db()
    assert (old.idempotency_key, young.idempotency_key) == (None, "young")


def test_when_there_is_nothing_to_free_it_costs_one_look(ann, django_assert_num_queries):
    ask(ann)

    with django_assert_num_queries(1):
        delete_expired_keys()


def test_the_parent_of_many_holds_the_key(ann):
    def ask_many(**changes):
        given = {"arguments": {"count": 2}, "children": [Part(None, {}), Part(None, {})]} | changes
        return submit_many(operation=OPERATION, requested_by=ann, idempotency_key="a-key", **given)

    parent = ask_many()

    assert ask_many() == parent
    assert ask_many(children=[Part("found-by-now", {})]) == parent
    assert Job.objects.count() == 3
    assert set(parent.children.values_list("idempotency_key", flat=True)) == {None}
    with pytest.raises(KeyReused):
        ask_many(arguments={"count": 3})
    with pytest.raises(KeyReused):
        ask(ann)


def test_the_parent_of_many_is_found_before_its_children_are(ann):
    asked = {"operation": OPERATION, "arguments": {"max": 2}, "requested_by": ann}
    assert find_submitted_many(**asked, idempotency_key="a-key") is None

    parent = submit_many(**asked, children=[Part(None, {})], idempotency_key="a-key")

    assert find_submitted_many(**asked, idempotency_key="a-key") == parent
    assert find_submitted_many(**asked) is None


@pytest.mark.parametrize("target", [None, "a-machine"])
def test_of_many_that_ask_at_once_one_makes_the_job(ann, target):
    number, ids, failures = 6, [], []
    together = threading.Barrier(number)

    def run():
        try:
            together.wait(10)
            ids.append(ask(ann, target=target).pk)
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert failures == []
    assert len(ids) == number
    assert set(ids) == {Job.objects.get().pk}
