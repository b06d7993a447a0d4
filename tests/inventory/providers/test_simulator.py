"""The simulated cloud is the same for every process, lasts, and fails on command."""

import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace

import pytest

from inventory.providers import Capability, ProviderError, ProviderErrorCode, connect, get_kind
from inventory.providers.simulator import driver as driver_module
from inventory.providers.simulator import store as ledger_module
from inventory.providers.simulator import world
from inventory.providers.simulator.store import Store, note_effect
from inventory.types import MachineState, NewMachine
from tests.inventory.cloud_patches import call_named

Code = ProviderErrorCode
State = MachineState
KIND = get_kind("simulator")
ORDER = NewMachine(
    name="made-here",
    size_id="sim.small",
    image_id="img-debian-13",
    client_token="token-1",
    tags=(("team", "red"), ("env", "test")),
)


@pytest.fixture(autouse=True)
def directory(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    return settings.SIMULATOR_DIR


@pytest.fixture
def clock(monkeypatch):
    """The simulated cloud's clock, to be set forward: ``clock(seconds)``."""
    ahead = [0.0]
    real = time.time
    monkeypatch.setattr(driver_module.time, "time", lambda: real() + ahead[0])

    def forward(seconds):
        ahead[0] += seconds

    return forward


def sim(region="sim-1", timeout=60, **settings):
    given = {"boot_ms": 0, "seed": "test"} | settings
    credentials = KIND.clean_credentials({name: str(value) for name, value in given.items()})
    return connect(KIND, credentials, region, timeout)


def listed(**settings):
    with sim(**settings) as cloud:
        return cloud.read("virtual_machines")


def one_in(cloud, state):
    return next(one.external_id for one in cloud.read("virtual_machines") if one.state is state)


def state_of(cloud, external_id):
    return cloud.find("virtual_machines", external_id).state


def refused(call, *args):
    with pytest.raises(ProviderError) as caught:
        call(*args)
    return caught.value


def effects(directory, seed="test"):
    return [(one.machine, one.action) for one in Store(directory, seed).effects()]


# --- the world --------------------------------------------------------------------------------


def test_the_seed_alone_makes_the_machines():
    machines = listed(machines=24)

    assert len(machines) == 24
    assert listed(machines=24, latency_ms=1, boot_ms=5000, error_rate=0, throttle_per_s=9) == (
        machines
    )
    assert listed(machines=24, seed="other") != machines
    assert not {one.external_id for one in machines} & {
        one.external_id for one in listed(machines=24, region="sim-2")
    }


def test_more_machines_add_and_fewer_hide_without_changing_any():
    some = listed(machines=24)

    assert listed(machines=60)[:24] == some
    assert listed(machines=7) == some[:7]
    assert listed(machines=0) == []


def test_of_any_two_dozen_at_least_five_run():
    for seed in ("demo", "test", "x"):
        states = [one.state for one in listed(machines=240, seed=seed)]
        for start in range(len(states) - 24):
            assert states[start : start + 24].count(State.RUNNING) >= 5
        assert {State.RUNNING, State.STOPPED} < set(states)


def test_machines_are_described_from_the_catalogue():
    with sim(machines=24) as cloud:
        sizes = {size.external_id: size for size in cloud.read("sizes")}
        listed = cloud.read("images")
        images = {image.external_id: image.name for image in listed}
        places = {place.external_id for place in cloud.read("locations")}
        machines = cloud.read("virtual_machines")

    assert Counter(image.public for image in listed) == {True: 6, False: 6}
    assert (len(sizes), places) == (8, {"sim-1-a", "sim-1-b"})
    for machine in machines:
        size = sizes[machine.size_id]
        assert (machine.memory, machine.vcpus, machine.disk) == (
            size.memory,
            size.vcpus,
            size.disk,
        )
        assert machine.price_per_hour == size.price_per_hour > 0
        assert machine.image_name == images[machine.image_id]
        assert machine.location_id in places
        assert machine.created_at < datetime.now(UTC)
        assert bool(machine.public_ips) is (machine.state is State.RUNNING)
    assert len({machine.external_id for machine in machines}) == 24


def test_reading_writes_nothing(directory):
    listed()

    assert not directory.exists()


def test_a_thousand_machines_are_generated_once(monkeypatch):
    generated = []
    generate = world._untouched

    def counted(place, number):
        generated.append(number)
        return generate(place, number)

    monkeypatch.setattr(world, "_untouched", counted)

    for _ in range(3):
        assert len(listed(machines=1000, seed="generated once")) == 1000

    assert generated == list(range(1000))


# --- power ------------------------------------------------------------------------------------


def test_power_takes_its_boot_time(clock):
    with sim(boot_ms=30_000) as cloud:
        machine = one_in(cloud, State.RUNNING)
        assert cloud.find("virtual_machines", machine).public_ips

        cloud.do("virtual_machines", "stop", machine)
        assert state_of(cloud, machine) is State.STOPPING
        clock(29)
        assert state_of(cloud, machine) is State.STOPPING
        clock(2)
        assert state_of(cloud, machine) is State.STOPPED
        assert not cloud.find("virtual_machines", machine).public_ips

        cloud.do("virtual_machines", "start", machine)
        assert state_of(cloud, machine) is State.PENDING
        clock(31)
        assert state_of(cloud, machine) is State.RUNNING


def test_another_boot_time_does_not_change_what_is_under_way(clock):
    with sim(boot_ms=30_000) as cloud:
        machine = one_in(cloud, State.RUNNING)
        cloud.do("virtual_machines", "stop", machine)

    with sim(boot_ms=0) as cloud:
        assert state_of(cloud, machine) is State.STOPPING


def test_what_is_so_already_is_accepted_and_is_no_effect(directory):
    with sim() as cloud:
        cloud.do("virtual_machines", "start", one_in(cloud, State.RUNNING))
        cloud.do("virtual_machines", "stop", one_in(cloud, State.STOPPED))

    assert effects(directory) == []


@pytest.mark.parametrize("state", [State.PAUSED, State.SUSPENDED])
def test_what_is_paused_or_suspended_starts_and_stops(state):
    with sim(machines=48) as cloud:
        first, second = [
            one.external_id for one in cloud.read("virtual_machines") if one.state is state
        ][:2]
        cloud.do("virtual_machines", "start", first)
        cloud.do("virtual_machines", "stop", second)

        assert state_of(cloud, first) is State.RUNNING
        assert state_of(cloud, second) is State.STOPPED


def test_what_is_stopping_cannot_be_started(directory):
    with sim(boot_ms=60_000) as cloud:
        machine = one_in(cloud, State.RUNNING)
        cloud.do("virtual_machines", "stop", machine)
        error = refused(cloud.do, "virtual_machines", "start", machine)

        assert state_of(cloud, machine) is State.STOPPING
    assert error.code is Code.CONFLICT
    assert effects(directory) == [(machine, "stop")]


def test_a_terminated_machine_stays_listed_for_a_while_and_refuses(clock, directory):
    with sim(boot_ms=1000) as cloud:
        machine = one_in(cloud, State.RUNNING)
        cloud.do("virtual_machines", "terminate", machine)
        assert cloud.find("virtual_machines", machine).raw_state == "stopping"
        clock(2)
        assert state_of(cloud, machine) is State.TERMINATED
        assert refused(cloud.do, "virtual_machines", "start", machine).code is Code.CONFLICT
        assert refused(cloud.do, "virtual_machines", "stop", machine).code is Code.CONFLICT
        cloud.do("virtual_machines", "terminate", machine)

        clock(601)
        assert cloud.find("virtual_machines", machine) is None
        assert machine not in {one.external_id for one in cloud.read("virtual_machines")}
        assert refused(cloud.do, "virtual_machines", "start", machine).code is Code.NOT_FOUND
    assert effects(directory) == [(machine, "terminate")]


def test_terminating_what_is_stopping_terminates_it(clock, directory):
    """Both are STOPPING for a while; only one of them ends in TERMINATED."""
    with sim(boot_ms=1000) as cloud:
        machine = one_in(cloud, State.RUNNING)
        cloud.do("virtual_machines", "stop", machine)
        cloud.do("virtual_machines", "terminate", machine)
        clock(2)

        assert state_of(cloud, machine) is State.TERMINATED
    assert effects(directory) == [(machine, "stop"), (machine, "terminate")]


def test_stopping_what_is_being_terminated_is_refused(clock):
    with sim(boot_ms=1000) as cloud:
        machine = one_in(cloud, State.RUNNING)
        cloud.do("virtual_machines", "terminate", machine)
        error = refused(cloud.do, "virtual_machines", "stop", machine)
        clock(2)

        assert state_of(cloud, machine) is State.TERMINATED
    assert error.code is Code.CONFLICT


def test_a_hidden_machine_is_not_there():
    hidden = listed(machines=24)[23].external_id

    with sim(machines=10) as cloud:
        assert cloud.find("virtual_machines", hidden) is None
        assert refused(cloud.do, "virtual_machines", "stop", hidden).code is Code.NOT_FOUND


def test_the_same_machine_of_another_region_is_untouched():
    with sim() as cloud:
        cloud.do("virtual_machines", "stop", one_in(cloud, State.RUNNING))

    with sim(region="sim-2") as cloud:
        assert cloud.read("virtual_machines") == listed(region="sim-2", seed="test")


# --- reboot, suspend, resize, tag ---------------------------------------------------------------


def test_a_reboot_ends_where_it_began_and_each_one_is_an_effect(clock, directory):
    with sim(boot_ms=1000) as cloud:
        machine = one_in(cloud, State.RUNNING)
        for _ in range(2):
            cloud.do("virtual_machines", "reboot", machine)
            rebooting = cloud.find("virtual_machines", machine)
            assert (rebooting.state, len(rebooting.public_ips)) == (State.REBOOTING, 1)
            assert refused(cloud.do, "virtual_machines", "reboot", machine).code is Code.CONFLICT
            clock(2)
            assert state_of(cloud, machine) is State.RUNNING

    assert effects(directory) == [(machine, "reboot"), (machine, "reboot")]


def test_what_is_rebooting_can_be_stopped():
    with sim(boot_ms=60_000) as cloud:
        machine = one_in(cloud, State.RUNNING)
        cloud.do("virtual_machines", "reboot", machine)
        cloud.do("virtual_machines", "stop", machine)

        assert state_of(cloud, machine) is State.STOPPING


def test_suspend_and_resume(clock, directory):
    with sim(boot_ms=1000) as cloud:
        machine = one_in(cloud, State.RUNNING)
        cloud.do("virtual_machines", "suspend", machine)
        assert state_of(cloud, machine) is State.STOPPING
        clock(2)
        assert state_of(cloud, machine) is State.SUSPENDED
        cloud.do("virtual_machines", "suspend", machine)

        cloud.do("virtual_machines", "resume", machine)
        assert state_of(cloud, machine) is State.PENDING
        clock(2)
        assert state_of(cloud, machine) is State.RUNNING

    assert effects(directory) == [(machine, "suspend"), (machine, "resume")]


@pytest.mark.parametrize(
    ("act", "state"),
    [
        ("reboot_machine", State.STOPPED),
        ("suspend_machine", State.STOPPED),
        ("resume_machine", State.STOPPED),
        ("reboot_machine", State.PAUSED),
        ("suspend_machine", State.PAUSED),
    ],
)
def test_a_state_that_does_not_allow_it_refuses(act, state, directory):
    with sim(machines=48) as cloud:
        machine = one_in(cloud, state)
        error = refused(call_named(cloud, act), machine)

        assert state_of(cloud, machine) is state
    assert error.code is Code.CONFLICT
    assert effects(directory) == []


def test_a_new_size_says_what_it_has_and_changes_nothing_else(directory):
    with sim() as cloud:
        before = cloud.find("virtual_machines", one_in(cloud, State.STOPPED))
        size = next(one for one in cloud.read("sizes") if one.external_id != before.size_id)
        cloud.do("virtual_machines", "resize", before.external_id, size.external_id)

    after = next(one for one in listed(seed="test") if one.external_id == before.external_id)
    assert after == replace(
        before,
        size_id=size.external_id,
        size_name=size.name,
        memory=size.memory,
        vcpus=size.vcpus,
        disk=size.disk,
        price_per_hour=size.price_per_hour,
    )
    assert effects(directory) == [(before.external_id, "resize")]


def test_only_what_is_stopped_is_resized_and_only_to_what_is_sold(directory):
    with sim() as cloud:
        running, stopped = one_in(cloud, State.RUNNING), one_in(cloud, State.STOPPED)
        assert (
            refused(cloud.do, "virtual_machines", "resize", running, "sim.nano").code
            is Code.CONFLICT
        )
        assert (
            refused(cloud.do, "virtual_machines", "resize", stopped, "sim.giant").code
            is Code.NOT_FOUND
        )

    assert effects(directory) == []


def test_tags_are_set_and_removed_and_the_others_stay(directory):
    with sim() as cloud:
        before = cloud.read("virtual_machines")
        machine = before[0]
        cloud.do(
            "virtual_machines",
            "tag",
            machine.external_id,
            {"owner": "ada", "env": "dev"},
            ["team", "absent"],
        )
        after = cloud.read("virtual_machines")

    assert after[0] == replace(machine, tags=(("env", "dev"), ("owner", "ada")))
    assert after[1:] == before[1:]
    assert effects(directory) == [(machine.external_id, "tag")]


def test_tags_on_nothing_are_refused(directory):
    with sim() as cloud:
        error = refused(cloud.do, "virtual_machines", "tag", "sim-nothing", {"a": "1"}, [])

    assert error.code is Code.NOT_FOUND
    assert effects(directory) == []


def test_a_size_and_tags_given_one_after_the_other_both_last(directory):
    with sim() as cloud:
        machine = one_in(cloud, State.STOPPED)
        cloud.do("virtual_machines", "tag", machine, {"a": "1"}, [])
        cloud.do("virtual_machines", "resize", machine, "sim.4xlarge")
        cloud.do("virtual_machines", "tag", machine, {"b": "2"}, [])

    found = next(one for one in listed(machines=60) if one.external_id == machine)
    assert found.size_id == "sim.4xlarge"
    assert {("a", "1"), ("b", "2")} < set(found.tags)


def test_a_file_of_the_first_release_is_still_read_and_written(directory):
    with sim() as cloud:
        machine = one_in(cloud, State.RUNNING)
        cloud.do("virtual_machines", "stop", machine)
    [path] = directory.glob("*.sqlite3")
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("DROP TABLE amended; PRAGMA user_version = 0")

    with sim() as cloud:
        assert state_of(cloud, machine) is State.STOPPED
        cloud.do("virtual_machines", "resize", machine, "sim.nano")
        assert cloud.find("virtual_machines", machine).size_id == "sim.nano"


# --- asked without acting ---------------------------------------------------------------------

ACTIONS = ("START", "STOP", "REBOOT", "SUSPEND", "RESUME", "RESIZE", "TAG", "TERMINATE")
CALLS = {
    "RESIZE": lambda cloud, machine: cloud.do("virtual_machines", "resize", machine, "sim.4xlarge"),
    "TAG": lambda cloud, machine: cloud.do("virtual_machines", "tag", machine, {"a": "1"}, []),
}


def outcome(cloud, action, machine):
    act = CALLS.get(action, lambda cloud, machine: cloud.do(*Capability(action).key, machine))
    try:
        act(cloud, machine)
    except ProviderError as error:
        return False, error.message
    return True, "The simulated cloud would accept it."


@pytest.mark.parametrize("state", [State.RUNNING, State.STOPPED, State.PAUSED, State.SUSPENDED])
@pytest.mark.parametrize("action", ACTIONS)
def test_a_verdict_is_what_then_happens(directory, action, state):
    with sim(machines=48) as cloud:
        machine = one_in(cloud, state)
        verdict = cloud.check(
            Capability[action], machine, size="sim.4xlarge", wanted={"a": "1"}, unwanted=[]
        )
        assert not directory.exists()

        assert (verdict.allowed, verdict.message) == outcome(cloud, action, machine)


def test_a_verdict_on_an_order_looks_at_what_is_offered_and_makes_nothing(directory):
    with sim() as cloud:
        good = cloud.check(Capability.PROVISION, order=ORDER)
        bad = cloud.check(Capability.PROVISION, order=replace(ORDER, size_id="sim.giant"))

    assert (good.allowed, bad.allowed) == (True, False)
    assert bad.message == "InvalidInstanceType.NotFound: there is no 'sim.giant'."
    assert not directory.exists()


def test_a_verdict_on_nothing_is_not_found():
    with sim() as cloud:
        verdict = cloud.check(Capability.STOP, "sim-nothing")

    assert verdict.message == "InvalidInstanceID.NotFound: there is no 'sim-nothing'."


# --- orders -----------------------------------------------------------------------------------


def test_an_order_boots_and_lasts(clock):
    with sim(machines=3, boot_ms=1000) as cloud:
        made = cloud.create("virtual_machines", "provision", replace(ORDER, location_id="sim-1-b"))

    assert (made.state, made.name, made.location_id) == (State.PENDING, "made-here", "sim-1-b")
    assert made.tags == (("env", "test"), ("team", "red"))
    assert made.memory == 2048
    clock(2)
    again = listed(machines=0)
    assert [one.external_id for one in again] == [made.external_id]
    assert again[0].state is State.RUNNING


def test_a_client_token_makes_one_machine(directory):
    with sim() as cloud:
        first = cloud.create("virtual_machines", "provision", ORDER)
        again = cloud.create("virtual_machines", "provision", ORDER)
        other = cloud.create(
            "virtual_machines", "provision", replace(ORDER, client_token="token-2")
        )

    assert first.external_id == again.external_id != other.external_id
    assert effects(directory) == [(first.external_id, "create"), (other.external_id, "create")]
    assert [one.token for one in Store(directory, "test").effects()] == ["token-1", "token-2"]


def test_a_token_of_a_machine_that_is_gone_makes_no_second_one(clock, directory):
    with sim() as cloud:
        made = cloud.create("virtual_machines", "provision", ORDER)
        cloud.do("virtual_machines", "terminate", made.external_id)
        clock(700)
        error = refused(cloud.create, "virtual_machines", "provision", ORDER)

    assert error.code is Code.CONFLICT
    assert [action for _, action in effects(directory)] == ["create", "terminate"]


def test_one_token_at_the_same_moment_makes_one_machine(directory):
    def create(_):
        with sim() as cloud:
            return cloud.create("virtual_machines", "provision", ORDER).external_id

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(create, range(16)))

    assert len(made) == 1
    assert len(effects(directory)) == 1


