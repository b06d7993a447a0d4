"""Events are found by the objects that they are about."""

import importlib
import re
import unicodedata

import pytest
from django.apps import apps

from gateway.core.audit.models import AuditEvent, AuditObject, EventKind, objects_of
from gateway.core.ids import global_id
from tests.inventory.factories import make_simulator

pytestmark = pytest.mark.django_db

MACHINES = "{ virtualMachines(maxAge: 0) { nodes { id name } } }"
EVENTS = "query ($f: AuditFilter) { auditEvents(filter: $f) { totalCount nodes { action } } }"
ONE = "mutation ($id: ID!) { %s(input: {id: $id}) { job { id } errors { code } } }"
ALL = """mutation ($input: TerminateVirtualMachinesInput!) {
    terminateVirtualMachines(input: $input) { job { id } errors { code } } }"""


@pytest.fixture
def machines(transactional_db, client, ann):
    make_simulator(ann)
    return client.data(MACHINES)["virtualMachines"]["nodes"]


def actions(root, **wanted):
    found = root.data(EVENTS, f=wanted)["auditEvents"]
    assert found["totalCount"] == len(found["nodes"])
    return [event["action"] for event in found["nodes"]]


def test_an_event_is_found_by_each_of_its_objects_newest_first(client, root, machines):
    first, second = machines[:2]
    job = client.data(ONE % "stopVirtualMachine", id=first["id"])["stopVirtualMachine"]["job"]
    client.data(ONE % "terminateVirtualMachine", id=first["id"])
    client.data(ONE % "startVirtualMachine", id=second["id"])

    assert actions(root, object=[first["id"]]) == ["terminateVirtualMachine", "stopVirtualMachine"]
    assert actions(root, object=[second["id"], job["id"]]) == [
        "startVirtualMachine",
        "stopVirtualMachine",
    ]
    assert actions(root, object=[first["id"]], action=["stopVirtualMachine"]) == [
        "stopVirtualMachine"
    ]
    assert actions(root, object=[]) == []
    assert actions(root, object=[global_id("VirtualMachine", "x")]) == []


@pytest.mark.any_database
@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("Überserver-Ärger", "überserver-ÄRGER"),
        (unicodedata.normalize("NFD", "Überserver"), "ÜBERSERVER"),
        ("Straße-7", "STRASSE-7"),
        ("DİYARBAKIR", "diyarbak\u0131r"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ],
)
def test_names_are_found_in_any_case_of_any_letters(root, name, asked):
    event = AuditEvent.objects.create(kind=EventKind.MUTATION, action="a", names={})
    AuditObject.objects.bulk_create(objects_of(event, {"id": name}))

    assert actions(root, objectName=[asked]) == ["a"]
    assert actions(root, objectName=["uberserver-arger"]) == []


def test_names_are_found_in_any_case_and_only_as_a_whole(client, root, machines):
    one = machines[0]
    client.data(ONE % "stopVirtualMachine", id=one["id"])

    for name in (one["name"], one["name"].upper()):
        assert actions(root, objectName=[name]) == ["stopVirtualMachine"]
    assert actions(root, objectName=[one["name"][:-1]]) == []
    assert actions(root, objectName=[one["name"]], object=[machines[1]["id"]]) == []


def test_an_action_on_many_is_found_by_each_that_its_filter_matched(client, root, machines):
    client.data(ALL, input={"filter": {"search": machines[0]["name"]}, "max": 1000})

    assert actions(root, object=[machines[0]["id"]]) == ["terminateVirtualMachines"]
    assert actions(root, objectName=[machines[0]["name"]]) == ["terminateVirtualMachines"]
    assert actions(root, object=[machines[-1]["id"]]) == []


def test_an_attempt_on_what_is_not_there_is_found(client, root):
    unseen = global_id("VirtualMachine", "00000000-0000-4000-8000-000000000000:r:i-1")
    client.data(ONE % "stopVirtualMachine", id=unseen)

    assert actions(root, object=[unseen]) == ["stopVirtualMachine"]


