"""Images through GraphQL, at the simulator: lists, filters, relations, creation and deletion."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gateway.core.ids import global_id
from inventory.models import VirtualMachine
from inventory.providers.simulator import images as simulator_images
from inventory.resources.image import Image
from inventory.selectors.ids import cloud_id_of
from jobs.api import Job
from tests.inventory.factories import make_simulator
from tests.inventory.operations.running import effects_of, run_to_its_end
from tests.inventory.schema.storage_requests import done, mutate, provider_id, refused

pytestmark = pytest.mark.django_db(transaction=True)

IMAGES = """query I($filter: ImageFilter, $order: ImageOrder, $maxAge: Int = 0) {
    images(filter: $filter, orderBy: $order, maxAge: $maxAge) { complete nodes {
        id externalId name state rawState size architecture public own description createdAt
        observedAt stale tags { key value } machine { name } snapshots { name }
        virtualMachines { id name image { name state } } } } }"""
MADE = {"own": True, "not": {"name": "base-"}}  # not those from the beginning
ONE = """query I($id: ID!) { image(id: $id, maxAge: 0) { name state own } }"""
CHOICE = """query C($first: Int) { providers { images(first: $first, maxAge: 100) {
    name own virtualMachines { name } } } }"""
MACHINES = """{ virtualMachines(maxAge: 100, first: 100) { nodes {
    id name images { name } image { id name state stale own virtualMachines { name } } } } }"""


@pytest.fixture
def provider(user):
    return make_simulator(user, machines=12)


def images(ask, **given):
    answer = ask(IMAGES, **given).data["images"]
    assert answer["complete"] is True
    return answer["nodes"]


def a_machine(ask):
    ask("{ virtualMachines(maxAge: 0) { totalCount } }")
    return VirtualMachine.objects.filter(state="RUNNING").order_by("name").first()


def id_of(row):
    return global_id(type(row).__name__, cloud_id_of(row))


def created(job):
    [public_id] = job.created
    return public_id


def test_public_images_have_every_fact_and_are_filtered_and_ordered(ask, provider):
    found = images(ask, order={"field": "NAME", "direction": "DESC"})

    assert [one["name"] for one in found] == sorted([one["name"] for one in found], reverse=True)
    assert len(found) == 12
    assert {one["state"] for one in found} == {"AVAILABLE"}
    assert all(one["public"] is not one["own"] for one in found)
    assert all(one["createdAt"] and one["size"] and one["architecture"] for one in found)
    assert [one["name"] for one in images(ask, filter={"own": True})] == [
        f"base-{one}" for one in range(1, 7)
    ]
    assert len(images(ask, filter={"public": True, "architecture": ["x86_64"]})) == 6
    assert [one["name"] for one in images(ask, filter={"search": "debian 13"})] == ["Debian 13"]


def test_an_image_is_created_found_ordered_from_and_deleted(ask, provider, simulator_directory):
    machine = a_machine(ask)
    job = done(
        ask,
        "createImage",
        machine=id_of(machine),
        name="golden",
        description="By hand.",
        tags=[{"key": "team", "value": "blue"}],
    )
    assert job.state == "SUCCEEDED", job.error_message
    [golden] = images(ask, filter=MADE)
    assert golden["id"] == created(job)
    assert (golden["name"], golden["state"], golden["public"]) == ("golden", "AVAILABLE", False)
    assert golden["machine"] == {"name": machine.name}
    assert {"key": "team", "value": "blue"} in golden["tags"]
    [of_machine] = images(ask, filter={"machine": [id_of(machine)], **MADE})
    assert of_machine["id"] == golden["id"]

    order = {"provider": provider_id(provider), "name": "copy", "size": "sim.nano"}
    copy = done(ask, "provisionVirtualMachine", **order, image="golden")
    assert copy.state == "SUCCEEDED", copy.error_message
    [golden] = images(ask, filter=MADE)
    assert [one["name"] for one in golden["virtualMachines"]] == ["copy"]
    assert golden["virtualMachines"][0]["image"] == {"name": "golden", "state": "AVAILABLE"}

    assert done(ask, "deleteImage", id=golden["id"]).state == "SUCCEEDED"
    assert Image.objects.get(name="golden").state == "DELETED"
    assert effects_of(simulator_directory, provider) == [
        "images.create",
        "create",
        "images.delete",
    ]
    [shown] = [
        one["image"]
        for one in ask(MACHINES).data["virtualMachines"]["nodes"]
        if one["name"] == "copy"
    ]
    assert (shown["name"], shown["state"]) == ("golden", "DELETED")
    again = mutate(ask, "provisionVirtualMachine", **order, image=golden["externalId"])
    assert again["job"] is None, "a deleted image is not offered"


def test_an_image_of_another_owner_is_not_deleted(ask, provider):
    [public] = images(ask, filter={"search": "debian 13"})

    assert refused(ask, "deleteImage", id=public["id"]) == ("id", "CONFLICT")
    run = mutate(ask, "deleteImage", id=public["id"], dryRun=True)["dryRun"]
    assert run["allowed"] is False
    assert "only its owner can delete it" in run["checks"][-1]["message"]
    assert not Job.objects.exists()


def test_a_bulk_deletion_reports_the_image_of_another_owner(ask, provider):
    assert done(ask, "createImage", machine=id_of(a_machine(ask)), name="mine").created
    [own] = images(ask, filter=MADE)
    [public] = images(ask, filter={"search": "debian 13"})

    parent = done(ask, "deleteImages", ids=[own["id"], public["id"]])
    children = [run_to_its_end(one) for one in Job.objects.filter(parent=parent)]

    parent.refresh_from_db()
    assert parent.state == "FAILED"
    assert sorted(one.state for one in children) == ["FAILED", "SUCCEEDED"]
    [failed] = [one for one in children if one.state == "FAILED"]
    assert failed.error_code == "CONFLICT"
    assert "only its owner" in failed.error_message
    assert Image.objects.get(name="mine").state == "DELETED"
    assert Image.objects.get(name="Debian 13").state == "AVAILABLE"


def test_a_dry_run_names_the_snapshots_that_stay(ask, provider, simulator_directory, monkeypatch):
    machine = a_machine(ask)
    run = mutate(ask, "createImage", machine=id_of(machine), name="golden", dryRun=True)["dryRun"]
    assert run["allowed"], run
    assert effects_of(simulator_directory, provider) == []
    again = mutate(ask, "createImage", machine=id_of(machine), name="ab", dryRun=True)["dryRun"]
    assert again["allowed"] is False

    done(ask, "createImage", machine=id_of(machine), name="golden")
    [own] = images(ask, filter=MADE)
    images_of_simulator = simulator_images._image
    monkeypatch.setattr(
        simulator_images,
        "_image",
        lambda thing: replace(images_of_simulator(thing), snapshot_ids=("snap-1", "snap-2")),
    )
    run = mutate(ask, "deleteImage", id=own["id"], dryRun=True)["dryRun"]
    assert run["allowed"], run
    assert any("snapshots stay" in one["message"] for one in run["checks"])
    assert any("snap-1, snap-2" in one["message"] for one in run["checks"])


def test_a_request_that_is_made_again_is_the_same_job_though_its_machine_is_gone(ask, provider):
    machine = a_machine(ask)
    given = {"machine": id_of(machine), "name": "golden", "idempotencyKey": "k"}
    first = mutate(ask, "createImage", **given)
    VirtualMachine.objects.filter(pk=machine.pk).update(state="MISSING")

    assert mutate(ask, "createImage", **given)["job"] == first["job"]
    assert Job.objects.count() == 1


def test_what_a_row_alone_knows_of_an_image_is_stale(ask, provider):
    machine = a_machine(ask)
    VirtualMachine.objects.filter(pk=machine.pk).update(image_id="img-old", image_name="Old 1")

    [shown] = [
        one["image"]
        for one in ask(MACHINES).data["virtualMachines"]["nodes"]
        if one["name"] == machine.name
    ]

    assert shown["name"] == "Old 1"
    assert (shown["state"], shown["own"], shown["stale"]) == (None, None, True)
    assert [one["name"] for one in shown["virtualMachines"]] == [machine.name]
    assert ask(ONE, id=shown["id"]).data["image"] is None


def test_images_and_machines_take_the_same_statements_for_any_number(ask, user):
    counts = []
    for machines in (12, 48):
        make_simulator(user, machines=machines, name=f"of-{machines}")
        found = []
        for query in (IMAGES, MACHINES):
            given = {"maxAge": 100} if query is IMAGES else {}
            query = query.replace("maxAge: 0", "maxAge: 100")  # noqa: PLW2901 - the stored rows
            ask(query, **given)
            VirtualMachine.objects.filter(image_id="img-alma-9").update(image_id="img-gone")
            with CaptureQueriesContext(connection) as captured:
                assert ask(query, **given).data
            found.append(len(captured))
        counts.append(found)
    assert counts[0] == counts[1]


def test_the_choice_below_a_provider_takes_the_same_statements_for_any_number(ask, provider):
    ask("{ virtualMachines(maxAge: 0) { totalCount } }")
    ask(CHOICE, first=6)
    counts = []
    for first in (2, 5):
        with CaptureQueriesContext(connection) as captured:
            [answer] = ask(CHOICE, first=first).data["providers"]
        assert len(answer["images"]) == first
        assert all(one["virtualMachines"] for one in answer["images"])
        counts.append(len(captured))
    assert counts[0] == counts[1]
