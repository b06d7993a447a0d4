"""A range that nothing can be in is refused, wherever the schema takes a range."""

from datetime import timedelta

import pytest
from django.utils import timezone
from graphql import get_named_type, is_input_object_type, is_required_input_field

from gateway.schema import schema
from inventory.providers.simulator.driver import SimulatorDriver
from tests.bad_input.operations import value_of, written
from tests.client import GraphQLClient
from tests.jobs.factories import make_user

ENDS = {"After": "Before"}
NAMES = {"since": "until", "from": "to"}
# Of a schedule that may be.
VALUES = {"operation": '"virtual_machine.stop"', "cron": '"0 3 * * *"'}
# It needs a schedule, and takes the filter of createSchedule.
LEFT_OUT = {"updateSchedule"}
LOWEST, HIGHEST = "min", "max"


def ranges(names):
    """Pairs of names: the lower limit and the upper one, of those that are both in ``names``."""
    for name in names:
        upper = NAMES.get(name)
        if name.startswith(LOWEST) and name != LOWEST:
            upper = HIGHEST + name.removeprefix(LOWEST)
        for end, other in ENDS.items():
            if name.endswith(end):
                upper = name.removesuffix(end) + other
        if upper in names:
            yield name, upper


def fields():
    types = schema.graphql_schema
    for kind, root in (("query", types.query_type), ("mutation", types.mutation_type)):
        for name, field in root.fields.items():
            yield kind, name, field


def cases():
    """The kind of operation, the field's name, the field, the place of the pair, and the pair."""
    for kind, name, field in fields():
        for pair in ranges(field.args):
            yield kind, name, field, (), pair
        for argument, given in field.args.items():
            for place, pair in within(get_named_type(given.type), (argument,)):
                yield kind, name, field, place, pair


def within(given, place):
    """The pairs of an input, and of the inputs that it has."""
    if not is_input_object_type(given):
        return
    for pair in ranges(given.fields):
        yield place, pair
    for name, field in given.fields.items():
        if name in {"filter", "not"}:
            yield from within(get_named_type(field.type), (*place, name))


def first_of_each():
    """Each root field that takes a range once, and each range of each input once."""
    seen = set()
    for kind, name, field, place, pair in cases():
        given = get_named_type(field.args[place[0]].type).name if place else name
        if name in LEFT_OUT:
            continue
        keys = {(kind, name), (given, place[1:], pair)}
        if not keys <= seen:
            yield kind, name, field, place, pair
        seen |= keys


CASES = list(first_of_each())


def shown(case):
    _, name, _, place, (lower, _) = case
    return ".".join((name, *place, lower))


def reversed_range(field, place, pair):
    """The arguments: a range whose lower limit is above the upper one."""
    now = timezone.now()
    if pair[0].startswith(LOWEST):
        values = ("2", "1")
    else:
        values = (f'"{(now - timedelta(days=days)).isoformat()}"' for days in (1, 2))
    text = ", ".join(f"{name}: {value}" for name, value in zip(pair, values, strict=True))
    if not place:
        return dict(item.split(": ", 1) for item in text.split(", "))
    for name in reversed(place[1:]):
        text = f"{name}: {{{text}}}"
    required = [
        f"{name}: {VALUES.get(name) or value_of(one.type)}"
        for name, one in get_named_type(field.args[place[0]].type).fields.items()
        if is_required_input_field(one)
    ]
    return {place[0]: "{" + ", ".join([*required, text]) + "}"}


@pytest.fixture
def superuser(db):
    make_user("root", is_superuser=True)
    return GraphQLClient().log_in("root", "correct-horse")


def test_all_kinds_of_ranges_are_found():
    assert {pair[0] for *_, pair in CASES} >= {"since", "from", "createdAfter", "minMonthlyCost"}
    assert len(CASES) > 50


def test_a_range_that_nothing_can_be_in_is_refused(superuser):
    taken = {shown(case): problem for case in CASES if (problem := not_refused(superuser, case))}

    assert list(taken.items()) == []


def not_refused(client, case):
    """The answer, unless it is the expected refusal."""
    kind, name, field, place, pair = case
    arguments = reversed_range(field, place, pair)
    if place and "from" in field.args:  # of two moments, with a filter
        arguments["from"] = f'"{(timezone.now() - timedelta(days=1)).isoformat()}"'
    text = written(name, field, arguments)
    if kind == "mutation":
        text = text.replace("{ __typename }", "{ errors { code message field } }")
    answer = client.post(f"{kind} {{ {text} }}")
    found = answer.get("errors") or answer["data"][name].get("errors") or [{}]
    code = found[0].get("code") or found[0].get("extensions", {}).get("code")
    message = found[0].get("message", "")
    is_named = all(word in message for word in pair)
    return None if code == "INVALID" and is_named else answer


WRONG = [
    'createdAfter: "2026-02-01T00:00:00Z", createdBefore: "2026-01-01T00:00:00Z"',
    "minPricePerHour: 2, maxPricePerHour: 1",
    "minPricePerHour: -1",
    'address: ["10.0.0"]',
    'seenAfter: "0001-01-01T00:00:00+14:00"',
]
FIELDS = {
    "virtualMachines": "totalCount",
    "virtualMachinesAggregate": "totals { count }",
}

NESTED = {"virtualMachines"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("wrong", WRONG)
def test_no_cloud_is_asked_for_a_list_that_cannot_be(client, provider, monkeypatch, field, wrong):
    asked = []
    monkeypatch.setattr(SimulatorDriver, "call", lambda *given, **_: asked.append(given))
    text = f"{field}(maxAge: 0, filter: {{{wrong}}}) {{ {FIELDS[field]} }}"

    for query in (f"{{ {text} }}", f"{{ providers {{ {text} }} }}")[: 1 + (field in NESTED)]:
        assert client.post(query)["errors"][0]["extensions"]["code"] == "INVALID"
    assert asked == []
