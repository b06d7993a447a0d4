"""The size of a resize is looked up once, as an id, and where the machine is."""

import pytest
from django.utils import timezone

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.live.source_state import close_breakers
from inventory.models import VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.services.machine_dry_runs import dry_run_resize
from inventory.services.machines import machine_provision, machine_resize
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_connect
from jobs.api import Job, run_job
from tests.clouds.recorded import as_json
from tests.inventory.cloud_patches import patch_named, plain_named
from tests.inventory.factories import machine_source, make_simulator, make_user
from tests.inventory.operations.acting import acting
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.operations.test_refused_resize import RESIZING
from tests.inventory.providers.contract.backends import BACKENDS

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # of a cloud's answers; how a step is stored, tests of jobs and of live reads ask both databases
    pytest.mark.any_database,
]


def connect(account):
    return provider_connect(
        owner=make_user(),
        kind=account.slug,
        name="recorded",
        credentials=account.given,
        regions=[account.region],
    )


def machine_of(provider, **limits):
    refresh([Ask(machine_source(provider), 0)])
    rows = VirtualMachine.objects.select_related("source__provider", "provider")
    return rows.filter(provider=provider, state="RUNNING", **limits).order_by("pk").first()


@pytest.fixture
def unreadable(monkeypatch):
    """The sizes cannot be read; returns what makes them readable again."""
    originals = {name: plain_named(name) for name in ("list_sizes", "find_size")}

    def no_answer(*_arguments):
        raise ProviderError(ProviderErrorCode.TIMEOUT, "No answer in time.")

    for name in originals:
        patch_named(monkeypatch, name, no_answer)

    def readable_again(provider):
        for name, original in originals.items():
            patch_named(monkeypatch, name, original)
        close_breakers(provider.sources.all())

    return readable_again


@pytest.fixture
def sent():
    """The sizes that clouds were asked to give machines."""
    found = []

    def spying(act):
        def resize(cloud, external_id, size):
            found.append(size)
            return act(cloud, external_id, size)

        return resize

    with acting("virtual_machine.resize", spying):
        yield found


@pytest.mark.parametrize("slug", RESIZING)
@pytest.mark.parametrize("wanted", ["another size", "its own size"])
def test_a_name_that_was_not_looked_up_at_submission_is_sent_as_an_id(slug, wanted, request, sent):
    account = BACKENDS[slug](request)
    provider = connect(account)
    machine = machine_of(provider)
    with account.connect() as cloud:
        names = {size.external_id: size.name for size in cloud.read("sizes")}
    others = (account.another_size, account.size)
    other = next(size for size in others if size != machine.size_id)
    size = other if wanted == "another size" else machine.size_id
    if size not in names:
        pytest.skip("Its own size is in no list.")
    readable_again = request.getfixturevalue("unreadable")
    job = machine_resize(machine=machine, size=names[size], stop_first=True, requested_by=None)
    readable_again(provider)

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED", ended.error_message
    assert sent == ([size] if wanted == "another size" else [])
    machine.refresh_from_db()
    assert (machine.size_id, machine.state) == (size, "RUNNING")


def test_a_size_that_only_the_zone_of_the_machine_offers(request, sent):
    account = BACKENDS["google"](request)
    provider = connect(account)
    refresh([Ask(machine_source(provider), 0)])
    elsewhere = VirtualMachine.objects.exclude(location_id="us-central1-a")
    machine = machine_of(provider, pk__in=elsewhere.values("pk"))
    inner, size = account.cloud.answer, "c3-standard-4"

    def answer(asked):
        if asked.method != "GET" or not asked.path.endswith(f"/machineTypes/{size}"):
            return inner(asked)
        if f"/zones/{machine.location_id}/" in asked.path:
            return as_json({"id": "1", "name": size, "memoryMb": 16384, "guestCpus": 4})
        error = {"code": 404, "message": "not found", "errors": [{"reason": "notFound"}]}
        return as_json({"error": error}, 404)

    account.cloud.answer = answer

    assert dry_run_resize(machine=machine, size=size, stop_first=True).allowed
    job = machine_resize(machine=machine, size=size, stop_first=True, requested_by=None)
    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED", ended.error_message
    assert sent == [size]


@pytest.mark.parametrize("method", ["list_sizes", "list_images"])
def test_a_job_waits_as_long_as_a_catalogue_asks(method, monkeypatch):
    provider = make_simulator(machines=3)

    def throttle(*_arguments):
        raise ProviderError(ProviderErrorCode.RATE_LIMITED, "Slower.", retry_after=300.0)

    patch_named(monkeypatch, method, throttle)
    order = ProvisionRequest(name="web", size="sim.nano", image="img-debian-12")
    jobs = [machine_provision(provider=provider, request=order, requested_by=None)]
    if method == "list_sizes":
        machine = machine_of(provider)
        size = next(one for one in ("sim.nano", "sim.small") if one != machine.size_id)
        jobs.append(machine_resize(machine=machine, size=size, stop_first=True, requested_by=None))

    # During the pause of the source, and after its cloud was asked again.
    for shortest in (50, 290):
        for job in jobs:
            Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
            run_job(str(job.pk))
            job.refresh_from_db()
            assert (job.state, job.error_code) == ("RUNNING", "RATE_LIMITED")
            assert (job.run_after - timezone.now()).total_seconds() > shortest
            close_breakers(provider.sources.all())
