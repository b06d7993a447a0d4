"""Workers are killed again and again; every job ends, and the cloud accepted each effect once.

A wave is five jobs at once, one of each operation, and a worker that dies at each of the five
points of a job's life. A worker's death interrupts whatever else it was doing. Where the broker is
lost besides, a wave has two deaths. `make soak` runs many waves, of five deaths each: SOAK_KILLS
deaths; SOAK_SEED is another order of them.
"""

import itertools
import os
import random
import signal
from collections import Counter

import pytest
from django.db import transaction

from gateway.core import redis
from gateway.run.ports import free_port
from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.operations.target_context import parse_target
from inventory.providers.simulator.store import Store
from inventory.services.machines import machine_provision
from inventory.services.orders import ProvisionRequest
from jobs.api import UNFINISHED, Job
from tests.functional.workers import (  # noqa: F401 - fixtures among them
    broker,
    redis_answers,
    redis_at,
    start,
    start_worker,
    wait_until,
)
from tests.inventory.actions import machine_change, machine_reboot
from tests.inventory.factories import machine_source, make_simulator
from tests.soak.deaths import POINTS, deaths, doom

pytestmark = [pytest.mark.functional, pytest.mark.django_db(transaction=True)]

KILLS = int(os.environ.get("SOAK_KILLS", "5"))
SEED = int(os.environ.get("SOAK_SEED", "1"))
# Deaths in one wave. Each costs the start of a worker, so some waves have few by default.
MOST_DEATHS = len(POINTS)
FEW_DEATHS = MOST_DEATHS if "SOAK_KILLS" in os.environ else 2
# If a collision prevents a death, another wave makes up for it.
MOST_WAVES = 2 + 2 * KILLS // len(POINTS)
WAVE_SECONDS = 240  # a dozen on an idle machine: several workers start one after the other
FLUSHED = 0.02  # of the moments in which the test looks
STARTS_FROM = {"stop": "RUNNING", "reboot": "RUNNING", "terminate": "RUNNING", "start": "STOPPED"}
OPERATIONS = ("provision", *STARTS_FROM)


@pytest.fixture
def cloud(settings, tmp_path):
    """A simulated account whose machines take a moment for everything."""
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    provider = make_simulator(machines=40 * MOST_WAVES, boot_ms=700)
    refresh([Ask(machine_source(provider), 0)])
    return provider


@pytest.fixture
def effects(settings, cloud):
    """The effects that the cloud accepted, by the machine or by the job that ordered one."""

    def _effects():
        seed = cloud.credentials.values["seed"]
        store = Store(settings.SIMULATOR_DIR, seed)
        return Counter(
            (effect.token or effect.machine, effect.action) for effect in store.effects()
        )

    return _effects


@pytest.fixture
def keep_working(start, start_worker, tmp_path):
    """Two workers and a beat. Each call of the result replaces the workers that died."""
    start("beat", "--schedule", str(tmp_path / "schedule"))
    workers = [start_worker("tests.soak.deaths") for _ in range(2)]

    def replace_the_dead():
        for place, worker in enumerate(workers):
            if worker.poll() is not None:
                assert worker.returncode == -signal.SIGKILL
                workers[place] = start_worker("tests.soak.deaths")

    return replace_the_dead


@pytest.fixture
def chance(request):
    """The same in every run of a test."""
    return random.Random(f"{SEED} {request.node.name}")  # noqa: S311 - nothing secret


@pytest.fixture
def doom_wave(cloud, chance, tmp_path):
    """Submits a job of each operation; ``count`` of them are doomed, each at another point."""

    def _doom_wave(count=MOST_DEATHS):
        points = chance.sample(POINTS, count)
        names = chance.sample(OPERATIONS, len(OPERATIONS))
        for name, point in itertools.zip_longest(names, points):
            with transaction.atomic():
                job = submit(cloud, name)
                if point is not None:
                    doom(tmp_path / "doomed", job, point)

    return _doom_wave


@pytest.fixture
def died(tmp_path):
    """The points at which workers have died."""
    return lambda: deaths(tmp_path / "doomed")


def submit(cloud, name):
    """A job on a machine that no other job was ever about."""
    if name == "provision":
        order = ProvisionRequest(name="web", size="sim.nano", image="img-debian-12")
        return machine_provision(provider=cloud, request=order, requested_by=cloud.owner)
    used = [external_id(job) for job in Job.objects.exclude(target=None)]
    rows = VirtualMachine.objects.select_related("source__provider", "provider")
    machine = rows.filter(state=STARTS_FROM[name]).exclude(external_id__in=used).first()
    if name == "reboot":
        return machine_reboot(machine=machine, requested_by=cloud.owner)
    return machine_change(name=name, machine=machine, requested_by=cloud.owner)


def external_id(job):
    return parse_target(job.target)[1].external_id


def has_ended():
    return not Job.objects.filter(state__in=UNFINISHED).exists()


def some_have_begun():
    return Job.objects.exclude(state="QUEUED").exists()


def verify(effects):
    """Each job that promised an effect had it once; a reboot is never done twice."""
    found = effects()
    for job in Job.objects.all():
        action = job.operation.removeprefix("virtual_machine.").replace("provision", "create")
        where = str(job.pk) if action == "create" else external_id(job)
        count = found.pop((where, action), 0)
        if action == "reboot" and job.state == "FAILED":
            assert job.error_code == "OUTCOME_UNKNOWN", job.error_message
            assert count <= 1
        else:
            assert (job.operation, job.state, count) == (job.operation, "SUCCEEDED", 1)
    assert found == Counter()  # and no other action


def test_workers_that_are_killed_at_every_point_lose_nothing_and_do_nothing_twice(
    keep_working, doom_wave, died, effects
):
    for _ in range(MOST_WAVES):
        doom_wave()
        wait_until(has_ended, meanwhile=keep_working, seconds=WAVE_SECONDS)
        if len(died()) >= KILLS and set(died()) == set(POINTS):
            break

    assert len(died()) >= KILLS
    assert set(died()) == set(POINTS)
    verify(effects)


@pytest.mark.any_database  # it is the broker that is lost
def test_so_it_is_while_the_broker_is_flushed_again_and_again(
    keep_working, chance, doom_wave, died, effects
):
    doom_wave(FEW_DEATHS)

    def trouble():
        keep_working()
        if chance.random() < FLUSHED:
            redis.client().flushall()

    wait_until(has_ended, meanwhile=trouble, seconds=WAVE_SECONDS)

    assert died() != []
    verify(effects)


@pytest.mark.any_database  # it is the broker that is lost
def test_so_it_is_when_the_broker_is_killed_and_comes_back_empty(
    broker, doom_wave, died, effects, request
):
    port = free_port()
    broker(f"redis://127.0.0.1:{port}/0")
    with redis_at(port):
        wait_until(redis_answers)
        keep_working = request.getfixturevalue("keep_working")
        doom_wave(FEW_DEATHS)
        wait_until(some_have_begun, meanwhile=keep_working)

    doom_wave(FEW_DEATHS)
    with redis_at(port):
        wait_until(has_ended, meanwhile=keep_working, seconds=WAVE_SECONDS)

    assert died() != []
    verify(effects)
