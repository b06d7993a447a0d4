"""All kinds of machines behave alike."""

import time
from dataclasses import replace

import pytest

from gateway.core.graphql.context import Context
from gateway.core.graphql.execution import GraphQLRequest
from gateway.schema import executor
from inventory.providers import Capability, ProviderError, ProviderErrorCode
from inventory.resources.image import Image as StoredImage
from inventory.services.providers import provider_connect
from inventory.types import MachineRecord, MachineState
from tests.inventory.cloud_patches import call_named
from tests.inventory.factories import make_user
from tests.inventory.providers.contract.backends import ORDERED_TAGS, REAL, real_clouds
from tests.inventory.providers.contract.every import backed, machine_kinds

Code = ProviderErrorCode
PATIENCE = 300  # seconds; a bound, on a machine that is busy with other things
SEARCH = """query ($search: String) { virtualMachines(maxAge: 0, filter: {search: $search}) {
    complete nodes { externalId } } }"""


@pytest.fixture(params=machine_kinds())
def account(request):
    return backed(request)


def wait_for(cloud, external_id, state):
    deadline = time.monotonic() + PATIENCE
    while (found := cloud.find("virtual_machines", external_id)).state is not state:
        assert time.monotonic() < deadline, f"still {found.state}"
        time.sleep(0.05)
    return found


def wait_for_size(cloud, external_id, size_id):
    """Wait for the new size. Some clouds report it, and then need a confirmation."""
    deadline = time.monotonic() + PATIENCE
    is_confirmed = False
    while True:
        found = cloud.find("virtual_machines", external_id)
        if found.size_id == size_id and cloud.awaits_confirmation(found):
            if not is_confirmed:
                cloud.confirm_resize(external_id)
                is_confirmed = True
        elif found.size_id == size_id and found.state is MachineState.STOPPED:
            return found
        assert time.monotonic() < deadline, f"still {found.size_id}, {found.raw_state}"
        time.sleep(0.05)


def wait_until_gone(cloud, external_id):
    """Some clouds list what they deleted for a while, some forget it at once."""
    deadline = time.monotonic() + PATIENCE
    while (found := cloud.find("virtual_machines", external_id)) is not None:
        if found.state is MachineState.TERMINATED:
            return
        assert time.monotonic() < deadline, f"still {found.state}"
        time.sleep(0.05)


def needs(account, capability):
    if capability not in account.kind.capabilities:
        pytest.skip(f"{account.kind.label} does not declare {capability}.")


@pytest.mark.parametrize("name", REAL)
def test_the_contract_is_held_on_real_clouds_too(name):
    if name not in real_clouds():
        pytest.skip(f"{name} names no running cloud.")


def test_a_listing_has_machines_with_facts(account):
    with account.connect() as cloud:
        machines = cloud.read("virtual_machines")

    assert machines
    assert len({machine.external_id for machine in machines}) == len(machines)
    for machine in machines:
        assert isinstance(machine, MachineRecord)
        assert machine.name
        assert machine.state is not MachineState.UNKNOWN
        assert machine.raw_state
        assert machine.size_id
        assert machine.image_id
        assert machine.memory > 0
        assert machine.vcpus > 0
        assert machine.location_id
        if machine.state is MachineState.RUNNING:
            assert bool(machine.private_ips or machine.public_ips) is account.tells_addresses
        assert machine.created_at.tzinfo
        assert list(machine.tags) == sorted(machine.tags)


def test_each_machine_is_found_as_it_is_listed(account):
    with account.connect() as cloud:
        for listed in cloud.read("virtual_machines"):
            assert cloud.find("virtual_machines", listed.external_id) == listed


def test_a_machine_has_the_names_that_the_catalogue_has(account):
    """The names are in the list and in single reads, before images or sizes have been listed."""
    with account.connect() as cloud:
        account.made(cloud)
        listed = cloud.read("virtual_machines")
        machines = listed + [cloud.find("virtual_machines", one.external_id) for one in listed]
        images = {image.external_id: image.name for image in cloud.read("images")}
        sizes = {size.external_id: size.name for size in cloud.read("sizes")}
        for image_id in {one.image_id for one in machines}:
            images |= {image.external_id: image.name for image in cloud.read("images", image_id)}

    known = [one for one in machines if one.image_id in images]
    assert account.image in {one.image_id for one in known}
    assert [one.image_name for one in known] == [images[one.image_id] for one in known]
    assert all(one.size_name == sizes.get(one.size_id, one.size_id) for one in machines)


