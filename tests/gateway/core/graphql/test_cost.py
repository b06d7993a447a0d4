"""The cost of an operation: the numbers are written out, so that a change of the rules shows."""

import pytest
from graphql import build_schema, get_introspection_query, graphql_sync

from gateway.core.graphql import cost as cost_module
from gateway.core.graphql.cost import Weights, cost_of
from gateway.core.graphql.execution import GraphQLRequest, load_operation
from gateway.core.graphql.introspection_cost import _Counter
from gateway.schema import cost_limit, schema

SHOP = build_schema("""
    interface Sold { id: ID, maker: Maker }
    type Maker { id: ID, name: String, books(first: Int = 20): [Book!] }
    type Book implements Sold {
        id: ID, maker: Maker, pages: Int, authors: [Maker!], names: [String!] }
    type Pen implements Sold { id: ID, maker: Maker }
    type Page { nodes: [Book!]!, edges: [Edge!]!, info: Maker, total: Int }
    type Edge { node: Book, cursor: String }
    type Query { book: Book, sold: [Sold!], books(first: Int, last: Int): Page, live: Book }
    type Mutation { buy: Book }
""")
WEIGHTS = Weights(points={("Query", "live"): 100}, lengths={("Book", "authors"): 2})


def cost(query, **variables):
    loaded = load_operation(SHOP, GraphQLRequest(query, variables))
    assert not isinstance(loaded, list), loaded
    return cost_of(loaded[1], WEIGHTS)


@pytest.mark.parametrize(
    ("query", "points"),
    [
        ("{ __typename }", 1),
        ("{ book { id pages names } }", 1 + 1),
        ("{ a: book { id } b: book { id } }", 1 + 2),
        ("{ live { id } }", 1 + 100 + 1),
        ("{ book { maker { id } } }", 1 + 2),
        ("mutation { buy { id } }", 1 + 10 + 1),
        ("mutation { a: buy { id } b: buy { id } }", 1 + 2 * 11),
        # A list: as long as it says, as its weights say, or ten.
        ("{ book { maker { books { id } } } }", 1 + 2 + 20),
        ("{ book { maker { books(first: 3) { maker { id } } } } }", 1 + 2 + 3 * 2),
        ("{ book { authors { id } } }", 1 + 1 + 2),
        ("{ sold { id } }", 1 + 10),
        # A connection hands its length to its rows, and to nothing else.
        ("{ books(first: 7) { total } }", 1 + 1),
        ("{ books(first: 7) { nodes { id } total info { id } } }", 1 + 1 + 7 + 1),
        ("{ books(first: 7) { edges { node { id } } } }", 1 + 1 + 7 * 2),
        ("{ books(first: 7, last: 3) { nodes { id } } }", 1 + 1 + 3),
        ("{ books { nodes { id } } }", 1 + 1 + 50),
        ("{ books(first: null) { nodes { id } } }", 1 + 1 + 50),
        # A page size that is refused costs no more than one that is allowed.
        ("{ books(first: -5) { nodes { id } } }", 1 + 1),
        ("{ books(first: 2000000000) { nodes { id } } }", 1 + 1 + 1000),
        # The most expensive type of an interface counts.
        ("{ sold { ... on Pen { maker { id } } ... on Book { authors { id } } } }", 1 + 10 * 3),
        ("{ book { id ...F } } fragment F on Book { maker { id } }", 1 + 2),
        ("{ book @skip(if: true) { id } }", 1),
    ],
)
def test_points(query, points):
    assert cost(query) == points


def test_variables_count_as_they_are():
    query = "query ($n: Int = 4, $no: Boolean = true) { books(first: $n) { nodes { id }"
    query += " info @skip(if: $no) { id } } }"

    assert cost(query) == 1 + 1 + 4
    assert cost(query, n=9) == 1 + 1 + 9
    assert cost(query, no=False) == 1 + 1 + 4 + 1
    assert cost(query, n=None) == 1 + 1 + 50


def test_a_variable_without_a_value_leaves_the_default():
    query = "query ($n: Int) { book { maker { books(first: $n) { id } } } }"

    assert cost(query) == 1 + 2 + 20


def test_nesting_multiplies():
    inner = "id"
    for _ in range(3):
        inner = f"maker {{ books(first: 100) {{ {inner} }} }}"

    assert cost(f"{{ book {{ {inner} }} }}") == 1 + 1 + 1 + 100 * (2 + 100 * (2 + 100))


# --- introspections: as many objects as are in the answer


def objects(answer):
    if isinstance(answer, dict):
        return 1 + sum(objects(value) for value in answer.values())
    return sum(map(objects, answer)) if isinstance(answer, list) else 0


