"""Every driver that libcloud has recorded replies of: its lists are read, its actions accepted."""

import json
from contextlib import suppress
from datetime import datetime

import pytest

from inventory.providers import Capability, ProviderError, ProviderErrorCode, get_kind
from inventory.providers.capability import LISTINGS
from inventory.providers.libcloud.evidence import EVIDENCE
from inventory.providers.libcloud.offered import ROWS
from inventory.providers.libcloud.storage import row_of
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
    """True if the driver accepts a request of the action for one of the recorded machines."""
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
    if resource == "sizes":  # the unit of a driver's price is not known
        assert {size.price_per_hour for size in records} == {None}
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
        of_storage = row_of(row.name).can.split()  # see test_storage_rows
        assert len(kind.capabilities) == len([*row.can.split(), *of_storage])
        assert Capability.LIST_REGIONS not in kind.capabilities


def test_kubevirt_deletes_no_service_of_another_machine():
    """Libcloud's method takes each Service whose name contains the machine's name."""
    with recorded("kubevirt") as (cloud, replies):
        machine = cloud.read("virtual_machines")[0]
        deleted = []
        found = [{"metadata": {"name": f"a-{machine.name}-b"}}, {"metadata": {"name": "other"}}]
        driver = cloud._driver
        driver.ex_delete_service = lambda **of: deleted.append(of["service_name"])
        with pytest.raises(ProviderError) as caught:
            cloud.do("virtual_machines", "terminate", machine.external_id)

        assert caught.value.code is ProviderErrorCode.NOT_SUPPORTED
        assert not [one for one in replies.asked if one[0] != "GET"]
        node = next(one for one in driver.list_nodes() if one.name == machine.name)
        plain = replies.answer

        def answer(request):
            if request.path_url.endswith("/services"):
                return 200, json.dumps({"items": found}), {}, "OK"
            return plain(request)

        replies.answer = answer
        with suppress(Exception):  # the rest is not recorded
            driver.destroy_node(node)
        assert deleted == [f"a-{machine.name}-b"]
