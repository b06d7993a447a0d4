"""Requests about volumes, snapshots, key pairs and security groups, for tests."""

from gateway.core.ids import global_id
from jobs.api import Job
from tests.inventory.operations.running import run_to_its_end

PAYLOAD = (
    "job { id state } dryRun { allowed checks { name ok message } } errors { field code message }"
)


def mutate(ask, mutation, fields=PAYLOAD, /, **given):
    """The payload of a mutation."""
    word = mutation[0].upper() + mutation[1:]
    query = f"mutation M($input: {word}Input!) {{ {mutation}(input: $input) {{ {fields} }} }}"
    return ask(query, input=given).data[mutation]


def done(ask, mutation, fields=PAYLOAD, /, **given):
    """The job of an accepted request, run to its end."""
    payload = mutate(ask, mutation, fields, **given)
    assert payload["errors"] == [], payload
    return ended(payload)


def ended(payload):
    public_id = payload["job"]["id"]
    job = next(one for one in Job.objects.all() if global_id("Job", one.pk) == public_id)
    return run_to_its_end(job)


def refused(ask, mutation, /, **given):
    """Field and code of a refused request, which made no job."""
    before = Job.objects.count()
    payload = mutate(ask, mutation, **given)
    assert Job.objects.count() == before
    assert payload["job"] is None
    [error] = payload["errors"]
    return error["field"], error["code"]


def provider_id(provider):
    return global_id("Provider", provider.public_id)
