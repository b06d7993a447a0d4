"""Settings that orders are sent with, changed while the answer to an order is missing.

A cloud knows a repeated order by a name or a token in one place alone: at Azure a name is unique in
its resource group. An order that is sent again elsewhere would make a second machine.
"""

import pytest

from inventory.providers import Capability, ProviderError, all_kinds
from inventory.providers import ProviderErrorCode as Code
from inventory.services.machines import machine_provision
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_connect, provider_update
from jobs.api import Job, cancel, retry
from tests.clouds.static_ec2 import Reply
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.operations.test_unclear_answers import take_step
from tests.inventory.providers.contract.backends import BACKENDS

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

NAME = "slow-1"
REPEATED = [
    kind.slug
    for kind in all_kinds()
    if kind.account is not None
    and kind.account.order_settings
    and Capability.PROVISION in kind.repeatable
]


@pytest.fixture
def ann():
    return make_user("ann", is_superuser=True)


@pytest.fixture
def account(request):
    return BACKENDS[request.param](request)


@pytest.fixture
def provider(account, ann):
    return provider_connect(
        owner=ann,
        kind=account.slug,
        name="account",
        credentials={name: one for name, one in account.credentials.items() if one is not None},
        regions=[account.region],
    )


def order(account, provider, ann):
    request = ProvisionRequest(name=NAME, size=account.size, image=account.image)
    return machine_provision(provider=provider, request=request, requested_by=ann)


@pytest.fixture
def sent(monkeypatch):
    """The settings of each order that is sent; the answer to the first one is ``sent.answer``."""

    class Sent(list):
        def answer(self):
            error = ProviderError(Code.TIMEOUT, "The answer did not come.")
            error.may_have_acted = True
            return error

    seen, create = Sent(), plain_cloud("virtual_machines", "provision")

    def create_machine(cloud, wanted):
        seen.append(dict(cloud.order_settings))
        if len(seen) == 1:
            raise seen.answer()
        return create(cloud, wanted)

    patch_cloud(monkeypatch, "virtual_machines", "provision", create_machine)
    return seen


def change_settings(account, provider):
    names = account.kind.account.order_settings
    provider_update(provider=provider, credentials=dict.fromkeys(names, "another"))


def test_kinds_that_repeat_orders_are_tested():
    assert {"azure", "google", "libvirt"} <= set(REPEATED)


@pytest.mark.parametrize("account", REPEATED, indirect=True)
def test_a_repeated_order_has_the_settings_of_the_first(account, provider, ann, sent):
    job = order(account, provider, ann)
    take_step(job)
    change_settings(account, provider)

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED", ended.error_message
    assert len(sent) == 2
    assert sent[0] == sent[1]
    assert "another" not in sent[1].values()


@pytest.mark.parametrize("account", REPEATED, indirect=True)
def test_the_order_of_a_retry_has_the_settings_of_the_first(account, provider, ann, sent):
    job = order(account, provider, ann)
    take_step(job)
    cancel(job=job)
    run_to_its_end(job)
    change_settings(account, provider)

    ended = run_to_its_end(retry(job=Job.objects.get(pk=job.pk), requested_by=ann))

    assert ended.state == "SUCCEEDED", ended.error_message
    assert len(sent) == 2
    assert sent[0] == sent[1]


@pytest.mark.parametrize("account", REPEATED, indirect=True)
def test_an_order_after_a_clear_refusal_has_the_present_settings(account, provider, ann, sent):
    def refused():
        error = ProviderError(Code.RATE_LIMITED, "Slow down.")
        error.may_have_acted = False
        return error

    sent.answer = refused
    job = order(account, provider, ann)
    take_step(job)
    change_settings(account, provider)
    take_step(job)

    assert set(sent[1].values()) == {"another"}


@pytest.mark.parametrize("account", REPEATED, indirect=True)
def test_an_order_whose_settings_are_not_noted_is_not_repeated(account, provider, ann, sent):
    """A job of an earlier release has not noted them."""
    job = order(account, provider, ann)
    take_step(job)
    job.refresh_from_db()
    memory = {key: job.memory[key] for key in job.memory if key != "order_settings"}
    Job.objects.filter(pk=job.pk).update(memory=memory)

    take_step(job)
    take_step(job)

    assert len(sent) == 1


@pytest.mark.parametrize(
    ("account", "changed"),
    [("azure", {"resource_group": "another"}), ("google", {"zone": "us-central1-b"})],
    indirect=["account"],
)
def test_one_order_makes_one_machine(monkeypatch, account, provider, ann, changed):
    """The order is carried out, its answer is lost, and the machine is listed late."""
    listing, looks = plain_cloud("virtual_machines", "list"), []

    def list_late(cloud):
        looks.append(cloud)
        return [one for one in listing(cloud) if len(looks) > 4 or one.name != NAME]

    patch_cloud(monkeypatch, "virtual_machines", "list", list_late)
    inner, orders = account.cloud.answer, []

    def answer(request):
        reply = inner(request)
        low = request.path.lower()
        if request.method in {"PUT", "POST"} and ("/virtualmachines/" in low or "/zones/" in low):
            orders.append(request.path)
            if len(orders) == 1:
                return Reply(b"<html>Gateway Time-out</html>", 504, {"Content-Type": "text/html"})
        return reply

    account.cloud.answer = answer
    job = order(account, provider, ann)
    take_step(job)
    provider_update(provider=provider, credentials=changed)

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED", ended.error_message
    assert len(orders) > 1
    assert len(set(orders)) == 1
    with account.connect() as cloud:
        assert len([one for one in listing(cloud) if one.name == NAME]) == 1
