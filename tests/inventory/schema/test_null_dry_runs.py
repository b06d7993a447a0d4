"""A null for dryRun is refused: a variable that was not set must not decide whether an action acts.

The mutations are read from the schema, so that a new one cannot be forgotten.
"""

import pytest
from graphql import get_named_type, is_required_input_field

from gateway.schema import schema
from jobs.models import Job, Schedule
from tests.bad_input.operations import value_of
from tests.client import GraphQLClient
from tests.inventory.factories import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def inputs():
    """The name of each mutation that has a dry run, and its input's type."""
    for name, field in schema.graphql_schema.mutation_type.fields.items():
        given = get_named_type(field.args["input"].type) if "input" in field.args else None
        if given is not None and "dryRun" in given.fields:
            yield name, given


INPUTS = dict(inputs())


@pytest.fixture
def client():
    make_user("ann")
    return GraphQLClient().log_in("ann", "correct-horse")


def ask(client, name, dry_run, **variables):
    required = [
        f"{key}: {value_of(field.type)}"
        for key, field in INPUTS[name].fields.items()
        if is_required_input_field(field)
    ]
    given = ", ".join([*required, f"dryRun: {dry_run}"])
    declared = "($dry: Boolean)" if dry_run == "$dry" else ""
    asked = f"{name}(input: {{{given}}}) {{ errors {{ field code message }} }}"
    return client.data(f"mutation {declared} {{ {asked} }}", **variables)[name]["errors"]


def test_every_action_has_a_dry_run():
    assert len(INPUTS) >= 20


@pytest.mark.parametrize("name", INPUTS)
def test_a_null_is_refused(client, name):
    for errors in (ask(client, name, "null"), ask(client, name, "$dry", dry=None)):
        (error,) = errors
        assert (error["field"], error["code"]) == ("dryRun", "INVALID")
        assert error["message"].startswith("dryRun is null.")
    assert not Job.objects.exists()
    assert not Schedule.objects.exists()


@pytest.mark.parametrize("name", INPUTS)
def test_a_variable_that_is_left_out_is_the_default(client, name):
    errors = ask(client, name, "$dry")

    assert errors  # the input's other values are senseless
    assert "dryRun" not in {error["field"] for error in errors}
