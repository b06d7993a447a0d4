"""Each part that is derived from a resource's declaration.

Derived classes have no types that mypy could check, so each part is compared here.
"""

import inspect
import re
from dataclasses import replace

import pytest
from django.core.management import call_command
from graphene.types.resolver import dict_or_attr_resolver
from graphene.utils.str_converters import to_camel_case, to_snake_case
from graphql import GraphQLEnumType, get_named_type, is_required_argument

from gateway.core.graphql import nodes
from gateway.core.graphql.pure import pure_function
from gateway.exports.names import exportables
from gateway.schema import schema
from inventory.models import Observed
from inventory.providers import Capability
from inventory.resources import all_resources, links_to
from inventory.resources.base import ROOT, STATE, How
from inventory.resources.bucket import BUCKETS
from inventory.schema import live_fields
from inventory.schema.resource_explanation import field_type, filter_type, live_places
from inventory.schema.table.connections import list_description
from inventory.schema.table.single_read import single_description
from tests.inventory.resources.names import plural

GRAPHQL = schema.graphql_schema
TYPES = GRAPHQL.type_map
RESOURCES = all_resources()
LISTED = [one for one in RESOURCES if one.has_root_list]
LISTS = frozenset({How.ANY, How.STATES, How.PAIRS, How.ADDRESSES, How.ENTRIES, How.KEYS})
TIMES = frozenset({How.SINCE, How.BEFORE, How.SEEN_SINCE, How.SEEN_BEFORE})


def each(resources):
    return pytest.mark.parametrize("resource", resources, ids=[one.plural for one in resources])


def text(description):
    return " ".join(description.split())


# The other resources have root fields that are older than the resource.
AT_ROOT = [one for one in LISTED if one.is_derived_at_root]


@each(RESOURCES)
def test_the_object_type(resource):
    of = TYPES[resource.type_name]

    interfaces = [one.name for one in of.interfaces]
    of_all = ["Resource"] if resource.has_root_list else []
    assert interfaces == ["Node", *of_all, *resource.interfaces]
    assert text(of.description) == resource.description
    inherited = [name for one in of.interfaces for name in one.fields]
    asked = {to_camel_case(name) for name in resource.read_elsewhere}
    extended = {"changes", *asked, *map(to_camel_case, links_to(resource.type_name))}
    own = [name for name in of.fields if name not in {*inherited, *extended}]
    declared = [to_camel_case(name) for name in resource.facts]
    assert own == [name for name in declared if name not in inherited]
    assert set(declared) <= of.fields.keys()


@each(RESOURCES)
def test_each_field(resource):
    of = TYPES[resource.type_name]
    for name, fact in resource.facts.items():
        field = of.fields[to_camel_case(name)]
        assert str(field.type) == field_type(resource, name), name
        assert field.description == fact.description, name
        assert field.args == {}, name
        column = resource.columns.get(name)
        is_state = fact.type == STATE
        if column is not None and fact.required is None:
            assert str(field.type).endswith("!") is not column.null, name
        if is_state:
            assert str(field.type).rstrip("!") == f"{resource.type_name}State", name


@each(RESOURCES)
def test_no_field_of_a_row_is_handed_the_info(resource):
    """The compiled executor calls nothing for an attribute, and only a function for a pure one."""
    for name, field in TYPES[resource.type_name].fields.items():
        if field.args:
            continue
        if (fact := resource.facts.get(to_snake_case(name))) and fact.link:
            continue
        if to_snake_case(name) in links_to(resource.type_name):
            continue  # it looks up the receipts of a plan
        is_attribute = getattr(field.resolve, "func", None) is dict_or_attr_resolver
        assert is_attribute or pure_function(field.resolve), name
        if fact is not None and fact.read is not None:
            assert pure_function(field.resolve) is fact.read, name


@each([one for one in RESOURCES if one.states])
def test_the_states(resource):
    of = TYPES[f"{resource.type_name}State"]

    assert text(of.description) == text(inspect.getdoc(resource.states))
    shown = {name: value.description for name, value in of.values.items()}
    assert shown == {state.name: state.meaning for state in resource.states}
    assert [state.value for state in resource.states] == list(shown)
    assert [value for value, _ in resource.columns["state"].choices] == list(shown)


@each(LISTED)
def test_the_filter(resource):
    of = TYPES[f"{resource.type_name}Filter"]

    assert list(of.fields) == [to_camel_case(name) for name in resource.filters]
    for name, one in resource.filters.items():
        field = of.fields[to_camel_case(name)]
        assert str(field.type) == filter_type(resource, one), name
        assert field.description == one.description, name
        assert str(field.type).startswith("[") is (
            one.how in LISTS or one.how in {How.PROVIDERS, How.KINDS, How.REGIONS}
        )
        assert (str(field.type) == "DateTime") is (one.how in TIMES)
    for noun in ("provider", "kind", "region", "name", "search"):
        assert noun in of.fields, "every list has it"


