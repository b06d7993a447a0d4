"""Machines of Azure's uniform scale sets."""

import pytest

from gateway.core.errors import NotSupported
from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.services.machine_dry_runs import dry_run_resize, dry_run_tag
from inventory.services.machines import machine_resize, machine_tag
from inventory.services.providers import provider_connect
from inventory.types import MachineState
from jobs.api import Job
from tests.inventory.actions import dry_run_change, machine_change
from tests.inventory.factories import machine_source, make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.backends import OnAzure


@pytest.fixture
def account(request):
    account = OnAzure(request)
    account.cloud.add_scale_set("aks-pool", size="Standard_A2", count=2)
    return account


def members(machines):
    return [one for one in machines if "/virtualmachinescalesets/" in one.external_id]


def test_they_are_listed_with_all_that_is_known(account):
    with account.connect() as cloud:
        machines = cloud.read("virtual_machines")
        found = [cloud.find("virtual_machines", one.external_id) for one in machines]

    assert found == machines
    first, second = members(machines)
    assert (first.name, second.name) == ("aks-pool_0", "aks-pool_1")
    assert (first.size_id, first.vcpus, first.memory) == ("Standard_A2", 2, 3584)
    assert (first.state, first.raw_state) == (MachineState.RUNNING, "running")
    assert (first.public_ips, first.private_ips) == (("20.9.9.1",), ("10.240.0.4",))
    assert first.created_at is not None
    assert first.image_id
    assert first.location_id


@pytest.mark.parametrize("mode", ["Uniform", None])
def test_a_subscription_with_nothing_else_is_not_empty(account, mode):
    account.cloud.machines, account.cloud.sets = account.cloud.machines[:1], []
    account.cloud.set_machines = []
    account.cloud.add_scale_set("only", size="Standard_A2", count=1, mode=mode)
    account.cloud.machines = []
    with account.connect() as cloud:
        assert [one.name for one in cloud.read("virtual_machines")] == ["only_0"]


def test_those_of_flexible_sets_are_not_asked_for_twice(account):
    path = account.cloud.add_scale_set("flexible", size="Standard_A2", count=1, mode="Flexible")
    with account.connect() as cloud:
        cloud.read("virtual_machines")

    assert not [one for one in account.asked if one.path.startswith(f"{path}/")]


def test_a_set_that_cannot_be_read_fails_the_list(account):
    account.cloud.fault = account.cloud.problem(403, "AuthorizationFailed", "No.")
    account.cloud.fault_meets = lambda request: request.path.endswith("virtualMachineScaleSets")
    with account.connect() as cloud, pytest.raises(ProviderError) as caught:
        cloud.read("virtual_machines")

    assert caught.value.code is ProviderErrorCode.PERMISSION_DENIED


def test_they_are_stopped_started_and_restarted(account):
    with account.connect() as cloud:
        machine, other = members(cloud.read("virtual_machines"))
        cloud.do("virtual_machines", "stop", machine.external_id)
        assert cloud.find("virtual_machines", machine.external_id).state is MachineState.STOPPED
        cloud.do("virtual_machines", "start", machine.external_id)
        cloud.do("virtual_machines", "reboot", machine.external_id)
        assert members(cloud.read("virtual_machines")) == [machine, other]


def test_one_is_terminated_and_no_other(account):
    with account.connect() as cloud:
        before = cloud.read("virtual_machines")
        machine, _ = members(before)
        cloud.do("virtual_machines", "terminate", machine.external_id)

        assert cloud.read("virtual_machines") == [one for one in before if one != machine]


@pytest.mark.parametrize("instance", ["x", "../0", "0/networkInterfaces/nic", ""])
def test_what_is_no_machine_of_a_set_is_none(account, instance):
    path = account.cloud.sets[0]["id"]
    with account.connect() as cloud:
        assert cloud.find("virtual_machines", f"{path}/virtualMachines/{instance}") is None


def test_a_change_of_what_is_the_sets_own_is_refused_by_the_adapter(account):
    with account.connect() as cloud:
        machine, _ = members(cloud.read("virtual_machines"))
        for act in (
            lambda: cloud.do("virtual_machines", "tag", machine.external_id, {"a": "b"}, []),
            lambda: cloud.do("virtual_machines", "resize", machine.external_id, "Standard_A1"),
        ):
            with pytest.raises(ProviderError) as caught:
                act()
            assert caught.value.code is ProviderErrorCode.NOT_SUPPORTED

    assert not [one for one in account.asked if one.method == "PATCH"]


@pytest.mark.django_db(transaction=True)
def test_as_jobs_they_work_or_are_refused_before_there_is_one(account):
    provider = provider_connect(
        owner=make_user(), kind="azure", name="azure", credentials=account.given, regions=None
    )
    refresh([Ask(machine_source(provider), 0)])
    machine = VirtualMachine.objects.select_related("source__provider").get(name="aks-pool_0")

    for refused in (
        lambda: machine_tag(machine=machine, wanted={"a": "b"}, unwanted=(), requested_by=None),
        lambda: machine_resize(machine=machine, size="Standard_A1", requested_by=None),
    ):
        with pytest.raises(NotSupported, match="scale set"):
            refused()
    assert not Job.objects.exists()
    assert not dry_run_tag(machine=machine, wanted={"a": "b"}, unwanted=()).allowed
    assert not dry_run_resize(machine=machine, size="Standard_A1").allowed
    assert dry_run_change(name="stop", machine=machine).allowed

    job = run_to_its_end(machine_change(name="stop", machine=machine, requested_by=None))
    assert (job.state, job.result) == ("SUCCEEDED", {"state": "STOPPED"})
    job = run_to_its_end(machine_change(name="terminate", machine=machine, requested_by=None))
    assert (job.state, job.result) == ("SUCCEEDED", {"state": "TERMINATED"})
