"""Links between resources, and providers that cannot have the requested objects."""

import pytest

from inventory.models import Source, VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode, ServiceAbsent
from inventory.providers.simulator.driver import SimulatorDriver
from inventory.resources.volume import Volume
from inventory.schema.table import links as table_links
from inventory.selectors import links
from inventory.services.actions import target_id
from inventory.services.providers import provider_update
from tests.clouds.engine import connect_engine, engines  # noqa: F401 - a fixture
from tests.inventory.factories import make_simulator, make_user

pytestmark = pytest.mark.django_db(transaction=True)

VOLUMES = """{ volumes { complete totalCount sources { status resource }
    nodes { id name state size machine { id name stale } } } }"""
MACHINES = "{ virtualMachines { complete nodes { externalId volumes { name machine { name } } } } }"


@pytest.fixture
def provider(user):
    return make_simulator(user, name="one", machines=12)


def volumes_of(answer):
    return answer.data["volumes"]["nodes"]


def test_volumes_name_their_machines_and_machines_their_volumes(ask, provider):
    volumes = volumes_of(ask(VOLUMES))
    machines = ask(MACHINES).data["virtualMachines"]["nodes"]

    attached = [one for one in volumes if one["state"] == "IN_USE"]
    assert len(attached) == 6
    assert {one["state"] for one in volumes} == {"IN_USE", "AVAILABLE"}
    for one in volumes:
        stem = one["name"].removesuffix("-data")
        expected = stem if one in attached else None
        assert (one["machine"] and one["machine"]["name"]) == expected
    assert sorted(one["name"] for machine in machines for one in machine["volumes"]) == sorted(
        one["name"] for one in attached
    )
    assert all(len(machine["volumes"]) <= 1 for machine in machines)


def test_the_linked_rows_are_read_with_the_rows_around_them(ask, provider):
    answer = ask(VOLUMES)

    assert VirtualMachine.objects.count() == 12
    resources = {one["resource"]: one["status"] for one in answer.answer["extensions"]["sources"]}
    assert resources == {"virtual_machines": "LIVE"}
    assert answer.answer["extensions"]["complete"] is True
    assert {one["resource"] for one in answer.data["volumes"]["sources"]} == {"volumes"}


def test_a_link_is_as_old_as_the_list_around_it(ask, provider, monkeypatch):
    ask(VOLUMES)
    asked = []
    plain = SimulatorDriver.call
    monkeypatch.setattr(SimulatorDriver, "call", lambda driver: asked.append(1) or plain(driver))

    ask(VOLUMES.replace("volumes {", "volumes(maxAge: 3600) {", 1))
    assert asked == []
    volume = Volume.objects.select_related("provider").exclude(machine_id=None).first()
    node = f'{{ node(id: "{target_id(volume)}") {{ ... on Volume {{ machine {{ name }} }} }} }}'
    found = ask(node).data["node"]["machine"]
    assert f"{found['name']}-data" == volume.name
    assert asked == []
    ask(VOLUMES.replace("volumes {", "volumes(maxAge: 0) {", 1))
    assert len(asked) == 2


def test_machines_that_cannot_be_listed_are_told_beside_the_answer(ask, provider, monkeypatch):
    def refuse(_driver):
        raise ProviderError(ProviderErrorCode.PERMISSION_DENIED, "No.")

    kind = provider.kind
    monkeypatch.setitem(kind.table.functions, ("virtual_machines", "list"), refuse)
    answer = ask(VOLUMES)

    assert {one["machine"] for one in volumes_of(answer)} == {None}
    [receipt] = answer.answer["extensions"]["sources"]
    assert (receipt["resource"], receipt["status"]) == ("virtual_machines", "FAILED")
    assert answer.answer["extensions"]["complete"] is False
    assert answer.data["volumes"]["complete"] is True


def test_a_machine_that_is_gone_shows_no_volumes_that_are_gone(ask, provider):
    ask(VOLUMES)
    gone = Volume.objects.exclude(machine_id=None).first()
    Volume.objects.filter(pk=gone.pk).update(state="MISSING")

    answer = ask(MACHINES.replace("virtualMachines", "virtualMachines(maxAge: 3600)"))
    found = {one["externalId"]: one["volumes"] for one in answer.data["virtualMachines"]["nodes"]}
    assert found[gone.machine_id] == []


