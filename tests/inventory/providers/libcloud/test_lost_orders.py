"""A job that orders through a driver of libcloud makes one machine, also if the answer is lost."""

import json
from dataclasses import replace

import pytest

from gateway.core.errors import InvalidInput, NotSupported
from inventory.models import VirtualMachine
from inventory.services.machine_dry_runs import dry_run_provision
from inventory.services.machines import machine_provision
from inventory.services.orders import ProvisionRequest
from inventory.services.providers import provider_connect
from jobs.api import Job
from tests.inventory.factories import make_user
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.libcloud.recorded import recorded

pytestmark = pytest.mark.django_db(transaction=True)

ORDER = ProvisionRequest(name="web", size="vc2-1c-1gb", image="477", location="fra")
LISTS = "/v2/instances"


class Vultr:
    """The recorded replies, with a machine that an order makes. ``loses``: its answer is lost."""

    def __init__(self, replies, *, loses=False, makes=True):
        self.plain, self.loses, self.makes = replies.answer, loses, makes
        self.orders, self.changes = [], 0
        replies.answer = self.answer

    def answer(self, request):
        self.changes += request.method != "GET"
        path = request.path_url.partition("?")[0]
        status, body, headers, reason = self.plain(request)
        if path != LISTS:
            return status, body, headers, reason
        if request.method == "POST":
            self.orders.append(json.loads(request.body))
            return (503, "", {}, "Unavailable") if self.loses else (status, body, headers, reason)
        found = json.loads(body)
        if self.orders and self.makes:
            machine = found["instances"][0]
            found["instances"].append(machine | {"id": "made", "label": self.orders[0]["label"]})
        return status, json.dumps(found), headers, reason


def connected():
    return provider_connect(
        owner=make_user(),
        kind="libcloud",
        name="Vultr",
        credentials={"driver": "vultr", "key": "a-key-of-tests"},
        regions=["global"],
    )


def ordered():
    provider = connected()
    return provider, machine_provision(provider=provider, request=ORDER, requested_by=None)


def test_a_machine_whose_answer_was_lost_is_found_by_its_name_and_not_ordered_again():
    with recorded("vultr") as (_cloud, replies):
        cloud = Vultr(replies, loses=True)
        _provider, job = ordered()
        job = run_to_its_end(job)

    [order] = cloud.orders
    assert order["label"] == f"web-{job.pk.hex}"
    assert job.state == "SUCCEEDED"
    machine = VirtualMachine.objects.get(external_id="made")
    assert ["gateway-job", str(job.pk)] in machine.tags


def test_an_order_that_made_nothing_ends_unknown_and_is_not_sent_again(monkeypatch):
    monkeypatch.setattr("inventory.operations.unclear_orders.LOOK_SECONDS", 0.0)
    with recorded("vultr") as (_cloud, replies):
        cloud = Vultr(replies, loses=True, makes=False)
        _provider, job = ordered()
        job = run_to_its_end(job)

    assert (job.state, job.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    [order] = cloud.orders
    assert f"If it was, its name is {order['label']}. Look for it" in job.error_message
    assert "tag" not in job.error_message


def test_a_dry_run_orders_nothing():
    with recorded("vultr") as (_cloud, replies):
        cloud = Vultr(replies)
        provider, job = ordered()
        run = dry_run_provision(provider=provider, request=ORDER)

    assert run.allowed
    assert job.state == "QUEUED"
    assert cloud.changes == 0


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "w" * 31}, "name"),
        ({"tags": (("env", "prod"),)}, "tags"),
        ({"key_pair": "mine"}, "keyPair"),
        ({"user_data": "#!/bin/sh"}, "userData"),
        ({"security_groups": ("web",)}, "securityGroups"),
    ],
)
def test_what_a_driver_has_no_place_for_is_refused_before_there_is_a_job(changes, field):
    provider, order = connected(), replace(ORDER, **changes)

    with pytest.raises((InvalidInput, NotSupported)) as caught:
        machine_provision(provider=provider, request=order, requested_by=None)

    assert caught.value.field == field
    assert not Job.objects.exists()