@pytest.mark.django_db(transaction=True)
def test_machines_are_found_by_the_names_of_their_images(account):
    """The provider's images were never listed."""
    with account.connect() as cloud:
        made = account.made(cloud).external_id
        [image] = cloud.read("images", account.image)
    word = max(image.name.split(), key=len)
    given = {name: str(value) for name, value in account.credentials.items() if value}
    provider = provider_connect(
        owner=make_user(),
        kind=account.kind.slug,
        name="new",
        credentials=given,
        regions=[account.region],
    )

    request = GraphQLRequest(SEARCH, {"search": word.upper()})
    answer = executor.run(request, Context(provider.owner)).as_response()

    assert "errors" not in answer, answer
    assert answer["data"]["virtualMachines"]["complete"]
    found = {one["externalId"] for one in answer["data"]["virtualMachines"]["nodes"]}
    assert made in found
    assert not StoredImage.objects.filter(source__provider=provider).exists()


@pytest.mark.parametrize(
    "external_id",
    ["i-0123456789abcdef0", "nonsense", "ünïcode", "a b&c=d", "../../etc", "..", "a?b", "a#b"],
)
def test_a_machine_that_does_not_exist_is_none(account, external_id):
    with account.connect() as cloud:
        assert cloud.find("virtual_machines", external_id) is None


def test_stop_and_start_again(account):
    with account.connect() as cloud:
        machine = account.running(cloud)
        others = {
            one for one in cloud.read("virtual_machines") if one.external_id != machine.external_id
        }

        cloud.do("virtual_machines", "stop", machine.external_id)
        stopped = wait_for(cloud, machine.external_id, MachineState.STOPPED)
        assert stopped.tags == machine.tags
        cloud.do("virtual_machines", "start", machine.external_id)
        started = wait_for(cloud, machine.external_id, MachineState.RUNNING)
        assert started.created_at == machine.created_at

        after = {
            one for one in cloud.read("virtual_machines") if one.external_id != machine.external_id
        }
        assert after == others


def test_a_reboot_ends_in_running(account):
    with account.connect() as cloud:
        machine = account.running(cloud)
        cloud.do("virtual_machines", "reboot", machine.external_id)

        assert wait_for(cloud, machine.external_id, MachineState.RUNNING) == machine


def test_what_is_suspended_is_resumed(account):
    needs(account, Capability.SUSPEND)
    with account.connect() as cloud:
        machine = account.running(cloud)
        cloud.do("virtual_machines", "suspend", machine.external_id)
        wait_for(cloud, machine.external_id, MachineState.SUSPENDED)
        cloud.do("virtual_machines", "resume", machine.external_id)
        wait_for(cloud, machine.external_id, MachineState.RUNNING)


def test_what_is_stopped_gets_another_size(account):
    needs(account, Capability.RESIZE)
    with account.connect() as cloud:
        machine = account.running(cloud)
        size = next(
            one for one in cloud.read("sizes") if one.memory and one.memory != machine.memory
        )
        cloud.do("virtual_machines", "stop", machine.external_id)
        wait_for(cloud, machine.external_id, MachineState.STOPPED)
        cloud.do("virtual_machines", "resize", machine.external_id, size.external_id)
        resized = wait_for_size(cloud, machine.external_id, size.external_id)

        assert (resized.size_id, resized.memory) == (size.external_id, size.memory)
        assert resized.tags == machine.tags


def test_tags_are_set_and_removed_and_others_stay(account):
    needs(account, Capability.TAG)
    with account.connect() as cloud:
        machine, *others = cloud.read("virtual_machines")
        cloud.do("virtual_machines", "tag", machine.external_id, {"old": "1", "kept": "yes"}, [])
        cloud.do("virtual_machines", "tag", machine.external_id, {"new": "1"}, ["old"])

        after = cloud.read("virtual_machines")
        expected = {**dict(machine.tags), "kept": "yes", "new": "1"}
        assert after[0].tags == tuple(sorted(expected.items()))
        assert after[1:] == others

        cloud.do("virtual_machines", "tag", machine.external_id, {"new": "2"}, ["kept"])
        expected = {**dict(machine.tags), "new": "2"}
        assert cloud.read("virtual_machines")[0].tags == tuple(sorted(expected.items()))


