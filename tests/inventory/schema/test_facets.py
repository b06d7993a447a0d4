"""Facets of lists, and aggregates of a resource whose tags are only in its rows."""

import pytest
from django.utils import timezone

from inventory.live.store import store_listing
from inventory.records.volume import VolumeRecord, VolumeState
from tests.inventory.factories import make_simulator

FACETS = """query ($by: [VolumeGroupBy!]!, $first: Int, $page: Int = 50) {
    volumes(maxAge: 3600, filter: {not: {state: [DELETED]}}, first: $page,
            orderBy: {field: SIZE}) {
        totalCount facets(by: $by, first: $first) { name valueCount values { value label count } }
        nodes { name } } }"""
AGGREGATE = """query ($by: [VolumeGroupBy!]) { volumesAggregate(maxAge: 3600, groupBy: $by) {
    totals { count size } groups { keys { value } measures { count size } } } }"""
VOLUMES = [
    ("a", 10, True, "gp3", (("team", "red"), ("team", "blue"), ("team", "red"))),
    ("b", 20, False, "gp3", (("team", ""),)),
    ("c", None, None, None, ()),
    ("d", 40, True, "io2", (("team", "red"),)),
]


@pytest.fixture(autouse=True)
def volumes(user):
    provider = make_simulator(user, name="red", machines=0)
    source = provider.sources.select_related("provider").get(resource="volumes")
    records = [
        VolumeRecord(
            external_id=name,
            name=name,
            state=VolumeState.AVAILABLE,
            raw_state="up",
            size=size,
            encrypted=encrypted,
            type=kind,
            tags=tags,
        )
        for name, size, encrypted, kind, tags in VOLUMES
    ]
    store_listing(source.pk, records, started_at=timezone.now())
    return provider


def values(facet):
    return [(one["value"], one["count"]) for one in facet["values"]]


def test_values_and_their_counts(ask, volumes):
    by = [{"tag": "team"}, {"field": "ENCRYPTED"}, {"field": "TYPE"}, {"field": "PROVIDER"}]
    found = ask(FACETS, by=by, page=1).data["volumes"]

    assert found["totalCount"] == 4
    assert len(found["nodes"]) == 1
    team, encrypted, kind, provider = found["facets"]
    assert [one["name"] for one in found["facets"]] == ["team", "ENCRYPTED", "TYPE", "PROVIDER"]
    assert values(team) == [("red", 2), ("", 1), ("blue", 1), (None, 1)]
    assert values(encrypted) == [("true", 2), ("false", 1), (None, 1)]
    assert values(kind) == [("gp3", 2), ("io2", 1), (None, 1)]
    assert provider["values"] == [{"value": volumes.scope, "label": "red", "count": 4}]


def test_the_first_values_and_how_many_there_are(ask):
    [facet] = ask(FACETS, by=[{"tag": "team"}], first=1).data["volumes"]["facets"]

    assert values(facet) == [("red", 2)]
    assert facet["valueCount"] == 4


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"by": [{}]}, "by"),
        ({"by": [{"field": "STATE", "tag": "a"}]}, "by"),
        ({"by": [{"tag": "a"}] * 11}, "by"),
        ({"by": [], "first": -1}, "first"),
    ],
)
def test_what_cannot_be(ask, arguments, field):
    answer = ask(FACETS, **arguments).answer

    [error] = answer["errors"]
    assert error["extensions"] == {"code": "INVALID", "field": field}
    assert answer["data"]["volumes"]["facets"] is None
    assert answer["data"]["volumes"]["totalCount"] == 4, "the list itself is shown"


def test_sums_of_groups(ask):
    found = ask(AGGREGATE, by=[{"tag": "team"}, {"field": "TYPE"}]).data["volumesAggregate"]

    assert found["totals"] == {"count": 4, "size": 70}
    groups = {
        tuple(key["value"] for key in group["keys"]): tuple(group["measures"].values())
        for group in found["groups"]
    }
    assert groups == {
        ("red", "gp3"): (1, 10),
        ("blue", "gp3"): (1, 10),
        ("", "gp3"): (1, 20),
        ("red", "io2"): (1, 40),
        (None, None): (1, None),
    }
