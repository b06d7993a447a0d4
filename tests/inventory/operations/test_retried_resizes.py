"""A retry of a resize: the machine that it starts again, and the result that it reports."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from inventory.live.age import Ask
from inventory.live.connection import connected
from inventory.live.refresh import refresh
from inventory.operations.stopped_for_resize import LEFT_ALONE
from inventory.providers import ProviderError, ProviderErrorCode
from jobs.api import cancel, retry
from tests.inventory.actions import machine_change
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import machine_source, make_simulator, make_user
from tests.inventory.operations.resizing import (
    BUSY,
    FULL,
    machine_in,
    refusing,
    resize,
    stopped_by,
)
from tests.inventory.operations.running import (
    effects_of,
    messages_of,
    run_to_its_end,
    take_step,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
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


@pytest.fixture
def machine(provider):
    return machine_in(provider, "RUNNING")


@pytest.fixture
def canceled(machine, user, effects):
    """A resize that was canceled when its machine was off."""
    with refusing("resize", BUSY):
        job = stopped_by(resize(machine, user), effects)
        while not job.memory.get("is_off"):
            take_step(job)
    cancel(job=job, canceled_by=user)
    job = run_to_its_end(job)
    assert (job.state, effects()) == ("CANCELED", ["stop"])
    return job


def at_cloud(machine, *actions, read=True):
    """Somebody acts outside of the gateway, and reads the machines after each action."""
    source = machine_source(machine.provider)
    for action in actions:
        with connected(source, 10) as cloud:
            cloud.do("virtual_machines", action, machine.external_id)
        if read:
            refresh([Ask(source, 0)])


def by_job(machine, user, *actions):
    for action in actions:
        job = run_to_its_end(machine_change(name=action, machine=machine, requested_by=user))
        assert job.state == "SUCCEEDED"


def left_alone(canceled, user, effects):
    before = effects()
    done = run_to_its_end(retry(job=canceled, requested_by=user))
    assert (done.state, done.result["state"]) == ("SUCCEEDED", "STOPPED")
    assert effects()[len(before) :] == ["resize"]
    assert messages_of(done)[-1] == f"The machine has its new size. {LEFT_ALONE}"


def test_what_was_started_and_stopped_by_jobs_stays_off(canceled, machine, user, effects):
    by_job(machine, user, "start", "stop")
    left_alone(canceled, user, effects)


def test_what_a_job_has_found_off_stays_off(canceled, machine, user, effects):
    by_job(machine, user, "stop")
    left_alone(canceled, user, effects)


def test_what_was_seen_on_meanwhile_stays_off(canceled, machine, user, effects):
    at_cloud(machine, "start", "stop")
    left_alone(canceled, user, effects)


def test_what_the_cloud_reports_as_started_meanwhile_stays_off(machine, user, effects, monkeypatch):
    find = plain_cloud("virtual_machines", "find")
    starts = [datetime(2026, 1, 1, tzinfo=UTC)]
    patch_cloud(
        monkeypatch,
        "virtual_machines",
        "find",
        lambda cloud, external_id: replace(find(cloud, external_id), launched_at=starts[-1]),
    )
    with refusing("resize", BUSY):
        job = stopped_by(resize(machine, user), effects)
        take_step(job)
    assert job.memory["is_off"]
    cancel(job=job, canceled_by=user)
    canceled = run_to_its_end(job)
    at_cloud(machine, "start", "stop", read=False)
    starts.append(datetime(2026, 1, 2, tzinfo=UTC))

    left_alone(canceled, user, effects)


def test_a_refused_job_of_somebody_touches_nothing(canceled, machine, user, effects):
    denied = ProviderError(ProviderErrorCode.PERMISSION_DENIED, "You may not start it.")
    with refusing("start", denied):
        refused = run_to_its_end(machine_change(name="start", machine=machine, requested_by=user))
    assert refused.state == "FAILED"

    done = run_to_its_end(retry(job=canceled, requested_by=user))

    assert done.result["state"] == "RUNNING"
    assert effects() == ["stop", "resize", "start"]


def test_the_touch_counts_for_a_retry_of_the_retry_too(canceled, machine, user, effects):
    by_job(machine, user, "start", "stop")
    with refusing("resize", FULL):
        failed = run_to_its_end(retry(job=canceled, requested_by=user))
    assert failed.error_message == "No cores are left."
    left_alone(failed, user, effects)


def test_a_machine_whose_stop_was_refused_and_that_its_user_stopped_stays_off(
    machine, user, effects
):
    with refusing("stop", BUSY):
        job = resize(machine, user)
        take_step(job)
    assert (job.state, effects()) == ("RUNNING", [])
    at_cloud(machine, "stop")

    done = run_to_its_end(job)

    assert (done.state, done.result["state"]) == ("SUCCEEDED", "STOPPED")
    assert effects() == ["stop", "resize"]


def test_what_is_started_during_the_job_is_stopped_again(machine, user, effects):
    with refusing("resize", BUSY):
        job = stopped_by(resize(machine, user), effects)
        while not job.memory.get("is_off"):
            take_step(job)
        at_cloud(machine, "start")
        take_step(job)
    assert effects() == ["stop", "start", "stop"]

    done = run_to_its_end(job)

    assert (done.state, done.result["state"]) == ("SUCCEEDED", "RUNNING")
    assert effects()[3:] == ["resize", "start"]


def test_a_retry_that_only_starts_the_machine_reports_that(machine, user, effects):
    job = stopped_by(resize(machine, user), effects)
    while "resize" not in effects():
        take_step(job)
    cancel(job=job, canceled_by=user)
    canceled = run_to_its_end(job)

    done = run_to_its_end(retry(job=canceled, requested_by=user))

    assert (done.state, effects()) == ("SUCCEEDED", ["stop", "resize", "start"])
    assert messages_of(done)[-1] == (
        "The machine has its new size, for which an earlier job had asked. It was started again."
    )


def test_a_retry_that_finds_nothing_to_do_names_the_earlier_job(machine, user, effects):
    for action, state in (("stop", "stopped"), ("start", "running")):
        job = machine_change(name=action, machine=machine, requested_by=user)
        take_step(job)
        cancel(job=job, canceled_by=user)
        canceled = run_to_its_end(job)
        before = effects()
        done = run_to_its_end(retry(job=canceled, requested_by=user))
        assert effects() == before
        assert messages_of(done)[-1] == (
            f"The machine is {state}. An earlier job had asked for it; this job did nothing."
        )


def test_a_resize_that_finds_nothing_to_do(machine, user, effects):
    size = machine.size_id
    job = resize(machine, user)
    job.arguments = job.arguments | {"size": size}
    job.save()

    done = run_to_its_end(job)

    assert effects() == []
    assert messages_of(done)[-1] == "The machine had this size already. This job did nothing."
