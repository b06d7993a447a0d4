"""A source that a filter's ``not`` excludes with certainty is not asked, and has no receipt.

In lists, aggregates and streams of each type of object that is listed at the root.
"""

import pytest

from gateway.core.graphql.context import Context
from inventory.models import Source
from inventory.providers import get_kind
from inventory.resources import all_resources
from inventory.schema.selection import parse_selection
from inventory.services.selection import Selection, selected_sources
from tests.client import GraphQLClient, token_of
from tests.gateway.streams.client import all_of
from tests.inventory.factories import make_simulator
from tests.inventory.resources.names import plural
from tests.jobs.factories import make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # plans are made in Python
]

RECEIPTS = "{ provider { name } region resource status }"
LISTED = [one for one in all_resources() if one.is_connection_below_provider]
WAYS = ("list", "aggregate", "provider", "delivery", "streamed aggregate")


@pytest.fixture(autouse=True)
def _clouds(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"


@pytest.fixture
def ann():
    return make_user("ann")


@pytest.fixture
def client(ann):
    return GraphQLClient(token_of(ann))


@pytest.fixture
def providers(ann):
    return [
        make_simulator(ann, machines=2, name=name, regions=["sim-1", "sim-2"])
        for name in ("kept", "excluded")
    ]


def receipts(client, resource, way, given):
    """The receipts of the sources that the answer to the list of ``resource`` was built from."""
    name, type_name = plural(resource), f"{resource.type_name}Filter"
    filtered = f"(filter: $filter, maxAge: 0) {{ sources {RECEIPTS} }}"
    if way == "provider":
        query = f"query ($filter: {type_name}) {{ providers {{ {name}{filtered} }} }}"
        nodes = client.data(query, filter=given)["providers"]
        return [receipt for node in nodes for receipt in node[name]["sources"]]
    if way == "delivery":
        query = f"""subscription ($filter: {type_name}) {{ {name}(filter: $filter, maxAge: 0) {{
            source {RECEIPTS} }} }}"""
        answers = all_of(client.token, query, filter=given)
        return [answer["data"][name]["source"] for answer in answers]
    one_of_all = "repositoriesConnection" if name == "repositories" else name
    root = one_of_all if way == "list" else f"{name}Aggregate"
    kind = "subscription" if way == "streamed aggregate" else "query"
    query = f"{kind} ($filter: {type_name}) {{ {root}{filtered} }}"
    if kind == "query":
        return client.data(query, filter=given)[root]["sources"]
    return all_of(client.token, query, filter=given)[-1]["data"][root]["sources"]


def places(found):
    return sorted({(one["provider"]["name"], one["region"]) for one in found})


def asked():
    rows = Source.objects.exclude(attempt_started_at=None)
    return sorted(set(rows.values_list("provider__name", "region")))


ALL = [(name, f"sim-{number}") for name in ("excluded", "kept") for number in (1, 2)]
KEPT = ALL[2:]


def cases(excluded):
    """(what must not hold, the sources that are left)"""
    alone = {"provider": [excluded.scope]}
    return [
        (alone, KEPT),
        ({"region": ["sim-2"]}, [ALL[0], ALL[2]]),
        ({"kind": ["simulator"]}, []),
        ({"kind": ["aws"]}, ALL),
        ({"kind": ["simulator"], **alone}, KEPT),
        ({"kind": ["aws"], **alone}, ALL),
        ({**alone, "region": ["sim-1"]}, [ALL[1], *KEPT]),
        ({"provider": []}, ALL),
        # An empty condition limits nothing.
        ({**alone, "search": " ", "name": "", "tags": [], "state": None}, KEPT),
        # Before its rows are read, it is unknown which of them remain.
        ({**alone, "name": "a"}, ALL),
        ({**alone, "region": ["sim-1"], "createdAfter": "2020-01-01T00:00:00Z"}, ALL),
    ]


@pytest.mark.parametrize("way", WAYS)
def test_sources_that_are_excluded_for_certain_are_not_asked(client, providers, way):
    [machines] = [one for one in LISTED if one.plural == "virtual_machines"]
    for wrong, left in cases(providers[1]):
        Source.objects.update(attempt_started_at=None)

        found = receipts(client, machines, way, {"not": wrong})

        assert places(found) == left, wrong
        assert asked() == left, wrong
        assert {one["status"] for one in found} <= {"LIVE"}, wrong


@pytest.mark.parametrize("resource", LISTED, ids=lambda one: one.plural)
def test_of_each_type_of_object(client, providers, resource):
    has_any = resource.capability in get_kind("simulator").capabilities
    for way in WAYS:
        Source.objects.update(attempt_started_at=None)
        found = receipts(client, resource, way, {"not": {"provider": [providers[1].scope]}})
        assert places(found) == (KEPT if has_any else []), way
        assert asked() == places(found) or not has_any, way
        assert has_any == bool(receipts(client, resource, way, {})), way


def test_lists_of_one_query_have_the_sources_of_their_own_filters(client, providers):
    query = f"""query ($wrong: VirtualMachineFilter) {{
        some: virtualMachines(filter: $wrong, maxAge: 0) {{ totalCount sources {RECEIPTS} }}
        all: virtualMachines(maxAge: 0) {{ totalCount sources {RECEIPTS} }} }}"""

    for wrong, left in cases(providers[1]):
        found = client.data(query, wrong={"not": wrong})
        assert (places(found["some"]["sources"]), places(found["all"]["sources"])) == (left, ALL)


def test_an_answer_is_complete_without_the_cloud_that_was_excluded(ann, client, providers):
    broken = make_simulator(ann, name="broken", error_rate=1.0)
    query = """query ($filter: VirtualMachineFilter) { virtualMachines(maxAge: 0, filter: $filter) {
        complete totalCount sources { status } withoutService { provider { name } } } }"""

    assert client.data(query)["virtualMachines"]["complete"] is False
    found = client.data(query, filter={"not": {"provider": [broken.scope]}})["virtualMachines"]

    assert (found["complete"], found["totalCount"], found["withoutService"]) == (True, 8, [])


def test_what_excludes_a_provider_says_nothing_of_what_it_has_no_service_for(client, providers):
    query = """query ($filter: ContainerFilter) { containers(filter: $filter) {
        withoutService { provider { name } } } }"""

    def without(**wrong):
        found = client.data(query, filter={"not": wrong})["containers"]["withoutService"]
        return [one["provider"]["name"] for one in found]

    assert without(provider=[providers[1].scope]) == ["kept"]
    assert without(kind=["simulator"]) == []
    assert without(region=["sim-1"]) == ["excluded", "kept"]
    assert without(provider=[providers[1].scope], region=["sim-1"]) == ["excluded", "kept"]


def test_a_selection_reads_no_list_that_is_excluded_and_is_stored_as_ever(ann, providers):
    limits = {"not": {"provider": [providers[1].scope]}}
    given = parse_selection(Context(ann), None, limits, 5)

    stored = given.as_json()
    again = Selection.from_json(stored)

    assert stored["sources"] == {"providers": None, "kinds": None, "regions": None}
    for selection in (given, again):
        assert {one.provider.name for one in selected_sources(ann, selection)} == {"kept"}
    assert again.as_json() == stored


def test_a_region_that_there_is_not_cannot_be_excluded(client, providers):
    """It would exclude nothing, and an action would be about more than was meant."""
    given = {"not": {"region": ["sim-2", "sim-22"]}}
    queries = [
        "query ($f: VirtualMachineFilter) { virtualMachines(filter: $f) { totalCount } }",
        "query ($f: VirtualMachineFilter) { virtualMachinesAggregate(filter: $f) { complete } }",
        """query ($f: VirtualMachineFilter) {
            providers { virtualMachines(filter: $f) { complete } } }""",
        "subscription ($f: VirtualMachineFilter) { virtualMachines(filter: $f) { nodes { id } } }",
        "subscription ($f: VirtualMachineFilter) { virtualMachineChanged(filter: $f) { id } }",
    ]
    for query in queries:
        is_query = query.startswith("query")
        answer = (
            client.post(query, {"f": given})
            if is_query
            else all_of(client.token, query, f=given)[-1]
        )
        error = answer["errors"][0]
        assert error["message"] == "No provider has the region 'sim-22'."
        assert error["extensions"] == {"code": "NOT_FOUND", "field": "filter.not.region"}
    assert asked() == []


def test_an_action_that_excludes_a_region_that_there_is_not_is_refused(client, providers):
    query = """mutation ($filter: VirtualMachineFilter) { stopVirtualMachines(input: {
        filter: $filter, max: 100}) { job { id } errors { code field message } } }"""

    def errors(*regions):
        given = {"not": {"region": list(regions)}}
        return client.data(query, filter=given)["stopVirtualMachines"]["errors"]

    client.data("{ virtualMachines(maxAge: 0) { totalCount } }")
    [error] = errors("sim-1", "sim-11")
    assert (error["code"], error["field"]) == ("NOT_FOUND", "filter.not.region")
    assert errors("sim-1") == []


def test_while_regions_are_not_known_any_can_be_excluded(ann, client):
    make_simulator(ann, name="all", regions=["all"], region_names="sim-1,sim-2", regions_fail=True)
    query = """{ virtualMachines(filter: {not: {region: ["sim-9"]}}, maxAge: 0) { complete } }"""

    assert client.data(query)["virtualMachines"] == {"complete": False}
