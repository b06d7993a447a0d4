"""A reboot is sent at most once: no later read shows if it was done."""

import pytest
from django.utils import timezone

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode
from jobs.api import Job, Step, run_job
from tests.inventory.actions import machine_reboot
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import machine_source, make_simulator
from tests.inventory.operations.running import effects_of, run_to_its_end

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def provider():
    provider = make_simulator(machines=12)
    refresh([Ask(machine_source(provider), 0)])
    return provider


@pytest.fixture
def job(provider):
    machines = VirtualMachine.objects.select_related("source__provider", "provider")
    return machine_reboot(machine=machines.filter(state="RUNNING").first(), requested_by=None)


class Killed(BaseException):
    """Nothing in a worker survives it, as nothing survives SIGKILL."""


def after(function, error):
    """``function``, after which ``error`` is raised."""

    def act_and_fail(*arguments, **options):
        function(*arguments, **options)
        raise error

    return act_and_fail


def lapse(job):
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())


def test_it_is_done_once(job, provider, simulator_directory):
    ended = run_to_its_end(job)

    assert (ended.state, ended.result) == ("SUCCEEDED", {"state": "RUNNING"})
    assert effects_of(simulator_directory, provider) == ["reboot"]


def test_a_worker_lost_after_the_call_leaves_an_unknown_outcome(
    monkeypatch, job, provider, simulator_directory
):
    with monkeypatch.context() as patched:
        patch_cloud(
            patched,
            "virtual_machines",
            "reboot",
            after(plain_cloud("virtual_machines", "reboot"), Killed()),
        )
        with pytest.raises(Killed):
            run_job(str(job.pk))
    lapse(job)

    ended = run_to_its_end(job)

    assert (ended.state, ended.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    assert not ended.error_retryable
    assert effects_of(simulator_directory, provider) == ["reboot"]


def test_a_worker_lost_before_it_noted_that_it_would_ask_is_replaced(
    monkeypatch, job, provider, simulator_directory
):
    with monkeypatch.context() as patched:
        patched.setattr(Step, "remember", after(lambda *_, **__: None, Killed()))
        with pytest.raises(Killed):
            run_job(str(job.pk))
    lapse(job)

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED"
    assert effects_of(simulator_directory, provider) == ["reboot"]


def test_an_answer_that_was_lost_leaves_an_unknown_outcome_too(
    monkeypatch, job, provider, simulator_directory
):
    lost = ProviderError(ProviderErrorCode.TIMEOUT, "No answer in time.")
    with monkeypatch.context() as patched:
        patch_cloud(
            patched,
            "virtual_machines",
            "reboot",
            after(plain_cloud("virtual_machines", "reboot"), lost),
        )
        run_job(str(job.pk))

    ended = run_to_its_end(job)

    assert (ended.state, ended.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    assert effects_of(simulator_directory, provider) == ["reboot"]


@pytest.mark.parametrize("code", [ProviderErrorCode.RATE_LIMITED, ProviderErrorCode.CONFLICT])
def test_a_clouds_clear_refusal_is_no_unknown_outcome(
    monkeypatch, job, provider, simulator_directory, code
):
    """It said that it did nothing, so it is asked again."""

    def refuse(_cloud, _external_id):
        raise ProviderError(code, "Not now.")

    with monkeypatch.context() as patched:
        patch_cloud(patched, "virtual_machines", "reboot", refuse)
        run_job(str(job.pk))

    ended = run_to_its_end(job)

    assert (ended.state, ended.attempts) == ("SUCCEEDED", 2)
    assert effects_of(simulator_directory, provider) == ["reboot"]
