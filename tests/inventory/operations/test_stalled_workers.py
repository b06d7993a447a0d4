"""A worker that stalls until another one has taken its job over does not act any more."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from inventory.providers import ProviderError, ProviderErrorCode
from jobs.api import Job, run_job
from tests.clouds.engine import engines  # noqa: F401 - a fixture
from tests.inventory.operations.acting import acting
from tests.inventory.operations.every import OPERATIONS, cloud_of, submit
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.backends import BACKENDS, Recorded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]

RECORDED = {slug: one for slug, one in BACKENDS.items() if issubclass(one, Recorded)}


def take_over(job):
    """Write the claim of another worker, as after the lease has lapsed."""
    held = Job.objects.filter(pk=job.pk, lease_owner__isnull=False)
    assert held.update(lease_owner="another:1:word", step=F("step") + 1)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_worker_that_lost_its_lease_before_the_request_sends_none(simulator_directory, operation):
    cloud = cloud_of(operation, simulator_directory)
    job = submit(cloud, operation)
    before, calls = cloud.effects, []

    def too_late(act):
        def take_over_and_act(one, *given):
            calls.append(operation)
            take_over(job)
            return act(one, *given)

        return take_over_and_act

    with acting(operation, too_late):
        for _ in range(3):
            Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
            run_job(str(job.pk))

    job.refresh_from_db()
    assert calls == [operation]
    assert cloud.effects == before
    assert (job.state, job.lease_owner) == ("RUNNING", "another:1:word")

    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    ended = run_to_its_end(job)
    done = cloud.effects[len(before) :]
    assert len(done) == len(set(done))
    assert done or ended.error_code == "OUTCOME_UNKNOWN"


@pytest.mark.parametrize("slug", RECORDED)
def test_each_request_that_changes_something_is_checked(request, slug):
    """An action may take several requests: a lease may be lost between them."""
    account = RECORDED[slug](request)
    checks = []

    def check():
        checks.append(slug)
        if len(checks) > 1:
            raise ProviderError(ProviderErrorCode.CONFLICT, "It was taken over.")

    with account.connect() as cloud:
        machine = next(one for one in cloud.read("virtual_machines") if one.state == "RUNNING")
        cloud.guard_changes(check)
        with pytest.raises(ProviderError, match="It was taken over") as raised:
            cloud.do("virtual_machines", "stop", machine.external_id)

    assert len(checks) == 2
    assert raised.value.may_have_acted is False
    with account.connect() as cloud:
        assert cloud.find("virtual_machines", machine.external_id).state == "RUNNING"
