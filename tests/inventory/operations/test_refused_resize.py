"""A machine that was stopped for a resize that fails is started again, or reported as off."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inventory.live.age import Ask
from inventory.live.connection import connected
from inventory.live.refresh import refresh
from inventory.operations.stopped_for_resize import LEFT_OFF, MAY_GO_OFF
from inventory.providers import Capability, ProviderError, ProviderErrorCode, get_kind
from inventory.services.machines import machine_resize
from jobs.api import Job, cancel, retry, run_job
from tests.inventory.factories import machine_source, make_simulator, make_user
from tests.inventory.operations.every import running_at
from tests.inventory.operations.resizing import FULL, machine_in, refusing, resize, stopped_by
from tests.inventory.operations.running import effects_of, messages_of, run_to_its_end
from tests.inventory.providers.contract.backends import BACKENDS, Recorded

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

RESIZING = [
    slug
    for slug, one in BACKENDS.items()
    if issubclass(one, Recorded) and Capability.RESIZE in get_kind(slug).capabilities
]


@pytest.fixture
def user():
    return make_user(is_superuser=True)


@pytest.fixture
def provider(user):
    provider = make_simulator(user, machines=20)
    refresh([Ask(machine_source(provider), 0)])
    return provider


@pytest.fixture
def effects(provider, simulator_directory):
    return lambda: effects_of(simulator_directory, provider)


def test_a_machine_whose_resize_is_refused_is_started_again(provider, user, effects):
    machine = machine_in(provider, "RUNNING")
    with refusing("resize", FULL):
        failed = run_to_its_end(resize(machine, user))

    assert (failed.state, failed.error_code) == ("FAILED", "QUOTA_EXCEEDED")
    assert failed.error_message == (
        "No cores are left. The machine was started again, with its old size. Done before that: "
        "Asked the cloud to stop the machine, which was running. "
        "Asked the cloud to start the machine, which was stopped."
    )
    going_on = "The resize failed: No cores are left. Starting the machine again."
    assert messages_of(failed).count(going_on) == 1
    assert effects() == ["stop", "start"]
    machine.refresh_from_db()
    assert machine.state == "RUNNING"

    done = run_to_its_end(retry(job=failed, requested_by=user))

    assert (done.state, done.result["state"]) == ("SUCCEEDED", "RUNNING")
    assert effects()[2:] == ["stop", "resize", "start"]


def test_what_cannot_be_started_again_is_reported_as_off(provider, user, effects):
    denied = ProviderError(ProviderErrorCode.PERMISSION_DENIED, "You may not start it.")
    machine = machine_in(provider, "RUNNING")
    with refusing("resize", FULL), refusing("start", denied):
        failed = run_to_its_end(resize(machine, user))

    assert (failed.state, failed.error_code) == ("FAILED", "QUOTA_EXCEEDED")
    assert failed.error_message == (
        "No cores are left. The machine could not be started again: You may not start it. Done "
        f"before that: Asked the cloud to stop the machine, which was running. {LEFT_OFF}"
    )
    assert effects() == ["stop"]

    with refusing("resize", FULL):
        again = run_to_its_end(retry(job=failed, requested_by=user))

    assert "was started again" in again.error_message
    assert effects() == ["stop", "start"]


def test_a_retry_does_not_start_what_was_stopped_by_somebody_meanwhile(provider, user, effects):
    machine = machine_in(provider, "RUNNING")
    with refusing("resize", FULL):
        failed = run_to_its_end(resize(machine, user))
    with provider_cloud(provider) as cloud:
        cloud.do("virtual_machines", "stop", machine.external_id)

    done = run_to_its_end(retry(job=failed, requested_by=user))

    assert (done.state, done.result["state"]) == ("SUCCEEDED", "STOPPED")
    assert effects() == ["stop", "start", "stop", "resize"]


def provider_cloud(provider):
    return connected(machine_source(provider), 10)


def test_a_cancel_after_the_stop_starts_nothing_and_reports_the_machine_as_off(
    provider, user, effects
):
    machine = machine_in(provider, "RUNNING")
    busy = ProviderError(ProviderErrorCode.RATE_LIMITED, "Slower.")
    with refusing("resize", busy):
        job = stopped_by(resize(machine, user), effects)
        for _ in range(3):  # it is seen off, and the resize is refused for now
            Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
            run_job(str(job.pk))
    cancel(job=job, canceled_by=user)
    canceled = run_to_its_end(job)

    assert canceled.state == "CANCELED"
    assert messages_of(canceled)[-1].endswith(LEFT_OFF)
    assert effects() == ["stop"]

    done = run_to_its_end(retry(job=canceled, requested_by=user))

    assert (done.state, done.result["state"]) == ("SUCCEEDED", "RUNNING")
    assert effects() == ["stop", "resize", "start"]


def test_a_cancel_before_the_machine_is_seen_off(provider, user, effects):
    job = stopped_by(resize(machine_in(provider, "RUNNING"), user), effects)
    cancel(job=job, canceled_by=user)
    canceled = run_to_its_end(job)

    assert messages_of(canceled)[-1].endswith(MAY_GO_OFF)
    assert effects() == ["stop"]


def test_a_resize_for_which_no_time_is_left_is_given_up_in_time(provider, user, effects):
    machine = machine_in(provider, "RUNNING")
    busy = ProviderError(ProviderErrorCode.RATE_LIMITED, "Slower.")
    with refusing("resize", busy):
        job = stopped_by(resize(machine, user), effects)
        soon = timezone.now() + timedelta(seconds=60)
        Job.objects.filter(pk=job.pk).update(deadline_at=soon)
        failed = run_to_its_end(job)

    assert (failed.state, failed.error_code) == ("FAILED", "DEADLINE_EXCEEDED")
    assert "given up" in failed.error_message
    assert "The machine was started again, with its old size. " in failed.error_message
    assert effects() == ["stop", "start"]


def test_a_cloud_that_is_busy_for_too_long_is_not_waited_for(provider, user, effects):
    busy = ProviderError(ProviderErrorCode.RATE_LIMITED, "Slower.", retry_after=3600)
    with refusing("resize", busy):
        failed = run_to_its_end(resize(machine_in(provider, "RUNNING"), user))

    assert failed.error_code == "RATE_LIMITED"
    assert effects() == ["stop", "start"]


def test_the_last_look_starts_nothing_and_reports_the_machine_as_off(provider, user, effects):
    busy = ProviderError(ProviderErrorCode.RATE_LIMITED, "Slower.")
    with refusing("resize", busy):
        job = stopped_by(resize(machine_in(provider, "RUNNING"), user), effects)
        Job.objects.filter(pk=job.pk).update(deadline_at=timezone.now(), run_after=timezone.now())
        failed = run_to_its_end(job)

    assert failed.error_code == "DEADLINE_EXCEEDED"
    assert failed.error_message.endswith(LEFT_OFF)
    assert effects() == ["stop"]


def test_what_was_off_before_stays_off(provider, user, effects):
    with refusing("resize", FULL):
        failed = run_to_its_end(resize(machine_in(provider, "STOPPED"), user))

    assert failed.error_message == "No cores are left."
    assert effects() == []


def test_a_stop_that_is_refused_leaves_nothing_to_start(provider, user, effects):
    denied = ProviderError(ProviderErrorCode.PERMISSION_DENIED, "You may not stop it.")
    with refusing("stop", denied):
        failed = run_to_its_end(resize(machine_in(provider, "RUNNING"), user))

    assert failed.error_message == "You may not stop it."
    assert effects() == []


def test_the_requester_who_lost_the_right_to_it_learns_that_the_machine_is_off(
    provider, user, effects
):
    busy = ProviderError(ProviderErrorCode.RATE_LIMITED, "Slower.")
    with refusing("resize", busy):
        job = stopped_by(resize(machine_in(provider, "RUNNING"), user), effects)
        Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
        run_job(str(job.pk))
    user.is_active = False
    user.save()
    failed = run_to_its_end(job)

    assert failed.error_code == "PERMISSION_DENIED"
    assert failed.error_message.endswith(LEFT_OFF)
    assert effects() == ["stop"]


@pytest.mark.parametrize("slug", RESIZING)
def test_every_kind_starts_it_again_once(slug, request, user):
    account = BACKENDS[slug](request)
    machine = running_at(account, user)
    sizes = (account.another_size, account.size)
    size = next(one for one in sizes if one != machine.size_id)
    with refusing("resize", FULL):
        failed = run_to_its_end(
            machine_resize(machine=machine, size=size, stop_first=True, requested_by=user)
        )

    assert failed.error_code == "QUOTA_EXCEEDED"
    assert "started again" in failed.error_message
    machine.refresh_from_db()
    assert machine.state == "RUNNING"
    changes = [
        one
        for one in account.cloud.asked
        if one.method != "GET" and not one.path.endswith(("/token", "/tokens"))
    ]
    assert len(changes) == 2  # a stop, and a start
