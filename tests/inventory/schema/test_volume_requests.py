"""Requests on volumes and snapshots are judged by the present rows and by those of the request."""

from contextlib import nullcontext
from dataclasses import replace
from types import SimpleNamespace

import pytest

from gateway.core.errors import Conflict
from inventory.live.api import connected
from inventory.models import VirtualMachine
from inventory.operations.actions.volumes import ATTACH, DETACH, VOLUME
from inventory.operations.marker import find_marked
from inventory.providers import ProviderError
from inventory.records.volume import VolumeRecord, VolumeState, problem_of_several
from inventory.resources.snapshot import Snapshot
from inventory.resources.volume import Volume
from jobs.api import Job
from tests.inventory.factories import make_simulator
from tests.inventory.schema.storage_requests import done, ended, mutate, provider_id, refused
from tests.inventory.schema.test_block_storage import (
    free_volume,
    machine_in,
    volume,
    volumes,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # requests are judged in Python; test_storage_of_clouds asks both
]
SNAPSHOTS = "{ snapshots(maxAge: 0) { nodes { id externalId size } } }"


@pytest.fixture
def provider(user):
    return make_simulator(user, machines=12)


def snapshot_of(ask):
    done(ask, "createSnapshot", volume=free_volume(ask)["id"], name="s")
    return ask(SNAPSHOTS).data["snapshots"]["nodes"][0]


def test_a_volume_that_was_moved_is_detached_from_no_other_machine(ask, provider):
    used = next(one for one in volumes(ask) if one["state"] == "IN_USE")
    before = used["machine"]["id"]
    other = machine_in(ask, used["machine"]["location"]["name"], but=before)
    done(ask, "detachVolume", id=used["id"])
    done(ask, "attachVolume", id=used["id"], machine=other["id"])
    row = Volume.objects.get(external_id=used["externalId"])
    shown = row.machine_id
    Volume.objects.filter(pk=row.pk).update(machine_id="i-before")

    job = done(ask, "detachVolume", id=used["id"])
    assert (job.state, job.error_code) == ("FAILED", "CONFLICT")
    assert refused(ask, "detachVolume", id=used["id"], machine=before) == ("id", "CONFLICT")
    with connected(row.source, 10) as cloud:
        assert cloud.find("volumes", row.external_id).machine_id == shown


def test_a_job_leaves_a_volume_that_was_moved_while_it_waited(ask, provider):
    used = next(one for one in volumes(ask) if one["state"] == "IN_USE")
    other = machine_in(ask, used["machine"]["location"]["name"], but=used["machine"]["id"])
    payload = mutate(ask, "detachVolume", id=used["id"])
    row = Volume.objects.get(external_id=used["externalId"])
    with connected(row.source, 10) as cloud:
        cloud.do("volumes", "detach", row.external_id, row.machine_id)
        cloud.do("volumes", "attach", row.external_id, other["externalId"], "")

    job = ended(payload)

    assert (job.state, job.error_code) == ("FAILED", "CONFLICT")
    assert f"attached to {other['externalId']} now" in job.error_message
    assert volume(ask, used["externalId"])["machine"]["id"] == other["id"]


SHARED = VolumeRecord(
    external_id="vol-1",
    name="shared",
    state=VolumeState.IN_USE,
    raw_state="in-use",
    machine_id="i-1",
    machine_ids=("i-1", "i-2"),
    multi_attach=True,
)


def test_a_volume_of_several_machines_is_detached_from_one_and_attached_to_another():
    assert DETACH.judge(SHARED, {"machine": "i-2"}).would_ask
    only_first = replace(SHARED, machine_ids=("i-1",))
    assert DETACH.is_done(only_first, {"machine": "i-2"})
    assert ATTACH.is_done(SHARED, {"machine": "i-2", "device": ""})
    assert ATTACH.judge(SHARED, {"machine": "i-3", "device": ""}).allowed


def test_a_disk_of_a_region_is_attached_in_the_zones_of_the_region_alone(ask, provider):
    """One of Google's: its zones begin with the region's name."""
    free_volume(ask)
    row = Volume.objects.select_related("source__provider", "provider").first()
    row.location_id = "us-central1"
    for zone, is_in in (("us-central1-a", True), ("us-central11-a", False), ("europe", False)):
        given = {"machine": VirtualMachine(location_id=zone)}
        with nullcontext() if is_in else pytest.raises(Conflict):
            assert ATTACH.settle(row, given, {"device": ""}) == {"device": ""}


