"""A list without cursors says how many entries it leaves out."""

import graphql
import pytest
from django.utils import timezone

from gateway.core.graphql import nodes
from gateway.schema import schema
from inventory.live.store import store_listing
from inventory.models import (
    Change,
    Location,
    Provider,
    Repository,
    Size,
    Source,
    VirtualMachine,
)
from inventory.records.image import ImageRecord
from inventory.resources import all_resources
from inventory.resources.image import Image
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.services.machines import machine_id
from inventory.services.repositories import repository_create
from tests.clouds.engine import ENGINES, connect_engine, engines  # noqa: F401 - a fixture
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import make_simulator

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]

SAYS_ITSELF = {"pageInfo", "totalCount", "valueCount"}
ENDLESS = {("Schedule", "nextRuns")}  # there is always another one
# Asked of a host of repositories: tests/inventory/schema/test_github.py has the same cases.
OF_HOSTS = {
    ("Organization", "members"),
    ("Repository", "contributors"),
    ("Repository", "issues"),
}


def cut_lists():
    """The fields that take ``first`` and whose type has no place to say what it leaves out."""
    return sorted(
        (of.name, name)
        for of in schema.graphql_schema.type_map.values()
        if isinstance(of, graphql.GraphQLObjectType | graphql.GraphQLInterfaceType)
        for name, field in of.fields.items()
        if "first" in field.args
        and not SAYS_ITSELF & set(getattr(graphql.get_named_type(field.type), "fields", ()))
    )


OTHERS = [one for one in all_resources() if one.history and one is not VIRTUAL_MACHINES]

CHANGES = "changes(first: %d) { at }"

# By field: a query of ``$first`` entries, the list's path in the answer, and the full length.
CASES = {
    ("Query", "allComputeTypes"): (
        "{ allComputeTypes(first: %d, maxAge: 0) { id } }",
        ("allComputeTypes",),
        lambda: 5 + 2,
    ),
    ("VirtualMachine", "changes"): (
        "{ virtualMachine(id: §machine§) { changes(first: %d) { at } } }",
        ("virtualMachine", "changes"),
        lambda: 3,
    ),
    **{
        (one.type_name, "changes"): (
            f"{{ node(id: §{one.type_name}§) {{ ... on {one.type_name} {{ %s }} }} }}" % CHANGES,
            ("node", "changes"),
            lambda: 2,
        )
        for one in OTHERS
    },
    ("Query", "repositories"): (
        "{ repositories(first: %d) { id } }",
        ("repositories",),
        Repository.objects.count,
    ),
    **{
        ("Provider", name): (
            f"{{ provider(id: §provider§) {{ {name}(first: %d, maxAge: 0) {{ id }} }} }}",
            ("provider", name),
            model.objects.count,
        )
        for name, model in (("sizes", Size), ("images", Image), ("locations", Location))
    },
}


def changed_twice(resource):
    """The id of an object of ``resource`` with two changes."""
    provider = Provider.objects.get(kind_slug="simulator")
    at = {"resource": resource.plural, "region": provider.regions[0]}
    source, _new = Source.objects.get_or_create(provider=provider, **at)
    row = resource.model.objects.first()
    if row is None:
        state = next(iter(resource.states))
        record = resource.record(external_id="a", name="a", state=state, raw_state=state.lower())
        store_listing(source.pk, [record], started_at=timezone.now())
        row = resource.model.objects.get()
    elif row.source is None:  # a repository that was added here has no changes
        row.source, row.provider, row.external_id = source, provider, "a"
        row.region = source.region
        row.save()
    for number in range(2):
        Change.objects.create(
            provider=row.provider, source=row.source, row_id=row.pk, at=timezone.now(), after=number
        )
    return nodes.id_of(row)


@pytest.fixture
def world(user, ask):
    """A simulator of five machines, one with three changes; two containers; three repositories."""
    provider = make_simulator(user)
    connect_engine(user)
    for name in ("one", "two"):
        ENGINES["engine", "here"].add(name, "running")
    ask("{ providers { sizes { id } images { id } locations { id } } }")
    ask("{ allComputeTypes(maxAge: 0) { id } }")
    machine = VirtualMachine.objects.filter(provider=provider).first()
    Change.objects.all().delete()
    for number in range(3):
        Change.objects.create(
            provider=provider,
            source=machine.source,
            row_id=machine.pk,
            at=timezone.now(),
            field="state",
            after=number,
        )
        repository_create(
            creator=user,
            url=f"https://github.com/a/{number}",
            name=str(number),
            full_name=f"a/{number}",
            description="",
        )
    return {"machine": machine_id(machine), "provider": provider.scope}


def with_ids(world, query):
    for name, value in world.items():
        query = query.replace(f"§{name}§", f'"{value}"')
    for one in OTHERS:
        if f"§{one.type_name}§" in query:
            query = query.replace(f"§{one.type_name}§", f'"{changed_twice(one)}"')
    return query


def asked(ask, world, query, first):
    found = ask(with_ids(world, query) % first)
    assert "errors" not in found.answer, found.answer
    return found.answer


def list_at(answer, path):
    found = answer["data"]
    for name in path:
        found = found[name]
    return found