# --- shared and lasting -----------------------------------------------------------------------

STOP_ONE = """
import sys, django
from django.conf import settings
from pathlib import Path
settings.configure(
    SIMULATOR_DIR=Path(sys.argv[1]), CLOUD_REPLIES_MIB=1, CLOUD_OBJECTS=100
)
from inventory.providers import connect, get_kind
kind = get_kind("simulator")
credentials = kind.clean_credentials({"seed": "test", "boot_ms": "0"})
with connect(kind, credentials, "sim-1", 20) as cloud:
    cloud.do("virtual_machines", "stop", sys.argv[2])
"""


@pytest.mark.functional
def test_processes_share_it_and_it_outlives_them(directory):
    running = [one.external_id for one in listed() if one.state is State.RUNNING][:3]

    processes = [
        subprocess.Popen([sys.executable, "-c", STOP_ONE, str(directory), machine])  # noqa: S603  (our own words)
        for machine in running
    ]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]

    states = {one.external_id: one.state for one in listed()}
    assert {states[machine] for machine in running} == {State.STOPPED}
    assert sorted(effects(directory)) == sorted((machine, "stop") for machine in running)


@pytest.mark.parametrize("attempt", range(10))
def test_many_begin_at_once_on_a_new_file(directory, attempt):
    """SQLite refuses at once, however patient, to switch a file to WAL that another one uses."""
    starters = 12
    together = threading.Barrier(starters)

    def note(number):
        store = Store(directory, f"seed-{attempt}")
        together.wait(timeout=60)
        with store.writing() as connection:
            note_effect(connection, region="sim-1", machine=f"{number}", action="stop")
        return len(store.effects())

    with ThreadPoolExecutor(starters) as pool:
        seen = list(pool.map(note, range(starters)))

    assert max(seen) == starters
    noted = {machine for machine, _ in effects(directory, f"seed-{attempt}")}
    assert noted == {f"{number}" for number in range(starters)}
    assert [path.suffix for path in directory.iterdir() if path.suffix == ".draft"] == []


