"""Every mutation's dry run, at every kind of cloud: nothing is changed, there or here.

Whatever is sent either reads or carries the dry-run parameter that the kind declares, in the place
where the server reads it. A mutation with ``dryRun`` is found in the schema.
"""

from contextlib import contextmanager

import pytest
from graphql import get_named_type

from gateway.schema import schema
from inventory.models import Container, VirtualMachine
from inventory.providers import shipped
from inventory.providers.simulator.stock import public_key
from inventory.services.machines import provider_id
from inventory.services.providers import provider_connect
from jobs.api import Job, Schedule
from tests.client import GraphQLClient
from tests.clouds.sent import LIBVIRT_READS, calls_sent, only_reads, requests_sent
from tests.inventory.factories import make_user
from tests.inventory.operations.running import effects_of
from tests.inventory.providers.contract.every import (
    backed,
    container_kinds,
    machine_kinds,
    single_kinds,
)

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = {kind.slug for kind in single_kinds() if shipped(kind)}
# The lists of what mutations are about, and the word for it in their names.
LISTS = {
    "virtualMachines": "Machine",
    "containers": "Container",
    "volumes": "Volume",
    "snapshots": "Snapshot",
    "securityGroups": "SecurityGroup",
    "keyPairs": "KeyPair",
    "images": "Image",
}
ROWS = f"""{{ {" ".join(f"{name}(maxAge: 0) {{ nodes {{ id state }} complete }}" for name in LISTS)}
    }}"""
RUN = """mutation ($input: %s!) { run: %s(input: $input) {
    dryRun { allowed checks { name ok message } } errors { field message } } }"""
CHECK = """mutation ($id: ID!) { checkProvider(input: {id: $id}) {
    check { regions { reachable } } errors { message } } }"""
KEY = public_key("tests")
SCHEDULES = "Schedule"  # of these, the id is a schedule's


def mutations():
    """The input types of the mutations that have a dry run, by mutation; those of buckets are in
    ``test_buckets``.
    """
    fields = schema.graphql_schema.mutation_type.fields
    found = {
        name: get_named_type(field.args["input"].type)
        for name, field in fields.items()
        if "input" in field.args
    }
    return {
        name: given
        for name, given in found.items()
        if "dryRun" in given.fields and not name.endswith("Bucket")
    }


MUTATIONS = mutations()


def test_there_are_mutations_with_a_dry_run():
    assert {"removeContainer", "terminateVirtualMachine", "provisionVirtualMachine"} <= set(
        MUTATIONS
    )


@pytest.fixture(params=[*machine_kinds(), *container_kinds()])
def account(request):
    account = backed(request)
    account.launch()
    return account


@pytest.fixture
def provider(account):
    given = {name: str(one) for name, one in account.credentials.items() if one is not None}
    return provider_connect(
        owner=make_user("ann"),
        kind=account.slug,
        name=account.slug,
        credentials=given,
        regions=[account.region],
    )


@pytest.fixture
def client(provider):
    return GraphQLClient().log_in("ann", "correct-horse")


class Inputs:
    """A value for each field of an input. A required field that is not here fails."""

    def __init__(self, account, provider, schedule):
        self.schedule = schedule
        self.values = {
            "provider": provider_id(provider),
            "name": "made-here",
            "size": getattr(account, "another_size", getattr(account, "size", "")),
            "image": account.image,
            "operation": "virtual_machine.terminate",
            "cron": "0 3 * * *",
            "set": [{"key": "env", "value": "dry"}],
            "remove": ["team"],
            "publicKey": KEY,
            "cidr": "203.0.113.0/24",
            "dryRun": True,
        }

    def of(self, mutation, row, others):
        """``others``: ids of a machine and of a volume, for what is about two objects."""
        fields = MUTATIONS[mutation].fields
        identity = self.schedule if SCHEDULES in mutation else row
        values = self.values | others | {"id": identity, "ids": [row]}
        if "Volume" in mutation:
            values["size"] = 1000
        required = {name for name, field in fields.items() if field.type.__str__().endswith("!")}
        assert required <= set(values), f"{mutation} needs {required - set(values)}"
        return {name: values[name] for name in fields if name in values}


