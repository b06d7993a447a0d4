"""A job does nothing at another account than the one that its provider had at its submission."""

import itertools
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import timezone

from gateway.core import references
from gateway.core.crypto import DecryptionError
from inventory.live import connection
from inventory.live.region_set import match_sources
from inventory.models import Container, Credentials, Provider, VirtualMachine
from inventory.operations import account as accounts
from inventory.operations.actions.virtual_machines import CHANGES
from inventory.providers import Capability, ProviderError, ProviderErrorCode, all_kinds, get_kind
from inventory.providers.simulator.store import Store
from inventory.selectors.ids import cloud_id_of
from inventory.services.bulk import change_many
from inventory.services.container_orders import DeployRequest
from inventory.services.containers import container_deploy
from inventory.services.machines import machine_provision, machine_resize, machine_tag
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_update
from inventory.services.selection import Selection
from jobs.api import Job, cancel, retry, run_job
from tests.clouds.engine import ENGINES, Engine, engines  # noqa: F401 - a fixture
from tests.inventory.actions import (
    container_change,
    container_restart,
    machine_change,
    machine_reboot,
)
from tests.inventory.factories import make_user
from tests.inventory.operations.every import OPERATIONS, cloud_of, submit
from tests.inventory.operations.running import run_to_its_end, take_step
from tests.inventory.providers.test_account import OTHERWISE, SPELLINGS, credentials_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("engines")]
_numbers = itertools.count()


def move(cloud, directory):
    """Name another account at the cloud; returns what that one was made to do."""
    if cloud.provider.kind_slug == "engine":
        other = ENGINES["another", "here"] = Engine()
        provider_update(provider=cloud.provider, credentials={"name": "another"})
        return lambda: list(other.effects)
    seed = f"another-{next(_numbers)}"
    provider_update(provider=cloud.provider, credentials={"seed": seed})
    return lambda: [effect.action for effect in Store(directory, seed).effects()]


def assert_refused(job):
    assert (job.state, job.error_code) == ("FAILED", "ACCOUNT_CHANGED"), job.error_message
    assert "another account" in job.error_message
    assert "make a new request" in job.error_message
    assert not job.error_retryable


@pytest.fixture(params=OPERATIONS)
def operation(request):
    return request.param


def test_no_job_acts_at_another_account(operation, simulator_directory, monkeypatch):
    cloud = cloud_of(operation, simulator_directory)
    queued, begun = submit(cloud, operation), submit(cloud, operation)
    run_job(str(begun.pk))
    begun.refresh_from_db()
    assert not begun.is_finished
    before = cloud.effects

    effects = move(cloud, simulator_directory)
    monkeypatch.setattr(connection, "connect", lambda *_: pytest.fail("The cloud was asked."))

    assert_refused(run_to_its_end(queued))
    assert_refused(run_to_its_end(begun))
    assert effects() == []
    if operation.startswith("container."):
        assert cloud.effects == before


def test_with_the_earlier_account_a_retry_goes_on(operation, simulator_directory):
    cloud = cloud_of(operation, simulator_directory)
    earlier = {name: str(value) for name, value in cloud.provider.credentials.values.items()}
    user = cloud.provider.owner
    job = submit(cloud, operation, user)
    move(cloud, simulator_directory)
    assert_refused(run_to_its_end(job))
    again = retry(job=Job.objects.get(pk=job.pk), requested_by=user)
    assert_refused(run_to_its_end(again))

    provider_update(provider=cloud.provider, credentials=earlier)
    again = retry(job=Job.objects.get(pk=again.pk), requested_by=user)

    assert run_to_its_end(again).state == "SUCCEEDED"


def test_what_does_not_name_the_account_may_change(operation, simulator_directory):
    cloud = cloud_of(operation, simulator_directory)
    job = submit(cloud, operation)
    if cloud.provider.kind_slug == "simulator":
        provider_update(provider=cloud.provider, credentials={"boot_ms": "1"})
    provider_update(provider=cloud.provider, name="renamed", deadline_ms=5000)

    assert run_to_its_end(job).state == "SUCCEEDED"


def test_a_job_of_a_release_that_noted_no_account_goes_on(operation, simulator_directory):
    cloud = cloud_of(operation, simulator_directory)
    job = submit(cloud, operation)
    assert set(job.memory["identity"]) <= {"account", "created_at"}
    Job.objects.filter(pk=job.pk).update(memory={})

    assert run_to_its_end(job).state == "SUCCEEDED"


