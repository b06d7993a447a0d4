"""Containers live: what engines have, with receipts, beside machines."""

import pytest

from gateway.core.ids import global_id
from inventory.models import Container
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.types import ContainerState
from tests.clouds.engine import ENGINES, connect_engine, engines  # noqa: F401 - a fixture
from tests.inventory.factories import make_simulator, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]

ALL = """query ($filter: ContainerFilter, $order: ContainerOrder, $first: Int, $after: String) {
    containers(first: $first, after: $after, maxAge: 0, filter: $filter, orderBy: $order) {
        totalCount complete pageInfo { hasNextPage endCursor }
        sources { provider { name } region resource status count error { code } }
        nodes { id externalId name state rawState exitCode lastState missingSince region image
            imageId command memory ips ports { containerPort protocol hostPort hostIp }
            labels { key value } createdAt observedAt stale systemType
            provider { name status kind { slug } } } } }"""
ONE = "query ($id: ID!) { container(id: $id, maxAge: 0) { id name state stale } }"


@pytest.fixture
def provider(user):
    return connect_engine(user)


@pytest.fixture
def engine(provider):
    return ENGINES["engine", "here"]


def names(ask, **variables):
    return [node["name"] for node in ask(ALL, **variables).data["containers"]["nodes"]]


def id_of(provider, record, region="here"):
    return global_id("Container", f"{provider.public_id}:{region}:{record.external_id}")


def test_everything_of_a_container(ask, provider, engine):
    record = engine.add("web", image="nginx:1.27", command="nginx -g", image_id="sha256:1")

    asked = ask(ALL)
    found = asked.data["containers"]
    node = found["nodes"][0]
    observed_at = node.pop("observedAt")

    assert node == {
        "id": id_of(provider, record),
        "externalId": record.external_id,
        "name": "web",
        "state": "RUNNING",
        "rawState": "running",
        "exitCode": None,
        "lastState": None,
        "missingSince": None,
        "region": "here",
        "image": "nginx:1.27",
        "imageId": "sha256:1",
        "command": "nginx -g",
        "memory": 64,
        "ips": ["10.0.0.1"],
        "ports": [
            {"containerPort": 80, "protocol": "tcp", "hostPort": 8001, "hostIp": "127.0.0.1"}
        ],
        "labels": [{"key": "app", "value": "web"}],
        "createdAt": "2026-01-01T00:01:00+00:00",
        "stale": False,
        "systemType": "DOCKER",
        "provider": {"name": "engine", "status": "OK", "kind": {"slug": "engine"}},
    }
    assert observed_at
    assert found["complete"] is True
    assert found["totalCount"] == 1
    assert found["sources"] == [
        {
            "provider": {"name": "engine"},
            "region": "here",
            "resource": "containers",
            "status": "LIVE",
            "count": 1,
            "error": None,
        }
    ]
    assert asked.live.misses == 0


def test_an_engine_has_sources_of_what_it_lists_alone(provider):
    assert list(provider.sources.values_list("resource", flat=True)) == ["containers"]


def test_an_engine_that_fails_makes_the_list_incomplete_and_keeps_what_was_seen(ask, engine):
    engine.add("web")
    ask(ALL)
    engine.fault = ProviderError(ProviderErrorCode.UNREACHABLE, "Gone.")

    found = ask(ALL).data["containers"]

    assert found["complete"] is False
    assert (found["nodes"][0]["name"], found["nodes"][0]["stale"]) == ("web", True)
    assert found["sources"][0]["status"] == "STALE"
    assert found["sources"][0]["error"] == {"code": "UNREACHABLE"}
    assert found["nodes"][0]["provider"]["status"] == "UNREACHABLE"


def test_what_is_listed_no_more_is_stale_first(ask, engine):
    record = engine.add("web")
    ask(ALL)
    del engine.containers[record.external_id]

    [node] = ask(ALL).data["containers"]["nodes"]

    assert (node["state"], node["stale"]) == ("RUNNING", True)


def test_an_unknown_word_is_unknown_and_told(ask, engine):
    record = engine.add("web")
    engine.containers[record.external_id] = type(record)(
        record.external_id, "web", ContainerState.UNKNOWN, "melting"
    )

    [node] = ask(ALL).data["containers"]["nodes"]

    assert (node["state"], node["rawState"]) == ("UNKNOWN", "melting")
    assert node["memory"] is None
    assert node["ports"] == []


@pytest.mark.each_case
@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"name": "WEB"}, ["web-1", "web-2"]),
        ({"image": "nginx"}, ["web-1", "web-2"]),
        ({"state": ["STOPPED"]}, ["web-2"]),
        ({"state": []}, []),
        ({"labels": [{"key": "app"}]}, ["db", "web-1", "web-2"]),
        ({"labels": [{"key": "app", "value": "db"}]}, ["db"]),
        ({"labels": [{"key": "app", "value": "DB"}]}, []),
        ({"search": "nginx app=web"}, ["web-1", "web-2"]),
        ({"search": "10.0.0.3"}, ["db"]),
        ({"kind": ["engine"]}, ["db", "web-1", "web-2"]),
        ({"kind": ["simulator"]}, []),
    ],
)
def test_filters(ask, engine, limits, expected):
    engine.add("web-1")
    engine.add("web-2", "exited")
    engine.add("db", image="postgres:17")

    assert names(ask, filter=limits) == expected


