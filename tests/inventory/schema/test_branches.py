"""Fields of several types at one path of the answer: each has its own arguments and plan."""

import graphql
import pytest

from gateway.schema import schema
from inventory.live import images
from inventory.schema.live_plans import live_fields
from tests.clouds.engine import ENGINES, connect_engine, engines  # noqa: F401 - a fixture
from tests.inventory.factories import make_simulator

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("engines"),
    pytest.mark.any_database,  # plans are made in Python
]

NODE = """query ($id: ID!) { node(id: $id) {
    ... on Container { provider { %s } }
    ... on VirtualMachine { provider { %s } } } }"""
PAGE = "{ complete totalCount sources { region status } }"
OF_PROVIDERS = sorted(name for of, name in live_fields() if of == "Provider")


@pytest.fixture(autouse=True, params=[True, False], ids=["compiled", "stock"])
def compiled(request, settings):
    settings.GRAPHQL_COMPILED_EXECUTION = request.param


@pytest.fixture
def container(ask, user):
    """The id of the container "web"; its engine has another one elsewhere."""
    connect_engine(user, regions=["here", "there"])
    ENGINES["engine", "here"].add("web")
    ENGINES["engine", "there"].add("db")
    found = ask('{ containers(filter: {name: "web"}, maxAge: 0) { nodes { id } } }').data
    ask("{ containers(maxAge: 0) { totalCount } }")
    return found["containers"]["nodes"][0]["id"]


def selected(name, arguments):
    """The field ``name`` of a provider, with something of its answer."""
    of = graphql.get_named_type(schema.graphql_schema.type_map["Provider"].fields[name].type)
    return f"{name}{arguments} {{ {'totalCount' if 'totalCount' in of.fields else 'id'} }}"


@pytest.mark.parametrize("name", OF_PROVIDERS)
def test_the_arguments_of_a_field_count_for_its_own_branch_alone(ask, container, name):
    right, wrong = selected(name, ""), selected(name, "(maxAge: -1)")

    taken, left = ask(NODE % (wrong, right), id=container), ask(NODE % (right, wrong), id=container)

    assert "maxAge is in seconds" in str(taken.answer["errors"])
    assert "maxAge" not in str(left.answer.get("errors"))
    assert (taken.live.misses, left.live.misses) == (0, 0)


def test_a_filter_leaves_out_nothing_of_another_branch(ask, container):
    ENGINES["engine", "here"].add("new")
    query = NODE % (
        f"containers(maxAge: 0) {PAGE}",
        f'containers(filter: {{region: ["there"]}}) {PAGE}',
    )

    found = ask(query, id=container).data["node"]["provider"]["containers"]

    assert found == {
        "complete": True,
        "totalCount": 3,
        "sources": [
            {"region": "here", "status": "LIVE"},
            {"region": "there", "status": "LIVE"},
        ],
    }


def test_each_type_of_a_list_has_its_own_answer(ask, user, container):
    make_simulator(user, name="sim", machines=1)
    query = f"""{{ allComputeTypes(maxAge: 0) {{ __typename
        ... on Container {{ provider {{ containers(filter: {{name: "web"}}) {PAGE} }} }}
        ... on VirtualMachine {{ provider {{ containers(filter: {{kind: ["aws"]}}) {PAGE} }} }}
    }} }}"""

    found = {
        (one["__typename"], one["provider"]["containers"]["totalCount"])
        for one in ask(query).data["allComputeTypes"]
    }

    assert found == {("Container", 1), ("VirtualMachine", 0)}


def test_a_search_that_several_types_share_is_made_once(ask, user, monkeypatch):
    make_simulator(user)
    searches = []
    original = images.call_each

    def counted(sources, call):
        searches.append([source.resource for source in sources])
        return original(sources, call)

    monkeypatch.setattr(images, "call_each", counted)
    search = 'provider { images(search: "ubuntu") { id } }'

    asked = ask(
        f"{{ allComputeTypes(maxAge: 0) {{ ... on Container {{ {search} }}"
        f" ... on VirtualMachine {{ {search} }} }} }}"
    )

    assert asked.data
    assert searches == [["images"]]


def test_an_explained_field_is_named_once_and_with_the_errors_of_each_branch(ask, container):
    explain = "query ($text: String!, $variables: JSON) { explain(query: $text, variables:"
    explain += " $variables) { sources { fields } fields { path error } } }"
    same, wrong = "containers(maxAge: 0) { totalCount }", "containers(maxAge: -1) { totalCount }"
    path = "node.provider.containers"

    def explained(*branches):
        variables = {"id": container}
        return ask(explain, text=NODE % branches, variables=variables).data["explain"]

    plain, failing = explained(same, same), explained(same, wrong)

    assert plain["fields"] == [{"path": path, "error": None}]
    assert all(source["fields"] == [path] for source in plain["sources"])
    assert [field["error"] is None for field in failing["fields"]] == [True, False]
    assert failing["sources"] == plain["sources"]
