"""A redirect of a request that changes something is a failure, and no redirect carries credentials
to another server. Held for every kind that speaks HTTP, and for each of its actions.
"""

from urllib.parse import urlencode

import pytest

from inventory.providers import Capability, ProviderError, ProviderErrorCode
from tests.clouds.static_ec2 import instance_xml, instances_xml, reply, static_ec2
from tests.inventory.cloud_patches import call_named
from tests.inventory.providers.contract.backends import BACKENDS
from tests.inventory.providers.contract.blocking import ON_MACHINE, act
from tests.inventory.providers.contract.every import single_kinds
from tests.inventory.providers.contract.test_retries import EVERY, RECORDED

ELSEWHERE = "/elsewhere"
SIGN_INS = ("/tokens", "/token")
WITHOUT_HTTP = {"libvirt", "simulator"}
STATUSES = (301, 302, 303)
PREPARED = {"azure"}  # whose orders begin with a request for something else: a network interface
every_http_kind = pytest.mark.parametrize("slug", [*RECORDED, "aws"])


@pytest.fixture
def account(request, slug):
    return EVERY[slug](request)


def redirect(status, to=ELSEWHERE):
    return reply("", status, headers={"Location": to})


def changes(request):
    return request.method != "GET" and not request.path.endswith(SIGN_INS)


def redirecting(account, answer, meets=changes):
    """The account's back end answers so to the requests that ``meets`` admits."""
    account.cloud.fault, account.cloud.fault_meets = answer, meets


def actions_of(account, cloud, external_id):
    """Each action of the kind as a function; the order is an action too."""
    if account.kind.lists_containers:
        names = ("start_container", "stop_container", "restart_container", "remove_container")
        one = {name: call_named(cloud, name) for name in names}
        found = {
            name: lambda call=call: call(external_id)
            for name, call in one.items()
            if Capability(name.upper()) in account.kind.capabilities
        }
    else:
        size = getattr(account, "another_size", "t3.large")
        found = {
            capability: lambda one=capability: act(cloud, one, external_id, size)
            for capability in ON_MACHINE
            if capability in account.kind.capabilities
        }
    return found | {"create": lambda: account.made(cloud)}


def refused(call):
    with pytest.raises(ProviderError) as caught:
        call()
    error = caught.value
    assert (error.code, error.retryable) == (ProviderErrorCode.PROVIDER_ERROR, False)
    assert "redirect" in error.message
    return error


def test_every_kind_is_held_to_this():
    assert {kind.slug for kind in single_kinds()} == {*RECORDED, "aws", *WITHOUT_HTTP}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("slug", RECORDED)
def test_a_redirected_action_fails(account, slug, status):
    with account.connect(60) as cloud:
        external_id = account.running(cloud).external_id
        redirecting(account, redirect(status))
        for name, call in actions_of(account, cloud, external_id).items():
            error = refused(call)
            assert str(status) in error.message, name
            is_preparation = name == "create" and slug in PREPARED
            assert error.may_have_acted is not is_preparation, name

    assert not any(one.path == ELSEWHERE for one in account.cloud.asked)


@pytest.mark.parametrize("status", STATUSES)
def test_a_redirected_action_of_ec2_fails(request, status):
    account = BACKENDS["aws"](request)
    instances = reply(instances_xml([instance_xml(1)]))

    def answer(asked):
        return instances if asked.get("Action", "").startswith("Desc") else redirect(status)

    with account.answered_by(answer), account.connect(60) as cloud:
        external_id = account.running(cloud).external_id
        for call in actions_of(account, cloud, external_id).values():
            assert refused(call).may_have_acted

    assert all(asked for asked in account.asked), "A GET without an action was sent."


@pytest.mark.parametrize("status", [*STATUSES, 307, 308])
@pytest.mark.parametrize("slug", ["kubernetes"])
def test_a_redirected_dry_run_allows_nothing(account, slug, status):
    with account.connect(60) as cloud:
        external_id = account.running(cloud).external_id
        redirecting(account, redirect(status))
        asked = {
            Capability.REMOVE_CONTAINER: {"external_id": external_id},
            Capability.DEPLOY_CONTAINER: {"order": account.order()},
        }
        for capability, details in asked.items():
            assert not allowed(cloud, capability, details)

    changing = [one for one in account.cloud.asked if changes(one)]
    assert changing
    assert all(one.query.get("dryRun") or one.body.get("dryRun") for one in changing)


@pytest.mark.parametrize("status", STATUSES)
def test_a_redirected_dry_run_of_ec2_allows_nothing(request, status):
    account = BACKENDS["aws"](request)
    with account.answered_by(redirect(status)), account.connect(60) as cloud:
        for capability in (Capability.START, Capability.STOP, Capability.TERMINATE):
            assert not allowed(cloud, capability, {"external_id": f"i-{1:017x}"})


def allowed(cloud, capability, details):
    """True if a dry run says that the cloud would accept the action."""
    try:
        verdict = cloud.check(capability, **details)
    except ProviderError:
        return False
    return verdict is not None and verdict.allowed


@pytest.mark.parametrize("status", [*STATUSES, 307, 308])
@every_http_kind
def test_no_redirect_leads_to_another_server(account, slug, status):
    """This holds for reads and for actions, and for any content of the request."""
    with static_ec2(reply("{}")) as other:
        away = redirect(status, f"{other.url}/?a=b")
        if slug == "aws":
            with account.answered_by(away), account.connect() as cloud:
                left(lambda: account.listed(cloud))
                left(lambda: account.made(cloud))
        else:
            with account.connect(60) as cloud:
                external_id = account.running(cloud).external_id
                redirecting(account, away)
                for call in actions_of(account, cloud, external_id).values():
                    left(call)
                redirecting(account, away, meets=lambda _request: True)
                left(lambda: account.listed(cloud))

    assert other.requests == []


def left(call):
    with pytest.raises(ProviderError, match="leads to another server"):
        call()


@every_http_kind
def test_a_read_follows_a_redirect_on_its_server(account, slug):
    """A GET stays a GET."""
    if slug == "aws":
        pytest.skip("EC2's reads are POST requests.")
    with account.connect(60) as cloud:
        before = account.listed(cloud)
        plain = account.cloud.answer

        def answer(request):
            if request.method == "GET" and "moved" not in request.query:
                query = urlencode({**request.query, "moved": "1"})
                return redirect(307, f"{request.path}?{query}")
            return plain(request)

        account.cloud.answer = answer
        assert account.listed(cloud) == before
