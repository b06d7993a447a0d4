"""Volumes, snapshots, key pairs and security groups: the same of every kind that has them."""

from dataclasses import replace

import pytest

from inventory.live.bounds import bounded
from inventory.providers import ProviderError, ProviderErrorCode
from inventory.providers.order_marker import MARKER_TAG
from inventory.records.security_group import EGRESS, INGRESS, RuleRecord
from inventory.records.volume import VolumeState
from tests.clouds.static_ec2 import reply
from tests.inventory.providers.contract.every import single_kinds
from tests.inventory.providers.contract.storage import (
    CREATING,
    ONE_PAGE,
    RESOURCES,
    more,
    order,
    stored,
)
from tests.inventory.providers.contract.test_pages import PLACES, refused, repeat_first_pages
from tests.inventory.providers.contract.test_retries import EVERY
from tests.soak.replies.reading import MODELS

STORED = stored()
PAGED = [one for one in STORED if one not in ONE_PAGE]
PAGE, MORE = 5, 12


def creatable():
    kinds = {kind.slug: kind for kind in single_kinds()}
    return [
        (slug, resource)
        for slug, resource in STORED
        if (resource, CREATING.get(resource, "create")) in kinds[slug].table.functions
    ]


@pytest.fixture
def account(request, slug):
    account = EVERY[slug](request)
    account.cloud.fault_meets = lambda _request: True
    return account


def test_there_are_kinds_to_hold_to_this():
    assert {("openstack", one) for one in RESOURCES} <= set(STORED)
    assert set(creatable()) <= set(STORED)


