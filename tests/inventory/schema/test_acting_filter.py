"""Each part of a filter that selects an action's objects must be a condition.

The actions and the parts are read from the schema, so that a new one cannot be forgotten.
"""

import pytest
from graphql import GraphQLInputObjectType, GraphQLString, get_named_type, is_list_type
from graphql import get_nullable_type as nullable

from gateway.schema import schema
from jobs.api import Job, Schedule
from tests.inventory.factories import make_simulator
from tests.inventory.many import MANY

pytestmark = pytest.mark.any_database  # it is refused before its rows are asked for

ACTING = {
    **{one.input: one.field for one in MANY},
    "CreateScheduleInput": "createSchedule",
    "UpdateScheduleInput": "updateSchedule",
}
# Their filter selects reports, not actions: an empty filter selects all reports.
TELLING = {"CreateWebhookInput", "UpdateWebhookInput"}
NAMED = {"name": "nightly", "operation": "virtual_machine.stop", "cron": "0 1 * * *"}
# In a filter within a filter, only the given parts must be conditions.
EXCLUDED = (
    ({}, ""),
    ({"name": " "}, ".name"),
    ({"tags": []}, ".tags"),
    ({"state": None, "name": "x"}, ".state"),
    ({"tags": [{"key": "env"}]}, ".tags.value"),
)
ERRORS = "errors { field code message }"


def acting_inputs():
    """Inputs of mutations that take a filter."""
    for field in schema.graphql_schema.mutation_type.fields.values():
        for argument in field.args.values():
            declared = get_named_type(argument.type)
            if not isinstance(declared, GraphQLInputObjectType):
                continue
            if "filter" in declared.fields and declared.name not in TELLING:
                yield declared


def empty_values(declared):
    """Each value of a type that limits nothing, and the place that the error names below it."""
    yield None, ""
    kind, named = nullable(declared), get_named_type(declared)
    if is_list_type(kind):
        yield [], ""
    if named.name.endswith("ExcludingFilter"):
        yield from EXCLUDED
    elif isinstance(named, GraphQLInputObjectType):
        full = dict.fromkeys(named.fields, "x")
        for name in named.fields:
            for value in (None, *(() if name == "value" else ("", " "))):
                if value is None and name == "key":
                    continue  # required: the query is not valid
                yield [{**full, name: value}], f".{name}"
        yield [{"key": "env"}], ".value"
        yield [full, {**full, "value": None}], ".value"
    elif named is GraphQLString or named.name == "ID":
        yield from ((["x", ""], ""), ([" "], "")) if is_list_type(kind) else (("", ""), (" ", ""))


# A state for each type of filter; the others take AVAILABLE.
SOME_STATE = {"VirtualMachineFilter": "RUNNING"}


def filter_of(input_name):
    return get_named_type(schema.graphql_schema.type_map[input_name].fields["filter"].type)


def cases(input_name):
    parts = filter_of(input_name).fields
    return [
        (name, value, f"filter.{name}{below}")
        for name, field in parts.items()
        for value, below in empty_values(field.type)
    ]


def test_every_action_that_takes_a_filter_is_tested():
    inputs = {declared.name: declared for declared in acting_inputs()}
    types = {get_named_type(each.fields["filter"].type).name for each in inputs.values()}

    assert inputs.keys() == ACTING.keys()
    assert types == {"VirtualMachineFilter"} | {f"{one.of}Filter" for one in MANY}


@pytest.fixture
def act(ask, user):
    """Run an action with a filter; the errors, and whether it did anything."""
    make_simulator(user)
    ask("{ virtualMachines { totalCount } }")
    schedules = {"id": None}

    def act(input_name, limits, **options):
        name = ACTING[input_name]
        values = {"filter": limits, **options}
        if name == "createSchedule":
            values |= NAMED
        if name == "updateSchedule":
            values["id"] = schedules["id"] or _schedule(ask, schedules)
        query = f"mutation ($i: {input_name}!) {{ {name}(input: $i) {{ {ERRORS} }} }}"
        return ask(query, i=values).data[name]["errors"]

    return act


def _schedule(ask, schedules):
    query = """mutation ($i: CreateScheduleInput!) { createSchedule(input: $i) {
        schedule { id } errors { message } } }"""
    made = ask(query, i=NAMED | {"name": "old", "filter": {"name": "sim"}}).data["createSchedule"]
    schedules["id"] = made["schedule"]["id"]
    return schedules["id"]


@pytest.mark.parametrize("input_name", ACTING)
def test_an_empty_part_is_refused(act, input_name):
    some_state = [SOME_STATE.get(filter_of(input_name).name, "AVAILABLE")]
    found = cases(input_name)
    assert len(found) > 10
    for name, value, place in found:
        for limits in ({name: value}, {name: value, "state": some_state}):
            if name == "state" and len(limits) == 1 and limits[name] != value:
                continue
            for options in ({}, {"dryRun": True}):
                [error] = act(input_name, {**limits, name: value}, **options)
                assert (error["field"], error["code"]) == (place, "INVALID"), (name, value)
                assert error["message"].startswith(f"{place} is "), error
    assert not Job.objects.exists()
    assert not Schedule.objects.exclude(name="old").exists()


@pytest.mark.parametrize("input_name", ACTING)
def test_an_empty_filter_is_refused(act, input_name):
    [error] = act(input_name, {})

    assert (error["field"], error["code"]) == ("filter", "INVALID")


def test_an_exact_empty_value_is_a_condition(act):
    """A tag that is only a word has an empty value."""
    limits = {"tags": [{"key": "web", "value": ""}], "state": ["RUNNING"]}

    assert act("StopVirtualMachinesInput", limits, dryRun=True) == []
    assert act("CreateScheduleInput", limits) == []


def test_a_list_takes_null_for_any(ask, user):
    make_simulator(user)
    query = "query ($f: VirtualMachineFilter) { virtualMachines(filter: $f) { totalCount } }"
    everything = ask(query, f={}).data["virtualMachines"]["totalCount"]
    tagged = ask(query, f={"tags": [{"key": "env"}]}).data

    for name, field in schema.graphql_schema.type_map["VirtualMachineFilter"].fields.items():
        assert field
        assert ask(query, f={name: None}).data["virtualMachines"]["totalCount"] == everything
    assert ask(query, f={"tags": [{"key": "env", "value": None}]}).data == tagged
