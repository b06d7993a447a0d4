"""Security groups of OpenStack's servers: nova has their names, neutron's ports their ids."""

import json

import pytest

from inventory.types import MachineState
from tests.clouds.apis.openstack import OpenStack
from tests.clouds.recorded import as_json, recording, served
from tests.inventory.providers.test_openstack import connected

PORTS = "/v2.0/ports"


@pytest.fixture
def cloud(monkeypatch):
    with served(OpenStack(page=3), monkeypatch) as cloud:
        yield cloud


def asked_for_ports(cloud):
    return [request for request in cloud.asked if request.path == PORTS]


def test_groups_of_one_name_are_told_apart(cloud):
    default, other = (one["id"] for one in cloud.security_groups[:2])
    cloud.more_security_groups(2)
    twins = [one["id"] for one in cloud.security_groups[2:]]
    for one in cloud.security_groups[2:]:
        one["name"] = "web"
    first, second = cloud.servers
    for server, groups in ((first, twins[:1]), (second, [*twins, other])):
        cloud.groups_of[server["id"]] = groups
        server["security_groups"] = [{"name": "web"}]

    with connected() as account:
        machines = {one.external_id: one for one in account.read("virtual_machines")}
        single = account.find("virtual_machines", second["id"])

    assert machines[first["id"]].security_group_ids == (twins[0],)
    assert machines[second["id"]].security_group_ids == tuple(sorted([*twins, other]))
    assert single.security_group_ids == machines[second["id"]].security_group_ids
    assert default not in single.security_group_ids
    *_, of_one = asked_for_ports(cloud)
    assert of_one.query["device_id"] == second["id"]
    assert all(one.query["project_id"] for one in asked_for_ports(cloud))


def test_ports_are_read_page_by_page_however_many_servers_there_are(cloud):
    cloud.add(8)  # ten, of three pages and one more

    with connected() as account:
        machines = account.read("virtual_machines")

    assert len(machines) == 10
    assert all(one.security_group_ids for one in machines)
    assert len(asked_for_ports(cloud)) == 4


def test_no_ports_are_asked_for_where_no_server_is_in_a_group(cloud):
    for server in cloud.servers:
        server["security_groups"] = []

    with connected() as account:
        machines = account.read("virtual_machines")

    assert [one.security_group_ids for one in machines] == [(), ()]
    assert asked_for_ports(cloud) == []


@pytest.mark.parametrize(
    "answer", [as_json({"NeutronError": {"type": "X", "message": "No.", "detail": ""}}, 403), None]
)
def test_without_the_ports_the_servers_are_listed_with_the_reason(monkeypatch, cloud, answer):
    plain = cloud.answer
    odd = answer or as_json({"ports": "none"})
    monkeypatch.setattr(cloud, "answer", lambda asked: odd if asked.path == PORTS else plain(asked))

    with connected() as account:
        machines = account.read("virtual_machines")

    assert {one.state for one in machines} == {MachineState.RUNNING}
    for one in machines:
        assert one.security_group_ids == ()
        assert one.problem.startswith("The ids of security groups could not be read: ")


def test_an_odd_port_damages_the_server_that_no_other_port_has(monkeypatch, cloud):
    plain = cloud.answer

    def with_an_odd_port(asked):
        reply = plain(asked)
        if asked.path != PORTS:
            return reply
        body = json.loads(reply.body)
        body["ports"][0]["security_groups"] = 5
        return as_json(body)

    monkeypatch.setattr(cloud, "answer", with_an_odd_port)
    with connected() as account:
        odd, whole = account.read("virtual_machines")

    assert (odd.security_group_ids, whole.problem) == ((), None)
    assert "security_groups" in odd.problem
    assert whole.security_group_ids


def test_a_region_without_neutron_has_no_groups_and_no_problem(cloud):
    catalogue = recording("openstack/token")["token"]["catalog"]
    cloud.catalogue = [one for one in catalogue if one["type"] != "network"]

    with connected() as account:
        machines = account.read("virtual_machines")

    assert [(one.security_group_ids, one.problem) for one in machines] == [((), None)] * 2
