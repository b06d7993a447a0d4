"""Start, stop and terminate as jobs, step by step, on a simulated cloud that counts effects."""

import pytest

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import Source, VirtualMachine
from inventory.operations.actions import Change
from inventory.operations.actions.virtual_machines import CHANGES
from inventory.services.providers import provider_disconnect, provider_update
from inventory.types import MachineState
from jobs.api import Job, cancel
from tests.inventory.actions import machine_change
from tests.inventory.factories import machine_source, make_simulator
from tests.inventory.operations.running import effects_of, messages_of, run_to_its_end

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def provider():
    provider = make_simulator(machines=12)
    refresh([Ask(machine_source(provider), 0)])
    return provider


def machine_in(provider, state):
    machines = VirtualMachine.objects.select_related("source__provider", "provider")
    return machines.filter(provider=provider, state=state).order_by("pk").first()


def change(name, machine):
    owner = machine.provider.owner
    return run_to_its_end(machine_change(name=name, machine=machine, requested_by=owner))


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("stop", "RUNNING", "STOPPED"),
        ("stop", "PAUSED", "STOPPED"),
        ("start", "STOPPED", "RUNNING"),
        ("terminate", "RUNNING", "TERMINATED"),
        ("terminate", "STOPPED", "TERMINATED"),
    ],
)
def test_a_change_ends_when_the_machine_is_seen_changed(
    provider, simulator_directory, name, before, after
):
    machine = machine_in(provider, before)

    job = change(name, machine)

    assert (job.state, job.result) == ("SUCCEEDED", {"state": after})
    assert effects_of(simulator_directory, provider) == [name]
    machine.refresh_from_db()
    assert machine.state == after


@pytest.mark.parametrize(("name", "state"), [("stop", "STOPPED"), ("start", "RUNNING")])
def test_what_is_so_already_succeeds_without_an_act(provider, simulator_directory, name, state):
    job = change(name, machine_in(provider, state))

    assert job.state == "SUCCEEDED"
    assert messages_of(job)[-1].endswith("already; nothing was done.")
    assert effects_of(simulator_directory, provider) == []


def test_a_terminated_machine_cannot_be_started(provider, simulator_directory):
    machine = machine_in(provider, "STOPPED")
    change("terminate", machine)

    job = change("start", machine)

    assert (job.state, job.error_code) == ("FAILED", "CONFLICT")
    assert job.error_message == "The machine is terminated; it cannot be running."
    assert effects_of(simulator_directory, provider) == ["terminate"]


def test_a_machine_that_vanished_is_not_found(provider):
    machine = machine_in(provider, "RUNNING")
    provider_update(provider=provider, credentials={"machines": "0"})

    job = change("stop", machine)

    assert (job.state, job.error_code) == ("FAILED", "NOT_FOUND")


def test_terminating_what_is_gone_succeeds_and_the_row_says_terminated(provider):
    machine = machine_in(provider, "RUNNING")
    provider_update(provider=provider, credentials={"machines": "0"})

    job = change("terminate", machine)

    assert job.state == "SUCCEEDED"
    assert messages_of(job)[-1] == "The machine was terminated already; nothing was done."
    machine.refresh_from_db()
    assert machine.state == "TERMINATED"


def test_the_source_is_dirty_when_the_job_ends(provider):
    source = machine_source(provider)
    assert source.dirty_at is None

    job = change("stop", machine_in(provider, "RUNNING"))

    assert machine_source(provider).dirty_at >= job.created_at
    others = Source.objects.filter(provider=provider).exclude(pk=source.pk)
    assert not others.exclude(dirty_at=None).exists()


def test_a_disconnected_provider_fails_its_jobs_clearly(provider):
    machine = machine_in(provider, "RUNNING")
    submitted = machine_change(name="stop", machine=machine, requested_by=None)
    provider_disconnect(provider=provider)

    job = run_to_its_end(submitted)

    assert (job.state, job.error_code) == ("FAILED", "NOT_FOUND")
    assert job.error_message == "The provider was disconnected."


def test_refused_credentials_fail_the_job_without_a_retry(settings, provider):
    from cryptography.fernet import Fernet  # noqa: PLC0415

    machine = machine_in(provider, "RUNNING")
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]

    job = change("stop", machine)

    assert (job.state, job.error_code, job.attempts) == ("FAILED", "INVALID_CREDENTIALS", 1)


def test_a_failing_cloud_is_asked_again(provider, simulator_directory):
    provider_update(provider=provider, credentials={"error_rate": "0.5"})

    job = change("stop", machine_in(provider, "RUNNING"))

    assert job.state == "SUCCEEDED"
    assert effects_of(simulator_directory, provider) == ["stop"]


def test_a_job_that_is_cancelled_first_never_acts(provider, simulator_directory):
    machine = machine_in(provider, "RUNNING")
    submitted = machine_change(name="stop", machine=machine, requested_by=None)
    cancel(job=submitted)

    job = run_to_its_end(submitted)

    assert job.state == "CANCELED"
    assert effects_of(simulator_directory, provider) == []


def test_a_job_that_is_cancelled_on_its_way_says_what_was_done(provider, simulator_directory):
    from jobs.api import run_job  # noqa: PLC0415

    provider_update(provider=provider, credentials={"boot_ms": "60000"})
    machine = machine_in(provider, "RUNNING")
    submitted = machine_change(name="stop", machine=machine, requested_by=None)
    run_job(str(submitted.pk))
    cancel(job=Job.objects.get(pk=submitted.pk))

    job = run_to_its_end(submitted)

    assert job.state == "CANCELED"
    assert effects_of(simulator_directory, provider) == ["stop"]
    assert "Asked the cloud to stop the machine, which was running." in messages_of(job)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_no_state_is_both_ready_and_passing(change: Change):
    assert not change.ready & change.waits
    assert change.goal not in change.ready
    assert not change.allows(MachineState.MISSING)
