"""A job that changes tags has a lock of its own: it runs beside other jobs, but only once."""

from dataclasses import replace

import pytest

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.operations.absence import MOST_LOOKS
from inventory.operations.actions.virtual_machines import CHANGES
from inventory.services.bulk import change_many
from inventory.services.machine_dry_runs import dry_run_tag
from inventory.services.machines import machine_id, machine_resize, machine_tag
from inventory.services.selection import Selection
from inventory.types import MachineState
from jobs.api import TargetBusy, get_operation, operation_names
from tests.inventory.actions import dry_run_change, machine_change, machine_reboot
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import machine_source, make_simulator
from tests.inventory.operations.running import run_to_its_end

pytestmark = pytest.mark.django_db(transaction=True)

READY = {"start": "STOPPED", "resume": "SUSPENDED", "resize": "STOPPED"}
OTHERS = sorted({*CHANGES, "reboot", "resize"})


@pytest.fixture
def provider():
    provider = make_simulator(machines=40)
    refresh([Ask(machine_source(provider), 0)])
    return provider


def machine_for(provider, name):
    rows = VirtualMachine.objects.select_related("source__provider", "provider")
    found = rows.filter(provider=provider, state=READY.get(name, "RUNNING"))
    return found.order_by("pk").first()


def tag(machine):
    return machine_tag(machine=machine, wanted={"a": "b"}, unwanted=[], requested_by=None)


def submit(name, machine):
    given = {"machine": machine, "requested_by": None}
    if name == "reboot":
        return machine_reboot(**given)
    if name == "resize":
        size = "sim.large" if machine.size_id != "sim.large" else "sim.small"
        return machine_resize(size=size, **given)
    return machine_change(name=name, **given)


def test_every_operation_on_a_machine_is_tried_here():
    names = {name for name in operation_names() if name.startswith("virtual_machine.")}

    assert names == {f"virtual_machine.{name}" for name in (*OTHERS, "tag", "provision")}
    assert [name for name in names if get_operation(name).lock == "tags"] == ["virtual_machine.tag"]


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("tags_first", [True, False])
def test_tags_and_another_change_wait_beside_each_other(provider, name, tags_first):
    machine = machine_for(provider, name)
    first, second = (tag(machine), submit(name, machine))[:: 1 if tags_first else -1]
    assert first.target == second.target == machine_id(machine)
    tags, other = (first, second) if tags_first else (second, first)

    if name == "terminate":
        assert run_to_its_end(tags).state == "SUCCEEDED"
        assert run_to_its_end(other).state == "SUCCEEDED"
    else:
        assert run_to_its_end(other).state == "SUCCEEDED"
        assert run_to_its_end(tags).state == "SUCCEEDED"


@pytest.mark.parametrize("name", ["tag", *OTHERS])
def test_two_of_one_lock_exclude_each_other(provider, name):
    machine = machine_for(provider, name)
    first = tag(machine) if name == "tag" else submit(name, machine)

    with pytest.raises(TargetBusy) as caught:
        tag(machine) if name == "tag" else machine_reboot(machine=machine, requested_by=None)

    assert caught.value.job == first


@pytest.mark.parametrize("keeps_it", [True, False], ids=["the cloud lists it", "it is forgotten"])
def test_a_termination_ends_the_job_of_its_tags(provider, monkeypatch, keeps_it):
    machine = machine_for(provider, "terminate")
    tags, end = tag(machine), submit("terminate", machine)
    with Terminated(monkeypatch, machine, keeps_it=keeps_it):
        assert run_to_its_end(end).state == "SUCCEEDED"
        ended = run_to_its_end(tags, most_steps=2 if keeps_it else MOST_LOOKS + 1)

    assert (ended.state, ended.error_code, ended.error_retryable) == ("FAILED", "NOT_FOUND", False)
    assert "terminated" in ended.error_message or "no such machine" in ended.error_message


class Terminated:
    """A cloud that shows a machine as terminated for a while, as EC2 does, or as gone."""

    def __init__(self, monkeypatch, machine, *, keeps_it):
        self._patch, self._machine, self._keeps_it = monkeypatch, machine, keeps_it
        self._terminated = False

    def __enter__(self):
        find, terminate = (
            plain_cloud("virtual_machines", "find"),
            plain_cloud("virtual_machines", "terminate"),
        )
        before = {}

        def find_machine(cloud, external_id):
            record = find(cloud, external_id)
            if not self._terminated:
                before[external_id] = record
                return record
            if not self._keeps_it:
                return None
            return replace(before[external_id], state=MachineState.TERMINATED)

        def terminate_machine(cloud, external_id):
            terminate(cloud, external_id)
            self._terminated = True

        patch_cloud(self._patch, "virtual_machines", "find", find_machine)
        patch_cloud(self._patch, "virtual_machines", "terminate", terminate_machine)

    def __exit__(self, *_error):
        return None


def test_a_change_of_many_does_not_wait_for_tags(provider):
    machine = machine_for(provider, "stop")
    tag(machine)
    local_id = f"{provider.public_id}:{machine.region}:{machine.external_id}"

    parent = change_many(
        change=CHANGES["stop"], selection=Selection(ids=[local_id]), requested_by=provider.owner
    )

    assert [child.state for child in parent.children.all()] == ["QUEUED"]


def test_a_dry_run_looks_at_its_own_lock(provider):
    machine = machine_for(provider, "stop")
    tag(machine)

    assert dry_run_change(name="stop", machine=machine).allowed
    refused = dry_run_tag(machine=machine, wanted={"c": "d"}, unwanted=[])
    assert [check.name for check in refused.checks if not check.ok] == ["job"]