def test_a_filter_by_an_unknown_region_is_an_error(ask, engine):
    engine.add("web-1")

    (error,) = ask(ALL, filter={"region": ["there"]}).answer["errors"]

    assert error["extensions"] == {"code": "NOT_FOUND", "field": "filter.region"}


def test_labels_are_those_of_now(ask, engine):
    record = engine.add("web", labels=(("stage", "old"),))
    ask(ALL)
    changed = {"labels": (("stage", "new"),)}
    engine.containers[record.external_id] = type(record)(
        record.external_id, "web", record.state, "running", **changed
    )

    assert names(ask, filter={"labels": [{"key": "stage", "value": "new"}]}) == ["web"]
    assert names(ask, filter={"labels": [{"key": "stage", "value": "old"}]}) == []


def test_pages_and_orders(ask, engine):
    for name in ("a", "b", "c"):
        engine.add(name)

    newest = {"field": "CREATED_AT", "direction": "DESC"}
    page = ask(ALL, first=2, order=newest).data["containers"]
    rest = ask(ALL, first=2, order=newest, after=page["pageInfo"]["endCursor"]).data["containers"]

    assert [node["name"] for node in page["nodes"]] == ["c", "b"]
    assert page["pageInfo"]["hasNextPage"]
    assert [node["name"] for node in rest["nodes"]] == ["a"]
    assert rest["totalCount"] == 3


def test_one_is_found_before_any_list_showed_it(ask, provider, engine):
    record = engine.add("web")

    asked = ask(ONE, id=id_of(provider, record))

    assert asked.data["container"]["state"] == "RUNNING"
    [receipt] = asked.answer["extensions"]["sources"]
    assert (receipt["resource"], receipt["status"]) == ("containers", "LIVE")


def test_one_that_is_not_there(ask, provider, engine):
    engine.add("web")

    absent = global_id("Container", f"{provider.public_id}:here:ffff")

    assert ask(ONE, id=absent).data == {"container": None}


def test_one_whose_engine_fails_is_an_error_and_not_nothing(ask, provider, engine):
    record = engine.add("web")
    engine.fault = ProviderError(ProviderErrorCode.TIMEOUT, "Too late.")

    answer = ask(ONE, id=id_of(provider, record)).answer

    assert answer["data"] == {"container": None}
    assert answer["errors"][0]["extensions"]["code"] == "TIMEOUT"


@pytest.mark.parametrize("value", ["x", "VmlydHVhbE1hY2hpbmU6eA=="])
def test_an_id_of_something_else(ask, provider, value):
    assert ask(ONE, id=value).answer["errors"][0]["extensions"]["code"] == "INVALID"


def test_each_providers_own(ask, user):
    for name in ("one", "two"):
        connect_engine(user, name=name)
        ENGINES[name, "here"].add(f"of-{name}")

    found = ask("{ providers { name containers(maxAge: 0) { totalCount nodes { name } } } }").data

    assert found["providers"] == [
        {"name": name, "containers": {"totalCount": 1, "nodes": [{"name": f"of-{name}"}]}}
        for name in ("one", "two")
    ]


def test_somebody_elses_are_not_seen(ask, provider, engine):
    record = engine.add("web")
    ask(ALL)
    stranger = make_user()

    assert ask(ALL, stranger).data["containers"]["totalCount"] == 0
    assert ask(ONE, stranger, id=id_of(provider, record)).data == {"container": None}


COMPUTE = """query ($first: Int) { allComputeTypes(first: $first, maxAge: 0) {
    __typename id name memory
    ... on VirtualMachine { vcpus } ... on Container { image } } }"""


def test_machines_and_containers_in_one_list_by_name(ask, user, provider, engine):
    make_simulator(user, machines=3)
    engine.add("aa-first")
    engine.add("zz-last")

    asked = ask(COMPUTE)
    found = asked.data["allComputeTypes"]

    assert [one["__typename"] for one in found] == [
        "Container",
        *["VirtualMachine"] * 3,
        "Container",
    ]
    assert [one["name"] for one in found][0::4] == ["aa-first", "zz-last"]
    assert found[0]["image"] == "nginx:1.27"
    assert asked.answer["extensions"]["complete"] is True
    resources = {one["resource"] for one in asked.answer["extensions"]["sources"]}
    assert resources == {"virtual_machines", "containers"}
    assert [one["name"] for one in ask(COMPUTE, first=2).data["allComputeTypes"]] == [
        one["name"] for one in found[:2]
    ]


def test_many_rows_cost_no_more_questions(ask, engine, django_assert_num_queries):
    for number in range(300):
        engine.add(f"c-{number:03}")
    ask(ALL)
    query = "{ containers(first: 1000, maxAge: 60) { totalCount nodes { name labels { key } } } }"

    with django_assert_num_queries(2):
        assert len(ask(query).data["containers"]["nodes"]) == 300
    assert Container.objects.count() == 300
