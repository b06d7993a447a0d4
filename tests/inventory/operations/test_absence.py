"""A single "not found" is not taken for the end of an object."""

import pytest

from inventory.models import VirtualMachine
from inventory.operations import absence
from inventory.providers import Capability, ProviderError, ProviderErrorCode, get_kind
from inventory.services.machines import machine_resize, machine_tag
from tests.inventory.actions import (
    container_change,
    container_restart,
    machine_change,
    machine_reboot,
)
from tests.inventory.cloud_patches import patch_named, plain_named
from tests.inventory.operations.acting import acting
from tests.inventory.operations.every import covering, running_at
from tests.inventory.operations.running import run_to_its_end
from tests.inventory.providers.contract.backends import BACKENDS, Recorded
from tests.inventory.providers.contract.container_backends import (
    CONTAINER_BACKENDS,
    RecordedContainers,
)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # of a cloud's answers; how a step is stored, tests of jobs and of live reads ask both databases
    pytest.mark.any_database,
]

MOST_LOOKS = 4  # each lists the whole cloud

RECORDED = {
    slug: one
    for slug, one in {**BACKENDS, **CONTAINER_BACKENDS}.items()
    if issubclass(one, Recorded | RecordedContainers)
}


# The jobs on what runs that are no removals, with the capability that each needs.
MACHINE_JOBS = {
    Capability.STOP: lambda one, _account: change_of("stop", one),
    Capability.REBOOT: lambda one, _account: machine_reboot(machine=one, requested_by=None),
    Capability.RESIZE: lambda one, account: machine_resize(
        machine=one, size=another_size(one, account), stop_first=True, requested_by=None
    ),
    Capability.TAG: lambda one, _account: machine_tag(
        machine=one, wanted={"checked": "yes"}, unwanted=[], requested_by=None
    ),
    Capability.START: lambda one, _account: change_of("start", one),
}
CONTAINER_JOBS = {
    Capability.START_CONTAINER: lambda one, _account: change_of("start", one),
    Capability.STOP_CONTAINER: lambda one, _account: change_of("stop", one),
    Capability.RESTART_CONTAINER: lambda one, _account: container_restart(
        container=one, requested_by=None
    ),
}
# The kind decides which objects a read or a list omits, and the operation decides the reaction:
# each kind and each operation is tested, not each pair of them.
OTHERS = covering(
    (slug, capability)
    for slug in RECORDED
    for capability in (*MACHINE_JOBS, *CONTAINER_JOBS)
    if capability in get_kind(slug).capabilities
)


STARTS = {Capability.START, Capability.START_CONTAINER}


def named(pair):
    return f"{pair[0]}-{pair[1]}"


def another_size(machine, account):
    sizes = (account.another_size, account.size)
    return next(one for one in sizes if one != machine.size_id)


def change_of(name, row):
    if isinstance(row, VirtualMachine):
        return machine_change(name=name, machine=row, requested_by=None)
    return container_change(name=name, container=row, requested_by=None)


def account_and_object(slug, request):
    """The account, and what runs there."""
    account = RECORDED[slug](request)
    return account, running_at(account)


@pytest.fixture(autouse=True)
def _few_looks(monkeypatch):
    monkeypatch.setattr(absence, "MOST_LOOKS", MOST_LOOKS)


@pytest.fixture(params=RECORDED)
def removal(request):
    """A job that is to remove what runs."""
    _account, row = account_and_object(request.param, request)
    return change_of("terminate" if isinstance(row, VirtualMachine) else "remove", row)


@pytest.fixture(params=OTHERS, ids=named)
def other(request):
    """A job that is to do something else with what runs."""
    slug, capability = request.param
    account, row = account_and_object(slug, request)
    return (MACHINE_JOBS | CONTAINER_JOBS)[capability](row, account)