def test_an_account_that_changes_within_a_step_is_not_asked(
    operation, simulator_directory, monkeypatch
):
    """The credentials that a call uses are those that were compared."""
    cloud = cloud_of(operation, simulator_directory)
    job = submit(cloud, operation)
    plain, moved = connection.read_credentials, []

    def change_meanwhile(provider):
        if not moved:
            moved.append(move(cloud, simulator_directory))
        return plain(provider)

    monkeypatch.setattr(accounts, "read_credentials", change_meanwhile)

    ended = run_to_its_end(job)

    assert_refused(ended)
    assert moved[0]() == []


def test_a_step_reads_the_credentials_once(operation, simulator_directory, monkeypatch):
    cloud = cloud_of(operation, simulator_directory)
    job = submit(cloud, operation)
    plain, reads = references.resolve, []
    monkeypatch.setattr(references, "resolve", lambda values: reads.append(1) or plain(values))

    while not job.is_finished:
        reads.clear()
        take_step(job)
        assert len(reads) == 1

    assert job.state == "SUCCEEDED", job.error_message


def test_jobs_of_many_are_each_of_the_account_of_their_submission(simulator_directory):
    cloud = cloud_of("virtual_machine.stop", simulator_directory)
    machines = VirtualMachine.objects.filter(state="RUNNING").select_related("source__provider")
    ids = [str(cloud_id_of(machine)) for machine in machines[:2]]
    user = cloud.provider.owner
    stops = change_many(change=CHANGES["stop"], selection=Selection(ids=ids), requested_by=user)
    request = ProvisionRequest(name="web", size="sim.nano", image="img-debian-12")
    purchases = machine_provision(
        provider=cloud.provider, request=request, count=2, requested_by=user
    )
    effects = move(cloud, simulator_directory)

    for parent in (stops, purchases):
        for child in parent.children.all():
            assert_refused(run_to_its_end(child))
        ended = Job.objects.get(pk=parent.pk)
        assert ended.state == "FAILED"
        again = retry(job=ended, requested_by=user)
        for child in again.children.all():
            assert_refused(run_to_its_end(child))
    assert effects() == []


def test_a_canceled_purchase_in_doubt_asks_no_other_account(simulator_directory, monkeypatch):
    cloud = cloud_of("virtual_machine.provision", simulator_directory)
    job = submit(cloud, "virtual_machine.provision")
    memory = {**job.memory, "asked_at": 1.0, "order_open": True, "region": "sim-1"}
    Job.objects.filter(pk=job.pk).update(memory=memory, state="RUNNING")
    cancel(job=Job.objects.get(pk=job.pk))
    move(cloud, simulator_directory)
    monkeypatch.setattr(connection, "connect", lambda *_: pytest.fail("The cloud was asked."))

    ended = run_to_its_end(job)

    assert (ended.state, ended.error_code) == ("CANCELED", "OUTCOME_UNKNOWN")


def test_an_account_that_could_not_be_read_at_submission_is_no_known_one(
    simulator_directory, monkeypatch
):
    cloud = cloud_of("virtual_machine.stop", simulator_directory)

    def unreadable(_values):
        raise DecryptionError("No key fits.")

    with monkeypatch.context() as patched:
        patched.setattr(accounts.references, "resolve", unreadable)
        job = submit(cloud, "virtual_machine.stop")

    assert_refused(run_to_its_end(job))


# Every kind, without its cloud.