@each(LISTED)
def test_the_orders(resource):
    of, values = TYPES[f"{resource.type_name}Order"], TYPES[f"{resource.type_name}OrderField"]

    assert isinstance(values, GraphQLEnumType)
    shown = {name: value.description for name, value in values.values.items()}
    assert shown == {name.upper(): order.description for name, order in resource.orders.items()}
    assert {name: str(field.type) for name, field in of.fields.items()} == {
        "field": f"{resource.type_name}OrderField!",
        "direction": "OrderDirection",
    }


@each([one for one in AT_ROOT if one.is_connection_below_provider])
def test_the_lists_of_a_resource_are_alike_at_the_root_and_below_a_provider(resource):
    name = to_camel_case(resource.plural)
    root, nested = GRAPHQL.query_type.fields[name], TYPES["Provider"].fields[name]

    assert str(root.type) == str(nested.type) == f"{resource.type_name}Connection"
    arguments = {name: str(one.type) for name, one in root.args.items()}
    assert arguments == {name: str(one.type) for name, one in nested.args.items()}
    assert arguments["filter"] == f"{resource.type_name}Filter"
    assert arguments["orderBy"] == f"{resource.type_name}Order"
    assert root.description == list_description(resource)
    connection = TYPES[str(root.type)]
    assert [one.name for one in connection.interfaces] == ["LiveConnection"]
    assert str(connection.fields["nodes"].type) == f"[{resource.type_name}!]!"


@each(AT_ROOT)
def test_the_single_read(resource):
    field = GRAPHQL.query_type.fields[to_camel_case(to_snake_case(resource.type_name))]

    assert str(field.type) == resource.type_name
    assert field.description == single_description(resource)
    assert [name for name, one in field.args.items() if is_required_argument(one)] == ["id"]
    assert field.args.keys() == {"id", "maxAge"}


@each([one for one in RESOURCES if not one.is_connection_below_provider])
def test_a_catalogue_is_listed_below_a_provider(resource):
    field = TYPES["Provider"].fields[to_camel_case(resource.plural)]

    assert str(field.type) == f"[{resource.type_name}!]"
    assert field.description == resource.nested_description
    assert field.args.keys() == {"first", "search", "region", "maxAge"}


def test_a_list_without_removed_objects_says_so():
    kept = replace(BUCKETS.observation, removed="")

    ending = "Those that are MISSING are included unless filtered out."
    assert list_description(replace(BUCKETS, observation=kept)).endswith(f" at once. {ending}")


@each(AT_ROOT)
def test_the_explained_places_are_all_live_fields_that_show_it(resource):
    shown = {f"{resource.type_name}{ending}" for ending in ("", "Connection", "Aggregate", "Diff")}

    places = live_places(resource)
    assert {get_named_type(TYPES[of].fields[name].type).name for of, name in live_fields()} & shown
    assert sorted(places) == sorted(
        f"{of}.{name}"
        for of, name in live_fields()
        if get_named_type(TYPES[of].fields[name].type).name in shown
    )


@each(LISTED)
def test_what_is_explained_exists(resource, capsys):
    call_command("explain_resource", resource.plural)

    text = capsys.readouterr().out
    subscriptions = re.findall(r"Subscription\.(\w+)", text)
    mutations = re.findall(r"changed, .* by (.*)", text)
    assert len(subscriptions) == len({*subscriptions} & GRAPHQL.subscription_type.fields.keys())
    named = {name for line in mutations for name in line.split(", ")}
    assert named <= GRAPHQL.mutation_type.fields.keys()
    actions = [one for one in Capability if one.resource == resource.plural]
    assert len(named) >= len([one for one in actions if one.verb != "list"])
    assert all(f"/export/{name}.csv" in text for name in exportables() if name == plural(resource))
    assert re.search(r"found by Query.search, as (\w+)", text)[1] in TYPES["ResourceType"].values


def test_the_lists_of_a_provider_stand_in_the_declared_order():
    names = [to_camel_case(one.plural) for one in RESOURCES]

    assert [name for name in TYPES["Provider"].fields if name in names] == names
    assert [one.place for one in RESOURCES] == sorted(one.place for one in RESOURCES)


@each(RESOURCES)
def test_where_it_is_registered(resource):
    registered = nodes.registered()[resource.type_name]

    assert registered.model is resource.model
    assert registered.load_many is not None
    assert set(live_places(resource)) <= {".".join(place) for place in live_fields()}
    assert resource.outlives_listings is issubclass(resource.model, Observed)


def test_the_reference_is_what_the_declarations_say(capsys):
    call_command("resources_reference")

    written = (ROOT / "docs" / "resources.md").read_text(encoding="utf-8")
    assert written == capsys.readouterr().out, "make resources"


@each(RESOURCES)
def test_what_is_derived_is_explained_with_its_place(resource, capsys):
    call_command("explain_resource", resource.plural)

    lines = capsys.readouterr().out.splitlines()
    for name, fact in resource.facts.items():
        [line] = [one for one in lines if one.startswith(f"  {to_camel_case(name)}: ")][:1]
        assert field_type(resource, name) in line
        assert line.endswith(str(fact.where))
    for name, one in {**resource.filters, **resource.orders}.items():
        found = [line for line in lines if line.endswith(str(one.where))]
        assert any(line.strip().startswith((to_camel_case(name), name.upper())) for line in found)
    assert any(line.endswith(str(resource.where)) for line in lines)