# --- faults -----------------------------------------------------------------------------------


def timed(call):
    started = time.monotonic()
    error = refused(call)
    return error, time.monotonic() - started


@pytest.mark.parametrize("slowness", [{"hang": True}, {"latency_ms": 60_000}])
def test_what_takes_too_long_times_out_when_the_socket_would(slowness):
    error, took = timed(lambda: listed(timeout=0.2, **slowness))

    assert error.code is Code.TIMEOUT
    assert 0.15 < took < 50


def test_latency_is_of_each_call():
    started = time.monotonic()
    with sim(latency_ms=100) as cloud:
        cloud.read("sizes")
        cloud.read("locations")

    assert time.monotonic() - started >= 0.2


def test_an_error_rate_of_one_fails_every_call_and_changes_nothing(directory):
    machine = listed()[0].external_id
    with sim(error_rate=1) as cloud:
        calls = [
            partial(cloud.read, "virtual_machines"),
            partial(cloud.read, "sizes"),
            partial(cloud.read, "images"),
            partial(cloud.read, "locations"),
            lambda: cloud.find("virtual_machines", machine),
            lambda: cloud.do("virtual_machines", "start", machine),
            lambda: cloud.do("virtual_machines", "stop", machine),
            lambda: cloud.do("virtual_machines", "terminate", machine),
            lambda: cloud.do("virtual_machines", "reboot", machine),
            lambda: cloud.do("virtual_machines", "suspend", machine),
            lambda: cloud.do("virtual_machines", "resume", machine),
            lambda: cloud.do("virtual_machines", "resize", machine, "sim.nano"),
            lambda: cloud.do("virtual_machines", "tag", machine, {"a": "1"}, []),
            lambda: cloud.check(Capability.STOP, machine),
            lambda: cloud.create("virtual_machines", "provision", ORDER),
        ]
        codes = {refused(call).code for call in calls}

    assert codes == {Code.PROVIDER_ERROR}
    assert effects(directory) == []


