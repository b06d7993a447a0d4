"""All kinds that run containers behave alike."""

import shlex
import time
from dataclasses import replace

import pytest

from inventory.providers import Capability, ProviderError, ProviderErrorCode
from inventory.types import ContainerRecord, ContainerState
from tests.inventory.cloud_patches import call_named
from tests.inventory.providers.contract.backends import real_clouds
from tests.inventory.providers.contract.container_backends import (
    LABELS,
    PATIENCE,
    REAL_CONTAINERS,
    wait_for,
)
from tests.inventory.providers.contract.every import backed, container_kinds

Code = ProviderErrorCode


@pytest.fixture(params=container_kinds())
def account(request):
    return backed(request)


def needs(account, capability):
    if capability not in account.kind.capabilities:
        pytest.skip(f"{account.kind.label} does not declare {capability}.")


def others_than(cloud, container):
    return {one for one in cloud.read("containers") if one.external_id != container.external_id}


def wait_until_gone(cloud, external_id):
    deadline = time.monotonic() + PATIENCE
    while (found := cloud.find("containers", external_id)) is not None:
        assert time.monotonic() < deadline, f"still {found.state}"
        time.sleep(0.02)


@pytest.mark.parametrize("name", REAL_CONTAINERS)
def test_the_contract_is_held_on_real_clouds_too(name):
    if name not in real_clouds(REAL_CONTAINERS):
        pytest.skip(f"{name} names no running cloud.")


def test_a_listing_has_containers_with_facts(account):
    with account.connect() as cloud:
        containers = cloud.read("containers")

    assert containers
    assert len({one.external_id for one in containers}) == len(containers)
    for container in containers:
        assert isinstance(container, ContainerRecord)
        assert container.name
        assert container.state is not ContainerState.UNKNOWN
        assert container.raw_state
        assert container.image
        assert container.created_at.tzinfo
        assert list(container.labels) == sorted(container.labels)
        assert (container.exit_code is None) or container.state is not ContainerState.RUNNING


def test_what_has_ended_tells_how(account):
    with account.connect() as cloud:
        ended = [one for one in cloud.read("containers") if one.state is ContainerState.STOPPED]

    assert ended
    assert all(isinstance(one.exit_code, int) for one in ended)


def test_each_container_is_found_as_it_is_listed(account):
    with account.connect() as cloud:
        for listed in cloud.read("containers"):
            assert cloud.find("containers", listed.external_id) == listed


@pytest.mark.parametrize(
    "external_id",
    ["0" * 64, "nobody/nobody", "nonsense", "ünïcode", "a b&c=d", "../../etc", "..", "a?b", "/"],
)
def test_a_container_that_does_not_exist_is_none(account, external_id):
    with account.connect() as cloud:
        assert cloud.find("containers", external_id) is None


def test_stop_and_start_again_each_of_them_twice(account):
    needs(account, Capability.STOP_CONTAINER)
    with account.connect() as cloud:
        container = account.running(cloud)
        others = others_than(cloud, container)

        for _ in range(2):
            cloud.do("containers", "stop", container.external_id)
        stopped = wait_for(cloud, container.external_id, ContainerState.STOPPED)
        assert stopped.exit_code is not None
        assert stopped.labels == container.labels
        for _ in range(2):
            cloud.do("containers", "start", container.external_id)
        started = wait_for(cloud, container.external_id, ContainerState.RUNNING)

        assert started.exit_code is None
        assert others_than(cloud, container) == others


def test_a_restart_ends_in_running(account):
    needs(account, Capability.RESTART_CONTAINER)
    with account.connect() as cloud:
        container = account.running(cloud)
        cloud.do("containers", "restart", container.external_id)

        after = wait_for(cloud, container.external_id, ContainerState.RUNNING)
        assert after.external_id == container.external_id


def test_a_restart_starts_what_is_stopped(account):
    needs(account, Capability.RESTART_CONTAINER)
    with account.connect() as cloud:
        container = account.running(cloud)
        cloud.do("containers", "stop", container.external_id)
        cloud.do("containers", "restart", container.external_id)

        wait_for(cloud, container.external_id, ContainerState.RUNNING)


@pytest.mark.parametrize(
    "capability",
    [
        Capability.START_CONTAINER,
        Capability.STOP_CONTAINER,
        Capability.RESTART_CONTAINER,
        Capability.REMOVE_CONTAINER,
    ],
)
@pytest.mark.parametrize("nobody", [None, "..", "ünïcode", "a?b/c#d"])
def test_an_action_on_nothing_is_not_found(account, capability, nobody):
    needs(account, capability)
    with account.connect() as cloud:
        before = cloud.read("containers")
        with pytest.raises(ProviderError) as caught:
            cloud.do(*capability.key, nobody or account.nobody)

        assert cloud.read("containers") == before
    assert caught.value.code is Code.NOT_FOUND
    assert not caught.value.retryable


