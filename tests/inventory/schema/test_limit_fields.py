"""A field that limits what a mutation does must have a value: a variable that was not set must not
decide whether, how often or on how much an action acts.

The mutations and the fields are read from the schema, so that a new one cannot be forgotten.
"""

import pytest
from django.contrib.auth.models import User
from graphql import (
    GraphQLInputObjectType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_required_input_field,
)

from gateway.core.accounts.models import ApiToken
from gateway.core.graphql.limit_fields import limit_of
from gateway.schema import schema
from jobs.api import Job, Schedule
from tests.bad_input.operations import value_of
from tests.client import GraphQLClient
from tests.inventory.factories import make_simulator, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is refused before its rows are asked for
]


def inputs():
    """The name of each mutation that takes an input, and the input's type."""
    for name, field in schema.graphql_schema.mutation_type.fields.items():
        if "input" in field.args:
            yield name, get_named_type(field.args["input"].type)


INPUTS = dict(inputs())


def places(declared, path=(), *, below=False):
    """Each limit: its path from the input, and whether it is a part of a field limited by parts."""
    for name, field in declared.fields.items():
        limit, named = limit_of(declared, name), get_named_type(field.type)
        if below or (limit is not None and not limit.by_parts):
            yield (*path, name), below
        if isinstance(named, GraphQLInputObjectType):
            by_parts = below or (limit is not None and limit.by_parts)
            yield from places(named, (*path, name), below=by_parts)


LIMITS = [
    (name, path, below) for name, declared in INPUTS.items() for path, below in places(declared)
]


def type_at(declared, path):
    for name in path:
        found = get_named_type(declared).fields[name].type
        declared = found
    return declared


def literal(declared, path, value):
    """The smallest literal of an input type with ``value`` at ``path``."""
    given = [
        f"{name}: {value_of(field.type)}"
        for name, field in declared.fields.items()
        if is_required_input_field(field) and name != path[0]
    ]
    if len(path) > 1:
        field = declared.fields[path[0]].type
        value = literal(get_named_type(field), path[1:], value)
        value = f"[{value}]" if is_list_type(get_nullable_type(field)) else value
    return "{" + ", ".join([*given, f"{path[0]}: {value}"]) + "}"


@pytest.fixture
def client():
    make_user("ann")
    return GraphQLClient().log_in("ann", "correct-horse")


@pytest.fixture
def errors_of(client):
    def errors_of(name, path, value, **variables):
        """Run the mutation with ``value`` at ``path``; ``$x`` is a variable of its type."""
        declared = get_nullable_type(type_at(INPUTS[name], path))
        given = f"($x: {declared})" if value == "$x" else ""
        asked = f"{name}(input: {literal(INPUTS[name], path, value)})"
        query = f"mutation {given} {{ {asked} {{ errors {{ field code message }} }} }}"
        return client.data(query, **variables)[name]["errors"]

    return errors_of


def nothing_was_done():
    models = (Job, Schedule, ApiToken)
    return not any(model.objects.exists() for model in models)


def optional(path, name):
    declared = INPUTS[name]
    for part in path[:-1]:
        declared = get_named_type(declared.fields[part].type)
    return not is_required_input_field(declared.fields[path[-1]])


def test_dry_runs_and_filters_of_actions_are_limits():
    found = {(name, ".".join(path)) for name, path, _ in LIMITS}
    acting = {(name, "dryRun") for name, declared in INPUTS.items() if "dryRun" in declared.fields}
    filters = {
        (name, f"filter.{part}")
        for name, declared in INPUTS.items()
        if {"filter", "dryRun"} <= declared.fields.keys()  # a webhook's filter limits no action
        for part in get_named_type(declared.fields["filter"].type).fields
    }
    parts = ("filter.tags.", "filter.not.")
    by_parts = {(name, place) for name, place in found if place.startswith(parts)}

    assert len(acting) >= 20
    assert len(filters) >= 50
    assert found == acting | filters | by_parts | {("deleteBucket", "force")}


@pytest.mark.parametrize("name", {name: None for name, _, _ in LIMITS})
def test_a_limit_without_a_value_is_refused(errors_of, name):
    """A variable without a value, one that is null, and a null; those of a filter's parts are in
    ``test_acting_filter``.
    """
    for path, below in ((path, below) for one, path, below in LIMITS if one == name):
        if not optional(path, name):
            continue
        place = ".".join(path)
        unset = ("$x", {}, "The variable $x has no value")
        nulls = ("$x", {"x": None}, f"{place} is null."), ("null", {}, f"{place} is null.")
        for value, variables, begins in (unset, *(() if below else nulls)):
            (error,) = errors_of(name, path, value, **variables)
            assert (error["field"], error["code"]) == (place, "INVALID"), value
            assert error["message"].startswith(begins)
    assert nothing_was_done()


def test_a_variable_with_a_default_has_a_value(client, settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    make_simulator(User.objects.get(username="ann"))
    query = """mutation ($dry: Boolean = true) {
        createSchedule(input: {name: "n", operation: "virtual_machine.stop", cron: "0 1 * * *",
            filter: {name: "x"}, dryRun: $dry}) { dryRun { allowed } errors { field } } }"""

    assert client.data(query)["createSchedule"]["errors"] == []
    assert nothing_was_done()


def test_a_key_that_the_value_of_a_whole_variable_lacks_is_left_out(client):
    query = """mutation ($input: CreateApiTokenInput!) {
        createApiToken(input: $input) { apiToken { name } errors { field } } }"""

    made = client.data(query, input={"name": "script", "scope": "READ"})["createApiToken"]

    assert made == {"apiToken": {"name": "script"}, "errors": []}


def test_a_filter_that_is_a_variable_without_a_value_is_left_out(client):
    """A document may take either ids or a filter."""
    query = """mutation ($ids: [ID!], $filter: VirtualMachineFilter) {
        stopVirtualMachines(input: {ids: $ids, filter: $filter}) { errors { field code } } }"""

    (error,) = client.data(query)["stopVirtualMachines"]["errors"]

    assert error == {"field": "ids", "code": "INVALID"}


def test_an_update_may_leave_variables_out(client):
    """An update leaves fields that it does not name as they are."""
    query = """mutation ($name: String, $cron: String, $max: Int, $on: Boolean) {
        updateSchedule(input: {id: "x", name: $name, cron: $cron, max: $max, enabled: $on}) {
            errors { field } } }"""

    (error,) = client.data(query)["updateSchedule"]["errors"]

    assert error["field"] == "id"


def test_a_null_or_unset_idempotency_key_is_no_key(client, settings, tmp_path):
    """Clients send null for what a caller did not give."""
    settings.SIMULATOR_DIR = tmp_path / "simulator"
    make_simulator(User.objects.get(username="ann"))
    query = """mutation ($key: String) {
        stopVirtualMachines(input: {filter: {name: "x"}, idempotencyKey: $key, dryRun: true}) {
            dryRun { allowed } errors { field } } }"""

    for variables in ({}, {"key": None}):
        assert client.data(query, **variables)["stopVirtualMachines"]["errors"] == []
