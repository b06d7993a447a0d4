"""Null for an optional argument means the same as no argument, in every root field."""

import pytest
from graphql import get_named_type, is_input_object_type, is_non_null_type

from gateway.core.graphql.limit_fields import limit_of
from gateway.schema import PUBLIC, schema
from tests.bad_input.operations import SCALARS, value_of, written

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # null becomes absent before rows are asked for
]

ROOTS = {"query": schema.graphql_schema.query_type, "mutation": schema.graphql_schema.mutation_type}
FIELDS = [
    (kind, name)
    for kind, root in ROOTS.items()
    for name, field in root.fields.items()
    if field.args and name not in PUBLIC
]


def nulls_of(field):
    """Null for each argument that may be null; an input object has such fields of its own."""
    return {
        name: null_in(argument.type)
        for name, argument in field.args.items()
        if not is_non_null_type(argument.type) or is_input_object_type(argument.type.of_type)
    }


def null_in(given):
    if not is_non_null_type(given):
        return "null"
    values = {
        name: value_of(field.type) if is_non_null_type(field.type) else "null"
        for name, field in get_named_type(given).fields.items()
        if not _refuses_null(get_named_type(given), name)
    }
    return "{" + ", ".join(f"{name}: {value}" for name, value in values.items()) + "}"


def _refuses_null(declared, name):
    limit = limit_of(declared, name)
    return limit is not None and not limit.by_parts


@pytest.mark.parametrize(("kind", "name"), FIELDS, ids=[name for _, name in FIELDS])
def test_null_is_no_surprise(client, machines, monkeypatch, kind, name):
    field = ROOTS[kind].fields[name]
    own = machines["RUNNING"][0]
    if "Provider" in name or name.startswith("provision"):
        own = client.data("{ providers { id } }")["providers"][0]["id"]
    monkeypatch.setitem(SCALARS, "ID", f'"{own}"')

    answer = client.post(f"{kind} {{ {written(name, field, nulls_of(field))} }}")

    assert "data" in answer, answer
    assert "INTERNAL" not in str(answer)
    assert "is not an id of this gateway" not in str(answer)
