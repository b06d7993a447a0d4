"""Every operation whose request was accepted, and whose next looks at the cloud are refused, or do
not find its object.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from inventory.operations import create
from inventory.operations.actions.containers import REMOVE_CONTAINER
from inventory.operations.actions.virtual_machines import TERMINATE
from inventory.operations.unclear_orders import is_open_by
from inventory.providers import ProviderError, ProviderErrorCode
from jobs.api import Job
from tests.clouds.engine import engines  # noqa: F401 - a fixture
from tests.inventory.cloud_patches import patch_named
from tests.inventory.operations.acting import ORDERS, acting
from tests.inventory.operations.every import OPERATIONS, cloud_of, submit
from tests.inventory.operations.running import run_to_its_end, take_step

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("engines"),
    # of a cloud's answers; how a step is stored, tests of jobs and of live reads ask both databases
    pytest.mark.any_database,
]

READS = ("find_machine", "find_container", "list_machines", "list_containers")
SLOWER = ProviderError(ProviderErrorCode.RATE_LIMITED, "Slower.", retry_after=3600)
DENIED = ProviderError(ProviderErrorCode.PERMISSION_DENIED, "You may not look.")


@pytest.fixture(params=OPERATIONS)
def operation(request):
    return request.param


@pytest.fixture
def cloud(operation, simulator_directory):
    return cloud_of(operation, simulator_directory)


REMOVALS = {TERMINATE.operation, REMOVE_CONTAINER.operation}
FAILING = ProviderError(ProviderErrorCode.PROVIDER_ERROR, "Out of order.", retry_after=3600)


def refuse_reads(patched, error):
    def refuse(*_given):
        raise error

    for read in READS:
        patch_named(patched, read, refuse)


def accepted(job, cloud):
    """Take steps until the cloud has done something."""
    before = len(cloud.effects)
    while len(cloud.effects) == before:
        take_step(job)
    assert not job.is_finished
    return cloud.effects


def test_what_was_accepted_is_looked_at_once_more(operation, cloud, monkeypatch):
    job = submit(cloud, operation)
    done = accepted(job, cloud)
    with monkeypatch.context() as patched:
        refuse_reads(patched, SLOWER)
        take_step(job)
        assert job.state == "RUNNING"
        assert job.deadline_at - job.run_after < timedelta(seconds=60)

        Job.objects.filter(pk=job.pk).update(deadline_at=timezone.now())
        job = run_to_its_end(job, most_steps=2)

    assert (job.state, job.error_retryable) == ("FAILED", False)
    assert "Done before that: " in job.error_message
    assert "Slower." in job.error_message
    assert cloud.effects == done


def test_a_refused_look_does_not_hide_what_was_done(operation, cloud, monkeypatch):
    job = submit(cloud, operation)
    accepted(job, cloud)
    with monkeypatch.context() as patched:
        refuse_reads(patched, DENIED)
        job = run_to_its_end(job, most_steps=2)

    assert (job.state, job.error_code, job.error_retryable) == ("FAILED", DENIED.code, False)
    assert job.error_message.startswith("You may not look. Done before that: ")


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one not in REMOVALS])
def test_the_end_of_the_object_does_not_hide_what_was_done(operation, cloud, monkeypatch):
    monkeypatch.setattr(create, "UNKNOWN_SECONDS", 0)
    job = submit(cloud, operation)
    accepted(job, cloud)
    with monkeypatch.context() as patched:
        for read in READS:
            patch_named(patched, read, lambda *_given, read=read: [] if "list" in read else None)
        job = run_to_its_end(job)

    assert (job.state, job.error_code, job.error_retryable) == ("FAILED", "NOT_FOUND", False)
    assert job.error_message.count("Done before that: ") == 1


@pytest.mark.parametrize("operation", [one for one in OPERATIONS if one not in ORDERS])
def test_a_read_without_an_answer_has_done_nothing(operation, cloud, monkeypatch):
    job = submit(cloud, operation)
    before = cloud.effects
    with monkeypatch.context() as patched:
        refuse_reads(patched, FAILING)
        take_step(job)

    assert (job.state, job.error_code, job.error_retryable) == ("FAILED", FAILING.code, True)
    assert job.error_message == "Out of order."
    assert cloud.effects == before


def test_what_was_not_accepted_does_not_wait_for_its_deadline(operation, cloud):
    job = submit(cloud, operation)

    def refuse(*_given):
        raise SLOWER

    with acting(operation, lambda _act: refuse):
        while not job.is_finished:
            take_step(job)

    assert (job.error_code, job.error_message) == ("RATE_LIMITED", "Slower.")
    assert job.error_retryable
    assert not is_open_by(job.memory)