def test_a_new_container_is_what_was_ordered(account):
    with account.connect() as cloud:
        before = {one.external_id for one in cloud.read("containers")}
        order = account.order()
        container = account.deployed(cloud, order)
        after = {one.external_id: one for one in cloud.read("containers")}

    assert set(after) - before == {container.external_id}
    assert after[container.external_id] == container
    assert container.name == "made-here"
    assert container.image == account.image
    assert container.command == shlex.join(account.command)
    assert container.memory == 64
    assert set(LABELS) <= set(container.labels)
    if account.publishes:
        ports = {(one.container_port, one.protocol, one.host_port) for one in container.ports}
        assert ports == {(80, "tcp", 18080), (53, "udp", None)}


def test_an_order_may_leave_everything_to_the_image(account):
    order = account.order(command=(), environment=(), ports=(), memory=None)
    with account.connect() as cloud:
        container = account.deployed(cloud, order)

    assert container.memory is None
    assert container.ports == ()


def test_the_mark_of_a_job_is_read_back_as_it_was_written(account):
    """A job finds the container of an earlier attempt by this mark."""
    order = account.order()
    with account.connect() as cloud:
        made = cloud.create("containers", "deploy", order)
        listed = {one.external_id: one for one in cloud.read("containers")}

    assert ("gateway-job", order.client_token) in listed[made.external_id].labels


def test_an_order_that_is_made_twice_makes_one_container(account):
    order = account.order()
    with account.connect() as cloud:
        before = len(cloud.read("containers"))
        first, second = (
            cloud.create("containers", "deploy", order),
            cloud.create("containers", "deploy", order),
        )

        assert second.external_id == first.external_id
        assert len(cloud.read("containers")) == before + 1


def test_a_name_that_is_taken_is_a_conflict_and_harms_nobody(account):
    with account.connect() as cloud:
        account.deployed(cloud, account.order())
        before = cloud.read("containers")
        with pytest.raises(ProviderError) as caught:
            cloud.create("containers", "deploy", account.order())

        assert cloud.read("containers") == before
    assert (caught.value.code, caught.value.retryable) == (Code.CONFLICT, False)
    assert "made-here" in caught.value.message


def test_an_order_without_a_mark_takes_nothing_for_its_own(account):
    order = account.order(labels=LABELS)
    with account.connect() as cloud:
        cloud.create("containers", "deploy", order)
        with pytest.raises(ProviderError) as caught:
            cloud.create("containers", "deploy", order)

    assert caught.value.code is Code.CONFLICT


def test_a_name_that_cannot_be_one_is_refused(account):
    with account.connect() as cloud:
        before = cloud.read("containers")
        with pytest.raises(ProviderError) as caught:
            cloud.create("containers", "deploy", account.order(name="no name!"))

        assert cloud.read("containers") == before
    assert (caught.value.code, caught.value.retryable) == (Code.INVALID_REQUEST, False)


def test_what_runs_is_removed_and_no_other(account):
    with account.connect() as cloud:
        container = account.running(cloud)
        others = others_than(cloud, container)
        cloud.do("containers", "remove", container.external_id)
        wait_until_gone(cloud, container.external_id)

        assert others_than(cloud, container) == others
        with pytest.raises(ProviderError) as caught:
            cloud.do("containers", "remove", container.external_id)
    assert caught.value.code is Code.NOT_FOUND


def test_what_a_kind_does_not_declare_it_does_not_do(account):
    account.kind = replace(account.kind, capabilities=frozenset({Capability.LIST_CONTAINERS}))
    with account.connect() as cloud:
        before = cloud.read("containers")
        for act in ("start_container", "stop_container", "restart_container", "remove_container"):
            with pytest.raises(ProviderError) as caught:
                call_named(cloud, act)(before[0].external_id)
            assert caught.value.code is Code.NOT_SUPPORTED
        with pytest.raises(ProviderError) as caught:
            cloud.create("containers", "deploy", account.order())
        assert caught.value.code is Code.NOT_SUPPORTED

        assert cloud.read("containers") == before


def test_regions_are_told_where_the_kind_says_that_it_can(account):
    needs(account, Capability.LIST_REGIONS)
    with account.connect() as cloud:
        assert account.region in cloud.read("regions")


def test_images_are_listed_and_searched_as_they_are_deployed(account):
    needs(account, Capability.LIST_IMAGES)
    with account.connect() as cloud:
        images = cloud.read("images")
        by_name = cloud.read("images", account.listed_image[:4].upper())
        none = cloud.read("images", "no image is named like this")
        made = cloud.create("containers", "deploy", account.order(image=account.listed_image))

    assert account.listed_image in {image.external_id for image in images}
    assert all(image.name for image in images)
    assert len({image.external_id for image in images}) == len(images)
    assert account.listed_image in {image.external_id for image in by_name}
    assert none == []
    assert made.image == account.listed_image
