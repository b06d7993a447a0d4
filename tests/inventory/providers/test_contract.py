"""What every kind must do alike: AWS as moto over HTTP, and the simulator."""

import time
import uuid
from dataclasses import replace

import pytest

from inventory.providers import Capability, ProviderError, ProviderErrorCode, connect, get_kind
from inventory.types import MachineRecord, MachineState, NewMachine

Code = ProviderErrorCode
PATIENCE = 10  # seconds


class Account:
    """A connected account with machines in it."""

    def __init__(self, kind, credentials, region, *, size, image):
        self.kind = get_kind(kind)
        self.credentials = self.kind.clean_credentials(credentials)
        self.region = region
        self.size, self.image = size, image

    def connect(self, timeout=10):
        return connect(self.kind, self.credentials, self.region, timeout)

    def running(self, cloud):
        return next(one for one in cloud.list_machines() if one.state is MachineState.RUNNING)

    def order(self, **changes):
        order = NewMachine(
            name="made-here",
            size_id=self.size,
            image_id=self.image,
            client_token=str(uuid.uuid4()),
            tags=(("env", "test"), ("team", "red")),
        )
        return replace(order, **changes)


@pytest.fixture(params=["aws", "simulator"])
def account(request, tmp_path, settings):
    if request.param == "simulator":
        settings.SIMULATOR_DIR = tmp_path
        return Account(
            "simulator",
            {"machines": "12", "boot_ms": "0"},
            "sim-1",
            size="sim.small",
            image="img-debian-13",
        )
    moto, region = request.getfixturevalue("moto"), request.getfixturevalue("region")
    moto.launch(region, "first", count=2, env="prod")
    return Account("aws", moto.credentials, region, size="t3.micro", image="ami-04681a1dbd79675a5")


def wait_for(cloud, external_id, state):
    deadline = time.monotonic() + PATIENCE
    while (found := cloud.find_machine(external_id)).state is not state:
        assert time.monotonic() < deadline, f"still {found.state}"
        time.sleep(0.02)
    return found


def test_a_listing_has_machines_with_facts(account):
    with account.connect() as cloud:
        machines = cloud.list_machines()

    assert machines
    assert len({machine.external_id for machine in machines}) == len(machines)
    for machine in machines:
        assert isinstance(machine, MachineRecord)
        assert machine.name
        assert machine.state is not MachineState.UNKNOWN
        assert machine.size_id
        assert machine.image_id
        assert machine.memory > 0
        assert machine.vcpus > 0
        assert machine.location_id.startswith(account.region)
        assert machine.private_ips
        assert machine.created_at.tzinfo
        assert list(machine.tags) == sorted(machine.tags)


def test_one_machine_is_found_as_it_is_listed(account):
    with account.connect() as cloud:
        listed = cloud.list_machines()[0]

        assert cloud.find_machine(listed.external_id) == listed


@pytest.mark.parametrize("external_id", ["i-0123456789abcdef0", "nonsense", "ünïcode", "a b&c=d"])
def test_a_machine_that_does_not_exist_is_none(account, external_id):
    with account.connect() as cloud:
        assert cloud.find_machine(external_id) is None


def test_stop_and_start_again(account):
    with account.connect() as cloud:
        machine = account.running(cloud)
        others = {one for one in cloud.list_machines() if one.external_id != machine.external_id}

        cloud.stop_machine(machine.external_id)
        stopped = wait_for(cloud, machine.external_id, MachineState.STOPPED)
        assert stopped.tags == machine.tags
        cloud.start_machine(machine.external_id)
        wait_for(cloud, machine.external_id, MachineState.RUNNING)

        after = {one for one in cloud.list_machines() if one.external_id != machine.external_id}
        assert after == others


def test_a_reboot_ends_in_running(account):
    with account.connect() as cloud:
        machine = account.running(cloud)
        cloud.reboot_machine(machine.external_id)

        assert wait_for(cloud, machine.external_id, MachineState.RUNNING) == machine


def test_what_is_stopped_gets_another_size(account):
    with account.connect() as cloud:
        machine = account.running(cloud)
        size = next(
            one for one in cloud.list_sizes() if one.memory and one.memory != machine.memory
        )
        cloud.stop_machine(machine.external_id)
        wait_for(cloud, machine.external_id, MachineState.STOPPED)
        cloud.resize_machine(machine.external_id, size.external_id)

        resized = wait_for(cloud, machine.external_id, MachineState.STOPPED)
        assert (resized.size_id, resized.memory) == (size.external_id, size.memory)
        assert resized.tags == machine.tags


