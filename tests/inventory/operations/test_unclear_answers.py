"""Every operation on a cloud that acts, and whose answer is lost: nothing is done twice."""

import uuid
from collections import Counter
from dataclasses import replace

import pytest
from django.utils import timezone

from inventory.operations import unclear_orders
from inventory.providers import ProviderError, get_kind, registry
from inventory.providers import ProviderErrorCode as Code
from jobs.api import Job
from tests.clouds.engine import engines  # noqa: F401 - a fixture
from tests.inventory.cloud_patches import patch_cloud, patch_named, plain_cloud, plain_named
from tests.inventory.operations.acting import acting, key_of
from tests.inventory.operations.every import OPERATIONS, cloud_of, submit
from tests.inventory.operations.running import messages_of, run_to_its_end, take_step

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("engines"),
    # of a cloud's answers; how a step is stored, tests of jobs and of live reads ask both databases
    pytest.mark.any_database,
]

ORDERS = {"virtual_machine.provision": "list_machines", "container.deploy": "list_containers"}
ANSWERS = {
    "the connection is cut": {"code": Code.UNREACHABLE},
    "no answer in time": {"code": Code.TIMEOUT},
    "504 of a proxy": {"code": Code.TIMEOUT, "status": 504},
    "503 of a proxy": {"code": Code.PROVIDER_ERROR, "status": 503},
}
# The effect of these operations cannot be observed.
AT_MOST_ONCE = {"virtual_machine.reboot", "container.restart"}


def lost(answer, *, acts=True):
    """Wraps an action: its answer is lost."""

    def wrap(act):
        def act_and_lose(cloud, *given):
            if acts:
                act(cloud, *given)
            raise ProviderError(message="No answer.", **answer)

        return act_and_lose

    return wrap


@pytest.fixture
def sent_once(monkeypatch, engines):
    """Kinds that declare no order as repeatable; a second order would make a second machine."""
    for slug in ("simulator", "engine"):
        kind = replace(get_kind(slug), repeatable=frozenset())
        monkeypatch.setitem(registry._kinds(), slug, kind)
    create = plain_cloud("virtual_machines", "provision")

    def without_token(cloud, order):
        return create(cloud, replace(order, client_token=uuid.uuid4().hex))

    patch_cloud(monkeypatch, "virtual_machines", "provision", without_token)


@pytest.fixture(params=OPERATIONS)
def operation(request):
    return request.param


@pytest.fixture(params=ORDERS)
def order(request):
    return request.param


@pytest.fixture(params=ANSWERS)
def answer(request):
    return ANSWERS[request.param]


