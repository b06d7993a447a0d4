"""A resize that is refused after the machine was stopped says so, and its retry starts it again."""

import pytest

from inventory.live.refresh import Ask, refresh
from inventory.models import VirtualMachine
from inventory.providers import Cloud, ProviderError, ProviderErrorCode
from inventory.services.machines import machine_resize
from jobs.services import retry
from tests.inventory.factories import machine_source, make_simulator, make_user
from tests.inventory.operations.running import run_to_its_end

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_refused_resize_reports_that_the_machine_is_off(monkeypatch):
    user = make_user(is_superuser=True)
    provider = make_simulator(user, machines=20)
    refresh([Ask(machine_source(provider), 0)])
    rows = VirtualMachine.objects.select_related("source__provider", "provider")
    machine = rows.filter(provider=provider, state="RUNNING").first()
    size = "sim.large" if machine.size_id != "sim.large" else "sim.small"

    def refuse(_cloud, _external_id, _size):
        raise ProviderError(ProviderErrorCode.QUOTA_EXCEEDED, "No cores are left.")

    with monkeypatch.context() as patched:
        patched.setattr(Cloud, "resize_machine", refuse)
        job = machine_resize(machine=machine, size=size, stop_first=True, requested_by=user)
        failed = run_to_its_end(job)
    assert (failed.state, failed.error_code) == ("FAILED", "QUOTA_EXCEEDED")
    assert "The machine was stopped for the new size and is off" in failed.error_message

    done = run_to_its_end(retry(job=failed, requested_by=user))

    assert (done.state, done.result) == ("SUCCEEDED", {"state": "RUNNING", "size": size})