def test_tags_are_set_and_removed_and_others_stay(account):
    with account.connect() as cloud:
        machine, *others = cloud.list_machines()
        gone = machine.tags[-1][0]
        cloud.tag_machine(machine.external_id, {"new": "1"}, [gone])

        kept = {key: value for key, value in machine.tags if key != gone}
        after = cloud.list_machines()
        assert after[0].tags == tuple(sorted({**kept, "new": "1"}.items()))
        assert after[1:] == others


@pytest.mark.parametrize(
    ("act", "details"),
    [
        ("start_machine", ()),
        ("stop_machine", ()),
        ("reboot_machine", ()),
        ("terminate_machine", ()),
        ("resize_machine", ("t3.micro",)),
        # Not tag_machine: moto puts tags on instances that do not exist; AWS refuses.
    ],
)
def test_an_action_on_nothing_is_not_found(account, act, details):
    with account.connect() as cloud, pytest.raises(ProviderError) as caught:
        getattr(cloud, act)("i-0123456789abcdef0", *details)

    assert caught.value.code is Code.NOT_FOUND


def test_a_new_machine_is_what_was_ordered(account):
    order = account.order(location_id=f"{account.region}{_first_zone(account)}")
    with account.connect() as cloud:
        before = {machine.external_id for machine in cloud.list_machines()}
        made = cloud.create_machine(order)
        machine = wait_for(cloud, made.external_id, MachineState.RUNNING)
        after = {machine.external_id for machine in cloud.list_machines()}

    assert after - before == {made.external_id}
    assert machine.name == "made-here"
    assert (machine.size_id, machine.image_id) == (account.size, account.image)
    assert machine.location_id == order.location_id
    assert {("env", "test"), ("team", "red")} <= set(machine.tags)


def _first_zone(account):
    with account.connect() as cloud:
        return cloud.list_locations()[0].external_id.removeprefix(account.region)


@pytest.mark.parametrize("field", ["image_id", "location_id", "size_id"])
def test_an_order_for_what_is_not_offered_is_refused_and_makes_nothing(account, field):
    values = {
        "image_id": "ami-00000000000000000",
        "location_id": "nowhere-1z",
        "size_id": "no.size",
    }
    with account.connect() as cloud:
        before = cloud.list_machines()
        with pytest.raises(ProviderError) as caught:
            cloud.create_machine(account.order(**{field: values[field]}))

        assert cloud.list_machines() == before
    assert caught.value.code in {Code.NOT_FOUND, Code.INVALID_REQUEST}
    assert not caught.value.retryable


def test_a_terminated_machine_is_terminated(account):
    with account.connect() as cloud:
        machine = account.running(cloud)
        cloud.terminate_machine(machine.external_id)
        gone = wait_for(cloud, machine.external_id, MachineState.TERMINATED)

    assert gone.external_id == machine.external_id


def test_what_can_be_bought(account):
    with account.connect() as cloud:
        sizes = {size.external_id: size for size in cloud.list_sizes()}
        images = {image.external_id: image for image in cloud.list_images()}
        locations = cloud.list_locations()

    assert sizes[account.size].memory > 0
    assert sizes[account.size].vcpus > 0
    assert sizes[account.size].price_per_hour > 0
    assert len(images) >= 5
    assert account.image in images
    assert all(image.name for image in images.values())
    assert all(place.external_id.startswith(account.region) for place in locations)
    assert len(locations) >= 2


def test_images_are_searched_by_name_and_by_id(account):
    with account.connect() as cloud:
        [by_id] = cloud.list_images(account.image)
        word = by_id.name[:6]
        by_name = cloud.list_images(word)
        none = cloud.list_images("no image is named like this")

    assert by_id.external_id == account.image
    assert by_id in by_name
    assert all(word.lower() in image.name.lower() for image in by_name)
    assert none == []


def test_what_a_kind_does_not_declare_it_does_not_do(account):
    account.kind = replace(account.kind, capabilities=frozenset({Capability.LIST_MACHINES}))
    with account.connect() as cloud:
        machine = account.running(cloud)
        with pytest.raises(ProviderError) as caught:
            cloud.stop_machine(machine.external_id)

        assert cloud.find_machine(machine.external_id) == machine
    assert caught.value.code is Code.NOT_SUPPORTED


def test_a_spent_budget_asks_no_more(account):
    with account.connect(timeout=0.001) as cloud:
        time.sleep(0.01)
        with pytest.raises(ProviderError) as caught:
            cloud.list_machines()

    assert caught.value.code is Code.TIMEOUT
