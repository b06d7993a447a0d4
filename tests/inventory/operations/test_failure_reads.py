"""The read of an earlier failure is optional, and finds only failures of the job's own action."""

import pytest

from inventory.operations.actions.virtual_machines import MACHINE
from inventory.operations.outcomes import fail_if_reported, failed_with, remember_failure
from inventory.operations.target_context import TargetContext
from inventory.providers import Capability, ProviderError, ProviderErrorCode
from inventory.types import Failure
from jobs.api import OperationFailed
from tests.clouds.recorded import as_json
from tests.clouds.static_ec2 import Reply
from tests.inventory.actions import machine_change
from tests.inventory.operations.every import running_at
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.backends import BACKENDS

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # of a cloud's answers; how a step is stored, tests of jobs and of live reads ask both databases
    pytest.mark.any_database,
]

PATHS = {
    "digitalocean": "/actions",
    "google": "/aggregated/operations",
    "linode": "/account/events",
}


def listed(rows):
    """The rows in the list of each kind."""
    return as_json({"actions": rows, "data": rows, "items": {"zones/x": {"operations": rows}}})


FAILING = {
    "500": Reply(b"oops", 500, {}),
    "403": Reply(b"{}", 403, {}),
    "429": Reply(b"{}", 429, {"Retry-After": "60"}),
    "another form": as_json({"actions": 5, "data": 5, "items": 5}),
    "a row of another form": listed([5]),
    "no JSON": Reply(b"<x>", 200, {}),
}
# Another user's action on the machine that failed, in the form of each kind.
OTHERS = {
    "digitalocean": {"id": 99, "type": "snapshot", "status": "errored"},
    "linode": {"id": 99, "action": "linode_snapshot", "status": "failed", "message": "Failed."},
    "google": {
        "name": "operation-99",
        "operationType": "createSnapshot",
        "status": "DONE",
        "insertTime": "2999-11-28T05:00:00Z",
        "error": {"errors": [{"code": "RESOURCE_IN_USE", "message": "Failed."}]},
    },
}


@pytest.fixture(params=PATHS)
def account(request):
    return BACKENDS[request.param](request)


@pytest.fixture
def machine(account):
    return running_at(account)


class Reports:
    """The account's cloud, with other answers to the read of failures."""

    def __init__(self, account, answer):
        self.plain, self.path = account.cloud.answer, PATHS[account.slug]
        self.report, self.accepted, self.late_reads = answer, 0, 0
        account.cloud.answer = self.answer

    def answer(self, request):
        is_report = request.method == "GET" and request.path.endswith(self.path)
        if is_report:
            self.late_reads += self.accepted > 0
            return self.report(self)
        if request.method != "GET" and not request.path.endswith("/token"):
            self.accepted += 1
        return self.plain(request)


@pytest.mark.parametrize("answer", FAILING)
@pytest.mark.parametrize("name", ["stop", "terminate"])
def test_an_action_is_sent_once_although_the_list_of_actions_fails(account, machine, name, answer):
    reports = Reports(account, lambda _: FAILING[answer])

    job = run_to_its_end(machine_change(name=name, machine=machine, requested_by=None))

    assert (job.state, job.attempts) == ("SUCCEEDED", 1)
    assert (reports.accepted, reports.late_reads) == (1, 0)


@pytest.mark.parametrize("answer", FAILING)
def test_the_outcome_of_an_accepted_action_is_not_known_yet(account, machine, answer):
    reports = Reports(account, lambda one: FAILING[answer] if one.accepted else listed([]))
    job = machine_change(name="stop", machine=machine, requested_by=None)

    job = run_to_its_end(job)

    assert (job.state, job.attempts, reports.accepted) == ("SUCCEEDED", 1, 1)


@pytest.mark.parametrize("kind", PATHS)
@pytest.mark.parametrize("capability", [Capability.STOP, Capability.TERMINATE])
def test_the_failure_of_another_action_is_not_reported(kind, capability, request):
    account = BACKENDS[kind](request)
    Reports(account, lambda _: listed([OTHERS[kind]]))
    with account.connect() as cloud:
        assert cloud.find_failure(capability, account.running(cloud).external_id) is None


class FakeStep:
    def __init__(self, **memory):
        self.memory, self.interrupted = memory, False

    def remember(self, **facts):
        self.memory |= facts


class FakeCloud:
    """Answers each read with the next of ``found``; an exception is raised."""

    def __init__(self, *found):
        self.found = list(found)

    def find_failure(self, _capability, _external_id):
        found = self.found.pop(0)
        if isinstance(found, Exception):
            raise found
        return found


OLD, NEW = Failure("errored", "The action ended.", "1"), Failure("errored", "It ended.", "2")
DOWN = ProviderError(ProviderErrorCode.PROVIDER_ERROR, "The list is down.")


@pytest.mark.parametrize(
    ("before", "after", "is_own"),
    [(None, NEW, True), (OLD, NEW, True), (OLD, OLD, False), (OLD, None, False), (None, DOWN, 0)],
)
def test_only_a_failure_that_is_newer_than_the_request_counts(before, after, is_own):
    step, target = FakeStep(), TargetContext(MACHINE, FakeCloud(before, after), None, "1")
    remember_failure(step, "stop", target)
    step.remember(stop_at=1.0)
    if is_own:
        with pytest.raises(OperationFailed, match="It ended"):
            fail_if_reported(step, "stop", target)
    else:
        fail_if_reported(step, "stop", target)
    assert target.cloud.found == []


def test_a_failure_of_unknown_age_does_not_count():
    step, target = FakeStep(), TargetContext(MACHINE, FakeCloud(DOWN, OLD), None, "1")
    remember_failure(step, "stop", target)
    step.remember(stop_at=1.0)
    fail_if_reported(step, "stop", target)
    remember_failure(step, "stop", target)
    assert target.cloud.found == [OLD]


def test_a_failure_without_a_text_gets_one():
    message = "The cloud accepted it, and it failed; the cloud gives no reason."
    assert failed_with(Failure("", "")).message == message
