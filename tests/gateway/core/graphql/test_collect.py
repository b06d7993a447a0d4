import pytest

from gateway.core.graphql.collect import walk
from tests.gateway.core.graphql.shop import operation_of


class Recorder:
    """Notes each field; hands its own coordinate down."""

    def __init__(self):
        self.seen = {}
        self.inherited = {}

    def visit(self, field, inherited):
        where = (field.parent.name, ".".join(field.path))
        self.seen[where] = field.arguments
        self.inherited[where] = inherited
        return field.coordinate


def walked(text, **variables):
    recorder = Recorder()
    walk(operation_of(text, **variables), recorder)
    return recorder


def test_every_field_with_its_place_and_arguments():
    found = walked('{ a: book(title: "Emma") { sequels { n: name(upper: true) } } }').seen

    assert found == {
        ("Query", "a"): {"title": "Emma"},
        ("Book", "a.sequels"): {"first": 10},
        ("Book", "a.sequels.n"): {"upper": True},
    }


def test_a_field_is_visited_after_its_parent_with_what_that_returned():
    found = walked("{ book { sequels { name } } }").inherited

    assert found == {
        ("Query", "book"): None,
        ("Book", "book.sequels"): ("Query", "book"),
        ("Book", "book.sequels.name"): ("Book", "sequels"),
    }


def test_variables_and_their_defaults():
    text = "query ($t: String, $n: Int) { book(title: $t) { sequels(first: $n) { name } } }"

    found = walked(text, t="Emma").seen

    assert found["Query", "book"] == {"title": "Emma"}
    assert found["Book", "book.sequels"] == {"first": 10}


@pytest.mark.parametrize(
    ("directive", "asked"),
    [
        ("@skip(if: $yes)", False),
        ("@skip(if: $no)", True),
        ("@include(if: $yes)", True),
        ("@include(if: $no)", False),
        ("@include(if: $yes) @skip(if: $yes)", False),
    ],
)
@pytest.mark.parametrize(
    "form",
    ["{{ book {} {{ pages }} }}", "{{ ... {} {{ book {{ pages }} }} }}", "{{ ...F {} }}"],
)
def test_skip_and_include(form, directive, asked):
    query = "query ($yes: Boolean!, $no: Boolean!) " + form.format(directive)

    found = walked(query + " fragment F on Query { book { pages } }", yes=True, no=False).seen

    assert (("Query", "book") in found) is asked
    assert (("Book", "book.pages") in found) is asked


def test_fields_of_one_key_are_one():
    text = "{ book { pages } ...F ... on Query { book { sequels { pages } } } } "

    found = walked(text + "fragment F on Query { book { name } }").seen

    assert list(found) == [
        ("Query", "book"),
        ("Book", "book.pages"),
        ("Book", "book.name"),
        ("Book", "book.sequels"),
        ("Book", "book.sequels.pages"),
    ]


def test_below_an_interface_each_type_has_its_fields():
    found = walked("{ sold { name ... on Book { pages } ... on Pen { colour } } }").seen

    assert found.keys() == {
        ("Query", "sold"),
        ("Book", "sold.name"),
        ("Book", "sold.pages"),
        ("Pen", "sold.name"),
        ("Pen", "sold.colour"),
    }


def test_below_a_union_too():
    found = walked("{ found { ... on Sold { name } ... on Pen { colour } } }").seen

    assert found.keys() == {
        ("Query", "found"),
        ("Book", "found.name"),
        ("Pen", "found.name"),
        ("Pen", "found.colour"),
    }


def test_introspection_is_left_out():
    assert walked("{ __typename __schema { types { name } } book { __typename } }").seen == {
        ("Query", "book"): {}
    }


def test_wrong_arguments_are_left_to_execution():
    assert walked("{ book(title: 5) { sequels(first: true) { name } } }").seen == {
        ("Query", "book"): {},
        ("Book", "book.sequels"): {},
        ("Book", "book.sequels.name"): {"upper": False},
    }


def test_the_kind_of_the_operation():
    assert operation_of("{ who }").kind == "query"
    assert operation_of("mutation { buy { title } }").kind == "mutation"
    assert operation_of("subscription { who }").kind == "subscription"


def test_an_operation_that_the_schema_lacks_has_no_fields():
    assert walked("subscription { who }").seen == {}


@pytest.mark.parametrize(
    "text",
    [
        "query ($no: Boolean = true) { ... @skip(if: $no) { who } }",
        "query ($no: Boolean = true) { book { ... @skip(if: $no) { name } } }",
    ],
)
def test_a_condition_that_is_null_ends_the_walk_there_for_execution_to_report(text):
    found = walked(text, no=None).seen

    assert list(found) in ([], [("Query", "book")])
