"""A dry run checks everything and does nothing: no job, no row, no effect."""

import pytest

from gateway.core.errors import InvalidInput
from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.services.machine_dry_runs import dry_run_provision, dry_run_resize, dry_run_tag
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_update
from jobs.api import Job
from tests.inventory.actions import dry_run_change, dry_run_reboot, machine_change
from tests.inventory.factories import machine_source, make_simulator
from tests.inventory.operations.running import effects_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def provider():
    provider = make_simulator(machines=12)
    refresh([Ask(machine_source(provider), 0)])
    return provider


@pytest.fixture(autouse=True)
def _nothing_happens(provider, simulator_directory):
    """After every test, the effects and the rows are the same as before."""
    yield
    assert effects_of(simulator_directory, provider) == []
    assert VirtualMachine.objects.filter(provider=provider).count() == 12


def machine_in(provider, state):
    machines = VirtualMachine.objects.select_related("source__provider", "provider")
    return machines.filter(provider=provider, state=state).order_by("pk").first()


def failed_checks(run):
    return [check.name for check in run.checks if not check.ok]


@pytest.mark.parametrize(
    ("name", "state"),
    [("stop", "RUNNING"), ("start", "STOPPED"), ("terminate", "RUNNING"), ("stop", "STOPPED")],
)
def test_what_would_work_is_allowed(provider, name, state):
    run = dry_run_change(name=name, machine=machine_in(provider, state))

    assert run.allowed
    assert run.state == state
    assert [check.name for check in run.checks][:4] == ["capability", "target", "job", "state"]
    assert not Job.objects.exists()


def test_what_is_so_already_says_that_nothing_would_be_done(provider):
    run = dry_run_change(name="stop", machine=machine_in(provider, "STOPPED"))

    assert run.checks[3].message == "The machine is stopped already; nothing would be done."


def test_a_machine_that_vanished_is_not_allowed(provider):
    machine = machine_in(provider, "RUNNING")
    provider_update(provider=provider, credentials={"machines": "0"})

    run = dry_run_change(name="stop", machine=machine)

    assert not run.allowed
    assert (failed_checks(run), run.state) == (["target"], None)


def test_a_cloud_that_fails_is_a_check_that_failed(provider):
    machine = machine_in(provider, "RUNNING")
    provider_update(provider=provider, credentials={"error_rate": "1"})

    run = dry_run_change(name="stop", machine=machine)

    assert failed_checks(run) == ["target"]
    assert run.checks[-1].message.startswith("PROVIDER_ERROR: ")


def test_another_job_at_work_is_told(provider):
    machine = machine_in(provider, "RUNNING")
    machine_change(name="stop", machine=machine, requested_by=None)

    run = dry_run_change(name="stop", machine=machine)

    assert failed_checks(run) == ["job"]
    assert Job.objects.count() == 1


def test_only_what_runs_can_be_rebooted(provider):
    assert dry_run_reboot(machine=machine_in(provider, "RUNNING")).allowed
    assert failed_checks(dry_run_reboot(machine=machine_in(provider, "STOPPED"))) == ["state"]


@pytest.mark.parametrize(
    ("state", "stop_first", "allowed"),
    [("STOPPED", False, True), ("RUNNING", False, False), ("RUNNING", True, True)],
)
def test_a_size_is_changed_while_the_machine_is_off(provider, state, stop_first, allowed):
    machine = machine_in(provider, state)
    size = "sim.nano" if machine.size_id != "sim.nano" else "sim.micro"

    run = dry_run_resize(machine=machine, size=size, stop_first=stop_first)

    assert run.allowed is allowed


def test_tags_can_be_changed_on_anything_that_is_there(provider):
    machine = machine_in(provider, "STOPPED")

    assert dry_run_tag(machine=machine, wanted={"a": "b"}, unwanted=["c"]).allowed
    with pytest.raises(InvalidInput, match="'a' is to be set and to be removed"):
        dry_run_tag(machine=machine, wanted={"a": "b"}, unwanted=["a"])
    with pytest.raises(InvalidInput, match="Name tags"):
        dry_run_tag(machine=machine, wanted={}, unwanted=[])


def test_an_order_that_a_region_can_fill_is_allowed(provider):
    request = ProvisionRequest(name="web", size="sim.nano", image="img-debian-12")

    run = dry_run_provision(provider=provider, request=request, count=3)

    assert run.allowed
    assert run.checks[1].message == "sim-1 offers size, image and location."
    assert not Job.objects.exists()


def test_an_order_that_no_region_can_fill_says_what_is_lacking(provider):
    request = ProvisionRequest(name="web", size="sim.none", image="img-debian-12")

    run = dry_run_provision(provider=provider, request=request)

    assert failed_checks(run) == ["offer"]
    assert run.checks[-1].message == "sim-1 offers no size 'sim.none'."
