"""A read, the cloud's answer, a dry run and a job agree on the reason that blocks an action.

For each kind, each state that it documents as blocking, and each action on a machine.
"""

import pytest

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.providers import Capability, ProviderError, all_kinds
from inventory.services.machine_dry_runs import dry_run_resize, dry_run_tag
from inventory.services.machines import machine_resize, machine_tag
from inventory.services.providers import provider_connect
from jobs.api import Job, run_job
from tests.clouds.sent import only_reads, requests_sent
from tests.inventory.actions import dry_run_change, dry_run_reboot, machine_change, machine_reboot
from tests.inventory.factories import machine_source, make_user
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.blocking import ON_MACHINE, STATES, act

PAIRS = [(slug, state) for slug, states in STATES.items() for state in states]
# A sample: each kind of fact that blocks, lasting and temporary.
IN_JOBS = [
    (slug, state)
    for slug, state in PAIRS
    if slug != "openstack"
    or state in {"ACTIVE", "ERROR", "RESCUE", "VERIFY_RESIZE", "PAUSED"}
    or state.startswith(("locked", "a task", "never"))
]
each_state = pytest.mark.parametrize(("slug", "state"), PAIRS)
TAGS = {"wanted": {"env": "dry"}, "unwanted": ["team"]}


def test_every_kind_that_reads_blockers_is_held_to_it():
    reading = {kind.slug for kind in all_kinds() if kind.table.beside.blocker is not None}

    assert reading == set(STATES)


@pytest.fixture
def account(request, slug):
    return BACKENDS[slug](request)


@pytest.fixture
def machine_id(account):
    with account.connect() as cloud:
        return account.running(cloud).external_id


def actions(account):
    return [one for one in ON_MACHINE if one in account.kind.capabilities]


def size_of(account):
    return getattr(account, "another_size", "t3.large")


@each_state
def test_a_read_says_what_the_cloud_answers(account, machine_id, slug, state):
    refused = 0
    for capability in actions(account):
        if slug == "aws" and capability in {"RESIZE", "START"}:
            continue  # of what is off
        STATES[slug][state](account, machine_id)
        with account.connect() as cloud:
            with requests_sent() as sent:
                blocker = cloud.find_blocker(capability, machine_id)
            assert all(only_reads(one) for one in sent), capability
            error = refusal(cloud, capability, machine_id, size_of(account))
        if error is None:
            assert blocker is None, (capability, blocker)
            continue
        refused += 1
        assert blocker is not None, (capability, error.message)
        found = (blocker.allowed, blocker.code, blocker.is_temporary)
        assert found == (False, error.code, error.retryable), (capability, error.message)
    assert refused or state == "plain", "The cloud refuses nothing in this state."


def refusal(cloud, *asked):
    try:
        act(cloud, *asked)
    except ProviderError as error:
        return error
    return None


def test_an_account_that_may_not_read_it_asks_the_cloud(request):
    account = BACKENDS["azure"](request)
    with account.connect() as cloud:
        machine_id = account.running(cloud).external_id
        account.cloud.fault = account.cloud.problem(403, "AuthorizationFailed", "No read of locks.")
        account.cloud.fault_meets = lambda asked: asked.path.endswith("/locks")

        assert cloud.find_blocker(Capability.STOP, machine_id) is None


def test_a_lock_does_not_block_an_administrator(request):
    """nova's ``check_instance_lock`` lets an administrator pass."""
    account = BACKENDS["openstack"](request)
    account.cloud.roles = ("admin", "member")
    with account.connect() as cloud:
        machine_id = account.running(cloud).external_id
        STATES["openstack"]["locked"](account, machine_id)

        assert cloud.find_blocker(Capability.STOP, machine_id) is None
        cloud.do("virtual_machines", "stop", machine_id)


def test_a_nova_without_the_lock_still_tells_the_status(request):
    account = BACKENDS["openstack"](request)
    account.cloud.newest_microversion = 8
    with account.connect() as cloud:
        machine_id = account.running(cloud).external_id
        STATES["openstack"]["RESCUE"](account, machine_id)
        blocker = cloud.find_blocker(Capability.STOP, machine_id)

    assert (blocker.code, blocker.is_temporary) == ("CONFLICT", False)
    assert "RESCUE" in blocker.message


@pytest.mark.parametrize(("slug", "state"), IN_JOBS)
@pytest.mark.django_db(transaction=True)
def test_a_dry_run_says_what_the_job_ends_with(account, machine_id, slug, state):
    row = connected_row(account, machine_id)
    for capability in actions(account):
        STATES[slug][state](account, machine_id)
        with requests_sent() as sent:
            dry = dry_run(capability, row, size_of(account))
        declared = account.kind.dry_run
        assert all(only_reads(one) or declared.allows(one) for one in sent), capability
        with requests_sent() as sent:
            job = first_step(submit(capability, row, size_of(account)))
        message = (capability, dry.checks, job.state, job.error_message)
        temporary = any("wait and ask again" in one.message for one in dry.checks)
        if dry.allowed:
            assert job.error_code in {"", None}, message
        elif temporary:
            assert job.state == "RUNNING", message
        else:
            assert (job.state, job.error_code) == ("FAILED", "CONFLICT"), message
            assert all(only_reads(one) for one in sent), message
            last = dry.checks[-1]
            assert last.name == "state" or last.message == job.error_message, message
        Job.objects.filter(pk=job.pk).delete()


def connected_row(account, machine_id):
    provider = provider_connect(
        owner=make_user(),
        kind=account.slug,
        name="blocking",
        credentials={name: str(one) for name, one in account.credentials.items() if one},
        regions=[account.region],
    )
    refresh([Ask(machine_source(provider), 0)])
    rows = VirtualMachine.objects.select_related("source__provider", "provider")
    return rows.get(provider=provider, external_id=machine_id)


def dry_run(capability, row, size):
    if capability == "RESIZE":
        return dry_run_resize(machine=row, size=size, stop_first=True)
    if capability == "TAG":
        return dry_run_tag(machine=row, **TAGS)
    if capability == "REBOOT":
        return dry_run_reboot(machine=row)
    return dry_run_change(name=capability.lower(), machine=row)


def submit(capability, row, size):
    given = {"machine": row, "requested_by": None}
    if capability == "RESIZE":
        return machine_resize(size=size, stop_first=True, **given)
    if capability == "TAG":
        return machine_tag(**TAGS, **given)
    if capability == "REBOOT":
        return machine_reboot(**given)
    return machine_change(name=capability.lower(), **given)


def first_step(job):
    run_job(str(job.pk))
    job.refresh_from_db()
    return job