def test_volumes_of_a_machine_by_the_filter(ask, provider):
    ask(VOLUMES)
    volume = Volume.objects.exclude(machine_id=None).first()
    machine = VirtualMachine.objects.select_related("provider").get(external_id=volume.machine_id)

    for value in (target_id(machine), machine.external_id):
        answer = ask(
            "query ($id: [String!]) { volumes(maxAge: 60, filter: {machine: $id}) {"
            " nodes { name } } }",
            id=[value],
        )
        assert [one["name"] for one in volumes_of(answer)] == [volume.name]


@pytest.mark.usefixtures("engines")
def test_a_provider_whose_kind_has_none_is_named_and_makes_nothing_incomplete(ask, user, provider):
    engine = connect_engine(user, name="engine")
    connect_engine(make_user(), name="foreign")
    list_of = "volumes { complete totalCount withoutService { provider { name } reason } }"
    root = ask(f"{{ {list_of} }}").data["volumes"]
    nested = ask(f'{{ provider(id: "{engine.scope}") {{ {list_of} }} }}').data["provider"]

    named = [{"provider": {"name": "engine"}, "reason": "Engine has no volumes in this gateway."}]
    assert root == {"complete": True, "totalCount": 8, "withoutService": named}
    assert nested["volumes"] == {"complete": True, "totalCount": 0, "withoutService": named}
    assert ask("{ containers { withoutService { provider { name } } } }").data == {
        "containers": {"withoutService": [{"provider": {"name": "one"}}]}
    }


def test_a_region_without_the_service_is_named_and_makes_nothing_incomplete(
    ask, provider, monkeypatch
):
    reason = "The account has no block storage."

    def absent(_driver):
        raise ServiceAbsent(reason)

    query = """{ volumes(maxAge: 0) { complete totalCount sources { status error { code } }
        withoutService { provider { name } region reason } } }"""
    plain = ask(query).data["volumes"]
    assert (plain["totalCount"], plain["withoutService"]) == (8, [])
    volume = target_id(Volume.objects.select_related("provider").first())
    monkeypatch.setitem(provider.kind.table.functions, ("volumes", "list"), absent)
    monkeypatch.delitem(provider.kind.table.beside.find, "volumes", raising=False)
    found = ask(query).data["volumes"]

    named = [{"provider": {"name": "one"}, "region": "sim-1", "reason": reason}]
    assert found["withoutService"] == named
    assert found["complete"] is True
    assert found["sources"] == [{"status": "LIVE", "error": None}]
    single = ask(f'{{ volume(id: "{volume}", maxAge: 0) {{ stale }} }}')
    assert single.data["volume"] == {"stale": True}
    assert [one["status"] for one in single.answer["extensions"]["sources"]] == ["LIVE"]
    aggregate = "{ volumesAggregate(maxAge: 3600) { complete withoutService { reason } } }"
    assert ask(aggregate).data["volumesAggregate"] == {
        "complete": True,
        "withoutService": [{"reason": reason}],
    }
    monkeypatch.undo()
    assert ask(query).data["volumes"] == plain


def test_volumes_do_not_decide_how_a_provider_is_doing(ask, provider, monkeypatch):
    def refuse(_driver):
        raise ProviderError(ProviderErrorCode.PERMISSION_DENIED, "No.")

    monkeypatch.setitem(provider.kind.table.functions, ("volumes", "list"), refuse)
    answer = ask("{ volumes { complete } virtualMachines { complete } }")
    assert answer.data["volumes"]["complete"] is False
    stated = ask("{ providers { status sources { resource } } }").data["providers"]
    assert stated == [{"status": "OK", "sources": [{"resource": "virtual_machines"}]}]


def test_a_provider_keeps_its_volumes_when_its_regions_change(user, provider):
    assert Source.objects.filter(provider=provider, resource="volumes").count() == 1
    provider_update(provider=provider, regions=["sim-1", "sim-2"], by=user)
    assert Source.objects.filter(provider=provider, resource="volumes").count() == 2


