"""Servers of a nova cell that does not answer are listed as UNKNOWN, with the reason."""

import pytest

from inventory.operations.actions.virtual_machines import MACHINE
from inventory.operations.marker import find_marked
from inventory.providers import ProviderError, connect, get_kind
from inventory.providers.openstack.down_cells import REASON
from inventory.types import MachineState
from tests.clouds.apis.openstack import OpenStack
from tests.clouds.recorded import as_json, served
from tests.inventory.providers.contract.backends import OnOpenStack

KIND = get_kind("openstack")


@pytest.fixture
def cloud(monkeypatch):
    with served(OpenStack(), monkeypatch) as cloud:
        cloud.add(3)
        yield cloud


def connected():
    return connect(KIND, KIND.clean_credentials(OnOpenStack.given), "RegionOne", 10)


def listed():
    with connected() as account:
        return {record.external_id: record for record in account.read("virtual_machines")}


def lists(cloud):
    return [one for one in cloud.asked if one.path.startswith("/v2.1/servers")]


def test_a_healthy_cloud_is_asked_for_one_list_of_ids_more(cloud):
    assert len(listed()) == 5

    assert [one.path.removeprefix("/v2.1") for one in lists(cloud)] == [
        "/servers/detail",
        "/servers",
    ]
    assert lists(cloud)[1].query == {}  # nova shows them in a list without paging alone


@pytest.mark.parametrize("count", [1, 5])
def test_a_server_of_a_down_cell_is_unknown(cloud, count):
    before = listed()
    cloud.in_down_cell = {one["id"] for one in cloud.servers[:count]}

    after = listed()

    assert set(after) == set(before)
    for external_id, record in after.items():
        if external_id not in cloud.in_down_cell:
            assert record == before[external_id]
            continue
        assert (record.state, record.raw_state) == (MachineState.UNKNOWN, "UNKNOWN")
        assert (record.problem, record.created_at) == (REASON, before[external_id].created_at)


def test_a_nova_that_is_older_leaves_them_out(cloud):
    cloud.newest_microversion = 68
    cloud.in_down_cell = {cloud.servers[0]["id"]}

    assert len(listed()) == 4


def test_an_implementation_without_the_list_of_ids_is_listed(cloud):
    cloud.fault = cloud.problem(404, "itemNotFound", "No such resource.")
    cloud.fault_meets = lambda asked: asked.path == "/v2.1/servers"

    assert len(listed()) == 5


@pytest.mark.parametrize("fault", [500, 503, 429, 403])
def test_a_list_of_ids_that_fails_fails_the_list(cloud, fault):
    cloud.fault = cloud.problem(fault, "computeFault", "Not now.")
    cloud.fault_meets = lambda asked: asked.path == "/v2.1/servers"

    with pytest.raises(ProviderError):
        listed()


def between(cloud, change):
    """Have ``change`` called after the list with details, before the list of ids."""
    plain, calls = cloud.answer, []

    def answer(asked):
        if asked.path == "/v2.1/servers" and not calls:
            calls.append(1)
            change()
        return plain(asked)

    cloud.answer = answer


def test_a_cell_that_comes_back_in_between_is_read_again(cloud):
    before = listed()
    cloud.in_down_cell = {cloud.servers[0]["id"]}
    between(cloud, cloud.in_down_cell.clear)

    assert listed() == before


def test_a_cell_that_goes_down_in_between_has_been_read(cloud):
    before = listed()
    between(cloud, lambda: cloud.in_down_cell.add(cloud.servers[0]["id"]))

    assert listed() == before


def test_an_odd_entry_damages_nothing(cloud):
    before = listed()
    plain = cloud.answer
    odd = as_json({"servers": [None, 5, {}, {"id": None}, {"id": cloud.servers[0]["id"]}]})
    cloud.answer = lambda asked: odd if asked.path == "/v2.1/servers" else plain(asked)

    after = listed()

    assert {key: one for key, one in after.items() if key} == before


def test_a_purchase_is_not_taken_for_unmade_while_a_cell_is_down(cloud):
    """The server that the job has made may be one that nova cannot read."""
    cloud.in_down_cell = {cloud.servers[0]["id"]}

    with connected() as account, pytest.raises(ProviderError, match="cannot be found"):
        find_marked(account, MACHINE, "a-job")