NESTED = """types { kind fields(includeDeprecated: true) { name args { name type { ...T } }
    type { ...T fields { name type { ...T } } } } possibleTypes { name } interfaces { name }
    enumValues { name } inputFields { name type { ...T } } }"""
TYPE = "fragment T on __Type { name ofType { name ofType { name ofType { name } } } }"


@pytest.mark.parametrize(
    "query",
    [
        get_introspection_query(),
        get_introspection_query(input_value_deprecation=True, schema_description=True),
        f"{{ __schema {{ {NESTED} }} }} {TYPE}",
        f"{{ __schema {{ a: {NESTED} b: {NESTED} c: {NESTED} }} }} {TYPE}",
        f"{{ a: __schema {{ {NESTED} }} b: __schema {{ {NESTED} }} }} {TYPE}",
        "{ __schema { queryType { name } directives { args { type { name } } } } }",
        '{ __type(name: "Sold") { possibleTypes { name } } }',
        '{ __type(name: "Nowhere") { name } }',
    ],
)
@pytest.mark.parametrize("of", [SHOP, schema.graphql_schema], ids=["shop", "product"])
def test_an_introspection_costs_as_many_points_as_it_answers_objects(of, query):
    operation = load_operation(of, GraphQLRequest(query))[1]
    answer = graphql_sync(of, query)

    assert answer.errors is None
    assert cost_of(operation, Weights()) == objects(answer.data)


def test_a_wrong_argument_of_an_introspection_costs_nothing():
    query = "query ($n: String!) { __type(name: $n) { name fields { name } } }"
    operation = load_operation(SHOP, GraphQLRequest(query, {"n": "Book"}))[1]

    assert cost_of(operation, WEIGHTS) == 1 + 1 + len(SHOP.type_map["Book"].fields)


def test_counting_an_introspection_ends(monkeypatch):
    monkeypatch.setattr(cost_module, "MOST_OBJECTS", 10)
    operation = load_operation(schema.graphql_schema, GraphQLRequest(get_introspection_query()))[1]

    assert 10 <= cost_of(operation, WEIGHTS) < 100


def test_a_fragment_of_an_introspection_is_counted_once(monkeypatch):
    fields = "fields { name type { name ofType { name ofType { name } } } }"
    once = f"{{ __schema {{ types {{ ...T }} }} }} fragment T on __Type {{ {fields} }}"
    often = once.replace(
        "types", " ".join(f"a{number}: types {{ ...T }}" for number in range(39)) + " types"
    )
    asked = []
    resolved = _Counter._resolved

    def noted(self, field, parent):
        asked.append(field)
        return resolved(self, field, parent)

    monkeypatch.setattr(_Counter, "_resolved", noted)
    costs, lookups = [], []
    for query in (once, often):
        operation = load_operation(schema.graphql_schema, GraphQLRequest(query))[1]
        asked.clear()
        costs.append(cost_of(operation, WEIGHTS))
        lookups.append(len(asked))

    assert costs[1] > 30 * costs[0]
    assert lookups[1] == lookups[0]


# --- the product's own weights


def real_cost(query):
    loaded = load_operation(schema.graphql_schema, GraphQLRequest(query))
    assert not isinstance(loaded, list), loaded
    return cost_of(loaded[1], cost_limit.weights)


def test_every_field_that_is_weighed_exists():
    weights = cost_limit.weights
    types = schema.graphql_schema.type_map

    assert ("Query", "virtualMachines") in weights.points
    for type_name, field_name in {**weights.points, **weights.lengths}:
        assert field_name in types[type_name].fields


def test_live_fields_are_dear():
    assert real_cost("{ virtualMachines(first: 10) { totalCount } }") == 1 + 100 + 1
    assert real_cost("{ allComputeTypes(first: 10) { id } }") == 1 + 100 + 10
    assert real_cost("{ jobs(first: 10) { totalCount } }") == 1 + 1


def test_groups_of_an_aggregate_cost_what_a_page_of_them_has():
    query = "{ virtualMachinesAggregate(first: 10) { groups { keys { value } } } }"
    assert real_cost(query) == 1 + 100 + 1 + 10 * (1 + 3)


def test_three_full_live_lists_a_second_fit_into_the_budget(settings):
    """The default limits promise this to one user, besides twenty small requests a second."""
    query = """{ virtualMachines(first: 1000, maxAge: 0) { totalCount complete
        pageInfo { hasNextPage endCursor }
        sources { provider { id name } region status error { code message } }
        nodes { id externalId name state region memory vcpus publicIps tags { key value }
            provider { id name status kind { slug label } } location { id name }
            size { id externalId name memory vcpus disk pricePerHour }
            image { id externalId name } } } }"""

    each = real_cost(query)

    assert each <= settings.GRAPHQL_LIMITS["cost"]
    assert 3 * each + 20 * 1000 <= settings.GRAPHQL_BUDGET["per_second"]
