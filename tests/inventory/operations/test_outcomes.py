"""A request that a cloud accepts and that fails afterwards ends the job with the cloud's reason."""

import json

import pytest

from inventory.live.age import Ask
from inventory.live.refresh import refresh
from inventory.models import VirtualMachine
from inventory.services.machines import machine_provision
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_connect
from tests.clouds.recorded import as_json
from tests.clouds.static_ec2 import instance_xml, instances_xml, reply, static_ec2
from tests.inventory.actions import machine_change
from tests.inventory.factories import machine_source, make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.backends import BACKENDS, Recorded

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.any_database,  # it is about what the cloud is sent and answers
]

RECORDED = {slug: one for slug, one in BACKENDS.items() if issubclass(one, Recorded)}
FULL = "There is not enough capacity."
# The names of action types, from each cloud's reference.
TYPES = {
    "digitalocean": {"stop": "shutdown", "terminate": "destroy"},
    "google": {"provision": "insert", "stop": "stop", "terminate": "delete"},
    "linode": {"stop": "linode_shutdown", "terminate": "linode_delete"},
}


class Failing:
    """Accepts what changes something, does nothing, and reports a failure from then on."""

    def __init__(self, account, name):
        self.name = name
        self.account, self.cloud = account, account.cloud
        self.plain, self.accepted = self.cloud.answer, []
        self.cloud.answer = self.answer

    def answer(self, request):
        acts = request.method != "GET" and not request.path.endswith(("/token", "/tokens"))
        if acts:
            self.accepted.append(request)
            return as_json(self.receipt(request), 202)
        report = getattr(self, f"of_{self.account.slug}")
        return report(request) or self.plain(request)

    def receipt(self, request):
        """Google and Azure name what they are going to make."""
        return {"targetId": "4711", "id": request.path, "status": "RUNNING"}

    def of_google(self, request):
        if not request.path.endswith("/aggregated/operations"):
            return None
        assert "targetId = " in request.query["filter"]
        errors = [{"code": "ZONE_RESOURCE_POOL_EXHAUSTED", "message": FULL}]
        failed = {"name": "operation-1", "status": "DONE", "error": {"errors": errors}}
        failed |= {"operationType": TYPES["google"][self.name]}
        operations = [failed] if self.accepted else []
        return as_json({"items": {"zones/us-central1-a": {"operations": operations}}})

    def of_azure(self, request):
        if not self.accepted or "/virtualmachines/" not in request.path.lower():
            return None
        shown = self.plain(request)
        if shown.status != 200:
            return None
        machine = as_body(shown)
        failed = {"code": "ProvisioningState/failed/AllocationFailed", "message": FULL}
        statuses = machine["properties"].get("instanceView", {}).get("statuses", [])
        statuses[:] = [failed, *(one for one in statuses if "PowerState" in one["code"])]
        return as_json(machine)

    def of_openstack(self, request):
        if not self.accepted or "/servers/" not in request.path or "detail" in request.path:
            return None
        shown = self.plain(request)
        server = as_body(shown)["server"]
        fault = {"code": 500, "message": "No valid host was found. " + FULL}
        return as_json({"server": server | {"status": "ERROR", "fault": fault}})

    def of_digitalocean(self, request):
        if not request.path.endswith("/actions"):
            return None
        action = {"id": 1, "type": TYPES["digitalocean"][self.name], "status": "errored"}
        return as_json({"actions": [action] if self.accepted else []})

    def of_linode(self, request):
        if not request.path.endswith("/account/events"):
            return None
        action = TYPES["linode"][self.name]
        event = {"id": 1, "action": action, "status": "failed", "message": FULL}
        return as_json({"data": [event] if self.accepted else []})


def as_body(shown):
    return json.loads(shown.body)


CODES = {
    "azure": "QUOTA_EXCEEDED",
    "digitalocean": "PROVIDER_ERROR",
    "google": "QUOTA_EXCEEDED",
    "linode": "PROVIDER_ERROR",
    "openstack": "QUOTA_EXCEEDED",
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


def test_every_recorded_kind_reports_failures():
    assert set(CODES) == set(RECORDED)


@pytest.mark.parametrize("name", ["stop", "terminate"])
def test_a_change_that_fails_later_ends_with_the_clouds_reason(account, provider, name):
    refresh([Ask(machine_source(provider), 0)])
    machine = VirtualMachine.objects.filter(state="RUNNING").select_related("source__provider")[0]
    failing = Failing(account, name)

    job = run_to_its_end(machine_change(name=name, machine=machine, requested_by=None))

    assert (job.state, job.error_code) == ("FAILED", CODES[account.slug])
    assert "lost" not in job.error_message
    assert FULL in job.error_message or account.slug == "digitalocean"
    assert len(failing.accepted) == 1


@pytest.mark.parametrize("slug", ["google"])
def test_an_order_that_fails_later_is_made_once_and_says_why(slug, request):
    account = RECORDED[slug](request)
    provider = provider_connect(
        owner=make_user(), kind=slug, name="full", credentials=account.given, regions=["global"]
    )
    order = ProvisionRequest(name="made-here", size=account.size, image=account.image)
    job = machine_provision(provider=provider, request=order, requested_by=None)
    failing = Failing(account, "provision")

    job = run_to_its_end(job)

    assert (job.state, job.error_code) == ("FAILED", "QUOTA_EXCEEDED")
    assert FULL in job.error_message
    assert len([one for one in failing.accepted if one.method == "POST"]) == 1


@pytest.mark.parametrize(
    ("state", "reason", "code"),
    [
        ("stopped", "Server.InsufficientInstanceCapacity", "QUOTA_EXCEEDED"),
        ("stopped", "Client.VolumeLimitExceeded", "QUOTA_EXCEEDED"),
        ("stopped", "Server.InternalError", "PROVIDER_ERROR"),
    ],
)
def test_a_start_at_ec2_that_fails_later_says_why(state, reason, code):
    starts = []

    def answer(asked):
        if asked["Action"] == "StartInstances":
            starts.append(asked)
            return reply(
                "<StartInstancesResponse xmlns='http://ec2.amazonaws.com/doc/2016-11-15/'/>"
            )
        why = reason if starts else "Client.UserInitiatedShutdown"
        extra = f"<stateReason><code>{why}</code><message>{why}: {FULL}</message></stateReason>"
        return reply(instances_xml([instance_xml(1, state=state, extra=extra)]))

    with static_ec2(answer) as server:
        provider = provider_connect(
            owner=make_user(),
            kind="aws",
            name="full",
            credentials={
                "access_key_id": "AKIAKEYOFTESTS",
                "secret_access_key": "wJalr/XUtn+FEMI/K7MDENG",
                "endpoint_url": server.url,
            },
            regions=["us-east-1"],
        )
        refresh([Ask(machine_source(provider), 0)])
        machine = VirtualMachine.objects.select_related("source__provider").get()
        job = run_to_its_end(machine_change(name="start", machine=machine, requested_by=None))

    assert (job.state, job.error_code) == ("FAILED", code)
    assert FULL in job.error_message
    assert len(starts) == 1