@pytest.mark.parametrize(
    ("act", "capability", "details"),
    [
        ("start_machine", Capability.START, ()),
        ("stop_machine", Capability.STOP, ()),
        ("reboot_machine", Capability.REBOOT, ()),
        ("terminate_machine", Capability.TERMINATE, ()),
        ("resize_machine", Capability.RESIZE, (None,)),
        # tag_machine is left out: moto puts tags on instances that do not exist; AWS refuses.
    ],
)
def test_an_action_on_nothing_is_not_found(account, act, capability, details):
    needs(account, capability)
    given = [account.size for _ in details]
    with account.connect() as cloud, pytest.raises(ProviderError) as caught:
        call_named(cloud, act)(account.nobody, *given)

    assert caught.value.code is Code.NOT_FOUND
    assert not caught.value.retryable


def test_a_new_machine_is_what_was_ordered(account):
    with account.connect() as cloud:
        place = cloud.read("locations")[0].external_id
        before = {machine.external_id for machine in cloud.read("virtual_machines")}
        made = cloud.create("virtual_machines", "provision", account.order(location_id=place))
        machine = wait_for(cloud, made.external_id, MachineState.RUNNING)
        after = {machine.external_id for machine in cloud.read("virtual_machines")}

    assert after - before == {made.external_id}
    assert machine.name == "made-here"
    assert (machine.size_id, machine.image_id) == (account.size, account.image)
    assert machine.location_id == place
    assert set(ORDERED_TAGS) <= set(machine.tags)


def test_an_order_needs_no_location(account):
    with account.connect() as cloud:
        made = cloud.create("virtual_machines", "provision", account.order())
        machine = wait_for(cloud, made.external_id, MachineState.RUNNING)

    assert machine.location_id


def test_the_mark_of_a_job_is_read_back_as_it_was_written(account):
    """A job finds the machine of an earlier attempt by this mark."""
    mark = ("gateway-job", "6b2f3c1e-9d1a-4f0e-8a57-2f9d4a1c7b33")
    with account.connect() as cloud:
        made = cloud.create("virtual_machines", "provision", account.order(tags=(mark,)))
        listed = {machine.external_id: machine for machine in cloud.read("virtual_machines")}

    assert mark in listed[made.external_id].tags


@pytest.mark.parametrize("field", ["image_id", "location_id", "size_id"])
def test_an_order_for_what_is_not_offered_is_refused_and_makes_nothing(account, field):
    with account.connect() as cloud:
        before = cloud.read("virtual_machines")
        with pytest.raises(ProviderError) as caught:
            cloud.create(
                "virtual_machines", "provision", account.order(**{field: account.unoffered[field]})
            )

        assert cloud.read("virtual_machines") == before
    assert caught.value.code in {Code.NOT_FOUND, Code.INVALID_REQUEST}
    assert not caught.value.retryable


def test_a_terminated_machine_is_gone_and_no_other(account):
    with account.connect() as cloud:
        machine = account.running(cloud)
        others = {
            one for one in cloud.read("virtual_machines") if one.external_id != machine.external_id
        }
        cloud.do("virtual_machines", "terminate", machine.external_id)
        wait_until_gone(cloud, machine.external_id)

        after = {
            one for one in cloud.read("virtual_machines") if one.external_id != machine.external_id
        }
        assert after == others


def test_what_can_be_bought(account):
    with account.connect() as cloud:
        sizes = {size.external_id: size for size in cloud.read("sizes")}
        images = {image.external_id: image for image in cloud.read("images")}
        locations = cloud.read("locations")

    assert sizes[account.size].memory > 0
    assert sizes[account.size].vcpus > 0
    assert len(sizes) >= 2
    assert account.image in images
    assert all(image.name for image in images.values())
    assert locations
    assert all(place.external_id and place.name for place in locations)


def test_images_are_searched_by_name_and_by_id(account):
    with account.connect() as cloud:
        [by_id] = cloud.read("images", account.image)
        word = by_id.name[:6]
        by_name = cloud.read("images", word)
        none = cloud.read("images", "no image is named like this")

    assert by_id.external_id == account.image
    assert by_id in by_name
    assert all(word.lower() in image.name.lower() for image in by_name)
    assert none == []


def test_what_a_kind_does_not_declare_it_does_not_do(account):
    account.kind = replace(account.kind, capabilities=frozenset({Capability.LIST_MACHINES}))
    with account.connect() as cloud:
        machine = account.running(cloud)
        with pytest.raises(ProviderError) as caught:
            cloud.do("virtual_machines", "stop", machine.external_id)

        assert cloud.find("virtual_machines", machine.external_id) == machine
    assert caught.value.code is Code.NOT_SUPPORTED


def test_regions_are_told_where_the_kind_says_that_it_can(account):
    needs(account, Capability.LIST_REGIONS)
    with account.connect() as cloud:
        assert account.region in cloud.read("regions")