def test_a_retried_job_is_found_by_its_machine(client, root, machines):
    job = client.data(ONE % "stopVirtualMachine", id=machines[0]["id"])["stopVirtualMachine"]["job"]
    cancel = "mutation ($id: ID!) { cancelJob(input: {id: $id}) { job { id } } }"
    client.data(cancel, id=job["id"])

    assert actions(root, object=[machines[0]["id"]]) == ["cancelJob", "stopVirtualMachine"]


@pytest.mark.parametrize("argument", ["machine", "volume", "snapshot"])
def test_an_id_in_any_argument_is_an_object(client, root, argument):
    """They are recorded, too: an id is no secret."""
    value = global_id("Volume", f"00000000-0000-4000-8000-000000000000:r:{argument}")
    mutation = {
        "machine": f'attachVolume(input: {{id: "{global_id("Volume", "x")}", machine: "{value}"}})',
        "volume": f'createSnapshot(input: {{volume: "{value}", name: "n"}})',
        "snapshot": f'createVolume(input: {{provider: "{global_id("Provider", "x")}", name: "n", '
        f'snapshot: "{value}"}})',
    }[argument]
    client.data(f"mutation {{ {mutation} {{ errors {{ code }} }} }}")

    assert actions(root, object=[value]) == [mutation.partition("(")[0]]
    assert AuditEvent.objects.get().arguments[argument] == value


def test_nothing_is_done_under_another_spelling_of_an_id(client, root, machines):
    """It would not be found by the object's id."""
    spellings = [
        re.sub("[A-Za-z]=", lambda end: chr(ord(end[0][0]) + 1) + "=", machine["id"])
        for machine in machines
    ]
    padded = [
        other for other, machine in zip(spellings, machines, strict=True) if other != machine["id"]
    ]
    assert padded

    for other in padded:
        errors = client.data(ONE % "stopVirtualMachine", id=other)["stopVirtualMachine"]["errors"]
        assert errors[0]["code"] == "INVALID"


def test_dry_runs_are_left_out_or_shown_alone(client, root, machines):
    one = machines[0]["id"]
    run = "mutation ($id: ID!, $dry: Boolean) { %s(input: {id: $id, dryRun: $dry}) { job { id } } }"
    client.data(run % "rebootVirtualMachine", id=one, dry=True)
    client.data(ONE % "stopVirtualMachine", id=one)
    client.data(run % "startVirtualMachine", id=one, dry=False)
    client.data('mutation { deleteTeam(input: {id: "x"}) { id } }')  # it has no dry run

    assert actions(root, object=[one], dryRun=True) == ["rebootVirtualMachine"]
    assert actions(root, object=[one], dryRun=False) == [
        "startVirtualMachine",
        "stopVirtualMachine",
    ]
    assert actions(root, dryRun=False)[0] == "deleteTeam"
    assert actions(root, dryRun=True) == ["rebootVirtualMachine"]


def test_what_is_no_id_is_refused(root):
    errors = root.errors(EVENTS, f={"object": ["web-1"]})

    assert errors[0]["extensions"]["field"] == "filter.object"


def test_events_of_an_earlier_release_are_found_once_they_are_filled_in(root):
    names = {"one": {"type": "VirtualMachine", "name": "Web-1"}, "two": {"type": "Team"}}
    AuditEvent.objects.create(kind=EventKind.MUTATION, action="x", outcome="OK", names=names)
    AuditEvent.objects.create(kind=EventKind.LOGIN, action="y", outcome="OK")
    assert not AuditObject.objects.exists()

    importlib.import_module("gateway.core.audit.migrations.0002_objects").fill(apps, None)

    found = AuditObject.objects.order_by("object_id").values_list("object_id", "name")
    assert list(found) == [("one", "web-1"), ("two", "")]
    assert actions(root, objectName=["web-1"]) == ["x"]
