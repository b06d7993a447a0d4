"""A schedule with a real beat, worker and Redis: at its time, machines are stopped once."""

import pytest
from django.utils import timezone

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.providers.simulator.store import Store
from inventory.services.schedules import schedule_arguments
from inventory.services.selection import Selection
from jobs.api import Job, Schedule, ScheduleRun, schedule_create
from tests.functional.workers import (  # noqa: F401 - fixtures among them
    broker,
    kill,
    start,
    start_worker,
    wait_until,
)
from tests.inventory.factories import machine_source, make_simulator, make_user

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cloud(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    provider = make_simulator(make_user("ann"), machines=10, boot_ms=0)
    refresh([Ask(machine_source(provider), 0)])
    return provider


@pytest.fixture
def stopped(settings, cloud):
    """The machines that the cloud was asked to stop, as often as it was."""
    store = Store(settings.SIMULATOR_DIR, cloud.credentials.values["seed"])
    return lambda: sorted(e.machine for e in store.effects() if e.action == "stop")


@pytest.fixture
def schedule(cloud):
    selection = Selection(limits={"state": ["RUNNING"]})
    return schedule_create(
        owner=cloud.owner,
        name="off",
        operation="virtual_machine.stop",
        arguments=schedule_arguments(selection, {"filter": {"state": ["RUNNING"]}}),
        cron="* * * * *",
        timezone="UTC",
    )


@pytest.fixture
def start_beat(start, tmp_path):
    """Each beat has a file of its own, which stores the time of its last run."""
    return lambda name="one": start("beat", "--schedule", str(tmp_path / name))


def running(cloud):
    machines = VirtualMachine.objects.filter(provider=cloud, state="RUNNING")
    return sorted(machines.values_list("external_id", flat=True))


def come_true(schedule):
    now = timezone.now()
    Schedule.objects.filter(pk=schedule.pk).update(
        next_run_at=now.replace(second=0, microsecond=0),
        cron=f"{now.minute} {now.hour} * * *",  # and not again before tomorrow
    )


def test_at_its_time_each_machine_is_stopped_once(
    cloud, schedule, stopped, start_beat, start_worker
):
    machines = running(cloud)
    # Run two beats and two workers at once.
    for name in ("one", "two"):
        start_beat(name)
        start_worker()
    come_true(schedule)

    wait_until(lambda: Job.objects.filter(parent=None, state="SUCCEEDED").exists())

    assert machines
    assert stopped() == machines
    (run,) = ScheduleRun.objects.all()
    assert (run.outcome, run.job) == ("SUBMITTED", Job.objects.get(parent=None))
    assert Job.objects.get(parent=None).result == {
        "succeeded": len(machines),
        "failed": 0,
        "canceled": 0,
    }


@pytest.mark.any_database  # the test above asks both
def test_one_that_was_due_while_no_worker_was_there_is_run_when_one_is_back(
    cloud, schedule, stopped, start_beat, start_worker
):
    machines = running(cloud)
    come_true(schedule)
    worker = start_worker()
    start_beat()
    kill(worker)  # at some moment before, in or after the run
    start_worker()

    wait_until(lambda: Job.objects.filter(parent=None, state="SUCCEEDED").exists())

    assert stopped() == machines
    assert ScheduleRun.objects.count() == 1