def test_an_error_rate_between_fails_some_calls():
    outcomes = []
    with sim(error_rate=0.5) as cloud:
        for _ in range(200):
            try:
                cloud.read("locations")
                outcomes.append(True)
            except ProviderError:
                outcomes.append(False)

    assert 50 < sum(outcomes) < 150


def test_a_partial_listing_is_no_listing():
    error = refused(lambda: listed(partial=True))

    assert (error.code, error.retryable) == (Code.PROVIDER_ERROR, True)
    with sim(partial=True) as cloud:
        assert cloud.read("locations")


def test_garbage_is_the_clouds_fault():
    assert refused(lambda: listed(garbage=True)).code is Code.PROVIDER_ERROR


def test_calls_above_the_throttle_are_refused_and_told_when_to_come_back(monkeypatch):
    second = int(time.time())
    monkeypatch.setattr(ledger_module, "time", SimpleNamespace(time=lambda: second))
    outcomes = []
    with sim(throttle_per_s=3) as cloud:
        for _ in range(12):
            try:
                cloud.read("locations")
                outcomes.append(None)
            except ProviderError as error:
                outcomes.append((error.code, error.retry_after))

    assert outcomes == [None] * 3 + [(Code.RATE_LIMITED, 1.0)] * 9


# --- settings ---------------------------------------------------------------------------------


