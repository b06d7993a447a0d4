"""Volumes on a real libvirt, and the stand-in beside it: REAL_LIBVIRT names one."""

import time
import uuid
from contextlib import suppress

import pytest

from inventory.providers import ProviderError, ProviderErrorCode, connect, get_kind
from inventory.records.volume import NewVolume, VolumeState
from inventory.types import NewMachine
from tests.clouds import libvirt
from tests.clouds.apis.libvirt import Libvirt
from tests.clouds.libvirt import DEAF, SIZE, virsh

pytestmark = pytest.mark.skipif(not libvirt.URI, reason="REAL_LIBVIRT names no running libvirt")
KIND = get_kind("libvirt")
Code = ProviderErrorCode
SECONDS = 60


class Each:
    """An account with a connection of its own for each call: one has a deadline for all of its."""

    def __init__(self, uri):
        self.credentials = KIND.clean_credentials({"uri": uri})

    def __getattr__(self, name):
        def call(*arguments):
            with connect(KIND, self.credentials, "global", 120) as cloud:
                return getattr(cloud, name)(*arguments)

        return call


@pytest.fixture
def cloud():
    return Each(libvirt.URI)


@pytest.fixture
def machine(cloud):
    order = NewMachine(f"deaf-{uuid.uuid4().hex[:6]}", SIZE, DEAF, str(uuid.uuid4()))
    made = cloud.create("virtual_machines", "provision", order)
    yield made.external_id
    cloud.do("virtual_machines", "terminate", made.external_id)


def ordered(cloud, **options):
    given = {"size": 1, **options}
    return cloud.create("volumes", "create", NewVolume("trial", str(uuid.uuid4()), **given))


@pytest.fixture
def volume(cloud):
    made = ordered(cloud)
    yield made.external_id
    with suppress(ProviderError):
        cloud.do("volumes", "delete", made.external_id)


def refusal(act, *arguments):
    with pytest.raises(ProviderError) as caught:
        act(*arguments)
    return caught.value


def seen(cloud, volume, state):
    deadline = time.monotonic() + SECONDS
    while (found := cloud.find("volumes", volume)).state != state:
        assert time.monotonic() < deadline, found
        time.sleep(0.5)
    return found


def test_a_volume_is_created_listed_made_larger_and_deleted(cloud):
    made = ordered(cloud, type="qcow2")
    assert (made.size, made.type, made.state) == (1, "qcow2", VolumeState.AVAILABLE)
    assert made in cloud.read("volumes")

    cloud.do("volumes", "resize", made.external_id, 2)
    assert cloud.find("volumes", made.external_id).size == 2
    pool, name = made.external_id.split("/")
    assert "2.00 GiB" in virsh("vol-info", "--pool", pool, name)

    cloud.do("volumes", "delete", made.external_id)
    assert cloud.find("volumes", made.external_id) is None
    assert name not in virsh("vol-list", pool)


def test_an_order_that_is_made_again_finds_its_volume(cloud, volume):
    order = NewVolume("twice", str(uuid.uuid4()), size=1)

    first, second = (cloud.create("volumes", "create", order) for _ in range(2))

    assert first == second
    assert virsh("vol-list", "default").count(" twice-") == 1
    cloud.do("volumes", "delete", first.external_id)


def test_a_running_machine_has_a_volume_at_once_and_at_its_next_start(cloud, machine, volume):
    cloud.do("volumes", "attach", volume, machine, "")

    found = cloud.find("volumes", volume)
    assert (found.machine_id, found.device, found.state) == (machine, "vdb", VolumeState.IN_USE)
    for words in ((), ("--inactive",)):
        assert "vdb" in virsh("domblklist", machine, *words)
    cloud.do("volumes", "resize", volume, 2)
    assert cloud.find("volumes", volume).size == 2
    assert str(2 << 30) in virsh("domblkinfo", machine, "vdb")
    assert refusal(cloud.do, "volumes", "delete", volume).code is Code.CONFLICT


def test_a_guest_that_hangs_keeps_its_volume_until_it_is_off(cloud, machine, volume):
    cloud.do("volumes", "attach", volume, machine, "")

    cloud.do("volumes", "detach", volume, machine)

    assert "vdb" not in virsh("domblklist", machine, "--inactive")
    assert cloud.find("volumes", volume).machine_id == machine
    virsh("destroy", machine)
    assert seen(cloud, volume, VolumeState.AVAILABLE).machine_id is None
    cloud.do("volumes", "delete", volume)


@pytest.mark.parametrize("device", ["", "/dev/sdb"])
def test_a_machine_that_is_off_has_a_volume_at_its_next_start(cloud, machine, volume, device):
    virsh("destroy", machine)

    cloud.do("volumes", "attach", volume, machine, device)
    assert cloud.find("volumes", volume).device == (device.removeprefix("/dev/") or "vdb")
    cloud.do("volumes", "resize", volume, 2)
    virsh("start", machine)
    assert cloud.find("volumes", volume).machine_id == machine
    virsh("destroy", machine)
    cloud.do("volumes", "detach", volume, "")

    assert cloud.find("volumes", volume).state is VolumeState.AVAILABLE


def test_a_suspended_machine_keeps_the_disks_that_its_memory_knows(cloud, machine, volume):
    virsh("managedsave", machine)

    error = refusal(cloud.do, "volumes", "attach", volume, machine, "")

    assert error.code is Code.CONFLICT
    assert cloud.find("volumes", volume).machine_id is None


def test_an_image_of_machines_stays_as_it_is(cloud, machine):
    """libvirt's own refusal of the first would come from QEMU, and of the others not at all."""
    image = f"default/{DEAF}"

    for verb, rest in (("attach", (machine, "")), ("delete", ()), ("resize", (9,))):
        error = refusal(cloud.do, "volumes", verb, image, *rest)
        assert error.code is Code.CONFLICT
        assert "layers" in error.message
    assert DEAF in virsh("vol-list", "default")


def test_the_stand_in_refuses_what_the_real_daemon_refuses(cloud, machine, volume):
    with Libvirt() as daemon:
        ours = Each(daemon.uri)
        known = next(iter(daemon.machines))
        free = ordered(ours).external_id
        pairs = [
            refusals_of(one, *names)
            for one, names in ((cloud, (machine, volume)), (ours, (known, free)))
        ]

    assert pairs[0] == pairs[1]


def refusals_of(cloud, machine, volume):
    """The code and libvirt's number of each refusal."""
    nobody, mark = str(uuid.UUID(int=99)), str(uuid.uuid4())
    errors = [
        refusal(cloud.do, "volumes", "resize", volume, 0),
        refusal(cloud.do, "volumes", "attach", volume, nobody, ""),
        refusal(cloud.do, "volumes", "attach", volume, machine, "vda"),
        refusal(cloud.do, "volumes", "delete", "default/absent"),
        refusal(cloud.create, "volumes", "create", NewVolume("a", mark, size=1, type="zip")),
        refusal(
            cloud.create, "volumes", "create", NewVolume("a", mark, size=1, location_id="none")
        ),
    ]
    return [(error.code, error.word) for error in errors]
