"""The schema is described and committed, and gives no way to read a secret."""

import pytest
from django.conf import settings
from graphql import (
    Undefined,
    is_enum_type,
    is_input_object_type,
    is_interface_type,
    is_introspection_type,
    is_non_null_type,
    is_object_type,
    is_specified_scalar_type,
)

from gateway.schema import schema
from inventory.providers import all_kinds

TYPES = [
    named
    for named in schema.graphql_schema.type_map.values()
    if not is_introspection_type(named) and not is_specified_scalar_type(named)
]


def undescribed(named):
    """Yields the places without a description: Type, Type.field or Type.field(argument)."""
    if not named.description:
        yield named.name
    if is_enum_type(named):
        members = named.values
    elif is_object_type(named) or is_interface_type(named) or is_input_object_type(named):
        members = named.fields
    else:
        return
    for name, member in members.items():
        if not (member.description or "").strip():
            yield f"{named.name}.{name}"
        for argument_name, argument in getattr(member, "args", {}).items():
            if not (argument.description or "").strip():
                yield f"{named.name}.{name}({argument_name})"


def test_everything_has_a_description():
    assert [where for named in TYPES for where in undescribed(named)] == []


def test_a_field_of_an_input_that_must_be_given_has_no_default():
    """GraphQL lets it be left out otherwise, and null arrives where null is no value."""
    wrong = [
        f"{named.name}.{name}"
        for named in TYPES
        if is_input_object_type(named)
        for name, field in named.fields.items()
        if is_non_null_type(field.type) and field.default_value is not Undefined
    ]

    assert wrong == []


def test_the_committed_schema_is_the_one_that_is_served():
    committed = (settings.BASE_DIR / "schema.graphql").read_text()

    assert committed.rstrip("\n") == str(schema).rstrip("\n")


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.slug)
def test_no_type_has_a_field_for_a_credential(kind):
    secret = {field.name for field in kind.credentials if field.secret}
    fields = {
        name
        for named in TYPES
        if is_object_type(named) and named.name not in {"Mutation", "SessionTokens"}
        for name in named.fields
        # This userData is rendered from a repository. The userData of an order is not repeated.
        if (named.name, name) != ("DryRun", "userData")
    }

    assert not {"credentials", "password", "userData", *secret} & fields


def test_fields_backed_by_a_cloud_are_nullable():
    """One failure never nulls its neighbours."""
    types = schema.graphql_schema.type_map
    live = {
        "Query": ["virtualMachines", "virtualMachine", "allComputeTypes", "providers", "jobs"],
        "Provider": ["sizes", "images", "locations", "virtualMachines"],
        "VirtualMachine": ["size", "image", "location", "createdAt", "memory"],
        "Job": ["target", "provider", "requestedBy", "events", "children"],
    }
    strict = [
        f"{type_name}.{name}"
        for type_name, names in live.items()
        for name in names
        if str(types[type_name].fields[name].type).endswith("!")
    ]

    assert strict == []
