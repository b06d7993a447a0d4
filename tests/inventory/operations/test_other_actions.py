"""Suspend, resume, reboot, resize and tag as jobs, on a simulated cloud that counts effects."""

import pytest

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.services.machines import machine_resize, machine_tag
from jobs.api import Job
from tests.inventory.actions import machine_change, machine_reboot
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import machine_source, make_simulator
from tests.inventory.operations.running import effects_of, run_to_its_end

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def provider():
    provider = make_simulator(machines=12)
    refresh([Ask(machine_source(provider), 0)])
    return provider


def machine_in(provider, state):
    machines = VirtualMachine.objects.select_related("source__provider", "provider")
    return machines.filter(provider=provider, state=state).order_by("pk").first()


def other_size(machine):
    return "sim.large" if machine.size_id != "sim.large" else "sim.small"


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [("suspend", "RUNNING", "SUSPENDED"), ("resume", "SUSPENDED", "RUNNING")],
)
def test_suspend_and_resume(provider, simulator_directory, name, before, after):
    machine = machine_in(provider, before)

    job = run_to_its_end(machine_change(name=name, machine=machine, requested_by=None))

    assert (job.state, job.result) == ("SUCCEEDED", {"state": after})
    assert effects_of(simulator_directory, provider) == [name]


def test_what_is_stopped_cannot_be_suspended(provider):
    machine = machine_in(provider, "STOPPED")

    job = run_to_its_end(machine_change(name="suspend", machine=machine, requested_by=None))

    assert (job.state, job.error_code) == ("FAILED", "CONFLICT")


def test_a_reboot_is_made_once(provider, simulator_directory):
    machine = machine_in(provider, "RUNNING")

    job = run_to_its_end(machine_reboot(machine=machine, requested_by=None))

    assert (job.state, job.result) == ("SUCCEEDED", {"state": "RUNNING"})
    assert effects_of(simulator_directory, provider) == ["reboot"]


def test_a_reboot_that_nobody_knows_of_is_not_repeated(provider, simulator_directory):
    job = machine_reboot(machine=machine_in(provider, "RUNNING"), requested_by=None)
    Job.objects.filter(pk=job.pk).update(memory={"asking": True})

    job = run_to_its_end(job)

    assert (job.state, job.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    assert effects_of(simulator_directory, provider) == []


@pytest.mark.parametrize(
    ("code", "state", "error"),
    [
        (ProviderErrorCode.TIMEOUT, "FAILED", "OUTCOME_UNKNOWN"),
        (ProviderErrorCode.RATE_LIMITED, "SUCCEEDED", ""),
        (ProviderErrorCode.PERMISSION_DENIED, "FAILED", "PERMISSION_DENIED"),
    ],
)
def test_a_reboot_is_asked_again_only_when_it_was_surely_refused(
    provider, monkeypatch, code, state, error
):
    original, refusals = plain_cloud("virtual_machines", "reboot"), [ProviderError(code, "no")]

    def refuse_once(cloud, external_id):
        if refusals:
            raise refusals.pop()
        original(cloud, external_id)

    patch_cloud(monkeypatch, "virtual_machines", "reboot", refuse_once)

    job = run_to_its_end(machine_reboot(machine=machine_in(provider, "RUNNING"), requested_by=None))

    assert (job.state, job.error_code) == (state, error)


def test_a_running_machine_is_stopped_resized_and_started(provider, simulator_directory):
    machine = machine_in(provider, "RUNNING")
    size = other_size(machine)

    job = run_to_its_end(
        machine_resize(machine=machine, size=size, stop_first=True, requested_by=None)
    )

    assert (job.state, job.result) == ("SUCCEEDED", {"state": "RUNNING", "size": size})
    assert effects_of(simulator_directory, provider) == ["stop", "resize", "start"]
    machine.refresh_from_db()
    assert (machine.size_id, machine.state) == (size, "RUNNING")


def test_a_stopped_machine_is_resized_and_stays_off(provider, simulator_directory):
    machine = machine_in(provider, "STOPPED")
    size = other_size(machine)

    job = run_to_its_end(machine_resize(machine=machine, size=size, requested_by=None))

    assert (job.state, job.result) == ("SUCCEEDED", {"state": "STOPPED", "size": size})
    assert effects_of(simulator_directory, provider) == ["resize"]


def test_a_running_machine_is_not_stopped_unasked(provider, simulator_directory):
    machine = machine_in(provider, "RUNNING")

    job = run_to_its_end(
        machine_resize(machine=machine, size=other_size(machine), requested_by=None)
    )

    assert (job.state, job.error_code) == ("FAILED", "CONFLICT")
    assert effects_of(simulator_directory, provider) == []


def test_the_size_it_has_already_is_no_work(provider, simulator_directory):
    machine = machine_in(provider, "RUNNING")

    job = run_to_its_end(machine_resize(machine=machine, size=machine.size_id, requested_by=None))

    assert job.state == "SUCCEEDED"
    assert effects_of(simulator_directory, provider) == []


def test_tags_are_set_and_removed_and_others_stay(provider, simulator_directory):
    machine = machine_in(provider, "RUNNING")
    team = dict(machine.tags)["team"]

    job = run_to_its_end(
        machine_tag(
            machine=machine, wanted={"env": "new", "x": "y"}, unwanted=["gone"], requested_by=None
        )
    )

    assert job.state == "SUCCEEDED"
    assert job.result == {"tags": {"env": "new", "team": team, "x": "y"}}
    assert effects_of(simulator_directory, provider) == ["tag"]


def test_tags_that_are_so_already_are_no_work(provider, simulator_directory):
    machine = machine_in(provider, "STOPPED")

    job = run_to_its_end(
        machine_tag(
            machine=machine, wanted=dict(machine.tags), unwanted=["gone"], requested_by=None
        )
    )

    assert job.state == "SUCCEEDED"
    assert effects_of(simulator_directory, provider) == []
