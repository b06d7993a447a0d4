"""A job goes on with the very object that it has made, and with no other that has its id."""

from dataclasses import replace

import pytest

from inventory.operations.account import ACCOUNT
from inventory.operations.identity import INSTANCE_ID
from inventory.providers import Cloud
from jobs.api import Job, retry, run_job
from tests.clouds.engine import engines  # noqa: F401 - a fixture
from tests.inventory.cloud_patches import patch_named, plain_named
from tests.inventory.factories import make_user
from tests.inventory.operations.every import cloud_of, submit
from tests.inventory.operations.running import run_to_its_end

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]

ORDERS = {
    "virtual_machine.provision": ("create_machine", "find_machine", "list_machines"),
    "container.deploy": ("deploy_container", "find_container", "list_containers"),
}


@pytest.fixture(params=ORDERS)
def operation(request):
    return request.param


@pytest.fixture
def user():
    return make_user(is_superuser=True)


@pytest.fixture
def cloud(operation, simulator_directory, user):
    return cloud_of(operation, simulator_directory, user)


@pytest.fixture
def shown(operation, monkeypatch):
    """The id of the very object that orders and reads show; set by a test."""
    now = {"made": "the first", "found": "the first"}
    pinned = []
    make, find, _list = ORDERS[operation]
    for name, key in ((make, "made"), (find, "found")):
        patch_named(monkeypatch, name, _showing(plain_named(name), now, key))
    monkeypatch.setattr(Cloud, "pin", lambda _cloud, one: pinned.append(one))
    return now, pinned


def _showing(read, now, key):
    def reads(cloud, given):
        record = read(cloud, given)
        return None if record is None else replace(record, instance_id=now[key])

    return reads


def identity_of(job):
    """The object that the job is about, and whether the account is noted."""
    noted = job.memory["identity"]
    return noted[INSTANCE_ID], ACCOUNT in noted


def test_the_object_that_was_made_is_noted_and_pinned(operation, cloud, shown):
    _now, pinned = shown

    job = run_to_its_end(submit(cloud, operation))

    assert job.state == "SUCCEEDED", job.error_message
    assert identity_of(job) == ("the first", True)
    assert set(pinned) == {"the first"}


def test_nothing_is_done_to_another_object_with_its_id(operation, cloud, shown):
    now, pinned = shown
    job = submit(cloud, operation)
    run_job(str(job.pk))  # it is ordered
    before = cloud.effects
    now["found"] = "another"

    ended = run_to_its_end(job)

    assert (ended.state, ended.error_code) == ("FAILED", "NOT_FOUND")
    assert "another one has its name" in ended.error_message
    assert cloud.effects == before
    assert pinned == []


def test_a_retry_that_orders_anew_is_about_what_it_makes(
    operation, cloud, shown, user, monkeypatch
):
    now, _pinned = shown
    job = submit(cloud, operation, user)
    run_job(str(job.pk))
    now["found"] = "another"
    failed = run_to_its_end(job)
    Job.objects.filter(pk=job.pk).update(memory=failed.memory | {"created_at": 0})
    now.update(made="the second", found="the second")
    if operation == "container.deploy":
        cloud.engine.containers.clear()
    with monkeypatch.context() as patched:
        patch_named(patched, ORDERS[operation][2], lambda _cloud: [])  # the first is gone
        again = retry(job=Job.objects.get(pk=job.pk), requested_by=user)
        assert identity_of(again) == ("the first", True)
        done = run_to_its_end(again)

    assert done.state == "SUCCEEDED", done.error_message
    assert identity_of(done) == ("the second", True)
