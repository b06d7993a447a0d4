"""Requests that a proxy answers with 504 after the cloud acted, at every recorded kind."""

import pytest

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.providers import Capability
from inventory.services.machines import machine_provision, machine_resize
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_connect
from tests.clouds.static_ec2 import Reply
from tests.inventory.actions import machine_change
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import machine_source, make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.backends import BACKENDS, Recorded

pytestmark = pytest.mark.django_db(transaction=True)

RECORDED = {slug: one for slug, one in BACKENDS.items() if issubclass(one, Recorded)}
LOOKS = 4  # that do not show a new machine


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


def changes_something(request):
    is_check = "testIam" in request.path or request.path.endswith("/permissions")
    return request.method != "GET" and "token" not in request.path and not is_check


def lose_first_answer(account):
    """Returns the changing requests, which are carried out."""
    inner, changes = account.cloud.answer, []

    def answer(request):
        reply = inner(request)
        if not changes_something(request):
            return reply
        changes.append(request)
        lost = Reply(b"<html>Gateway Time-out</html>", 504, {"Content-Type": "text/html"})
        return lost if len(changes) == 1 else reply

    account.cloud.answer = answer
    return changes


def stopped(machine):
    job = run_to_its_end(machine_change(name="stop", machine=machine, requested_by=None))
    assert job.state == "SUCCEEDED", job.error_message
    machine.refresh_from_db()
    return machine


@pytest.mark.parametrize("stop_first", [True, False])
def test_a_resize_ends_as_it_was_asked(account, provider, stop_first):
    if Capability.RESIZE not in account.kind.capabilities:
        pytest.skip("The kind has no resize.")
    refresh([Ask(machine_source(provider), 0)])
    machines = VirtualMachine.objects.filter(state="RUNNING").select_related("source__provider")
    machine = machines[0] if stop_first else stopped(machines[0])
    lose_first_answer(account)

    job = machine_resize(
        machine=machine, size=account.another_size, stop_first=stop_first, requested_by=None
    )
    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED", ended.error_message
    machine.refresh_from_db()
    state = "RUNNING" if stop_first else "STOPPED"
    assert (machine.state, machine.size_id) == (state, account.another_size)


def test_a_machine_that_is_listed_late_is_bought_once(account, provider, monkeypatch):
    listing, looks = plain_cloud("virtual_machines", "list"), []

    def list_late(cloud):
        looks.append(account.slug)
        found = listing(cloud)
        hidden = len(looks) <= LOOKS
        return [one for one in found if not (hidden and one.name == "slow-1")]

    patch_cloud(monkeypatch, "virtual_machines", "list", list_late)
    lose_first_answer(account)
    request = ProvisionRequest(name="slow-1", size=account.size, image=account.image)

    job = run_to_its_end(machine_provision(provider=provider, request=request, requested_by=None))

    assert job.state == "SUCCEEDED", job.error_message
    with account.connect() as cloud:
        assert [one.name for one in listing(cloud)].count("slow-1") == 1
