"""The smallest operation for every root field, written from the schema: none is forgotten."""

from dataclasses import dataclass

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    get_named_type,
    is_leaf_type,
    is_non_null_type,
    is_required_argument,
    is_required_input_field,
)

from gateway.schema import PUBLIC, schema

SCALARS = {
    "ID": '"x"',
    "String": '"x"',
    "Int": "1",
    "Float": "1.0",
    "Boolean": "true",
    "DateTime": '"2026-01-02T03:04:05Z"',
}

SUPERUSERS_ONLY = {"updateUser", "renameTeam", "deleteTeam"}
# The type of the object that a mutation's id names, if the mutation's name does not say it.
OTHERS = {"revokeProviderAccess": "Grant"}


@dataclass(frozen=True)
class RootField:
    """``text``: an operation that asks for nothing but this field, in the simplest way."""

    kind: str
    name: str
    text: str


def root_fields():
    types = schema.graphql_schema
    for kind, root in (("query", types.query_type), ("mutation", types.mutation_type)):
        for name, field in root.fields.items():
            yield RootField(kind, name, f"{kind} {{ {written(name, field)} }}")


def guarded_fields():
    return [field for field in root_fields() if field.name not in PUBLIC]


def mutations_by_id():
    """Mutations that change what their input's ``id`` names: name, and the type of that id.

    Those for superusers look at no id that somebody else gives.
    """
    for name, field in schema.graphql_schema.mutation_type.fields.items():
        given = field.args.get("input")
        if given is None or "id" not in get_named_type(given.type).fields:
            continue
        if name not in SUPERUSERS_ONLY:
            yield name, OTHERS.get(name) or named_type(name)


def named_type(mutation):
    """The type of objects with an id that the mutation's name contains: the longest such name."""
    types = schema.graphql_schema
    kinds = [kind.name for kind in types.get_possible_types(types.type_map["Node"])]
    return max((kind for kind in kinds if kind in mutation), key=len)


def mutation_by_id(name):
    """Takes ``$id``; what else is required has a senseless value. Answers its errors."""
    given = schema.graphql_schema.mutation_type.fields[name].args["input"].type
    others = [
        f"{field_name}: {value_of(field.type)}"
        for field_name, field in get_named_type(given).fields.items()
        if field_name != "id" and is_required_input_field(field)
    ]
    fields = "{" + ", ".join(["id: $id", *others]) + "}"
    return (
        f"mutation ($id: ID!) {{ {name}(input: {fields}) {{ errors {{ field code message }} }} }}"
    )


def required_arguments(field):
    return {
        name: value_of(argument.type)
        for name, argument in field.args.items()
        if is_required_argument(argument)
    }


def written(name, field, arguments=None):
    """The field with its required arguments; ``arguments`` add to them, or replace them."""
    values = required_arguments(field) | (arguments or {})
    pairs = ", ".join(f"{key}: {value}" for key, value in values.items())
    given = f"({pairs})" if pairs else ""
    selected = "" if is_leaf_type(get_named_type(field.type)) else " { __typename }"
    return f"{name}{given}{selected}"


def value_of(given):
    if is_non_null_type(given):
        given = given.of_type
    if isinstance(given, GraphQLList):
        return f"[{value_of(given.of_type)}]"
    if isinstance(given, GraphQLEnumType):
        return next(iter(given.values))
    if isinstance(given, GraphQLInputObjectType):
        fields = [
            f"{name}: {value_of(field.type)}"
            for name, field in given.fields.items()
            if is_required_input_field(field)
        ]
        return "{" + ", ".join(fields) + "}"
    return SCALARS[given.name]