def test_machines_name_their_key_pair_and_security_groups_and_a_key_its_machines(ask, provider):
    machines = ask(
        "{ virtualMachines { nodes { name keyPair { name virtualMachines { name } } "
        "securityGroups { name openPorts } } } }"
    )

    nodes = machines.data["virtualMachines"]["nodes"]
    assert {one["keyPair"]["name"] for one in nodes} == {"deploy"}
    names = sorted(one["name"] for one in nodes)
    assert all(
        sorted(other["name"] for other in one["keyPair"]["virtualMachines"]) == names
        for one in nodes
    )
    for one in nodes:
        group = "web" if one["name"].startswith(("web", "api")) else "office"
        assert [found["name"] for found in one["securityGroups"]] == [group]
    resources = {one["resource"] for one in machines.answer["extensions"]["sources"]}
    assert resources == {"key_pairs", "security_groups", "virtual_machines"}


def test_a_security_group_lists_its_machines(ask, provider):
    groups = ask(
        "{ securityGroups { nodes { name rules { protocol } virtualMachines { name state "
        "securityGroups { name } } } } }"
    ).data["securityGroups"]["nodes"]

    machines = ask("{ virtualMachines { nodes { name securityGroups { name } } } }").data
    by_group = {}
    for one in machines["virtualMachines"]["nodes"]:
        for group in one["securityGroups"]:
            by_group.setdefault(group["name"], []).append(one["name"])
    shown = {one["name"]: [machine["name"] for machine in one["virtualMachines"]] for one in groups}
    assert {name: found for name, found in shown.items() if found} == {
        name: sorted(found) for name, found in by_group.items()
    }
    assert set(by_group) == {"web", "office"}


def test_a_list_of_linked_objects_that_is_cut_says_so(ask, provider, monkeypatch):
    query = "{ keyPairs { nodes { name virtualMachines { name } } } }"
    monkeypatch.setattr(links, "MOST_LINKED", 12)
    monkeypatch.setattr(table_links, "MOST_LINKED", 12)
    whole = ask(query).answer
    assert "cuts" not in whole["extensions"]
    monkeypatch.setattr(links, "MOST_LINKED", 5)
    monkeypatch.setattr(table_links, "MOST_LINKED", 5)

    answer = ask(query).answer

    shown = [one["virtualMachines"] for one in answer["data"]["keyPairs"]["nodes"]]
    assert sorted(map(len, shown)) == [0, 0, 5]
    assert answer["extensions"]["complete"] is False
    [cut] = answer["extensions"]["cuts"]
    assert cut == {
        "path": ["keyPairs", "nodes", "virtualMachines"],
        "lists": 1,
        "leftOut": 7,
        "message": "7 more are not shown. Ask for virtualMachines { nodes { keyPair { id } } } "
        "to see all of them.",
    }


def test_the_machines_of_several_groups_are_cut_for_each_group(ask, provider, monkeypatch):
    query = "{ securityGroups { nodes { name virtualMachines { name } } } }"
    whole = {
        one["name"]: [machine["name"] for machine in one["virtualMachines"]]
        for one in ask(query).data["securityGroups"]["nodes"]
    }
    monkeypatch.setattr(links, "MOST_LINKED", 2)
    monkeypatch.setattr(table_links, "MOST_LINKED", 2)

    answer = ask(query).answer

    for one in answer["data"]["securityGroups"]["nodes"]:
        shown = [machine["name"] for machine in one["virtualMachines"]]
        assert shown == whole[one["name"]][:2]
    [cut] = answer["extensions"]["cuts"]
    assert cut["leftOut"] == sum(max(0, len(names) - 2) for names in whole.values())
    assert "securityGroups { id }" in cut["message"]


def test_a_list_of_several_links_that_is_cut_says_so(ask, provider, monkeypatch):
    query = "{ virtualMachines(maxAge: %d) { complete nodes { securityGroups { name } } } }"
    assert "cuts" not in ask(query % 0).answer["extensions"]
    monkeypatch.setattr(table_links, "MOST_LINKED", 0)

    answer = ask(query % 3600).answer

    assert {len(one["securityGroups"]) for one in answer["data"]["virtualMachines"]["nodes"]} == {0}
    [cut] = answer["extensions"]["cuts"]
    assert (cut["lists"], cut["leftOut"]) == (12, 12)
    assert cut["message"] == "12 more are not shown. securityGroups lists all that there are."
