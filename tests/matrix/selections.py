"""Queries for everything that the schema offers, by root field."""

from datetime import timedelta
from functools import cache

from django.utils import timezone
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from gateway.schema import schema
from tests.inventory.resources.names import LISTED, RESOURCES, plural, single

SCHEMA = schema.graphql_schema
SINCE = (timezone.now() - timedelta(hours=1)).isoformat()  # before any world is made
# The number of types between the root and a field. test_selections.py checks that every field is
# asked below every field that leads to it. One more level makes the queries three times as large.
LEVELS = 4
# A schedule has runs, and a change an actor: the jobs of both are the fourth type.
FURTHER = {"schedule": 1, "changes": 1}
OF_ANY_TYPE = 2
# The arguments of root fields: «id» is replaced.
ARGUMENTS = {
    "node": '(id: "«id»")',
    "provider": '(id: "«id»")',
    **{single(one): '(id: "«id»", maxAge: 3600)' for one in LISTED},
    **{f"{plural(one)}Diff": f'(from: "{SINCE}")' for one in RESOURCES if one.has_root_list},
    "job": '(id: "«id»")',
    "schedule": '(id: "«id»")',
    "webhook": '(id: "«id»")',
    "repository": '(name: "own-repo")',
    "community": '(name: "own-org")',
    "explain": '(query: "{ virtualMachines(maxAge: 3600) { totalCount } }")',
}


def type_of(name):
    """The type of what a root field finds by an id."""
    return get_named_type(SCHEMA.query_type.fields[name].type).name


@cache
def root_query(name):
    """Everything below one root field of Query."""
    field = SCHEMA.query_type.fields[name]
    inner = selection(field.type, levels=LEVELS + FURTHER.get(name, 0))
    return f"{{ {name}{ARGUMENTS.get(name) or _arguments(field)} {inner} }}"


@cache
def node_query(type_name):
    """The part of the query for any node that says something about a node of this type."""
    part = _of_type(SCHEMA.get_type(type_name), (), LEVELS)
    return f"{{ node{ARGUMENTS['node']} {{ __typename {part} }} }}"


def selection(type_, path=(), *, levels):
    """Every field of the type that requires no argument, and so on below; cycles are cut."""
    named = get_named_type(type_)
    if is_leaf_type(named):
        return ""
    if isinstance(named, GraphQLInterfaceType):
        return _of_any(named, path, levels)
    return f"{{ __typename {' '.join(_fields(named, (*path, named.name), levels))} }}"


def _of_any(interface, path, levels):
    """The same fields of each type that implements it, under names of their own; less deep."""
    types = SCHEMA.get_implementations(interface).objects
    return f"{{ __typename {' '.join(_of_type(one, path, levels) for one in types)} }}"


def _of_type(type_, path, levels):
    passed = ("",) * (levels - 1 if path else levels - OF_ANY_TYPE)
    fields = _fields(type_, (*passed, type_.name), levels, type_.name)
    return f"... on {type_.name} {{ {' '.join(fields)} }}"


def _fields(type_, path, levels, prefix=""):
    assert isinstance(type_, GraphQLObjectType)
    for name, field in type_.fields.items():
        named = get_named_type(field.type)
        if any(is_required_argument(argument) for argument in field.args.values()):
            continue
        is_leaf = is_leaf_type(named)
        if not is_leaf and (len(path) >= levels or path.count(named.name) > 1):
            continue
        inner = selection(named, path, levels=levels)
        yield f"{prefix and f'{prefix}_{name}: '}{name}{_arguments(field)} {inner}"


def _arguments(field):
    return "(maxAge: 3600)" if "maxAge" in field.args else ""
