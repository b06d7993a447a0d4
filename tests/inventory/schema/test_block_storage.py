"""Volumes and snapshots through GraphQL, at the simulator: lists, actions, dry runs, refusals."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import VirtualMachine
from inventory.providers.simulator import storage
from inventory.resources.snapshot import Snapshot
from inventory.resources.volume import Volume
from jobs.api import Job
from tests.inventory.factories import make_simulator
from tests.inventory.operations.running import effects_of
from tests.inventory.schema.storage_requests import done, mutate, provider_id, refused

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # requests are judged in Python; test_storage_of_clouds asks both
]

VOLUMES = """query V($filter: VolumeFilter) { volumes(filter: $filter, maxAge: 0) { complete nodes {
    id externalId name state size type encrypted device createdAt location { name }
    machine { id name location { name } } snapshot { name } snapshots { name size } } } }"""
MACHINES = """{ virtualMachines(filter: {state: [RUNNING, STOPPED]}, maxAge: 0) { nodes {
    id externalId location { name } } } }"""


@pytest.fixture
def provider(user):
    return make_simulator(user, machines=12)


def volumes(ask, **limits):
    return ask(VOLUMES, filter=limits).data["volumes"]["nodes"]


def volume(ask, external_id):
    return next(one for one in volumes(ask) if one["externalId"] == external_id)


def free_volume(ask):
    return next(one for one in volumes(ask) if one["state"] == "AVAILABLE")


def machine_in(ask, zone, *, other=False, but=None):
    """A machine of the zone, or with ``other`` of another one."""
    machines = ask(MACHINES).data["virtualMachines"]["nodes"]
    found = (one for one in machines if (one["location"]["name"] == zone) is not other)
    return next(one for one in found if one["id"] != but)


def created(job):
    [public_id] = job.created
    return public_id


def test_a_volume_is_created_attached_grown_detached_and_deleted(
    ask, provider, simulator_directory
):
    job = done(
        ask,
        "createVolume",
        provider=provider_id(provider),
        name="data",
        size=10,
        location="sim-1-b",
        tags=[{"key": "team", "value": "blue"}],
    )
    assert job.state == "SUCCEEDED", job.error_message
    [new] = [one for one in volumes(ask) if one["id"] == created(job)]
    assert (new["name"], new["size"], new["state"]) == ("data", 10, "AVAILABLE")
    assert new["location"]["name"] == "sim-1-b"

    machine = machine_in(ask, "sim-1-b")
    assert done(ask, "attachVolume", id=new["id"], machine=machine["id"]).state == "SUCCEEDED"
    attached = volume(ask, new["externalId"])
    assert (attached["state"], attached["machine"]["id"]) == ("IN_USE", machine["id"])

    assert done(ask, "resizeVolume", id=new["id"], size=25).state == "SUCCEEDED"
    assert volume(ask, new["externalId"])["size"] == 25

    assert done(ask, "detachVolume", id=new["id"]).state == "SUCCEEDED"
    assert volume(ask, new["externalId"])["machine"] is None
    assert done(ask, "deleteVolume", id=new["id"]).state == "SUCCEEDED"
    assert Volume.objects.get(external_id=new["externalId"]).state == "DELETED"
    assert effects_of(simulator_directory, provider) == [
        f"volumes.{verb}" for verb in ("create", "attach", "resize", "detach", "delete")
    ]


def test_a_snapshot_is_taken_restored_and_deleted(ask, provider):
    source = free_volume(ask)

    job = done(ask, "createSnapshot", volume=source["id"], name="tonight", description="By hand.")
    assert job.state == "SUCCEEDED", job.error_message
    assert {"name": "tonight", "size": source["size"]} in volume(ask, source["externalId"])[
        "snapshots"
    ]
    snapshot = created(job)
    restored = done(
        ask, "createVolume", provider=provider_id(provider), name="restored", snapshot=snapshot
    )
    assert restored.state == "SUCCEEDED", restored.error_message
    [again] = [one for one in volumes(ask) if one["id"] == created(restored)]
    assert (again["snapshot"]["name"], again["size"]) == ("tonight", source["size"])
    assert done(ask, "deleteSnapshot", id=snapshot).state == "SUCCEEDED"
    assert Snapshot.objects.get(name="tonight").state == "DELETED"


def test_a_volume_in_use_is_not_deleted_and_makes_no_job(ask, provider):
    used = next(one for one in volumes(ask) if one["state"] == "IN_USE")

    assert refused(ask, "deleteVolume", id=used["id"]) == ("id", "CONFLICT")


def test_what_is_stored_alone_refuses_nothing(ask, provider):
    """It was detached elsewhere since it was listed."""
    used = next(one for one in volumes(ask) if one["state"] == "IN_USE")
    assert done(ask, "detachVolume", id=used["id"]).state == "SUCCEEDED"
    Volume.objects.filter(external_id=used["externalId"]).update(state="IN_USE")

    assert done(ask, "deleteVolume", id=used["id"]).state == "SUCCEEDED"


def test_a_volume_is_not_attached_across_zones_or_twice(ask, provider):
    free = free_volume(ask)
    used = next(one for one in volumes(ask) if one["state"] == "IN_USE")
    far = machine_in(ask, free["location"]["name"], other=True)
    zone = used["machine"]["location"]["name"]
    near = machine_in(ask, zone, but=used["machine"]["id"])

    assert refused(ask, "attachVolume", id=free["id"], machine=far["id"]) == (
        "machine",
        "CONFLICT",
    )
    assert refused(ask, "attachVolume", id=used["id"], machine=near["id"]) == ("id", "CONFLICT")


def test_a_volume_is_not_attached_to_a_machine_of_another_provider(ask, user, provider):
    free = free_volume(ask)
    other = make_simulator(user, machines=3)
    machines = ask(MACHINES).data["virtualMachines"]["nodes"]
    theirs = set(
        VirtualMachine.objects.filter(provider=other).values_list("external_id", flat=True)
    )
    machine = next(one for one in machines if one["externalId"] in theirs)

    assert refused(ask, "attachVolume", id=free["id"], machine=machine["id"]) == (
        "machine",
        "INVALID",
    )


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": "data"}, "size"),
        ({"name": "data", "size": 0}, "size"),
        ({"name": "data", "size": 1 << 21}, "size"),
        ({"name": " ", "size": 1}, "name"),
        ({"name": "a\nb", "size": 1}, "name"),
        ({"name": "data", "size": 1, "tags": [{"key": "gateway-job", "value": "x"}]}, "tags"),
    ],
)
def test_an_order_that_no_cloud_takes_is_refused(ask, provider, given, field):
    assert refused(ask, "createVolume", provider=provider_id(provider), **given) == (
        field,
        "INVALID",
    )


def test_a_volume_is_not_made_smaller(ask, provider):
    free = free_volume(ask)

    assert refused(ask, "resizeVolume", id=free["id"], size=1) == ("size", "INVALID")


def test_a_dry_run_asks_the_cloud_and_writes_nothing(ask, provider, simulator_directory):
    free = free_volume(ask)
    near = machine_in(ask, free["location"]["name"])
    runs = [
        mutate(ask, "deleteVolume", id=free["id"], dryRun=True),
        mutate(ask, "attachVolume", id=free["id"], machine=near["id"], dryRun=True),
        mutate(ask, "resizeVolume", id=free["id"], size=1000, dryRun=True),
        mutate(ask, "createSnapshot", volume=free["id"], name="s", dryRun=True),
        mutate(ask, "createVolume", provider=provider_id(provider), name="v", size=1, dryRun=True),
    ]

    for run in runs:
        assert run["errors"] == []
        assert run["dryRun"]["allowed"], run
        assert "cloud" in [check["name"] for check in run["dryRun"]["checks"]]
    assert not Job.objects.exists()
    assert effects_of(simulator_directory, provider) == []


def test_a_request_that_is_made_again_is_the_same_job(ask, provider):
    given = {"provider": provider_id(provider), "name": "once", "size": 1, "idempotencyKey": "k"}

    first, second = mutate(ask, "createVolume", **given), mutate(ask, "createVolume", **given)

    assert first["job"]["id"] == second["job"]["id"]
    assert Job.objects.count() == 1


def test_an_answer_that_was_lost_makes_no_second_volume(
    ask, provider, simulator_directory, monkeypatch
):
    plain, lost = storage.create, []

    def losing(*arguments):
        made = plain(*arguments)
        if not lost:
            lost.append(made)
            raise TimeoutError("the answer is lost")
        return made

    monkeypatch.setattr(storage, "create", losing)
    job = done(ask, "createVolume", provider=provider_id(provider), name="once", size=1)

    assert job.state == "SUCCEEDED", job.error_message
    assert effects_of(simulator_directory, provider).count("volumes.create") == 1
    assert len([one for one in volumes(ask) if one["name"] == "once"]) == 1


def test_a_list_of_volumes_with_links_takes_the_same_statements_for_any_number(ask, user):
    counts = []
    for machines in (12, 48):
        make_simulator(user, machines=machines, name=f"of-{machines}")
        ask(VOLUMES, filter={})
        with CaptureQueriesContext(connection) as captured:
            ask(VOLUMES.replace("maxAge: 0", "maxAge: 100"), filter={})
        counts.append(len(captured))
    assert counts[0] == counts[1]