@pytest.mark.parametrize(("slug", "resource"), STORED)
def test_the_list_has_every_object_of_every_page(account, resource):
    with account.connect() as cloud:
        before = {one.external_id for one in cloud.read(resource)}
        more(account, resource, MORE)
        account.cloud.page = PAGE
        account.cloud.asked.clear()
        records = cloud.read(resource)

    assert before
    assert len({one.external_id for one in records}) == len(records) == len(before) + MORE
    assert before <= {one.external_id for one in records}
    assert all(one.problem is None for one in records)
    # Twice for lists that are confirmed by a second reading; none is a request per object.
    assert len(account.cloud.asked) <= 2 * (len(records) // PAGE + 1) + 4


@pytest.mark.parametrize(("slug", "resource"), STORED)
def test_a_record_is_as_the_database_keeps_it(account, resource):
    with account.connect() as cloud:
        records = cloud.read(resource)

    for record in records:
        assert record.name
        assert bounded(MODELS[type(record)], record) == record
        assert record.state != "UNKNOWN", record.raw_state


@pytest.mark.parametrize(("slug", "resource"), STORED)
def test_a_single_read_finds_what_the_list_has(account, resource):
    with account.connect() as cloud:
        for record in cloud.read(resource):
            assert cloud.find(resource, record.external_id) == record
        assert cloud.find(resource, "nothing-has-this-id") is None


@pytest.mark.parametrize(("slug", "resource"), PAGED)
def test_a_page_that_fails_fails_the_list(account, resource):
    more(account, resource, MORE)
    account.cloud.page = PAGE
    account.cloud.fault = reply("no", 500)
    account.cloud.fault_meets = lambda request: bool(
        PLACES & request.query.keys() and request.query.get("page") != "1"
    )
    with account.connect() as cloud, pytest.raises(ProviderError) as caught:
        cloud.read(resource)

    assert caught.value.code is ProviderErrorCode.PROVIDER_ERROR


@pytest.mark.parametrize(("slug", "resource"), PAGED)
def test_a_page_that_comes_again_ends_the_list(account, resource):
    more(account, resource, MORE)
    account.cloud.page = PAGE
    with account.connect() as cloud:
        repeat_first_pages(account.cloud)
        refused(lambda: cloud.read(resource))


@pytest.mark.parametrize(("slug", "resource"), creatable())
def test_what_is_created_has_its_mark_from_the_first_moment_on(account, resource):
    verb = CREATING.get(resource, "create")
    with account.connect() as cloud:
        given, mark = order(account, cloud, resource)
        before = {one.external_id for one in cloud.read(resource)}
        account.cloud.asked.clear()
        made = cloud.create(resource, verb, given)
        changes = [request for request in account.cloud.asked if request.method != "GET"]
        found = [one for one in cloud.read(resource) if (MARKER_TAG, mark) in one.tags]

    assert len([one for one in changes if "/tokens" not in one.path]) == 1
    assert [one.external_id for one in found] == [made.external_id]
    assert made.external_id not in before
    assert found[0].name == given.name


@pytest.mark.parametrize(("slug", "resource"), creatable())
def test_what_is_created_is_deleted_once(account, resource):
    verb = CREATING.get(resource, "create")
    with account.connect() as cloud:
        given, _mark = order(account, cloud, resource)
        made = cloud.create(resource, verb, given)
        cloud.find(resource, made.external_id)  # a new volume shows once that it is being created
        cloud.do(resource, "delete", made.external_id)
        looks = [cloud.find(resource, made.external_id) for _ in range(3)]
        with pytest.raises(ProviderError) as caught:
            cloud.do(resource, "delete", made.external_id)

    assert looks[-1] is None
    assert caught.value.code is ProviderErrorCode.NOT_FOUND


RULES = (
    RuleRecord(INGRESS, "tcp", 22, 22, cidr="203.0.113.0/24"),
    RuleRecord(INGRESS, "tcp", cidr="0.0.0.0/0"),
    RuleRecord(INGRESS, "udp", 5000, 5010, cidr="2001:db8::/32"),
    RuleRecord(EGRESS, "udp", 53, 53, cidr="10.0.0.0/8"),
    RuleRecord(INGRESS, "icmp", 8, -1, cidr="0.0.0.0/0"),
    RuleRecord(INGRESS, "all", cidr="::/0"),
)


@pytest.mark.parametrize(
    ("slug", "resource"), [one for one in creatable() if one[1] == "security_groups"]
)
def test_a_rule_is_added_once_and_removed(account, resource):
    with account.connect() as cloud:
        given, _mark = order(account, cloud, resource)
        group = cloud.create(resource, "create", given).external_id
        itself = RuleRecord(INGRESS, "tcp", 80, 81, group=group)
        for rule in (*RULES, itself):
            cloud.do(resource, "add_rule", group, rule)
            assert rule.canonical() in cloud.find(resource, group).rules
            with pytest.raises(ProviderError) as caught:
                cloud.do(resource, "add_rule", group, rule)
            assert (caught.value.code, caught.value.is_final) == (ProviderErrorCode.CONFLICT, True)
        found = cloud.find(resource, group)
        assert (found.open_to_world, "tcp" in found.open_ports) == (True, False)
        for rule in (*RULES, itself):
            cloud.do(resource, "remove_rule", group, rule)
            assert rule.canonical() not in cloud.find(resource, group).rules
        assert cloud.find(resource, group).open_to_world is False


volumes = pytest.mark.parametrize(
    ("slug", "resource"), [one for one in creatable() if one[1] == "volumes"]
)


def settled(cloud, external_id, state):
    """The volume, once it has the state: the third look at most."""
    looks = [cloud.find("volumes", external_id) for _ in range(3)]
    assert looks[-1].state is state, looks
    return looks[-1]


@volumes
def test_a_volume_is_attached_detached_and_made_larger(account, resource):
    with account.connect() as cloud:
        machine = account.running(cloud).external_id
        given, _mark = order(account, cloud, resource)
        volume = cloud.create(resource, "create", given).external_id
        settled(cloud, volume, VolumeState.AVAILABLE)

        cloud.do(resource, "attach", volume, machine, "")
        attached = settled(cloud, volume, VolumeState.IN_USE)
        assert (attached.machine_id, attached.size) == (machine, given.size)
        assert attached in cloud.read(resource)
        for refused in (
            lambda: cloud.do(resource, "delete", volume),
            lambda: cloud.do(resource, "attach", volume, machine, ""),
        ):
            with pytest.raises(ProviderError) as caught:
                refused()
            assert (caught.value.code, caught.value.is_final) == (ProviderErrorCode.CONFLICT, True)

        cloud.do(resource, "detach", volume, machine)
        assert settled(cloud, volume, VolumeState.AVAILABLE).machine_id is None
        cloud.do(resource, "resize", volume, given.size + 10)
        assert settled(cloud, volume, VolumeState.AVAILABLE).size == given.size + 10


@volumes
def test_a_volume_is_detached_from_its_only_machine(account, resource):
    with account.connect() as cloud:
        machine = account.running(cloud).external_id
        given, _mark = order(account, cloud, resource)
        volume = cloud.create(resource, "create", given).external_id
        settled(cloud, volume, VolumeState.AVAILABLE)
        cloud.do(resource, "attach", volume, machine, "")
        settled(cloud, volume, VolumeState.IN_USE)

        cloud.do(resource, "detach", volume, "")

        assert settled(cloud, volume, VolumeState.AVAILABLE).machine_id is None
        with pytest.raises(ProviderError):
            cloud.do(resource, "detach", volume, "")


@pytest.mark.parametrize(
    ("slug", "resource"), [one for one in creatable() if one[1] == "snapshots"]
)
def test_a_volume_is_created_from_a_snapshot(account, resource):
    with account.connect() as cloud:
        given, _mark = order(account, cloud, resource)
        snapshot = cloud.create(resource, "create", given)
        found = cloud.find(resource, snapshot.external_id)
        found = cloud.find(resource, snapshot.external_id)
        assert (found.volume_id, found.state) == (given.volume_id, "AVAILABLE")
        volume, _mark = order(account, cloud, "volumes")
        source = replace(volume, snapshot_id=snapshot.external_id, size=None)
        made = cloud.create("volumes", "create", source)
        restored = settled(cloud, made.external_id, VolumeState.AVAILABLE)

    assert restored.size == found.size
