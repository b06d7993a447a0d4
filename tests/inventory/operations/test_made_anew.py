"""A job acts on the object that it was submitted for, and on no other that has the same id."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from inventory.models import Container
from inventory.operations.actions.containers import CONTAINER
from inventory.operations.actions.virtual_machines import CHANGES, MACHINE
from inventory.providers import get_kind
from inventory.selectors.ids import cloud_id_of
from inventory.services.bulk import change_many
from inventory.services.selection import Selection
from jobs.api import Job, cancel, retry, run_job
from tests.inventory.actions import container_change, machine_change, machine_reboot
from tests.inventory.cloud_patches import patch_named, plain_named
from tests.inventory.factories import make_user
from tests.inventory.operations.acting import acting
from tests.inventory.operations.every import running_at
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.backends import BACKENDS, Recorded
from tests.inventory.providers.contract.container_backends import (
    CONTAINER_BACKENDS,
    RecordedContainers,
)

pytestmark = pytest.mark.django_db(transaction=True)

REUSING = {
    slug: one
    for slug, one in {**BACKENDS, **CONTAINER_BACKENDS}.items()
    if issubclass(one, Recorded | RecordedContainers) and get_kind(slug).reuses_ids
}


class Connected:
    """One running object at a cloud that uses ids again."""

    def __init__(self, request):
        self.account = REUSING[request.param](request)
        kind = self.account.kind
        self.user = make_user(is_superuser=True)
        self.row = running_at(self.account, self.user)
        self.provider = self.row.source.provider
        self.target_type = MACHINE if kind.lists_machines else CONTAINER

    def remove(self):
        if self.target_type is MACHINE:
            return machine_change(name="terminate", machine=self.row, requested_by=self.user)
        return container_change(name="remove", container=self.row, requested_by=self.user)

    def changes(self):
        """The requests that changed something."""
        sent = self.account.cloud.asked
        return [one for one in sent if one.method != "GET" and "token" not in one.path]


@pytest.fixture(params=REUSING)
def connected(request):
    return Connected(request)


def make_anew(monkeypatch, target_type, **changes):
    """Let each single read find another object with the same id from now on."""
    name = f"find_{'machine' if target_type is MACHINE else 'container'}"
    find = plain_named(name)

    def found(cloud, external_id):
        record = find(cloud, external_id)
        if record is None:
            return None
        return replace(record, **{one: change(record) for one, change in changes.items()})

    patch_named(monkeypatch, name, found)


OTHERWISE = {
    "at another time": {"created_at": lambda record: record.created_at + timedelta(seconds=1)},
    "with another id": {"instance_id": lambda _record: "another"},
}


def test_records_of_such_a_kind_have_a_creation_time_and_an_id_of_their_own(connected):
    with connected.account.connect() as cloud:
        resource = connected.target_type.resource
        listed = cloud.read(resource)
        found = cloud.find(resource, connected.row.external_id)
    [same] = [one for one in listed if one.external_id == found.external_id]
    assert found.created_at is not None
    assert found.instance_id
    assert (same.created_at, same.instance_id) == (found.created_at, found.instance_id)


def test_what_is_made_anew_before_the_first_step_is_not_removed(connected, monkeypatch):
    job = connected.remove()
    make_anew(monkeypatch, connected.target_type, **OTHERWISE["at another time"])

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED"
    assert "another one has its name" in ended.events.order_by("-pk")[0].message
    assert connected.changes() == []
    connected.row.refresh_from_db()
    assert connected.row.state == "RUNNING"


def test_what_is_made_anew_between_two_steps_is_not_removed(connected, monkeypatch):
    """The cloud accepts the request, and shows the same id as RUNNING a minute later."""
    asked, job = [], connected.remove()
    with acting(job.operation, lambda _act: lambda _cloud, one: asked.append(one)):
        run_job(str(job.pk))
        assert asked == [connected.row.external_id]
        make_anew(monkeypatch, connected.target_type, **OTHERWISE["with another id"])
        job.refresh_from_db()
        past = {k: v - 61 if k.endswith("_at") and v else v for k, v in job.memory.items()}
        Job.objects.filter(pk=job.pk).update(memory=past, run_after=timezone.now())

        ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED"
    assert asked == [connected.row.external_id]


def test_a_retry_is_about_the_same_object(connected, monkeypatch):
    job = connected.remove()
    assert job.memory["identity"]["created_at"] == connected.row.created_at.isoformat()
    cancel(job=job)
    again = retry(job=Job.objects.get(pk=job.pk), requested_by=connected.user)
    make_anew(monkeypatch, connected.target_type, **OTHERWISE["at another time"])

    assert run_to_its_end(again).state == "SUCCEEDED"
    assert connected.changes() == []


def test_no_other_action_is_done_to_what_was_made_anew(connected, monkeypatch):
    if connected.target_type is not MACHINE:
        pytest.skip("Its containers can only be removed.")
    given = {"machine": connected.row, "requested_by": connected.user}
    make_anew(monkeypatch, connected.target_type, **OTHERWISE["at another time"])
    for submit in (partial(machine_change, name="stop"), machine_reboot):
        ended = run_to_its_end(submit(**given))
        assert (ended.state, ended.error_code) == ("FAILED", "NOT_FOUND")
        assert "another one has its name" in ended.error_message
    assert connected.changes() == []


def test_a_bulk_action_is_about_the_objects_that_it_found(connected, monkeypatch):
    if connected.target_type is not MACHINE:
        pytest.skip("Bulk actions are for machines.")
    selection = Selection(ids=[str(cloud_id_of(connected.row))])
    parent = change_many(
        change=CHANGES["terminate"], selection=selection, requested_by=connected.user
    )
    make_anew(monkeypatch, connected.target_type, **OTHERWISE["at another time"])
    [child] = parent.children.all()

    assert run_to_its_end(child).state == "SUCCEEDED"
    assert connected.changes() == []


def test_the_cloud_is_sent_the_identity_where_it_takes_one(request):
    """Whatever is made anew after the look: Kubernetes compares the UID itself."""
    request.param = "kubernetes"
    connected = Connected(request)
    cloud, plain = connected.account.cloud, connected.account.cloud.answer
    pod = next(one for one in cloud.pods if one["metadata"]["name"] == "web")
    noted, deleted = pod["metadata"]["uid"], []

    def answer(asked):
        if asked.method == "DELETE":
            pod["metadata"]["uid"] = "made-anew"
            deleted.append(asked.body["preconditions"]["uid"])
        return plain(asked)

    cloud.answer = answer
    connected.row = Container.objects.select_related("source__provider", "provider").get(
        provider=connected.provider, external_id="web/web"
    )

    ended = run_to_its_end(connected.remove())

    assert (ended.state, deleted) == ("SUCCEEDED", [noted])
    assert pod in cloud.pods
