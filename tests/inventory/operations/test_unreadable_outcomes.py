"""An accepted request whose outcome cannot be read now: nothing is sent again, nothing reported."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from inventory.providers import Capability, Cloud, ProviderError, ProviderErrorCode, get_kind
from inventory.types import Failure
from jobs.api import Job
from tests.clouds.static_ec2 import Reply
from tests.inventory.actions import machine_change, machine_reboot
from tests.inventory.cloud_patches import patch_cloud
from tests.inventory.operations.every import running_at
from tests.inventory.operations.running import run_to_its_end, take_step
from tests.inventory.operations.test_own_operations import FULL, PATHS, changes_of
from tests.inventory.providers.contract.backends import BACKENDS, Recorded

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # of a cloud's answers; how a step is stored, tests of jobs and of live reads ask both databases
    pytest.mark.any_database,
]

RECORDED = {slug: one for slug, one in BACKENDS.items() if issubclass(one, Recorded)}
NOT_NOW = {
    "429": Reply(b"{}", 429, {"Retry-After": "20"}),
    "500": Reply(b"oops", 500, {}),
    "no JSON": Reply(b"<x>", 200, {}),
}
BUSY = ProviderError(ProviderErrorCode.RATE_LIMITED, "Slower.", retry_after=20)
# Nova does not report that an action is under way.
REPORTING = [slug for slug in PATHS if slug != "openstack"]


def refuse_reads(account, answer, path):
    account.cloud.fault = answer
    account.cloud.fault_meets = lambda asked: (
        asked.method == "GET" and re.fullmatch(path, asked.path) is not None
    )


def changes_at(slug):
    """The changes of power that a running machine of the kind can be asked for."""
    asked = {"stop": Capability.STOP, "terminate": Capability.TERMINATE}
    asked |= {"suspend": Capability.SUSPEND}
    return [name for name, one in asked.items() if one in get_kind(slug).capabilities]


NAMED = [
    (slug, name)
    for slug in REPORTING
    for name in changes_at(slug)
    if (slug, name) != ("digitalocean", "terminate")  # its reply names no action
]


@pytest.mark.parametrize("answer", NOT_NOW)
@pytest.mark.parametrize("slug", PATHS)
def test_a_reboot_is_not_done_while_its_operation_cannot_be_read(slug, answer, request):
    account = RECORDED[slug](request)
    machine = running_at(account)
    account.cloud.failing = FULL
    refuse_reads(account, NOT_NOW[answer], PATHS[slug])
    job = machine_reboot(machine=machine, requested_by=None)
    take_step(job)
    take_step(job)

    assert job.state == "RUNNING"
    assert "could not be read" in job.events.latest("pk").message
    if answer == "429":
        assert job.run_after > timezone.now() + timedelta(seconds=15)

    account.cloud.fault = None
    job = run_to_its_end(job)

    assert (job.state, job.attempts) == ("FAILED", 1)
    assert len(changes_of(account)) == 1


@pytest.mark.parametrize("slug", sorted(set(RECORDED) - set(PATHS)))
def test_a_reboot_is_not_done_while_the_latest_failure_cannot_be_read(slug, request, monkeypatch):
    """The reply of these kinds names no operation."""
    account, answers = RECORDED[slug](request), [None, BUSY, Failure("failed", FULL, "2")]

    def latest(_cloud, _capability, _external_id):
        found = answers.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr(Cloud, "find_failure", latest)
    job = machine_reboot(machine=running_at(account), requested_by=None)
    take_step(job)
    take_step(job)
    assert (job.state, answers) == ("RUNNING", [Failure("failed", FULL, "2")])

    assert run_to_its_end(job).state == "FAILED"
    assert len(changes_of(account)) == 1


@pytest.mark.parametrize("answer", NOT_NOW)
@pytest.mark.parametrize(("slug", "name"), NAMED)
def test_a_request_of_unknown_outcome_is_not_sent_again(slug, name, answer, request, monkeypatch):
    monkeypatch.setattr("inventory.operations.request.ASK_AGAIN_SECONDS", 0)
    account = RECORDED[slug](request)
    machine = running_at(account)
    account.cloud.is_holding = True
    job = machine_change(name=name, machine=machine, requested_by=None)
    take_step(job)
    refuse_reads(account, NOT_NOW[answer], PATHS[slug])
    for _ in range(3):
        take_step(job)

    assert (job.state, job.attempts, len(changes_of(account))) == ("RUNNING", 1, 1)

    account.cloud.fault = None
    account.cloud.end_operations()
    assert run_to_its_end(job).state == "SUCCEEDED"


class Killed(BaseException):
    """Nothing in a worker survives it, as nothing survives SIGKILL."""


def die(*_given):
    raise Killed


@pytest.mark.parametrize(("slug", "name"), NAMED)
def test_a_worker_lost_in_a_poll_has_nothing_sent_again(slug, name, request, monkeypatch):
    account = RECORDED[slug](request)
    machine = running_at(account)
    account.cloud.is_holding = True
    job = machine_change(name=name, machine=machine, requested_by=None)
    take_step(job)
    with monkeypatch.context() as patched:
        patch_cloud(patched, "virtual_machines", "find", die)
        with pytest.raises(Killed):
            take_step(job)
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())
    take_step(job)

    assert len(changes_of(account)) == 1
