"""The outcome of an accepted request is read from the operation that its reply named."""

import dataclasses
import re

import pytest

from inventory.providers import ProviderError
from inventory.providers.registry import all_kinds, shipped
from inventory.types import Failure
from tests.clouds.recorded import as_json
from tests.clouds.static_ec2 import Reply
from tests.inventory.actions import machine_change, machine_reboot
from tests.inventory.operations.every import running_at
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.operations.test_outcomes import CODES
from tests.inventory.providers.contract.backends import BACKENDS, Recorded
from tests.inventory.providers.contract.faults import NOT_THE_CLOUD, REPLIES

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # of a cloud's answers; how a step is stored, tests of jobs and of live reads ask both databases
    pytest.mark.any_database,
]

RECORDED = {slug: one for slug, one in BACKENDS.items() if issubclass(one, Recorded)}
# The kinds whose replies name an operation, and the path of an operation.
PATHS = {
    "azure": r".*/locations/eastus/operations/[^/]+",
    "digitalocean": r".*/actions/[^/]+",
    "google": r".*/zones/[^/]+/operations/[^/]+",
    "openstack": r".*/os-instance-actions/[^/]+",
}
FULL = "There is not enough capacity."
OTHERS = Failure("errored", "Somebody else's request failed.", "another")


@pytest.fixture(params=PATHS)
def account(request):
    return RECORDED[request.param](request)


@pytest.fixture
def machine(account):
    return running_at(account)


@pytest.fixture
def others_failure(monkeypatch):
    """From the first request on, the latest failure on each machine belongs to another request."""
    reads = []

    def latest(_cloud, _capability, _external_id):
        reads.append(1)
        return OTHERS if len(reads) > 1 else None

    monkeypatch.setattr("inventory.providers.adapter.Cloud.find_failure", latest)
    return reads


def stop(machine):
    return machine_change(name="stop", machine=machine, requested_by=None)


def changes_of(account):
    return [
        one
        for one in account.cloud.asked
        if one.method != "GET" and not one.path.endswith(("/token", "/tokens"))
    ]


def under_way(job, account):
    """Take steps until the request was sent and looked after."""
    with pytest.raises(AssertionError, match="The job is RUNNING"):
        run_to_its_end(job, most_steps=3)
    return len(changes_of(account))


def test_every_kind_whose_replies_name_operations_is_tested():
    named = {kind.slug for kind in all_kinds() if kind.table.beside.outcome and shipped(kind)}
    assert named == set(PATHS)


@pytest.mark.parametrize("name", ["stop", "terminate"])
def test_an_own_operation_that_fails_ends_the_job_with_its_reason(account, machine, name):
    if (account.slug, name) == ("digitalocean", "terminate"):
        pytest.skip("DigitalOcean's reply to a deletion names no action.")
    account.cloud.failing = FULL

    job = run_to_its_end(machine_change(name=name, machine=machine, requested_by=None))

    has_reason = account.slug in {"azure", "google"}
    code = CODES[account.slug] if has_reason else "PROVIDER_ERROR"
    assert (job.state, job.error_code) == ("FAILED", code)
    assert FULL in job.error_message or not has_reason
    assert len(changes_of(account)) == 1


@pytest.mark.usefixtures("others_failure")
def test_somebody_elses_failed_request_does_not_end_the_job(account, machine):
    account.cloud.is_holding = True
    job = stop(machine)
    assert under_way(job, account) == 1

    account.cloud.end_operations()
    job = run_to_its_end(job)

    assert (job.state, job.attempts) == ("SUCCEEDED", 1), job.error_message
    assert len(changes_of(account)) == 1


@pytest.mark.usefixtures("others_failure")
def test_without_the_reply_the_latest_failure_counts(account, machine, monkeypatch):
    monkeypatch.setattr(
        "inventory.operations.request.remember_operation", lambda _step, _deed, _operation: None
    )
    account.cloud.is_holding = True

    job = run_to_its_end(stop(machine))

    assert (job.state, job.error_code) == ("FAILED", "PROVIDER_ERROR")
    assert OTHERS.message in job.error_message


