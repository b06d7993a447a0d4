"""Dry runs report the costs before and after, and the parts of them that are unknown."""

from decimal import Decimal

import pytest
from django.utils import timezone

from inventory.live.store import store_listing
from inventory.models import VirtualMachine
from inventory.providers.simulator.world import SIZES
from inventory.records.volume import VolumeRecord, VolumeState
from inventory.resources.volume import Volume
from inventory.services.dry_run_costs import NO_VOLUMES, UNREAD_VOLUMES, change_of_state
from inventory.types import MachineRecord, MachineState
from tests.inventory.factories import machine_source, make_simulator

SUM = "{ hourly monthly priced unpriced }"
COST = f"cost {{ now {SUM} after {SUM} complete note }}"
LISTS = "{ virtualMachines(first: 100) { nodes { id state } } volumes { totalCount } }"


@pytest.fixture
def provider(user, ask):
    provider = make_simulator(user, machines=12)
    ask(LISTS)
    return provider


def dry(ask, mutation, given):
    answer = ask(
        f"mutation {{ {mutation}(input: {{{given}, dryRun: true}}) {{ errors {{ message }} "
        f"dryRun {{ allowed {COST} }} }} }}"
    ).data[mutation]
    assert answer["errors"] == []
    return answer["dryRun"]


def machine_with_volume(state):
    [row] = VirtualMachine.objects.filter(
        state=state, external_id__in=Volume.objects.exclude(machine_id=None).values("machine_id")
    )[:1]
    return row, Volume.objects.get(machine_id=row.external_id)


def id_of(ask, row):
    nodes = ask("{ virtualMachines(first: 100, maxAge: 3600) { nodes { id externalId } } }").data
    [found] = [
        one["id"]
        for one in nodes["virtualMachines"]["nodes"]
        if one["externalId"] == row.external_id
    ]
    return found


def test_a_stopped_machine_keeps_its_volumes(ask, provider):
    row, volume = machine_with_volume("RUNNING")
    hour, disk = SIZES[row.size_id].price_per_hour, volume.monthly_cost / 1_000_000
    assert disk > 0

    run = dry(ask, "stopVirtualMachine", f'id: "{id_of(ask, row)}"')
    assert run["allowed"]
    cost = run["cost"]
    assert cost["now"]["monthly"] == pytest.approx(float(hour * 730) + disk)
    assert cost["after"] == {
        "hourly": round(disk / 730, 6),
        "monthly": disk,
        "priced": 2,
        "unpriced": 0,
    }
    assert (cost["complete"], cost["note"]) == (True, None)


def test_of_a_terminated_machine_remains_what_stays(ask, provider):
    row, volume = machine_with_volume("RUNNING")
    given = f'id: "{id_of(ask, row)}"'
    cost = dry(ask, "terminateVirtualMachine", given)["cost"]
    assert cost["after"]["monthly"] == volume.monthly_cost / 1_000_000
    assert (cost["after"]["priced"], cost["complete"]) == (1, True)


@pytest.mark.parametrize(
    ("deleted", "after", "complete"), [(True, (0, 0, 0), True), (None, (0, 0, 1), False)]
)
def test_a_volume_may_go_with_its_machine(provider, deleted, after, complete):
    row, _volume = machine_with_volume("RUNNING")
    Volume.objects.update(deleted_with_machine=deleted)

    change = change_of_state(row, "RUNNING", "TERMINATED")
    found = change.after
    assert (found.monthly, found.priced, found.unpriced) == after
    assert change.complete is complete
    assert (change.note is None) is complete


def test_volumes_that_are_not_known_are_said_to_be_missing(provider):
    row = VirtualMachine.objects.first()
    source = provider.sources.get(resource="volumes")
    source.error_code = "UNREACHABLE"
    source.failures = 1
    source.save()
    assert change_of_state(row, "RUNNING", "STOPPED").note == UNREAD_VOLUMES
    source.delete()
    assert change_of_state(row, "RUNNING", "STOPPED").note == NO_VOLUMES


def test_an_order_costs_its_machines(ask, provider):
    given = f'provider: "{provider.scope}", name: "n", size: "sim.large", image: "img-debian-13"'
    cost = dry(ask, "provisionVirtualMachine", given)["cost"]

    assert cost["now"] == {"hourly": 0.0, "monthly": 0.0, "priced": 0, "unpriced": 0}
    assert cost["after"] == {"hourly": 0.064, "monthly": 46.72, "priced": 1, "unpriced": 0}
    assert cost["complete"] is False
    assert "licence" in cost["note"]
    assert dry(ask, "provisionVirtualMachine", f"{given}, count: 3")["cost"]["after"]["priced"] == 3


def test_what_is_refused_costs_nothing_else(ask, provider):
    [row] = VirtualMachine.objects.filter(state="SUSPENDED")[:1]
    run = dry(ask, "rebootVirtualMachine", f'id: "{id_of(ask, row)}"')
    assert (run["allowed"], run["cost"]) == (False, None)


def test_unknown_costs_are_counted(ask, user):
    provider = make_simulator(user, machines=0)
    record = MachineRecord("i-1", "i-1", MachineState.RUNNING, "running")
    store_listing(machine_source(provider).pk, [record], started_at=timezone.now())
    volume = VolumeRecord(
        "v",
        "v",
        VolumeState.IN_USE,
        "in-use",
        size=5,
        type="sim.ssd",
        machine_id="i-1",
        deleted_with_machine=False,
    )
    source = provider.sources.get(resource="volumes")
    store_listing(source.pk, [volume], started_at=timezone.now())

    change = change_of_state(VirtualMachine.objects.get(), "RUNNING", "STOPPED")
    assert (change.now.monthly, change.now.priced, change.now.unpriced) == (500_000, 1, 1)
    assert (change.after.priced, change.after.unpriced) == (2, 0)  # a stopped one costs nothing
    assert Decimal(change.after.monthly) == 500_000


def test_many_machines_cost_what_each_does(ask, provider):
    query = f"""mutation {{ stopVirtualMachines(input: {{filter: {{state: [RUNNING]}}, max: 100,
        dryRun: true}}) {{ errors {{ message }} dryRun {{ {COST} targets {{ {COST} }} }} }} }}"""
    answer = ask(query).data["stopVirtualMachines"]
    assert answer["errors"] == []
    run = answer["dryRun"]

    assert len(run["targets"]) == VirtualMachine.objects.filter(state="RUNNING").count() > 1
    for side in ("now", "after"):
        each = [target["cost"][side]["monthly"] for target in run["targets"]]
        assert run["cost"][side]["monthly"] == pytest.approx(sum(each))


@pytest.mark.parametrize("state", ["STOPPED", "RUNNING"])
def test_another_size_costs_what_it_does_then(ask, provider, state):
    """The machine is in the same state afterwards: one that is stopped for it is started again."""
    row = VirtualMachine.objects.filter(state=state).exclude(size_id="sim.large").first()
    volumes = sum(one.monthly_cost for one in Volume.objects.filter(machine_id=row.external_id))
    given = f'id: "{id_of(ask, row)}", size: "sim.large", stopFirst: true'

    cost = dry(ask, "resizeVirtualMachine", given)["cost"]

    hours = 730 if state == "RUNNING" else 0  # the simulator charges nothing for a stopped one
    before, after = (SIZES[size].price_per_hour * hours for size in (row.size_id, "sim.large"))
    assert cost["now"]["monthly"] == pytest.approx(float(before) + volumes / 1_000_000)
    assert cost["after"]["monthly"] == pytest.approx(float(after) + volumes / 1_000_000)
    assert cost["complete"] is True