def rows_of(client):
    """One id of each state, for machines and for containers."""
    found = client.data(ROWS)
    assert all(part["complete"] for part in found.values()), found
    return {
        name: list({node["state"]: node["id"] for node in part["nodes"]}.values())
        for name, part in found.items()
    }


def list_of(mutation):
    """The list of what the mutation is about: schedules and what has no other word, of machines."""
    if mutation == "createImage":
        return "virtualMachines"
    words = {word: name for name, word in LISTS.items() if word in mutation}
    return words.get("SecurityGroup") or next(iter(words.values()), "virtualMachines")


def about(mutation, rows):
    """The rows that a mutation may be about; one of them if it creates another one."""
    found = rows[list_of(mutation)]
    return found if "id" in MUTATIONS[mutation].fields else found[:1]


def pairs(rows):
    """Each mutation with each row that it may be about, and with other objects that it takes."""
    for mutation in MUTATIONS:
        for row in about(mutation, rows):
            for machine in rows["virtualMachines"] if "attach" in mutation else [""]:
                others = {"machine": machine} if machine else {}
                others |= {"machine": row} if mutation == "createImage" else {}
                yield mutation, row, {**others, "volume": next(iter(rows["volumes"]), "")}


def schedule_of(client, rows):
    """The id of a new schedule for a machine; "" if there is no machine."""
    if not rows["virtualMachines"]:
        return ""
    given = {
        "name": "asked",
        "operation": "virtual_machine.stop",
        "ids": rows["virtualMachines"][:1],
        "cron": "0 3 * * *",
        "enabled": False,
    }
    made = client.data(
        """mutation ($input: CreateScheduleInput!) { createSchedule(input: $input) {
            schedule { id } errors { message } } }""",
        input=given,
    )["createSchedule"]
    assert made["errors"] == []
    return made["schedule"]["id"]


@contextmanager
def nothing_changes(account, provider, settings):
    with account.connect() as cloud:
        before = account.listed(cloud)
    stored = counts()
    with requests_sent() as requests, calls_sent() as calls:
        yield requests
    declared = account.kind.dry_run
    for request in requests:
        dry = declared is not None and any(one.is_in(request) for one in declared.parameters)
        assert dry or only_reads(request), (request.method, request.url, request.body)
    assert set(calls) <= LIBVIRT_READS
    if account.slug == "simulator":
        assert effects_of(settings.SIMULATOR_DIR, provider) == []
    assert counts() == stored
    with account.connect() as cloud:
        assert account.listed(cloud) == before


def counts():
    return [model.objects.count() for model in (Job, Schedule, VirtualMachine, Container)]


def test_no_dry_run_of_any_mutation_changes_anything(account, provider, client, settings):
    rows = rows_of(client)
    inputs = Inputs(account, provider, schedule_of(client, rows))
    ran = {}
    with nothing_changes(account, provider, settings) as requests:
        for mutation, row, others in pairs(rows):
            query = RUN % (MUTATIONS[mutation].name, mutation)
            answer = client.data(query, input=inputs.of(mutation, row, others))["run"]
            ran.setdefault(mutation, []).append(answer["dryRun"])
        sent = list(requests)

    assert set(ran) == {name for name in MUTATIONS if about(name, rows)}
    assert len(ran) > 1
    # Each was answered for one row at least, and the cloud's own dry run was used where it is.
    assert all(any(answers) for answers in ran.values()), ran
    parameters = account.kind.dry_run.parameters if account.kind.dry_run else ()
    for parameter in parameters:
        assert any(parameter.is_in(request) for request in sent), str(parameter)


def test_no_check_of_a_provider_changes_anything(account, provider, client, settings):
    rows_of(client)
    with nothing_changes(account, provider, settings):
        answer = client.data(CHECK, id=provider_id(provider))["checkProvider"]

    assert answer["errors"] == []
    assert all(region["reachable"] for region in answer["check"]["regions"])


def test_every_kind_of_this_repository_is_held_to_it():
    assert {*machine_kinds(), *container_kinds()} >= KINDS
