"""A purchase whose job ended while its answer was missing, and that is tried again: bought once."""

import time

import pytest

from inventory.operations import unclear_orders
from inventory.providers import ProviderErrorCode as Code
from jobs.api import Job, cancel, retry
from tests.clouds.engine import engines  # noqa: F401 - a fixture
from tests.inventory.factories import make_user
from tests.inventory.operations.acting import acting
from tests.inventory.operations.every import cloud_of, submit
from tests.inventory.operations.running import messages_of, run_to_its_end
from tests.inventory.operations.test_unclear_answers import (  # noqa: F401 - a fixture
    ORDERS,
    hide,
    lost,
    sent_once,
    take_step,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]

CUT = {"code": Code.UNREACHABLE}
LOOKS = 5


@pytest.fixture(params=ORDERS)
def order(request):
    return request.param


@pytest.fixture(params=["repeatable", "sent once"])
def kinds(request):
    if request.param == "sent once":
        request.getfixturevalue("sent_once")
    return request.param


@pytest.fixture
def ann():
    return make_user("ann", is_superuser=True)


@pytest.fixture
def account(order, simulator_directory, ann, kinds):
    return cloud_of(order, simulator_directory, ann)


def ordered(account, order, ann, *, acts=True):
    job = submit(account, order, ann)
    with acting(order, lost(CUT, acts=acts)):
        take_step(job)
    assert not job.is_finished
    return job


def end_by_cancel(job, _ann):
    cancel(job=job)


def end_by_a_lost_right(job, ann):
    ann.is_active = False
    ann.save()
    run_to_its_end(job, most_steps=2)
    ann.is_active = True
    ann.save()


def end_by_its_deadline(job, _ann):
    Job.objects.filter(pk=job.pk).update(deadline_at=job.created_at)


def end_by_a_fault(job, _ann):
    Job.objects.filter(pk=job.pk).update(state="FAILED", error_code="INTERNAL")


def end_without_a_note(job, _ann):
    """The worker was lost while it ordered."""
    memory = {key: job.memory[key] for key in job.memory if not key.startswith("unclear")}
    Job.objects.filter(pk=job.pk).update(state="FAILED", error_code="INTERNAL", memory=memory)


ENDS = [
    end_by_cancel,
    end_by_a_lost_right,
    end_by_its_deadline,
    end_by_a_fault,
    end_without_a_note,
]


def retried(job, ann):
    return retry(job=Job.objects.get(pk=job.pk), requested_by=ann)


@pytest.mark.parametrize("end", ENDS)
def test_a_retry_finds_what_is_listed_late(monkeypatch, account, order, ann, end):
    job = ordered(account, order, ann)
    hide(monkeypatch, order, LOOKS)
    end(job, ann)
    job = run_to_its_end(job, most_steps=2)

    ended = run_to_its_end(retried(job, ann))

    assert ended.state == "SUCCEEDED", ended.error_message
    assert len(ended.created) == 1
    assert len({"create", "deploy"} & set(account.effects)) == 1
    assert not {"create", "deploy"} & set(account.effects[1:])
    assert any(f"gateway-job={job.pk}" in message for message in messages_of(ended))


@pytest.mark.usefixtures("sent_once")
def test_a_retry_of_a_retry_looks_for_the_first_order(monkeypatch, account, order, ann):
    first = ordered(account, order, ann)
    hide(monkeypatch, order, 1000)
    job = first
    for _ in range(3):
        cancel(job=job)
        job = run_to_its_end(job, most_steps=2)
        assert (job.state, job.error_code) == ("CANCELED", "OUTCOME_UNKNOWN")
        for text in (job.error_message, messages_of(job)[-1]):
            assert f"gateway-job={first.pk}" in text
        job = retried(job, ann)
        take_step(job)
        assert not job.is_finished
    assert len(account.effects) == 1


@pytest.mark.usefixtures("sent_once")
def test_a_retry_looks_no_longer_than_the_first_job_would_have(
    monkeypatch, simulator_directory, order, ann
):
    account = cloud_of(order, simulator_directory, ann)
    job = ordered(account, order, ann, acts=False)
    cancel(job=job)
    job = run_to_its_end(job, most_steps=2)
    again = retried(job, ann)
    for _ in range(3):
        take_step(again)
    assert account.effects == []

    later = time.time() + unclear_orders.LOOK_SECONDS
    monkeypatch.setattr(unclear_orders.time, "time", lambda: later)
    ended = run_to_its_end(again, most_steps=2)

    assert (ended.state, ended.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    assert f"gateway-job={job.pk}" in ended.error_message
    assert account.effects == []
    # The search for it has lasted long enough: another retry orders anew.
    last = run_to_its_end(retried(ended, ann))
    assert last.state == "SUCCEEDED", last.error_message
    assert account.effects[0] in {"create", "deploy"}


def test_a_repeated_order_that_is_refused_leaves_the_doubt(
    monkeypatch, simulator_directory, order, ann
):
    """The first one may have been carried out, whatever the cloud answers to the second one."""
    account = cloud_of(order, simulator_directory, ann)
    job = ordered(account, order, ann)
    hide(monkeypatch, order, 1000)
    with acting(order, lost({"code": Code.QUOTA_EXCEEDED}, acts=False)):
        take_step(job)

    assert (job.state, job.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    assert f"gateway-job={job.pk}" in job.error_message


def test_a_product_that_was_made_a_moment_ago_may_be_unlisted(monkeypatch, account, order, ann):
    job = submit(account, order, ann)
    take_step(job)
    made = job.memory["external_id"]
    Job.objects.filter(pk=job.pk).update(state="CANCELED")
    hide(monkeypatch, order, LOOKS)

    ended = run_to_its_end(retried(job, ann))

    assert ended.state == "SUCCEEDED", ended.error_message
    assert ended.result["externalId"] == made
    assert not {"create", "deploy"} & set(account.effects[1:])


@pytest.mark.any_database  # it is about the length of a line of retries, whatever was ordered
@pytest.mark.parametrize("order", [next(iter(ORDERS))], indirect=True)
def test_the_first_order_is_found_after_any_number_of_retries(account, order, ann):
    job = submit(account, order, ann)
    take_step(job)
    made = job.memory["external_id"]
    for _ in range(52):
        Job.objects.filter(pk=job.pk).update(state="FAILED", error_code="INVALID_CREDENTIALS")
        job = retried(job, ann)

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED", ended.error_message
    assert ended.result["externalId"] == made
    assert not {"create", "deploy"} & set(account.effects[1:])


def test_orders_that_were_clearly_refused_cost_no_look(monkeypatch, account, order, ann):
    job = submit(account, order, ann)
    for _ in range(3):
        with acting(order, lost({"code": Code.QUOTA_EXCEEDED}, acts=False)):
            take_step(job)
        assert (job.state, job.error_code) == ("FAILED", "QUOTA_EXCEEDED")
        job = retried(job, ann)
    looks = hide(monkeypatch, order, 0)

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED", ended.error_message
    assert looks == []
