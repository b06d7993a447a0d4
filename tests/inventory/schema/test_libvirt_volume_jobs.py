"""Volumes of libvirt from the mutation over the job to the list: each deed is done once, also if
the answer is lost or the worker dies before it notes it, and never by a dry run.
"""

from collections import Counter

import pytest
from django.utils import timezone

from gateway.core.ids import global_id
from inventory.providers import Cloud
from inventory.providers.libvirt.procedures import Procedure
from inventory.services.providers import provider_connect
from jobs.api import Job, run_job
from tests.clouds.apis.libvirt import SHUT_OFF, Libvirt
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.schema.storage_requests import mutate, refused

pytestmark = pytest.mark.django_db(transaction=True)

CHANGES = {
    Procedure.STORAGE_VOL_CREATE_XML: "create",
    Procedure.DOMAIN_ATTACH_DEVICE_FLAGS: "attach",
    Procedure.STORAGE_VOL_RESIZE: "resize",
    Procedure.DOMAIN_BLOCK_RESIZE: "resize",
    Procedure.DOMAIN_DETACH_DEVICE_FLAGS: "detach",
    Procedure.STORAGE_VOL_DELETE: "delete",
}
VOLUMES = "{ volumes(maxAge: 0) { complete nodes { id name state size machine { id } } } }"
MACHINES = "{ virtualMachines(maxAge: 0) { nodes { id externalId } } }"
HOW = ["answered", "answer lost", "worker killed"]


class Killed(BaseException):
    """Nothing in a worker survives it, as nothing survives SIGKILL."""


@pytest.fixture
def daemon():
    with Libvirt() as running:
        yield running


@pytest.fixture
def provider(daemon, user):
    return provider_connect(
        owner=user,
        kind="libvirt",
        name="Lab",
        credentials={"uri": daemon.uri},
        regions=["global"],
    )


@pytest.fixture(params=HOW)
def run(request, daemon, monkeypatch):
    """Runs the job of a payload to its end, with one interruption between the deed and the note of
    it.
    """
    plain, losing = daemon.answer, []

    def answer(call, reader, session):
        found = plain(call, reader, session)
        if call in CHANGES and losing:
            losing.clear()
            raise ConnectionResetError  # the daemon hangs up
        return found

    monkeypatch.setattr(daemon, "answer", answer)

    def _run(payload):
        assert payload["errors"] == [], payload
        job = next(
            one for one in Job.objects.all() if global_id("Job", one.pk) == payload["job"]["id"]
        )
        if request.param == "answer lost":
            losing.append(job)
        if request.param == "worker killed":
            kill_after_the_deed(job)
        ended = run_to_its_end(job)
        assert losing == []
        assert ended.state == "SUCCEEDED", ended.error_message
        return ended

    def kill_after_the_deed(job):
        with monkeypatch.context() as patched:
            for name in ("do", "create"):
                patched.setattr(Cloud, name, dying_after(getattr(Cloud, name)))
            with pytest.raises(Killed):
                run_job(str(job.pk))
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())  # it lapses

    return _run


def dying_after(act):
    def die(*given):
        act(*given)
        raise Killed

    return die


def deeds(daemon):
    return Counter(CHANGES[call] for call in daemon.asked if call in CHANGES)


def listed(ask):
    found = ask(VOLUMES).data["volumes"]
    assert found["complete"]
    return {one["id"]: one for one in found["nodes"]}


@pytest.mark.parametrize("is_up", [True, False])
def test_a_volume_lives_by_jobs(ask, daemon, provider, run, is_up):
    nodes = ask(MACHINES).data["virtualMachines"]["nodes"]
    machine, uuid = nodes[0]["id"], nodes[0]["externalId"]
    if not is_up:
        daemon.machines[uuid].state = SHUT_OFF
    before = listed(ask)
    order = {"provider": global_id("Provider", provider.public_id), "name": "data", "size": 2}

    [volume] = run(mutate(ask, "createVolume", **order)).created
    shown = listed(ask)[volume]
    assert (shown["state"], shown["size"], shown["machine"]) == ("AVAILABLE", 2, None)
    assert len(listed(ask)) == len(before) + 1

    run(mutate(ask, "attachVolume", id=volume, machine=machine))
    shown = listed(ask)[volume]
    assert (shown["state"], shown["machine"]) == ("IN_USE", {"id": machine})
    assert refused(ask, "deleteVolume", id=volume) == ("id", "CONFLICT")

    run(mutate(ask, "resizeVolume", id=volume, size=3))
    assert listed(ask)[volume]["size"] == 3

    run(mutate(ask, "detachVolume", id=volume))
    assert listed(ask)[volume]["state"] == "AVAILABLE"

    run(mutate(ask, "deleteVolume", id=volume))
    assert listed(ask)[volume]["state"] == "DELETED"

    done = deeds(daemon)
    detached = done.pop("detach")
    assert set(done.values()) == {1}, done
    # For its next start and now: after the first of the two, the volume is still attached.
    assert detached in ({2, 3} if is_up else {1})


def test_dry_runs_change_nothing(ask, daemon, provider):
    machine = ask(MACHINES).data["virtualMachines"]["nodes"][0]["id"]
    volumes = {one["name"]: one["id"] for one in listed(ask).values()}
    free = volumes["nothing.qcow2"]
    used = next(name for name in volumes if name.startswith("gateway-"))
    order = {"provider": global_id("Provider", provider.public_id), "name": "data", "size": 2}

    for mutation, given in (
        ("createVolume", order),
        ("attachVolume", {"id": free, "machine": machine}),
        ("resizeVolume", {"id": free, "size": 9}),
        ("detachVolume", {"id": volumes[used]}),
        ("deleteVolume", {"id": free}),
    ):
        payload = mutate(ask, mutation, dryRun=True, **given)
        assert payload["errors"] == []
        assert payload["dryRun"]["allowed"], mutation

    assert deeds(daemon) == Counter()
    assert Procedure.STORAGE_POOL_REFRESH not in daemon.asked


def test_a_volume_that_others_are_layers_on_fails_its_job_once(ask, daemon, provider):
    """libvirt itself would delete it."""
    image = next(one["id"] for one in listed(ask).values() if one["name"] == "tiny-linux.qcow2")

    payload = mutate(ask, "deleteVolume", id=image)
    job = next(one for one in Job.objects.all() if global_id("Job", one.pk) == payload["job"]["id"])
    ended = run_to_its_end(job)

    assert (ended.state, ended.error_code) == ("FAILED", "CONFLICT")
    assert "layers" in ended.error_message
    assert deeds(daemon) == Counter()