def test_every_setting_has_a_default():
    assert KIND.clean_credentials({}) == {
        "seed": "simulator",
        "machines": 24,
        "region_names": "sim-1",
        "regions_fail": False,
        "latency_ms": 0,
        "boot_ms": 2000,
        "error_rate": 0.0,
        "hang": False,
        "partial": False,
        "garbage": False,
        "throttle_per_s": 0,
    }


def test_a_seed_is_no_secret_and_may_be_any_text(directory):
    assert KIND.secrets(KIND.clean_credentials({})) == []
    with sim(seed="../../ünïcode / seed") as cloud:
        cloud.do("virtual_machines", "stop", one_in(cloud, State.RUNNING))

    assert {path.parent for path in directory.rglob("*.sqlite3")} == {directory}


def make(number, **settings):
    order = replace(ORDER, name=f"made-{number}", client_token=f"token-{number}")
    with sim(machines=0, **settings) as cloud:
        return cloud.create("virtual_machines", "provision", order)


def test_a_region_has_a_bounded_number_of_ordered_machines(monkeypatch, clock):
    monkeypatch.setattr(ledger_module, "MOST_MADE", 3)
    machines = [make(number) for number in range(3)]
    elsewhere = make(3, region="sim-2")

    with pytest.raises(ProviderError) as refused:
        make(3)
    assert (refused.value.code, refused.value.retryable) == (Code.QUOTA_EXCEEDED, False)
    assert make(0).external_id == machines[0].external_id  # an order that is sent again
    assert [one.external_id for one in listed(machines=0, region="sim-2")] == [
        elsewhere.external_id
    ]

    with sim(machines=0) as cloud:
        cloud.do("virtual_machines", "terminate", machines[0].external_id)
    with pytest.raises(ProviderError):
        make(3)
    clock(ledger_module.MADE_KEPT_SECONDS + 1)
    assert make(3).name == "made-3"
    assert sorted(one.name for one in listed(machines=0)) == ["made-1", "made-2", "made-3"]


def test_of_effects_the_latest_are_kept(monkeypatch, directory):
    monkeypatch.setattr(ledger_module, "MOST_EFFECTS", 3)
    store = Store(directory, "test")
    with store.writing() as connection:
        for number in range(10):
            note_effect(connection, region="sim-1", machine=str(number), action="stop")

    assert [effect.machine for effect in store.effects()] == ["7", "8", "9"]
