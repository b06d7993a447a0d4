from collections import Counter

from gateway.run.demo.fleet import REGIONS, machines


def test_it_is_several_dozen_machines_in_two_regions_in_every_state():
    fleet = list(machines())

    assert 36 <= len(fleet) <= 100
    assert {machine.region for machine in fleet} == set(REGIONS)
    assert set(Counter(machine.state for machine in fleet)) == {"running", "stopped", "terminated"}
    assert len({machine.size for machine in fleet}) >= 5


def test_at_least_five_run():
    assert sum(machine.state == "running" for machine in machines()) >= 5


def test_every_machine_is_tagged():
    for machine in machines():
        assert {"Name", "env", "role", "team"} <= set(machine.tags)
