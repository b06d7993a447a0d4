"""A container's life as jobs, on every kind that is served from recordings."""

import pytest

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import Container
from inventory.providers import Capability
from inventory.services.actions import NotSupported
from inventory.services.container_orders import DeployRequest
from inventory.services.containers import container_deploy
from inventory.services.providers import provider_connect
from inventory.types import PortRecord
from tests.inventory.actions import container_change, container_restart, dry_run_container_change
from tests.inventory.factories import make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.container_backends import (
    CONTAINER_BACKENDS,
    RecordedContainers,
)

pytestmark = pytest.mark.django_db(transaction=True)

RECORDED = {
    slug: one for slug, one in CONTAINER_BACKENDS.items() if issubclass(one, RecordedContainers)
}


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


def deployed(provider, account, name="made-here", **given):
    request = DeployRequest(
        name=name,
        image=account.image,
        command=account.command,
        environment=[("COLOUR", "red")],
        ports=[PortRecord(80, "tcp", 18080)],
        labels=[("team", "red")],
        memory=64,
        **given,
    )
    return run_to_its_end(container_deploy(provider=provider, request=request, requested_by=None))


def container_of(job):
    containers = Container.objects.select_related("source__provider", "provider")
    return containers.get(external_id=job.result["externalId"])


def listed(account):
    with account.connect() as cloud:
        return {one.external_id for one in cloud.read("containers")}


def test_a_container_is_deployed_stopped_started_restarted_and_removed(account, provider):
    before = listed(account)
    job = deployed(provider, account)
    assert job.state == "SUCCEEDED", job.error_message
    container = container_of(job)
    assert (container.name, container.state, container.memory) == ("made-here", "RUNNING", 64)
    assert ["gateway-job", str(job.pk)] in container.labels
    assert listed(account) - before == {container.external_id}

    def changed(ask):
        job = run_to_its_end(ask(container=container, requested_by=None))
        assert job.state == "SUCCEEDED", job.error_message
        container.refresh_from_db()
        return container.state

    def ask(name):
        return lambda **given: container_change(name=name, **given)

    for capability, asked, state in (
        (Capability.STOP_CONTAINER, ask("stop"), "STOPPED"),
        (Capability.START_CONTAINER, ask("start"), "RUNNING"),
        (Capability.RESTART_CONTAINER, container_restart, "RUNNING"),
        (Capability.REMOVE_CONTAINER, ask("remove"), "REMOVED"),
    ):
        if capability in account.kind.capabilities:
            assert changed(asked) == state
        else:
            with pytest.raises(NotSupported):
                asked(container=container, requested_by=None)
    assert listed(account) == before


def test_a_name_that_is_taken_fails_at_once(account, provider):
    assert deployed(provider, account).state == "SUCCEEDED"
    before = listed(account)

    job = deployed(provider, account)

    assert (job.state, job.error_code, job.attempts) == ("FAILED", "CONFLICT", 1)
    assert listed(account) == before


def test_a_read_of_one_and_a_list_find_no_change_in_each_other(account, provider):
    job = deployed(provider, account)
    container = container_of(job)
    before = container.fingerprint
    sources = provider.sources.select_related("provider")
    refresh([Ask(source, 0) for source in sources])

    container.refresh_from_db()
    assert container.fingerprint == before


def test_what_a_kind_will_not_remove_fails_at_once(provider, account):
    """A conflict that stays is not tried again for as long as a job may take."""
    if account.slug != "kubernetes":
        pytest.skip("Only Kubernetes has containers that somebody makes again.")
    sources = provider.sources.select_related("provider")
    refresh([Ask(source, 0) for source in sources])
    containers = Container.objects.select_related("source__provider", "provider")
    container = containers.get(external_id="report-28f4k/report")

    job = run_to_its_end(container_change(name="remove", container=container, requested_by=None))

    assert (job.state, job.error_code, job.attempts) == ("FAILED", "CONFLICT", 1)
    assert "belongs to Job report" in job.error_message
    assert dry_run_container_change(name="remove", container=container).allowed is False