def test_a_lost_answer_has_nothing_done_twice(
    sent_once, monkeypatch, simulator_directory, operation, answer
):
    cloud = cloud_of(operation, simulator_directory)
    job = submit(cloud, operation)
    before = Counter(cloud.effects)
    with acting(operation, lost(answer)):
        take_step(job)

    ended = run_to_its_end(job)

    if operation in AT_MOST_ONCE:
        assert (ended.state, ended.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    else:
        assert ended.state == "SUCCEEDED", ended.error_message
    done = Counter(cloud.effects) - before
    assert done
    assert set(done.values()) == {1}


def hide(monkeypatch, order, looks):
    """The cloud's lists show nothing new for so many looks. Returns the looks, one by one."""
    name, seen = ORDERS[order], []
    listing = plain_named(name)

    def listed(cloud):
        seen.append(name)
        return [] if len(seen) <= looks else listing(cloud)

    patch_named(monkeypatch, name, listed)
    return seen


def ordered_without_an_answer(monkeypatch, cloud, order, answer):
    job = submit(cloud, order)
    with acting(order, lost(answer)):
        take_step(job)
    assert not job.is_finished, job.error_message
    return job


def test_a_product_that_is_listed_late_is_found(
    sent_once, monkeypatch, simulator_directory, order, answer
):
    cloud = cloud_of(order, simulator_directory)
    looks = hide(monkeypatch, order, 5)
    job = ordered_without_an_answer(monkeypatch, cloud, order, answer)
    before = cloud.effects
    assert len(before) == 1

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED", ended.error_message
    assert len(looks) == 6
    assert not {"create", "deploy"} & set(cloud.effects[1:])
    assert len(ended.created) == 1
    assert any("is not ordered again" in message for message in messages_of(ended))


@pytest.mark.parametrize(
    ("acts", "end"),
    [(True, "looked for long"), (False, "looked for long"), (True, "deadline")],
)
@pytest.mark.usefixtures("sent_once")
def test_what_is_never_listed_is_unknown_and_not_ordered_again(
    monkeypatch, simulator_directory, order, acts, end
):
    cloud = cloud_of(order, simulator_directory)
    hide(monkeypatch, order, 1000)
    job = submit(cloud, order)
    with acting(order, lost(ANSWERS["no answer in time"], acts=acts)):
        take_step(job)
    for _ in range(3):
        take_step(job)
    assert not job.is_finished
    if end == "deadline":
        Job.objects.filter(pk=job.pk).update(deadline_at=timezone.now())
    else:
        since = job.memory["unclear_at"] - unclear_orders.LOOK_SECONDS
        Job.objects.filter(pk=job.pk).update(memory=job.memory | {"unclear_at": since})

    ended = run_to_its_end(job, most_steps=2)

    assert (ended.state, ended.error_code) == ("FAILED", "OUTCOME_UNKNOWN")
    assert f"gateway-job={job.pk}" in ended.error_message
    assert len(cloud.effects) == int(acts)


def test_the_pauses_between_the_looks_grow(sent_once, monkeypatch, simulator_directory, order):
    cloud = cloud_of(order, simulator_directory)
    hide(monkeypatch, order, 1000)
    job = ordered_without_an_answer(monkeypatch, cloud, order, ANSWERS["no answer in time"])
    begun, pauses = job.memory["unclear_at"], []
    for elapsed in (0, 10, 30, 120):
        memory = job.memory | {"unclear_at": begun}
        monkeypatch.setattr(unclear_orders.time, "time", lambda now=begun + elapsed: now)
        Job.objects.filter(pk=job.pk).update(memory=memory)
        take_step(job)
        pauses.append((job.run_after - timezone.now()).total_seconds())

    assert pauses == sorted(pauses)
    assert pauses[-1] > 20


def test_two_products_of_one_order_are_both_named(
    sent_once, monkeypatch, simulator_directory, answer
):
    operation = "virtual_machine.provision"
    cloud = cloud_of(operation, simulator_directory)
    create = plain_cloud("virtual_machines", "provision")
    job = submit(cloud, operation)

    def create_two(one, order):
        create(one, order)
        create(one, order)
        raise ProviderError(message="No answer.", **answer)

    with monkeypatch.context() as patched:
        patch_cloud(patched, "virtual_machines", "provision", create_two)
        take_step(job)
    ended = run_to_its_end(job)

    [other] = ended.result["alsoMade"]
    assert ended.state == "SUCCEEDED"
    assert len(ended.created) == 2
    both = (ended.result["externalId"], other)
    assert any(all(one in message for one in both) for message in messages_of(ended))


def test_a_clear_refusal_is_tried_again(sent_once, monkeypatch, simulator_directory, order):
    """Nothing was sent, for example because the connection was refused."""
    cloud = cloud_of(order, simulator_directory)
    job = submit(cloud, order)

    def refuse(_cloud, _order):
        error = ProviderError(Code.UNREACHABLE, "Connection refused.")
        error.may_have_acted = False
        raise error

    with monkeypatch.context() as patched:
        patch_cloud(patched, *key_of(order), refuse)
        take_step(job)
    assert job.attempts == 2

    ended = run_to_its_end(job)

    assert ended.state == "SUCCEEDED", ended.error_message
    assert len({"create", "deploy"} & set(cloud.effects)) == 1
