"""An order whose answer was lost, and that is canceled, denied or disconnected meanwhile.

Nothing that was bought is unknown to its job: it is found, or the job reports that it may exist.
"""

import pytest
from django.utils import timezone

from inventory.operations import target_context
from inventory.providers import ProviderErrorCode as Code
from inventory.services.providers import provider_disconnect
from jobs.api import Job, RetriedAlready, cancel, retry
from tests.clouds.engine import engines  # noqa: F401 - a fixture
from tests.inventory.factories import make_user
from tests.inventory.operations.acting import acting
from tests.inventory.operations.every import cloud_of, submit
from tests.inventory.operations.running import messages_of, run_to_its_end, take_step
from tests.inventory.operations.test_unclear_answers import (  # noqa: F401 - a fixture
    ORDERS,
    hide,
    lost,
    sent_once,
)

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]

CUT = {"code": Code.UNREACHABLE}


@pytest.fixture(params=ORDERS)
def order(request):
    return request.param


@pytest.fixture(params=["repeatable", "sent once"])
def kinds(request):
    if request.param == "sent once":
        request.getfixturevalue("sent_once")


@pytest.fixture
def ann():
    return make_user("ann", is_superuser=True)


@pytest.fixture
def account(order, simulator_directory, ann, kinds):
    return cloud_of(order, simulator_directory, ann)


@pytest.fixture
def job(account, order, ann):
    """A job whose order was carried out, and whose answer was lost."""
    submitted = submit(account, order, ann)
    with acting(order, lost(CUT)):
        take_step(submitted)
    assert not submitted.is_finished
    assert len(account.effects) == 1
    return submitted


def assert_in_doubt(job):
    for text in (job.error_message, messages_of(job)[-1]):
        assert f"{job.arguments['name']} may have been made in {job.memory['region']}" in text
        assert f"gateway-job={job.pk}" in text


def test_a_canceled_job_finds_what_it_has_bought(account, job):
    cancel(job=job)

    ended = run_to_its_end(job)

    assert (ended.state, ended.error_code == "OUTCOME_UNKNOWN") == ("CANCELED", False)
    assert len(ended.created) == 1
    assert ended.memory["external_id"] in messages_of(ended)[-1]
    assert "may have been made" not in messages_of(ended)[-1]
    assert len(account.effects) == 1


def test_so_does_one_that_is_canceled_while_it_orders(account, order, ann):
    job = submit(account, order, ann)

    def cancel_meanwhile(act):
        def act_and_lose(cloud, *given):
            cancel(job=job)
            return lost(CUT)(act)(cloud, *given)

        return act_and_lose

    with acting(order, cancel_meanwhile):
        take_step(job)
    ended = run_to_its_end(job)

    assert ended.state == "CANCELED"
    assert len(ended.created) == 1
    assert ended.memory["external_id"] in messages_of(ended)[-1]
    assert len(account.effects) == 1


def test_a_canceled_job_reports_what_it_does_not_find(monkeypatch, account, order, ann, job):
    with monkeypatch.context() as patched:
        hide(patched, order, 1000)
        cancel(job=job)
        ended = run_to_its_end(job, most_steps=2)

    assert (ended.state, ended.error_code) == ("CANCELED", "OUTCOME_UNKNOWN")
    assert ended.created == []
    assert_in_doubt(ended)
    # A retry goes on with the same order.
    again = retry(job=ended, requested_by=ann)
    assert run_to_its_end(again).state == "SUCCEEDED"
    assert not {"create", "deploy"} & set(account.effects[1:])


def test_a_lost_right_is_reported_with_what_may_have_been_made(monkeypatch, account, ann, job):
    ann.is_active = False
    ann.save()

    def no_call(*_given):
        raise AssertionError("The cloud was called.")

    monkeypatch.setattr(target_context, "connected", no_call)
    ended = run_to_its_end(job, most_steps=2)

    assert (ended.state, ended.error_code) == ("FAILED", "PERMISSION_DENIED")
    assert_in_doubt(ended)


def test_a_canceled_job_without_rights_calls_no_cloud(monkeypatch, account, ann, job):
    cancel(job=job)
    ann.is_active = False
    ann.save()

    def no_call(*_given):
        raise AssertionError("The cloud was called.")

    monkeypatch.setattr(target_context, "connected", no_call)
    ended = run_to_its_end(job, most_steps=2)

    assert (ended.state, ended.error_code) == ("CANCELED", "OUTCOME_UNKNOWN")
    assert_in_doubt(ended)


@pytest.mark.parametrize("canceled", [False, True])
def test_a_disconnect_is_reported_with_what_may_have_been_made(account, job, canceled):
    provider_disconnect(provider=account.provider)
    if canceled:
        cancel(job=job)

    ended = run_to_its_end(job, most_steps=2)

    assert ended.state == ("CANCELED" if canceled else "FAILED")
    assert ended.error_code == "OUTCOME_UNKNOWN"
    assert_in_doubt(ended)


def test_a_denied_purchase_in_doubt_keeps_others_from_buying_again(ann, account, order, job):
    failed = submit(account, order, ann)
    Job.objects.filter(pk=failed.pk).update(state="FAILED", error_code="QUOTA_EXCEEDED")
    failed.refresh_from_db()
    Job.objects.filter(pk=job.pk).update(
        state="FAILED", error_code="PERMISSION_DENIED", retried_from=failed
    )

    with pytest.raises(RetriedAlready) as refused:
        retry(job=failed, requested_by=ann)

    assert refused.value.job == job


def test_a_clear_refusal_leaves_no_doubt(account, order, ann):
    job = submit(account, order, ann)
    with acting(order, lost({"code": Code.QUOTA_EXCEEDED}, acts=False)):
        take_step(job)

    assert (job.state, job.error_code) == ("FAILED", "QUOTA_EXCEEDED")
    assert "may have been made" not in job.error_message


def test_a_retry_after_beyond_the_deadline_does_not_hide_the_doubt(account, order, ann):
    job = submit(account, order, ann)
    late = {"code": Code.PROVIDER_ERROR, "status": 503, "retry_after": 7200.0}
    with acting(order, lost(late)):
        take_step(job)
    assert not job.is_finished

    Job.objects.filter(pk=job.pk).update(deadline_at=timezone.now())
    ended = run_to_its_end(job, most_steps=2)

    assert len(ended.created) == 1
    assert "may have been made" not in ended.error_message
    assert len(account.effects) == 1
