"""Objects of all types in one list, by words."""

import pytest
from django.db.models import QuerySet

from inventory.providers import ProviderError, ProviderErrorCode
from inventory.schema.search import SEARCHED
from inventory.services.repositories import repository_create
from tests.clouds.engine import ENGINES, connect_engine, engines  # noqa: F401 - a fixture
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.resources.names import RESOURCES, plural

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]

FIELDS = (
    """__typename id name provider { id } region createdAt observedAt stale tags { key value }"""
)
SEARCH = f"""query ($text: String!, $types: [ResourceType!], $first: Int, $after: String) {{
    search(text: $text, types: $types, first: $first, after: $after, maxAge: 3600) {{
        totalCount complete sources {{ status resource }}
        pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
        nodes {{ {FIELDS} }} edges {{ cursor node {{ id }} }} }} }}"""
LISTS = {"repositories": "repositoriesConnection"}


@pytest.fixture
def world(user, ask):
    """Objects of every type with "web" in what is searched, and others; foreign ones beside."""
    for owner in (user, make_user()):
        make_simulator(owner, machines=12)
        connect_engine(owner)
    for name in ("web", "web", "db"):
        ENGINES["engine", "here"].add(name, "running", image=f"{name}:1")
    for name in ("web", "Web-shop", "other"):
        repository_create(
            creator=user,
            url=f"https://github.com/a/{name}",
            name=name,
            full_name=f"a/{name}",
            description="",
        )
    return user


def search(ask, text, **variables):
    return ask(SEARCH, text=text, **variables).data["search"]


def by_lists(ask, text, resource):
    """The ids that the resource's own list finds."""
    field = LISTS.get(plural(resource), plural(resource))
    query = f"""query ($text: String) {{ found: {field}(first: 1000, maxAge: 3600,
        filter: {{search: $text}}) {{ nodes {{ id }} }} }}"""
    return {node["id"] for node in ask(query, text=text).data["found"]["nodes"]}


def test_it_finds_what_the_list_of_each_type_finds(ask, world):
    assert {one.type_name for one in SEARCHED} == {
        one.type_name for one in RESOURCES if one.has_root_list
    }
    for text in ("web", "a", "e"):
        expected = {one.type_name: by_lists(ask, text, one) for one in SEARCHED}
        found = search(ask, text, first=1000)
        ids = {
            name: {node["id"] for node in found["nodes"] if node["__typename"] == name}
            for name in expected
        }
        assert ids == expected
        assert found["complete"] is True
        assert found["totalCount"] == len(found["nodes"]) == sum(map(len, expected.values()))
    assert all(expected.values())  # of the last word, every type is found


def test_pages_have_every_object_once_in_order(ask, world):
    whole = search(ask, "e", first=1000)
    pages, after, number = [], None, 0
    while True:
        page = search(ask, "e", first=7, after=after)
        assert page["totalCount"] == whole["totalCount"]
        assert page["pageInfo"]["hasPreviousPage"] is (after is not None)
        assert [edge["node"]["id"] for edge in page["edges"]] == [
            node["id"] for node in page["nodes"]
        ]
        pages += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        number += 1
        if not page["pageInfo"]["hasNextPage"]:
            break
        assert after == page["edges"][-1]["cursor"]
    assert number > 3
    assert [one["id"] for one in pages] == [one["id"] for one in whole["nodes"]]
    names = [one["name"] for one in whole["nodes"]]
    assert len(set(names)) < len(names)  # some have one name, so the order goes by the type too


def test_types_limit_what_is_found_and_asked(ask, world):
    found = search(ask, "web", types=["VOLUME", "CONTAINER"], first=1000)
    assert {one["__typename"] for one in found["nodes"]} == {"Volume", "Container"}
    assert {one["resource"] for one in found["sources"]} == {"volumes", "containers"}
    assert search(ask, "web", types=[])["totalCount"] == 0
    first = search(ask, "web", types=["CONTAINER"], first=1)
    rest = search(ask, "web", first=1000, after=first["pageInfo"]["endCursor"])
    assert first["nodes"][0]["id"] not in {one["id"] for one in rest["nodes"]}


def test_what_all_types_share_is_what_each_says_itself(ask, world):
    shared = search(ask, "e", first=1000)["nodes"]
    for resource in SEARCHED:
        one = next(one for one in shared if one["__typename"] == resource.type_name)
        own = f"node(id: $id) {{ ... on {resource.type_name} {{ {FIELDS} }} }}"
        assert ask(f"query ($id: ID!) {{ {own} }}", id=one["id"]).data["node"] == one
    container = next(one for one in shared if one["__typename"] == "Container")
    repository = next(one for one in shared if one["__typename"] == "Repository")
    assert repository["tags"] == []
    assert (repository["provider"], repository["region"]) == (None, None)
    labels = ask(
        "query ($id: ID!) { node(id: $id) { ... on Container { labels { key value } } } }",
        id=container["id"],
    ).data["node"]["labels"]
    assert container["tags"] == labels != []


def test_a_source_that_fails_makes_it_incomplete(ask, world, monkeypatch):
    def refuse(_driver):
        raise ProviderError(ProviderErrorCode.PERMISSION_DENIED, "No.")

    provider = make_simulator(world, name="broken")
    monkeypatch.setitem(provider.kind.table.functions, ("volumes", "list"), refuse)
    query = '{ search(text: "web", maxAge: 0) { complete sources { resource status } } }'

    found = ask(query).data["search"]

    assert found["complete"] is False
    failed = {one["resource"] for one in found["sources"] if one["status"] == "FAILED"}
    assert failed == {"volumes"}


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_a_text_without_a_word_is_refused(ask, world, text):
    [error] = ask("query ($t: String!) { search(text: $t) { totalCount } }", t=text).answer[
        "errors"
    ]

    assert error["extensions"] == {"code": "INVALID", "field": "text"}
    assert error["message"] == (
        "text is empty: give a word that names, ids, addresses or tags contain."
    )


def test_a_cursor_of_another_list_is_refused(ask, world):
    machines = ask("{ virtualMachines { pageInfo { endCursor } } }").data["virtualMachines"]
    for cursor in ("x", machines["pageInfo"]["endCursor"], "WyJzZWFyY2giXQ=="):
        [error] = ask(SEARCH, text="web", after=cursor).answer["errors"]
        assert error["extensions"] == {"code": "INVALID", "field": "after"}


def test_what_was_removed_between_its_place_and_its_row_is_left_out(ask, world, monkeypatch):
    whole = search(ask, "web", types=["REPOSITORY"])
    plain = QuerySet.in_bulk
    monkeypatch.setattr(
        QuerySet, "in_bulk", lambda rows, pks: dict([*plain(rows, pks).items()][1:])
    )

    assert len(search(ask, "web", types=["REPOSITORY"])["nodes"]) == len(whole["nodes"]) - 1


def test_a_page_of_a_size_that_cannot_be_is_refused(ask, world):
    for first in (-1, 1001):
        [error] = ask(SEARCH, text="web", first=first).answer["errors"]
        assert error["extensions"] == {"code": "INVALID", "field": "first"}
    assert search(ask, "web", first=0)["nodes"] == []