ACTS = {
    Capability.START: lambda row, user: machine_change(
        name="start", machine=row, requested_by=user
    ),
    Capability.STOP: lambda row, user: machine_change(name="stop", machine=row, requested_by=user),
    Capability.SUSPEND: lambda row, user: machine_change(
        name="suspend", machine=row, requested_by=user
    ),
    Capability.RESUME: lambda row, user: machine_change(
        name="resume", machine=row, requested_by=user
    ),
    Capability.TERMINATE: lambda row, user: machine_change(
        name="terminate", machine=row, requested_by=user
    ),
    Capability.REBOOT: lambda row, user: machine_reboot(machine=row, requested_by=user),
    Capability.RESIZE: lambda row, user: machine_resize(
        machine=row, size="another", requested_by=user
    ),
    Capability.TAG: lambda row, user: machine_tag(
        machine=row, wanted={"env": "test"}, unwanted=[], requested_by=user
    ),
    Capability.PROVISION: lambda row, user: machine_provision(
        provider=row.provider,
        request=ProvisionRequest(name="web", size="size", image="image"),
        requested_by=user,
    ),
    Capability.START_CONTAINER: lambda row, user: container_change(
        name="start", container=row, requested_by=user
    ),
    Capability.STOP_CONTAINER: lambda row, user: container_change(
        name="stop", container=row, requested_by=user
    ),
    Capability.REMOVE_CONTAINER: lambda row, user: container_change(
        name="remove", container=row, requested_by=user
    ),
    Capability.RESTART_CONTAINER: lambda row, user: container_restart(
        container=row, requested_by=user
    ),
    Capability.DEPLOY_CONTAINER: lambda row, user: container_deploy(
        provider=row.provider, request=DeployRequest(name="web", image="nginx"), requested_by=user
    ),
}
KINDS = [
    kind.slug
    for kind in all_kinds()
    if kind.account is not None and (kind.lists_machines or kind.lists_containers)
]


def acting_on_rows(kind):
    """The actions on machines and containers; the operations above cover storage."""
    return [one for one in kind.acting_capabilities if one in ACTS]


@pytest.fixture
def asked(monkeypatch):
    """No cloud answers; returns the calls."""
    calls = []

    def unreachable(*given):
        calls.append(given)
        raise ProviderError(ProviderErrorCode.UNREACHABLE, "No cloud is there.")

    monkeypatch.setattr(connection, "connect", unreachable)
    return calls


def stored_object(kind):
    """A machine or a container of an account of this kind, as a list would have stored it."""
    provider = Provider.objects.create(
        owner=make_user(is_superuser=True),
        name=kind.slug,
        kind_slug=kind.slug,
        regions=[kind.default_regions[0]],
        named_regions=[kind.default_regions[0]],
    )
    Credentials.objects.create(provider=provider, values=credentials_of(kind))
    with transaction.atomic():
        match_sources(provider)
    resource = "virtual_machines" if kind.lists_machines else "containers"
    model = VirtualMachine if kind.lists_machines else Container
    row = model.objects.create(
        provider=provider,
        source=provider.sources.get(resource=resource),
        region=provider.regions[0],
        external_id="one",
        name="one",
        state="RUNNING",
        observed_at=timezone.now(),
        read_started_at=timezone.now(),
    )
    return model.objects.select_related("source__provider", "provider").get(pk=row.pk)


def store(provider, values):
    Credentials.objects.filter(provider=provider).update(values=values)


@pytest.mark.parametrize("slug", [slug for slug in KINDS if get_kind(slug).account.compared])
def test_each_credential_that_names_the_account_counts_for_each_action(slug, asked):
    kind = get_kind(slug)
    row = stored_object(kind)
    before = credentials_of(kind)
    for capability in acting_on_rows(kind):
        for field in [one for one in kind.credentials if one.name in kind.account.compared]:
            job = ACTS[capability](row, row.provider.owner)
            asked.clear()
            store(row.provider, before | {field.name: OTHERWISE[field.type]})

            ended = run_to_its_end(job)

            assert ended.error_code == "ACCOUNT_CHANGED", (capability, field.name)
            assert asked == []
            store(row.provider, before)


@pytest.mark.parametrize("slug", KINDS)
def test_a_rotated_secret_ends_no_job(slug, asked):
    kind = get_kind(slug)
    row = stored_object(kind)
    job = ACTS[acting_on_rows(kind)[0]](row, row.provider.owner)
    asked.clear()
    secrets = {one.name: "rotated" for one in kind.credentials if one.secret}
    secrets.pop("service_account", None)  # a text that is no key file
    store(row.provider, credentials_of(kind) | secrets)

    run_job(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.error_code) == ("RUNNING", "UNREACHABLE")
    assert asked


@pytest.mark.parametrize(("slug", "name", "one", "other"), SPELLINGS)
def test_another_spelling_of_the_address_ends_no_job(slug, name, one, other):
    kind = get_kind(slug)
    known = credentials_of(kind)
    noted = {"account": kind.account_digest(known | {name: one})}
    accounts.check_account(SimpleNamespace(identity=noted), kind, known | {name: other})

    another = known | {name: "https://elsewhere.example"}
    with pytest.raises(accounts.AnotherAccount):
        accounts.check_account(SimpleNamespace(identity=noted), kind, another)
