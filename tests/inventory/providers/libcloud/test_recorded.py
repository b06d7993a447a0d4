"""Every driver that libcloud has recorded replies of: its lists are read, its actions accepted."""

from datetime import datetime

import pytest

from inventory.providers import Capability, ProviderError, get_kind
from inventory.providers.capability import LISTINGS
from inventory.providers.libcloud.evidence import EVIDENCE
from inventory.providers.libcloud.offered import ROWS
from inventory.types import MachineState
from tests.inventory.providers.libcloud.recorded import RECORDINGS, recorded

NAMES = [row.name for row in ROWS]
LISTS = {"virtual_machines": "list", "sizes": "sizes", "images": "images", "locations": "locations"}
ACTIONS = ("start", "stop", "reboot", "terminate")
CASES = [
    (row.name, resource) for row in ROWS for resource, word in LISTS.items() if word in row.can
]
DOINGS = [(row.name, verb) for row in ROWS for verb in ACTIONS if verb in row.can.split()]


def read(name, resource):
    """The records of a list, or why there is none."""
    with recorded(name) as (cloud, replies):
        try:
            return cloud.read(resource), replies
        except ProviderError as error:
            return error, replies


def done(name, verb):
    """Whether a request of the action is accepted, of one of the recorded machines."""
    machines, listing = read(name, "virtual_machines")
    if isinstance(machines, ProviderError):
        return False
    for machine in machines:
        with recorded(name, timeout=3) as (cloud, replies):
            try:
                cloud.do("virtual_machines", verb, machine.external_id)
            except ProviderError:
                continue
            if len(replies.asked) > len(listing.asked):
                return True
    return False


def test_each_driver_has_recordings():
    assert sorted(RECORDINGS) == NAMES
    assert sorted(EVIDENCE) == NAMES


@pytest.mark.parametrize(("name", "resource"), CASES)
def test_a_recorded_list_is_read_and_each_record_is_well_formed(name, resource):
    records, _replies = read(name, resource)

    if LISTS[resource] not in EVIDENCE[name].listed.split():
        assert isinstance(records, ProviderError) or records == []
        assert EVIDENCE[name].reason
        return
    assert records
    for record in records:
        assert (record.problem, bool(record.external_id), bool(record.name)) == (None, True, True)
        assert isinstance(record.external_id, str)
    if resource == "virtual_machines":
        for machine in records:
            assert isinstance(machine.state, MachineState)
            assert isinstance(machine.raw_state, str)
            assert "object at" not in machine.raw_state
            assert machine.created_at is None or isinstance(machine.created_at, datetime)
        assert any(machine.state is not MachineState.UNKNOWN for machine in records) or (
            "knows no state" in EVIDENCE[name].reason
        )


@pytest.mark.parametrize(("name", "verb"), DOINGS)
def test_a_recorded_action_is_accepted(name, verb):
    assert done(name, verb) == (verb in EVIDENCE[name].accepted.split())


@pytest.mark.parametrize("name", NAMES)
def test_no_action_makes_a_node_of_an_id(name):
    """A machine that the list does not show is not acted on."""
    verbs = [verb for row_name, verb in DOINGS if row_name == name]
    if "list" not in EVIDENCE[name].listed.split():
        pytest.skip(EVIDENCE[name].reason)
    for verb in verbs:
        with recorded(name) as (cloud, replies):
            with pytest.raises(ProviderError):
                cloud.do("virtual_machines", verb, "of-nobody")
            _again, listing = read(name, "virtual_machines")
            assert [one[0] for one in replies.asked] == [one[0] for one in listing.asked]


@pytest.mark.parametrize("name", NAMES)
def test_a_dry_run_looks_only(name):
    kind = get_kind("libcloud", name)
    with recorded(name) as (cloud, replies):
        for capability in kind.capabilities - LISTINGS:
            assert cloud.check(capability, "any") is None
            assert cloud.find_blocker(capability, "any") is None
        assert replies.asked == []


def test_each_capability_of_a_driver_is_one_of_its_row():
    for row in ROWS:
        kind = get_kind("libcloud", row.name)
        assert kind.lists_machines
        assert len(kind.capabilities) == len(row.can.split())
        assert Capability.LIST_REGIONS not in kind.capabilities
