"""A request that is repeated under its idempotency key returns its first job, though all that it
names was deleted since. A mutation with a key is found in the schema.
"""

import pytest
from django.utils import timezone
from graphene.utils.str_converters import to_snake_case
from graphql import get_named_type

from gateway.schema import schema
from inventory.schema.actions import ActionMutation
from inventory.services.providers import provider_disconnect
from jobs.api import Job
from tests.client import GraphQLClient, token_of
from tests.inventory.factories import make_simulator, make_user
from tests.inventory.providers.contract.backends import Simulator
from tests.inventory.schema.test_dry_runs_of_every_kind import (
    MUTATIONS,
    Inputs,
    pairs,
    rows_of,
    schedule_of,
)

pytestmark = pytest.mark.django_db(transaction=True)

RUN = """mutation ($input: %s!) { run: %s(input: $input) { job { id } errors { code field } } }"""
# A schedule is not deleted with a provider, and the simulator has no containers.
KEYED = {
    name
    for name, given in MUTATIONS.items()
    if "idempotencyKey" in given.fields
    and not any(word in name for word in ("Schedule", "Container"))
}
# A rule that each simulated group has.
MORE = {"removeSecurityGroupRule": {"direction": "EGRESS", "protocol": "all", "cidr": "0.0.0.0/0"}}


@pytest.fixture
def ann(settings, tmp_path):
    settings.SIMULATOR_DIR = tmp_path
    return make_user("ann")


@pytest.fixture
def provider(ann):
    return make_simulator(ann, machines=24)


@pytest.fixture
def client(ann):
    return GraphQLClient(token_of(ann))


def run(client, mutation, given):
    return client.data(RUN % (MUTATIONS[mutation].name, mutation), input=given)["run"]


def accepted(client, provider):
    """The job of one accepted request for each mutation, and its input. No job begins."""
    rows = rows_of(client)
    inputs = Inputs(Simulator, provider, schedule_of(client, rows))
    found = {}
    for number, (mutation, row, others) in enumerate(pairs(rows)):
        if mutation not in KEYED or mutation in found:
            continue
        given = inputs.of(mutation, row, others) | MORE.get(mutation, {})
        given |= {"idempotencyKey": f"key {number}", "dryRun": False}
        answer = run(client, mutation, given)
        if answer["job"]:
            found[mutation] = (answer["job"]["id"], given)
        Job.objects.update(state="CANCELED", finished_at=timezone.now())  # it is busy no more
    return found


def test_each_mutation_with_a_key_is_held_to_it():
    """A job is not deleted while the key of its retry is kept."""
    fields = schema.mutation._meta.fields
    keyed = {
        name: fields[to_snake_case(name)].resolver.__self__
        for name, field in schema.graphql_schema.mutation_type.fields.items()
        if "input" in field.args
        and "idempotencyKey" in get_named_type(field.args["input"].type).fields
    }

    assert {"createBucket", "deployContainer", *KEYED} <= set(keyed)
    assert {name for name, one in keyed.items() if not issubclass(one, ActionMutation)} == {
        "retryJob"
    }


def test_it_returns_the_first_job(client, provider):
    found = accepted(client, provider)
    assert set(found) == KEYED
    jobs = Job.objects.count()

    provider_disconnect(provider=provider)

    for mutation, (job, given) in found.items():
        answer = run(client, mutation, given)
        assert answer == {"job": {"id": job}, "errors": []}, mutation
    assert Job.objects.count() == jobs


def test_another_user_or_input_does_not(client, provider):
    [(mutation, (_job, given))] = [
        one for one in accepted(client, provider).items() if one[0] == "deleteVolume"
    ]
    provider_disconnect(provider=provider)

    for asking, asked in (
        (GraphQLClient(token_of(make_user("bob"))), given),
        (client, given | {"idempotencyKey": "another"}),
    ):
        answer = run(asking, mutation, asked)
        assert answer == {"job": None, "errors": [{"code": "NOT_FOUND", "field": "id"}]}
    other = run(client, "deleteSnapshot", given | {"id": given["id"]})
    assert other["job"] is None


def test_a_job_that_is_out_of_reach_is_not_returned(client, ann, provider):
    [(mutation, (_job, given))] = [
        one for one in accepted(client, provider).items() if one[0] == "deleteVolume"
    ]
    provider.owner = make_user("bob")
    provider.save()

    answer = run(client, mutation, given)

    assert answer == {"job": None, "errors": [{"code": "NOT_FOUND", "field": "id"}]}


def test_a_key_that_cannot_be_one_is_refused_first(client):
    given = {"id": "of nothing", "idempotencyKey": ""}

    answer = run(client, "deleteVolume", given)

    assert answer == {"job": None, "errors": [{"code": "INVALID", "field": "idempotencyKey"}]}
