"""An action that shows no effect is not asked for again within a minute."""

import pytest

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.operations.request import ASK_AGAIN_SECONDS
from inventory.providers import get_kind
from inventory.services.machines import machine_resize, machine_tag
from jobs.api import Job, operation_names
from tests.inventory.actions import machine_change, machine_reboot
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import machine_source, make_simulator
from tests.inventory.operations.running import run_to_its_end

pytestmark = pytest.mark.django_db(transaction=True)


def changing(name):
    return lambda machine: machine_change(name=name, machine=machine, requested_by=None)


def tagging(machine, wanted=None, unwanted=("team",)):
    wanted = {"owner": "red"} if wanted is None else wanted
    return machine_tag(machine=machine, wanted=wanted, unwanted=unwanted, requested_by=None)


# For each operation: the state to begin in, the request, and the cloud's function.
ASKED = {
    "virtual_machine.start": ("STOPPED", changing("start"), "start"),
    "virtual_machine.stop": ("RUNNING", changing("stop"), "stop"),
    "virtual_machine.suspend": ("RUNNING", changing("suspend"), "suspend"),
    "virtual_machine.resume": ("SUSPENDED", changing("resume"), "resume"),
    "virtual_machine.terminate": ("RUNNING", changing("terminate"), "terminate"),
    "virtual_machine.reboot": (
        "RUNNING",
        lambda machine: machine_reboot(machine=machine, requested_by=None),
        "reboot",
    ),
    "virtual_machine.resize": (
        "STOPPED",
        lambda machine: machine_resize(machine=machine, size="sim.xlarge", requested_by=None),
        "resize",
    ),
    "virtual_machine.tag": ("RUNNING", tagging, "tag"),
}
MADE_ONCE = {"virtual_machine.provision"}  # by the mark of its job, see test_provision
AT_MOST_ONCE = {"virtual_machine.reboot"}


@pytest.fixture
def provider():
    provider = make_simulator(machines=40)
    refresh([Ask(machine_source(provider), 0)])
    return provider


def machine_in(provider, state):
    machines = VirtualMachine.objects.select_related("source__provider", "provider")
    return machines.filter(provider=provider, state=state).exclude(size_id="sim.xlarge")[0]


class Deaf:
    """A cloud that accepts one action and does nothing."""

    def __init__(self, monkeypatch, action):
        self.calls = 0
        functions = get_kind("simulator").table.functions
        monkeypatch.setitem(functions, ("virtual_machines", action), self.accept)

    def accept(self, *_args):
        self.calls += 1


def a_minute_later(job):
    """Moves what the job remembers of its requests into the past."""
    job.refresh_from_db()
    memory = {
        name: value - ASK_AGAIN_SECONDS - 1 if name.endswith("_at") and value else value
        for name, value in job.memory.items()
    }
    Job.objects.filter(pk=job.pk).update(memory=memory)


def test_every_operation_on_machines_is_held_to_it():
    machines = {name for name in operation_names() if name.startswith("virtual_machine.")}
    assert machines == {*ASKED, *MADE_ONCE}


@pytest.mark.parametrize("operation", sorted(set(ASKED) - AT_MOST_ONCE))
def test_a_cloud_that_shows_no_effect_is_asked_once_a_minute(provider, monkeypatch, operation):
    state, submit, action = ASKED[operation]
    cloud = Deaf(monkeypatch, action)
    job = submit(machine_in(provider, state))

    with pytest.raises(AssertionError, match="The job is RUNNING"):
        run_to_its_end(job, most_steps=10)
    assert cloud.calls == 1
    a_minute_later(job)
    with pytest.raises(AssertionError, match="The job is RUNNING"):
        run_to_its_end(job, most_steps=10)
    assert cloud.calls == 2


@pytest.mark.parametrize("operation", sorted(AT_MOST_ONCE))
def test_what_leaves_no_trace_is_asked_once(provider, monkeypatch, operation):
    state, submit, action = ASKED[operation]
    cloud = Deaf(monkeypatch, action)

    run_to_its_end(submit(machine_in(provider, state)))

    assert cloud.calls == 1


def test_a_change_of_tags_without_effect_fails_after_three_requests(provider, monkeypatch):
    cloud = Deaf(monkeypatch, "tag")
    machine = machine_in(provider, "RUNNING")
    job = tagging(machine)
    for _ in range(3):
        with pytest.raises(AssertionError, match="The job is RUNNING"):
            run_to_its_end(job, most_steps=3)
        a_minute_later(job)

    job = run_to_its_end(job, most_steps=2)

    assert (job.state, job.error_code, cloud.calls) == ("FAILED", "PROVIDER_ERROR", 3)
    team = dict(machine.tags)["team"]
    assert f"Not set: owner = 'red'. Not removed: team = {team!r}." in job.error_message


def test_a_tag_that_the_cloud_changes_fails_with_what_it_keeps(provider, monkeypatch):
    asked = []
    original = plain_cloud("virtual_machines", "tag")

    def trim(cloud, external_id, wanted, unwanted):
        asked.append(wanted)
        original(cloud, external_id, {key: value.strip() for key, value in wanted.items()}, ())

    patch_cloud(monkeypatch, "virtual_machines", "tag", trim)

    job = run_to_its_end(tagging(machine_in(provider, "RUNNING"), {"owner": "red "}, ()))

    assert (job.state, job.error_code, len(asked)) == ("FAILED", "PROVIDER_ERROR", 1)
    assert job.error_message == (
        "The cloud accepted owner = 'red ', and keeps owner = 'red' instead. "
        "Done before that: Asked the cloud to change the tags."
    )
