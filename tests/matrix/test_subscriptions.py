"""Every field of Subscription × every persona: the present state, and the announcements."""

import json

import pytest
from django.contrib.auth import get_user_model

from gateway.core.errors import NotFound
from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.core.graphql.subscriptions import subscription_of
from gateway.core.ids import global_id, split_id
from gateway.schema import SUBSCRIPTION_FIELDS, executor, schema
from inventory.resources import resource_of_type
from inventory.selectors.ids import parse_cloud_id
from inventory.selectors.rows import row_get
from tests.inventory.resources.names import RESOURCES, plural, single
from tests.matrix.kinds import sees
from tests.matrix.people import Who

OTHERS = [one for one in RESOURCES if one.has_root_list and one.type_name != "VirtualMachine"]
# The kind of object (tests/matrix/kinds.py) that a listing of a type has, where it is not all.
LISTED = {"Repository": "HostedRepository"}
BY_PROVIDER, GROUPS = "groupBy: [{field: PROVIDER}]", "groups { keys { value } }"
# For each field: the operation, and the kind of the objects that it sends.
SUBSCRIPTIONS = {
    "jobUpdated": ("subscription { jobUpdated { id requestedBy { login } } }", "Job"),
    "virtualMachineChanged": (
        "subscription { virtualMachineChanged { id provider { id } size { id } } }",
        "VirtualMachine",
    ),
    "virtualMachines": (
        "subscription { virtualMachines { source { provider { id } } nodes { id } } }",
        "VirtualMachine",
    ),
    **{
        plural(one): (
            f"subscription {{ {plural(one)} {{ source {{ provider {{ id }} }} nodes {{ id }} }} }}",
            LISTED.get(one.type_name, one.type_name),
        )
        for one in OTHERS
    },
    **{
        f"{plural(one)}Aggregate": (
            f"subscription {{ {plural(one)}Aggregate({BY_PROVIDER}) {{ {GROUPS} }} }}",
            LISTED.get(one.type_name, one.type_name),
        )
        for one in RESOURCES
        if one.has_root_list
    },
    **{
        f"{single(one)}Changed": (
            f"subscription {{ {single(one)}Changed {{ id provider {{ id }} }} }}",
            LISTED.get(one.type_name, one.type_name),
        )
        for one in OTHERS
    },
}
NAMED = {"jobUpdated": 'subscription {{ jobUpdated(id: "{}") {{ id }} }}'}


def test_every_field_has_a_rule_and_is_served():
    fields = schema.graphql_schema.subscription_type.fields.keys()

    assert SUBSCRIPTIONS.keys() == SUBSCRIPTION_FIELDS.keys() == fields


def subscription(world, who, query):
    user = world.people[who]
    if user.is_authenticated:
        user = type(user).objects.get(pk=user.pk)
    context = Context(user, address="192.0.2.1")
    prepared = executor.prepare(GraphQLRequest(query), context)
    return subscription_of(executor, prepared, SUBSCRIPTION_FIELDS), lambda: context


def announced(global_id):
    """The name of the object in an announcement: a job's key, or a row's primary key."""
    kind, local = split_id(global_id)
    if kind == "Job":
        return local
    row = row_get(resource_of_type(kind), user=superuser(), local_id=local)
    return str(row.pk)


def superuser():
    return get_user_model().objects.filter(is_superuser=True).first()


def shown(world, answered, kind):
    """``answered``: the subscription, the maker of its contexts, and the objects it has found."""
    asked, contexts, found = answered
    answers = [asked.answer(contexts(), one).outcome.as_response()["data"] for one in found]
    text = json.dumps(answers)
    name = provider_id if asked.name.endswith("Aggregate") else str
    return {one.name for one in (world.own, world.foreign) if name(one.ids[kind]) in text}


def provider_id(global_id_):
    """The provider's, by which the aggregates group the object."""
    return global_id("Provider", parse_cloud_id(split_id(global_id_)[1]).provider)


def test_every_field_by_everybody(world):
    """All are in one test, because making the world takes longer than asking it.

    An object that a superuser finds is shown only to personas that see it.
    """
    for query, kind in SUBSCRIPTIONS.values():
        for who in Who:
            expected = seen_by(who, kind)
            asked, contexts = subscription(world, who, query)
            found = list(asked.current(contexts))
            assert shown(world, (asked, contexts, found), kind) == expected, who
            if asked.field.topic is not None:
                ids = [announced(account.ids[kind]) for account in (world.own, world.foreign)]
                changed = asked.changed(contexts, ids)
                assert shown(world, (asked, contexts, changed), kind) == expected, who
            if who is Who.SUPERUSER:
                everything = found
        for who in Who:
            asked, contexts = subscription(world, who, query)
            still, is_refused = still_seen(asked, contexts, everything)
            found, expected = shown(world, (asked, contexts, still), kind), seen_by(who, kind)
            assert found <= expected, who
            assert found == expected or is_refused, who
            assert not (is_refused and expected == {"own", "foreign"}), who


def still_seen(asked, contexts, found):
    """The objects of ``found`` that are still seen, and True if the others would end the stream."""
    still, is_refused = [], False
    for one in found:
        try:
            still.append(asked.seen(contexts(), one))
        except NotFound:
            is_refused = True
    return [one for one in still if one is not None], is_refused


def seen_by(who, kind):
    return {name for name in ("own", "foreign") if sees(who, kind, name)}


@pytest.mark.parametrize("name", NAMED)
def test_what_is_out_of_reach_is_answered_like_what_is_not_there(world, name):
    kind = SUBSCRIPTIONS[name][1]
    refusals = set()
    for wanted in (world.foreign.ids[kind], world.none[kind]):
        asked, contexts = subscription(world, Who.OWNER, NAMED[name].format(wanted))
        with pytest.raises(Exception, match="There is no ") as caught:
            list(asked.current(contexts))
        refusals.add((type(caught.value), str(caught.value)))

    assert len(refusals) == 1