def test_a_volume_of_several_machines_hides_no_order(ask):
    """Its problem says nothing of its tags; another problem might."""
    problem = problem_of_several(SHARED.machine_ids)
    shared = replace(SHARED, problem=problem)
    assert problem
    assert find_marked(SimpleNamespace(read=lambda _: [shared]), VOLUME, "a-job") == []
    odd = replace(shared, problem="Tags is no list.")
    with pytest.raises(ProviderError, match="cannot be found"):
        find_marked(SimpleNamespace(read=lambda _: [odd]), VOLUME, "a-job")


def test_requests_are_the_same_job_whatever_the_rows_are_by_now(ask, provider):
    free = free_volume(ask)
    snapshot = snapshot_of(ask)
    machine = machine_in(ask, free["location"]["name"])
    requests = [
        ("attachVolume", {"id": free["id"], "machine": machine["id"], "idempotencyKey": "a"}),
        ("detachVolume", {"id": free["id"], "idempotencyKey": "d"}),
        ("resizeVolume", {"id": free["id"], "size": 300, "idempotencyKey": "r"}),
        (
            "createVolume",
            {
                "provider": provider_id(provider),
                "name": "n",
                "size": 500,
                "snapshot": snapshot["id"],
                "idempotencyKey": "c",
            },
        ),
    ]
    first = [done(ask, mutation, **given).pk for mutation, given in requests]
    Volume.objects.update(size=900, location_id="elsewhere", machine_id=None, state="DELETED")
    Snapshot.objects.update(size=900, state="DELETED")
    count = Job.objects.count()

    payloads = [mutate(ask, mutation, **given) for mutation, given in requests]

    assert [one["errors"] for one in payloads] == [[], [], [], []]
    assert len(first) == len({one["job"]["id"] for one in payloads})
    assert Job.objects.count() == count


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_snapshot_of_another_provider_or_region_is_refused(ask, user, dry_run):
    mine = provider_id(make_simulator(user, machines=12, regions=["sim-1", "sim-2"]))
    snapshot = snapshot_of(ask)
    region = Snapshot.objects.get(external_id=snapshot["externalId"]).region
    elsewhere = "sim-2" if region == "sim-1" else "sim-1"
    other = provider_id(make_simulator(user, machines=3))
    given = {"name": "v", "snapshot": snapshot["id"], "dryRun": dry_run}
    assert refused(ask, "createVolume", provider=other, **given) == ("snapshot", "INVALID")
    assert refused(ask, "createVolume", provider=mine, region=elsewhere, **given) == (
        "snapshot",
        "INVALID",
    )


def test_without_a_region_a_volume_is_created_in_that_of_its_snapshot(ask, user):
    two = make_simulator(user, machines=12, regions=["sim-1", "sim-2"])
    volume_of_second = next(
        one for one in volumes(ask) if one["state"] == "AVAILABLE" and "sim-2" in str(one)
    )
    done(ask, "createSnapshot", volume=volume_of_second["id"], name="s")
    chosen = Snapshot.objects.get(name="s", region="sim-2")
    nodes = ask(SNAPSHOTS).data["snapshots"]["nodes"]
    snapshot = next(one for one in nodes if one["externalId"] == chosen.external_id)

    job = done(ask, "createVolume", provider=provider_id(two), name="back", snapshot=snapshot["id"])

    assert job.state == "SUCCEEDED", job.error_message
    assert Volume.objects.get(name="back").region == "sim-2"


def test_what_is_gone_makes_no_job(ask, provider):
    free = free_volume(ask)
    machine = machine_in(ask, free["location"]["name"])
    assert done(ask, "deleteVolume", id=free["id"]).state == "SUCCEEDED"
    of_volume = {"id": free["id"]}

    for mutation, given in (
        ("attachVolume", {**of_volume, "machine": machine["id"]}),
        ("detachVolume", of_volume),
        ("resizeVolume", {**of_volume, "size": 1000}),
    ):
        assert refused(ask, mutation, **given) == ("id", "NOT_FOUND")
    given = {"volume": free["id"], "name": "late"}
    assert refused(ask, "createSnapshot", **given) == ("volume", "NOT_FOUND")