@pytest.fixture
def unfound(monkeypatch):
    """The number of times that the single read does not find the object; set by a test."""
    left = [0]

    def not_finding(find):
        def found(cloud, external_id):
            left[0] -= 1
            return None if left[0] >= 0 else find(cloud, external_id)

        return found

    for name in ("find_machine", "find_container"):
        patch_named(monkeypatch, name, not_finding(plain_named(name)))
    return left


def test_what_is_not_found_for_a_while_is_removed_all_the_same(removal, unfound):
    unfound[0] = 3
    asked = []

    def noted(act):
        def acts(cloud, external_id):
            asked.append(external_id)
            return act(cloud, external_id)

        return acts

    with acting(removal.operation, noted):
        ended = run_to_its_end(removal)

    assert (ended.state, len(asked)) == ("SUCCEEDED", 1), ended.error_message
    assert "nothing was done" not in ended.events.order_by("-pk")[0].message


def test_what_the_list_shows_is_never_reported_as_removed(removal, unfound):
    unfound[0] = 10 * MOST_LOOKS

    ended = run_to_its_end(removal)

    assert (ended.state, ended.error_code) == ("FAILED", "NOT_FOUND")
    assert "its list shows" in ended.error_message


def test_what_neither_the_read_nor_the_list_shows_is_gone(removal, unfound, monkeypatch):
    unfound[0] = 10 * MOST_LOOKS
    for name in ("list_machines", "list_containers"):
        patch_named(monkeypatch, name, lambda _cloud: [])

    ended = run_to_its_end(removal)

    assert ended.state == "SUCCEEDED"
    assert ended.events.order_by("-pk")[0].message.endswith("already; nothing was done.")


def test_another_action_goes_on_with_what_is_not_found_for_a_moment(other, unfound):
    unfound[0] = 1

    ended = run_to_its_end(other)

    assert (ended.state, ended.attempts) == ("SUCCEEDED", 1), ended.error_message


def test_another_action_fails_if_neither_the_read_nor_the_list_shows_it(
    other, unfound, monkeypatch
):
    unfound[0] = 10 * MOST_LOOKS
    for name in ("list_machines", "list_containers"):
        patch_named(monkeypatch, name, lambda _cloud: [])

    ended = run_to_its_end(other)

    assert (ended.state, ended.error_code) == ("FAILED", "NOT_FOUND")
    assert "no such" in ended.error_message


def test_another_action_waits_while_the_list_shows_what_the_read_does_not(other, unfound):
    unfound[0] = MOST_LOOKS - 1

    assert run_to_its_end(other).state == "SUCCEEDED"


def test_moments_apart_are_not_counted_together(other, monkeypatch):
    """Every second read does not find it; the list, which lags behind too, never shows it."""
    for name in ("list_machines", "list_containers"):
        patch_named(monkeypatch, name, lambda _cloud: [])
    for name in ("find_machine", "find_container"):
        patch_named(monkeypatch, name, _every_second(plain_named(name)))

    ended = run_to_its_end(other)

    assert ended.state == "SUCCEEDED", ended.error_message


def _every_second(find):
    reads = []

    def found(cloud, external_id):
        reads.append(1)
        return None if len(reads) % 2 else find(cloud, external_id)

    return found


@pytest.mark.parametrize(
    "other", [pair for pair in OTHERS if pair[1] not in STARTS], indirect=True, ids=named
)
@pytest.mark.parametrize(("replies", "state"), [(2, "SUCCEEDED"), (9, "FAILED")])
def test_a_request_that_does_not_find_what_was_read_is_sent_again(other, replies, state):
    asked = []

    def unknowing(act):
        def acts(cloud, *arguments):
            asked.append(arguments)
            if len(asked) <= replies:
                raise ProviderError(ProviderErrorCode.NOT_FOUND, "There is no such thing.")
            return act(cloud, *arguments)

        return acts

    with acting(other.operation, unknowing):
        ended = run_to_its_end(other)

    assert ended.state == state, ended.error_message
    assert len(asked) == min(replies, 2) + 1
    if state == "FAILED":
        assert ended.error_code == "NOT_FOUND"
        assert ended.error_message.startswith("There is no such thing.")
