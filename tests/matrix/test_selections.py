"""The queries of selections.py leave out no field, at any place in an answer."""

from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    parse,
)

from tests.matrix.selections import SCHEMA, node_query, root_query

ROOT = SCHEMA.query_type


def is_asked(type_, name):
    return not any(is_required_argument(one) for one in type_.fields[name].args.values())


def below(type_):
    """The fields of the type; of each that implements an interface those that lead no further."""
    if is_leaf_type(type_):
        return []
    is_any = isinstance(type_, GraphQLInterfaceType)
    objects = SCHEMA.get_implementations(type_).objects if is_any else [type_]
    fields = [(one.name, name) for one in objects for name in one.fields if is_asked(one, name)]
    return [field for field in fields if not is_any or is_leaf_type(led_to(*field))]


def led_to(type_name, name):
    return get_named_type(SCHEMA.get_type(type_name).fields[name].type)


def meetings():
    """A field, and one of the type that it leads to, wherever the schema has such two."""
    asked = [(ROOT.name, name) for name in ROOT.fields]
    found = set()
    for field in asked:  # grows meanwhile
        inside = below(led_to(*field))
        found |= {(*field, *inner) for inner in inside if not goes_round(*field, *inner)}
        asked += [inner for inner in inside if inner not in asked]
    return found


def goes_round(outer, outer_name, inner, inner_name):
    """True for a job's parent's parent, for example: a query has a type twice in a row at most."""
    return outer == led_to(outer, outer_name).name == led_to(inner, inner_name).name


def met_in(selections, type_, above=None):
    for node in selections.selections:
        if not isinstance(node, FieldNode):
            yield from met_in(
                node.selection_set, SCHEMA.get_type(node.type_condition.name.value), above
            )
        elif (name := node.name.value) != "__typename":
            if above:
                yield (*above, type_.name, name)
            if node.selection_set:
                inner = led_to(type_.name, name)
                yield from met_in(node.selection_set, inner, (type_.name, name))


def test_every_field_is_asked_below_every_field_that_leads_to_it():
    asked = set()
    for name in ROOT.fields:
        [operation] = parse(root_query(name)).definitions
        asked |= set(met_in(operation.selection_set, ROOT))

    assert len(asked) > 1000
    assert meetings() - asked == set()


def test_the_queries_for_a_node_of_each_type_are_together_that_for_any_node():
    types = [one.name for one in SCHEMA.get_implementations(SCHEMA.get_type("Node")).objects]
    begins = '{ node(id: "«id»") { __typename '
    parts = [node_query(one).removeprefix(begins).removesuffix(" } }") for one in types]

    assert root_query("node") == f"{begins}{' '.join(parts)} }} }}"
