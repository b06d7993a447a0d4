"""An Azure order that is sent again after its machine was made: the machine keeps its interface."""

import pytest

from inventory.providers import ProviderError
from inventory.services.machines import machine_provision
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_connect
from inventory.types import NewMachine
from tests.clouds.recorded import as_json
from tests.clouds.static_ec2 import Reply
from tests.inventory.cloud_patches import patch_cloud, plain_cloud
from tests.inventory.factories import make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.backends import BACKENDS

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

NAME, TOKEN = "slow-1", "11111111-2222-3333-4444-555555555555"
LOST = Reply(b"<html>Gateway Time-out</html>", 504, {"Content-Type": "text/html"})
QUOTA = as_json({"error": {"code": "QuotaExceeded", "message": "Exceeds the quota."}}, 409)


@pytest.fixture
def account(request):
    return BACKENDS["azure"](request)


def is_of_machine(request):
    return request.method == "PUT" and "/virtualmachines/" in request.path.lower()


def answering(account, replies):
    """Returns the changes that are sent; ``replies``: to the orders, None: the server's own."""
    inner, changes = account.cloud.answer, []

    def answer(request):
        if request.method != "GET":
            changes.append(request)
        if not is_of_machine(request) or not replies:
            return inner(request)
        given = replies.pop(0)
        if given is QUOTA:
            return given
        reply = inner(request)
        return given or reply

    account.cloud.answer = answer
    return changes


def interfaces_of(account):
    (machine,) = (one for one in account.cloud.machines if one["name"] == NAME)
    named = machine["properties"]["networkProfile"]["networkInterfaces"]
    kept = {one["id"] for one in account.cloud.interfaces}
    return [one["id"] in kept for one in named]


@pytest.mark.parametrize("again", [None, QUOTA], ids=["exists", "another refusal"])
def test_a_repeated_order_removes_nothing(monkeypatch, account, again):
    provider = provider_connect(
        owner=make_user(),
        kind="azure",
        name="azure",
        credentials=account.given,
        regions=[account.region],
    )
    listing, looks = plain_cloud("virtual_machines", "list"), []

    def list_late(cloud):
        looks.append(cloud)
        return [one for one in listing(cloud) if len(looks) > 2 or one.name != NAME]

    patch_cloud(monkeypatch, "virtual_machines", "list", list_late)
    changes = answering(account, [LOST, again])
    request = ProvisionRequest(name=NAME, size=account.size, image=account.image)
    job = machine_provision(provider=provider, request=request, requested_by=None)

    run_to_its_end(job)

    assert len([one for one in changes if is_of_machine(one)]) > 1
    assert not [one for one in changes if one.method == "DELETE"]
    assert interfaces_of(account) == [True]


def order_of(account, token, **more):
    tags = (("gateway-job", token),)
    return NewMachine(NAME, account.size, account.image, token, tags=tags, **more)


def test_the_interface_of_a_machine_with_the_mark_of_the_order_stays(account):
    with account.connect() as cloud:
        cloud.create("virtual_machines", "provision", order_of(account, TOKEN))
        changes = answering(account, [])
        with pytest.raises(ProviderError):
            cloud.create("virtual_machines", "provision", order_of(account, TOKEN))

    assert not [one for one in changes if one.method == "DELETE"]


def test_the_interface_of_an_order_whose_name_another_has_is_removed(account):
    with account.connect() as cloud:
        cloud.create("virtual_machines", "provision", order_of(account, TOKEN))
        changes = answering(account, [])
        with pytest.raises(ProviderError):
            cloud.create("virtual_machines", "provision", order_of(account, TOKEN[::-1]))

    assert len([one for one in changes if one.method == "DELETE"]) == 1
    assert interfaces_of(account) == [True]
