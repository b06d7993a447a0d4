"""Refusals with a status of 5xx that are documented as "not carried out": nothing is in doubt."""

import pytest

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.providers import Capability, ProviderError
from inventory.services.machines import machine_provision
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_connect
from tests.clouds.recorded import as_json
from tests.clouds.static_ec2 import (
    empty_reply,
    instance_xml,
    instances_xml,
    refusal,
    reply,
    static_ec2,
)
from tests.inventory.actions import machine_reboot
from tests.inventory.factories import machine_source, make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.operations.test_unclear_answers import take_step
from tests.inventory.providers.contract.backends import BACKENDS

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"
IMAGE = "ami-12345678"
THROTTLED = refusal("RequestLimitExceeded", "Request limit exceeded.", status=503)
NO_CAPACITY = refusal("InsufficientInstanceCapacity", "Not sufficient.", status=500)
UNAVAILABLE = refusal("Unavailable", "The server is overloaded.", status=503)
REBOOTED = reply(
    f"<RebootInstancesResponse xmlns='{NAMESPACE}'><return>true</return></RebootInstancesResponse>"
)
IMAGES = reply(
    f"<DescribeImagesResponse xmlns='{NAMESPACE}'><imagesSet><item><imageId>{IMAGE}</imageId>"
    "<name>x</name><imageState>available</imageState></item></imagesSet></DescribeImagesResponse>"
)


class Compatible:
    """A cloud that is compatible with EC2; ``answers`` has replies to changes, by their action."""

    def __init__(self):
        self.answers = {}
        self.changes = []

    def answer(self, asked):
        action = asked.get("Action")
        if action == "DescribeInstances":
            return reply(instances_xml([instance_xml(1)]))
        if action in self.answers:
            self.changes.append(action)
            replies = self.answers[action]
            return replies.pop(0) if len(replies) > 1 else replies[0]
        return IMAGES if action == "DescribeImages" else empty_reply(action)


@pytest.fixture
def cloud():
    return Compatible()


@pytest.fixture
def provider(cloud):
    with static_ec2(cloud.answer) as server:
        provider = provider_connect(
            owner=make_user(),
            kind="aws",
            name="compatible",
            regions=["us-east-1"],
            credentials={
                "access_key_id": "AKIAAAAAAAAAAAAAAAAA",
                "secret_access_key": "s" * 40,
                "endpoint_url": server.url,
            },
        )
        refresh([Ask(machine_source(provider), 0)])
        yield provider


def ordered(provider, size="t3.micro", image=IMAGE):
    request = ProvisionRequest(name="web", size=size, image=image)
    return machine_provision(provider=provider, request=request, requested_by=None)


def rebooted(provider):
    machines = VirtualMachine.objects.select_related("source__provider", "provider")
    return machine_reboot(machine=machines.get(provider=provider), requested_by=None)


def test_a_throttled_reboot_is_asked_for_again(cloud, provider):
    cloud.answers["RebootInstances"] = [THROTTLED, REBOOTED]
    job = rebooted(provider)

    take_step(job)
    take_step(job)

    assert cloud.changes == ["RebootInstances"] * 2
    assert job.error_code != "OUTCOME_UNKNOWN"


def test_a_reboot_that_failed_in_another_way_is_in_doubt(cloud, provider):
    cloud.answers["RebootInstances"] = [UNAVAILABLE]

    ended = run_to_its_end(rebooted(provider))

    assert ended.error_code == "OUTCOME_UNKNOWN"
    assert cloud.changes == ["RebootInstances"]


def test_a_throttled_order_is_sent_again(cloud, provider):
    cloud.answers["RunInstances"] = [THROTTLED]
    job = ordered(provider)

    take_step(job)
    take_step(job)

    assert cloud.changes == ["RunInstances"] * 2
    assert job.memory["order_open"] is False


def test_an_order_without_capacity_is_refused(cloud, provider):
    cloud.answers["RunInstances"] = [NO_CAPACITY]

    ended = run_to_its_end(ordered(provider))

    assert ended.error_code == "QUOTA_EXCEEDED"
    assert cloud.changes == ["RunInstances"]


def test_an_order_at_google_without_capacity_is_refused(request):
    account = BACKENDS["google"](request)
    provider = provider_connect(
        owner=make_user(),
        kind="google",
        name="google",
        credentials=account.given,
        regions=[account.region],
    )
    inner, orders = account.cloud.answer, []
    error = {
        "code": 503,
        "message": "The zone does not have enough resources available.",
        "errors": [{"reason": "ZONE_RESOURCE_POOL_EXHAUSTED"}],
    }

    def answer(request):
        if request.method == "POST" and request.path.endswith("/instances"):
            orders.append(request)
            return as_json({"error": error}, 503)
        return inner(request)

    account.cloud.answer = answer

    ended = run_to_its_end(ordered(provider, account.size, account.image))

    assert ended.error_code == "QUOTA_EXCEEDED"
    assert len(orders) == 1


def test_a_read_that_is_throttled_after_a_change_leaves_the_change_open(request, monkeypatch):
    """Only the refused request was not carried out."""
    account = BACKENDS["google"](request)
    error = {"code": 503, "message": "x", "errors": [{"reason": "ZONE_RESOURCE_POOL_EXHAUSTED"}]}
    inner, changes = account.cloud.answer, []

    def answer(request):
        if changes:
            return as_json({"error": error}, 503)
        if request.path.endswith("/reset"):
            changes.append(request)
        return inner(request)

    with account.connect() as cloud:
        external_id = account.running(cloud).external_id
    account.cloud.answer = answer
    with account.connect() as cloud:
        table, key = cloud.kind.table, Capability.REBOOT.key
        reboot, find = table.functions[key], table.beside.find["virtual_machines"]

        def reboot_and_read(driver, external_id):
            reboot(driver, external_id)
            find(driver, external_id)

        monkeypatch.setitem(table.functions, key, reboot_and_read)
        with pytest.raises(ProviderError) as caught:
            cloud.do("virtual_machines", "reboot", external_id)

    assert caught.value.was_not_done
    assert caught.value.may_have_acted is True