def test_every_list_without_cursors_is_tested():
    assert set(cut_lists()) == set(CASES) | ENDLESS | OF_HOSTS


@pytest.mark.each_case
@pytest.mark.parametrize("field", CASES)
def test_a_list_that_is_cut_says_so(field, ask, world):
    """With one entry fewer than there are, with all, and with none: making the world takes longer
    than asking it.
    """
    query, path, total = CASES[field]
    number = total()
    assert number > 1
    query = with_ids(world, query)

    answer = asked(ask, world, query, number - 1)

    assert len(list_at(answer, path)) == number - 1
    assert answer["extensions"]["complete"] is False
    [cut] = answer["extensions"]["cuts"]
    assert (cut["path"], cut["lists"], cut["leftOut"]) == (list(path), 1, 1)
    assert cut["message"].startswith("1 more")
    assert "first" in cut["message"]
    assert all(one["error"] is None for one in answer["extensions"].get("sources", []))

    whole = asked(ask, world, query, number)
    assert len(list_at(whole, path)) == number
    assert "cuts" not in whole["extensions"]
    assert whole["extensions"].get("complete", True) is True

    none = asked(ask, world, query, 0)
    assert list_at(none, path) == []
    [cut] = none["extensions"]["cuts"]
    assert cut["leftOut"] == number


NESTED = {
    "{ providers { name sizes(first: 1) { id } } }": ["providers", "sizes"],
    "{ mine: providers { few: sizes(first: 1) { id } } }": ["mine", "few"],
    "{ node(id: §provider§) { ... on Provider { sizes(first: 1) { id } } } }": ["node", "sizes"],
    "{ virtualMachines { nodes { provider { sizes(first: 1) { id } } } } }": [
        "virtualMachines",
        "nodes",
        "provider",
        "sizes",
    ],
    "{ virtualMachines { nodes { changes(first: 1) { at } } } }": [
        "virtualMachines",
        "nodes",
        "changes",
    ],
    "{ allComputeTypes { ... on VirtualMachine { changes(first: 1) { at } } } }": [
        "allComputeTypes",
        "changes",
    ],
}


@pytest.mark.parametrize("query", NESTED)
def test_a_list_inside_of_others_is_named_by_its_path(query, ask, world):
    answer = asked(ask, world, query.replace("%", "%%") + "%.0s", 0)

    assert answer["extensions"]["complete"] is False
    [cut] = answer["extensions"]["cuts"]
    assert cut["path"] == NESTED[query]
    assert cut["leftOut"] >= 1


def test_the_lists_of_one_field_are_counted_together(user, ask, world):
    make_simulator(user)

    answer = asked(ask, world, "{ providers { sizes(first: 1) { id } } }%.0s", 0)

    [cut] = answer["extensions"]["cuts"]
    assert (cut["lists"], cut["leftOut"]) == (2, Size.objects.count() - 2)
    assert cut["message"].startswith(f"{cut['leftOut']} more")


def test_a_cut_does_not_hide_a_source_that_failed_nor_the_other_way_round(user, ask, world):
    make_simulator(user, error_rate=1)

    answer = asked(ask, world, "{ allComputeTypes(first: 1, maxAge: 0) { id } }%.0s", 0)

    extensions = answer["extensions"]
    assert extensions["complete"] is False
    assert [one["status"] for one in extensions["sources"]].count("FAILED") == 1
    assert [cut["leftOut"] for cut in extensions["cuts"]] == [6]

    whole = asked(ask, world, "{ allComputeTypes(maxAge: 0) { id } }%.0s", 0)
    assert whole["extensions"]["complete"] is False
    assert "cuts" not in whole["extensions"]


def test_a_search_counts_what_is_stored_and_what_the_cloud_found_once(ask, world, monkeypatch):
    plain = plain_cloud("images", "list")

    def list_images(cloud, search=None):
        found = plain(cloud, search)
        return [*found, ImageRecord("img-rare", f"rare {search}")] if search else found

    patch_cloud(monkeypatch, "images", "list", list_images)
    query = '{ provider(id: §provider§) { images(search: "debian", first: %d) { name } } }'
    number = len(asked(ask, world, query, 100)["data"]["provider"]["images"])
    assert number > 2

    for first in (number - 1, 1):
        answer = asked(ask, world, query, first)
        assert len(answer["data"]["provider"]["images"]) == first
        [cut] = answer["extensions"]["cuts"]
        assert cut["leftOut"] == number - first


def test_an_offset_counts_what_comes_after_the_page(ask, world):
    query = "{ repositories(first: 1, offset: %d) { name } }"

    assert asked(ask, world, query, 1)["extensions"]["cuts"][0]["leftOut"] == 1
    assert "cuts" not in asked(ask, world, query, 2)["extensions"]
    assert "cuts" not in asked(ask, world, query, 9)["extensions"]


def test_a_list_that_takes_no_first_says_so_too(ask, world, monkeypatch):
    from inventory.schema import repositories  # noqa: PLC0415

    monkeypatch.setattr(repositories, "MAX_FIRST", 2)
    answer = asked(ask, world, '{ community(name: "a") { repositories { name } } }%.0s', 0)

    [cut] = answer["extensions"]["cuts"]
    assert (cut["path"], cut["leftOut"]) == (["community", "repositories"], 1)
