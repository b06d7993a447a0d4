"""A machine's life as jobs, on every kind that is served from recordings."""

import pytest
from django.utils import timezone

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.providers import Capability
from inventory.services.machines import machine_provision, machine_resize
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_connect
from jobs.api import Job
from tests.clouds.recorded import as_json
from tests.inventory.actions import machine_change
from tests.inventory.factories import machine_source, make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.backends import BACKENDS, Recorded

pytestmark = pytest.mark.django_db(transaction=True)

RECORDED = {slug: one for slug, one in BACKENDS.items() if issubclass(one, Recorded)}


@pytest.fixture(params=RECORDED)
def account(request):
    return RECORDED[request.param](request)


@pytest.fixture
def provider(account):
    return provider_connect(
        owner=make_user(),
        kind=account.slug,
        name="recorded",
        credentials=account.given,
        regions=[account.region],
    )


def changed(machine, name):
    job = run_to_its_end(machine_change(name=name, machine=machine, requested_by=None))
    assert job.state == "SUCCEEDED", job.error_message
    machine.refresh_from_db()
    return machine.state


def test_a_machine_is_bought_stopped_resized_started_and_terminated(account, provider):
    receipt = refresh([Ask(machine_source(provider), 0)])
    before = set(VirtualMachine.objects.values_list("external_id", flat=True))
    assert before, receipt

    request = ProvisionRequest(name="made-here", size=account.size, image=account.image)
    job = run_to_its_end(machine_provision(provider=provider, request=request, requested_by=None))
    assert job.state == "SUCCEEDED", job.error_message
    machine = VirtualMachine.objects.select_related("source__provider").get(
        external_id=job.result["externalId"]
    )
    assert machine.external_id not in before
    assert (machine.name, machine.state) == ("made-here", "RUNNING")
    assert ["gateway-job", str(job.pk)] in machine.tags

    assert changed(machine, "stop") == "STOPPED"
    if Capability.RESIZE in account.kind.capabilities:
        size = account.another_size
        resized = run_to_its_end(machine_resize(machine=machine, size=size, requested_by=None))
        assert (resized.state, resized.result) == ("SUCCEEDED", {"state": "STOPPED", "size": size})
    assert changed(machine, "start") == "RUNNING"
    assert changed(machine, "terminate") == "TERMINATED"

    with account.connect() as cloud:
        assert {one.external_id for one in cloud.read("virtual_machines")} == before


@pytest.mark.parametrize("name", ["stop", "terminate"])
def test_a_cloud_that_says_yes_and_does_nothing_is_not_believed(account, provider, name):
    """libcloud's drivers return True, False or '' for an action, whatever becomes of it."""
    refresh([Ask(machine_source(provider), 0)])
    machine = VirtualMachine.objects.filter(state="RUNNING").select_related("source__provider")[0]
    account.cloud.fault = as_json({}, 202)
    account.cloud.fault_meets = changes_something
    job = machine_change(name=name, machine=machine, requested_by=None)

    with pytest.raises(AssertionError, match="The job is RUNNING"):
        run_to_its_end(job, most_steps=5)
    assert [one for one in account.cloud.asked if changes_something(one)]
    Job.objects.filter(pk=job.pk).update(deadline_at=timezone.now())
    ended = run_to_its_end(job)

    assert (ended.state, ended.error_code) == ("FAILED", "DEADLINE_EXCEEDED")
    machine.refresh_from_db()
    assert machine.state == "RUNNING"


def changes_something(request):
    return request.method != "GET" and not request.path.endswith(("/token", "/tokens"))