@pytest.mark.usefixtures("others_failure")
@pytest.mark.parametrize(("fault", "ends"), [("403", True), (NOT_THE_CLOUD, False), ("500", False)])
def test_an_operation_that_cannot_be_read(account, machine, fault, ends):
    """If the account may not read it, the latest failure counts; otherwise it is not known yet."""
    account.cloud.is_holding = True
    account.cloud.fault = REPLIES[fault]
    account.cloud.fault_meets = lambda asked: (
        asked.method == "GET" and re.fullmatch(PATHS[account.slug], asked.path)
    )
    job = stop(machine)

    if ends:
        job = run_to_its_end(job)
        assert (job.state, OTHERS.message in job.error_message) == ("FAILED", True)
    else:
        assert under_way(job, account) == 1
        account.cloud.end_operations()
        assert run_to_its_end(job).state == "SUCCEEDED"


def test_a_request_that_is_under_way_is_not_sent_again(account, machine, monkeypatch):
    if account.slug == "openstack":
        pytest.skip("Nova does not report that an action is under way.")
    monkeypatch.setattr("inventory.operations.request.ASK_AGAIN_SECONDS", 0)
    account.cloud.is_holding = True
    job = stop(machine)

    assert under_way(job, account) == 1

    account.cloud.end_operations()
    assert run_to_its_end(job).state == "SUCCEEDED"


def test_a_reboot_waits_for_its_own_operation(account, machine):
    if account.slug == "openstack":
        pytest.skip("Nova does not report that an action is under way.")
    account.cloud.is_holding = True
    job = machine_reboot(machine=machine, requested_by=None)
    assert under_way(job, account) == 1

    account.cloud.end_operations()
    assert run_to_its_end(job).state == "SUCCEEDED"


def test_a_reboot_whose_operation_fails_is_not_reported_as_done(account, machine):
    account.cloud.failing = FULL

    job = run_to_its_end(machine_reboot(machine=machine, requested_by=None))

    assert job.state == "FAILED"
    assert len(changes_of(account)) == 1


def test_the_operation_on_another_object_is_no_answer(account):
    if account.slug == "azure":
        pytest.skip("An operation of Azure names no machine.")
    account.cloud.add(1)
    with account.connect() as cloud:
        [one, another] = cloud.read("virtual_machines")[:2]
        operation = cloud.do("virtual_machines", "reboot", one.external_id)
        assert cloud.find_outcome(one.external_id, operation).failure is None
        with pytest.raises(ProviderError):
            cloud.find_outcome(another.external_id, operation)


LINKS = {
    "another server": "https://evil.example/subscriptions/{}/providers/Microsoft.Compute/x?a=1",
    "another server with this path": "https://management.azure.com.evil.example{path}",
    "another subscription": "https://management.azure.com/subscriptions/other{rest}",
    "a parent folder": "https://management.azure.com{folder}/../../keys?api-version=1",
    "no address": "not an address",
    "nothing": "",
}


@pytest.mark.parametrize("link", LINKS)
def test_a_link_that_leads_elsewhere_is_not_followed(link, request):
    account = RECORDED["azure"](request)
    plain = account.cloud.answer

    def answer(asked):
        shown = plain(asked)
        if asked.method == "GET" or asked.path.endswith("/token"):
            return shown
        path = shown.headers["Azure-AsyncOperation"].partition("management.azure.com")[2]
        rest = "/providers" + path.partition("/providers")[2]
        named = LINKS[link].replace("{path}", path).replace("{rest}", rest)
        named = named.replace("{folder}", path.partition("?")[0])
        headers = {**shown.headers, "Azure-AsyncOperation": named}
        return dataclasses.replace(shown, headers=headers)

    account.cloud.answer = answer
    with account.connect() as cloud:
        running = account.running(cloud)
        assert cloud.do("virtual_machines", "stop", running.external_id) is None


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=202),
        as_json({}, 202),
        as_json([], 202),
        as_json({"action": 5, "name": 5, "zone": {}}, 202),
        as_json({"action": {"id": True}, "name": "../../x", "zone": "z"}, 202),
        as_json({"action": {"id": "x" * 9000}, "name": "n" * 9000, "zone": "z"}, 202),
    ],
)
def test_a_reply_without_a_usable_id_is_an_accepted_request(account, reply):
    plain = account.cloud.answer
    account.cloud.answer = lambda asked: (
        plain(asked) if asked.method == "GET" or "/token" in asked.path else reply
    )
    with account.connect() as cloud:
        assert cloud.do("virtual_machines", "stop", account.running(cloud).external_id) is None
