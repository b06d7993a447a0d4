"""Behaviour of libvirt, as seen on a real one: REAL_LIBVIRT names it."""

import time
import uuid
from functools import partial

import pytest

from inventory.providers import ProviderError, ProviderErrorCode, connect, get_kind
from inventory.providers.capability import Capability
from inventory.types import MachineState as State
from inventory.types import NewMachine
from tests.clouds import libvirt
from tests.clouds.libvirt import DEAF, SIZE, certificates, tls_credentials, virsh

pytestmark = pytest.mark.skipif(not libvirt.URI, reason="REAL_LIBVIRT names no running libvirt")
KIND = get_kind("libvirt")
Code = ProviderErrorCode
FOREIGN = """<domain type='qemu'><name>{name}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
    <os><type arch='x86_64'>hvm</type></os><devices><disk type='{kind}'>
    <driver name='qemu' type='qcow2'/><source {source}/><target dev='vda'/></disk></devices>
    </domain>"""


@pytest.fixture
def cloud():
    with connected(uri=libvirt.URI) as found:
        yield found


def connected(**credentials):
    return connect(KIND, KIND.clean_credentials(credentials), "global", 120)


@pytest.fixture
def machine(cloud):
    """A deaf one, ordered here."""
    order = NewMachine("deaf", SIZE, DEAF, str(uuid.uuid4()), tags=(("a", "b"),))
    made = cloud.create("virtual_machines", "provision", order)
    yield made
    if cloud.find("virtual_machines", made.external_id) is not None:
        cloud.do("virtual_machines", "terminate", made.external_id)


@pytest.fixture
def foreign(tmp_path):
    """Defines a domain as somebody else would, whose disk is what is named; returns its UUID."""
    made = []

    def define(name, kind="file", **source):
        words = " ".join(f"{key}='{value}'" for key, value in source.items())
        document = tmp_path / f"{name}.xml"
        document.write_text(FOREIGN.format(name=name, kind=kind, source=words))
        virsh("define", str(document))
        made.append(virsh("domuuid", name))
        return made[-1]

    yield define
    left = virsh("list", "--all", "--uuid").split()
    for one in set(made) & set(left):
        virsh("undefine", one)


def disk_of(external_id):
    return f"gateway-{external_id}.qcow2"


def has_volume(name):
    return name in virsh("vol-list", "default").split()


def refused(call, *arguments):
    with pytest.raises(ProviderError) as caught:
        call(*arguments)
    return caught.value


def test_a_stop_that_is_ignored_is_told_as_running(cloud, machine):
    cloud.do("virtual_machines", "stop", machine.external_id)  # libvirt says yes
    time.sleep(2)

    assert cloud.find("virtual_machines", machine.external_id).state is State.RUNNING


def test_a_start_of_what_runs_is_a_conflict(cloud, machine):
    error = refused(cloud.do, "virtual_machines", "start", machine.external_id)

    assert error.code is Code.CONFLICT
    assert "already running" in error.message


@pytest.mark.parametrize(
    ("deed", "state", "word"),
    [
        ("suspend", State.PAUSED, "paused (user)"),
        ("destroy", State.STOPPED, "shut off"),
        ("managedsave", State.SUSPENDED, "shut off (managed save)"),
    ],
)
def test_what_somebody_else_did_is_told_as_it_is(cloud, machine, deed, state, word):
    virsh(deed, machine.external_id)

    found = cloud.find("virtual_machines", machine.external_id)
    assert (found.state, found.raw_state) == (state, word)
    assert found.tags == machine.tags

    cloud.do("virtual_machines", "start", machine.external_id)
    assert cloud.find("virtual_machines", machine.external_id).state is State.RUNNING


def test_a_termination_forgets_the_machine_and_deletes_its_disk(cloud, machine):
    """libcloud's destroy_node only powers off."""
    assert has_volume(disk_of(machine.external_id))

    cloud.do("virtual_machines", "terminate", machine.external_id)

    assert cloud.find("virtual_machines", machine.external_id) is None
    assert not has_volume(disk_of(machine.external_id))
    assert has_volume(DEAF)


def test_a_suspended_machine_is_terminated_with_its_memory(cloud, machine):
    virsh("managedsave", machine.external_id)

    cloud.do("virtual_machines", "terminate", machine.external_id)

    assert cloud.find("virtual_machines", machine.external_id) is None


@pytest.fixture
def transient(tmp_path):
    """A transient domain that runs; its UUID."""
    name, described = f"transient-{uuid.uuid4().hex[:8]}", tmp_path / "transient.xml"
    described.write_text(
        f"<domain type='qemu'><name>{name}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>"
        "<os><type arch='x86_64'>hvm</type></os><devices/></domain>"
    )
    virsh("create", str(described))
    known = virsh("domuuid", name)
    yield known
    if known in virsh("list", "--uuid").split():
        virsh("destroy", known)


def test_a_transient_machine_is_not_deleted_by_a_stop(cloud, transient):
    for capability, act in (
        ("STOP", partial(cloud.do, "virtual_machines", "stop")),
        ("SUSPEND", partial(cloud.do, "virtual_machines", "suspend")),
    ):
        blocker = cloud.find_blocker(capability, transient)
        error = refused(act, transient)
        assert (error.code, error.retryable, error.message) == (
            Code.CONFLICT,
            False,
            blocker.message,
        )
    assert virsh("domstate", transient) == "running"

    assert cloud.find_blocker(Capability.TERMINATE, transient) is None
    cloud.do("virtual_machines", "terminate", transient)
    assert cloud.find("virtual_machines", transient) is None


@pytest.mark.parametrize("deed", ["suspend", "destroy", "managedsave"])
def test_a_blocker_says_what_an_action_is_refused_with(cloud, machine, deed):
    virsh(deed, machine.external_id)
    for capability in ("REBOOT", "SUSPEND", "STOP"):
        blocker = cloud.find_blocker(capability, machine.external_id)
        if blocker is not None:
            act = partial(cloud.do, *Capability(capability).key)
            error = refused(act, machine.external_id)
            found = (error.code, error.retryable, error.message)
            assert found == (Code.CONFLICT, False, blocker.message)
    assert (cloud.find_blocker(Capability.STOP, machine.external_id) is None) == (deed == "suspend")


def test_a_machine_of_somebody_else_keeps_its_disk(cloud, foreign):
    virsh("vol-create-as", "default", "theirs.qcow2", "1M", "--format", "qcow2")
    known = foreign("theirs", "volume", pool="default", volume="theirs.qcow2")
    try:
        listed = {one.external_id: one for one in cloud.read("virtual_machines")}
        assert (listed[known].name, listed[known].state) == ("theirs", State.STOPPED)
        assert (listed[known].size_id, listed[known].image_id) == ("1x64", None)
        assert "theirs.qcow2" not in {image.name for image in cloud.read("images")}
        cloud.do("virtual_machines", "tag", known, {"env": "prod"}, [])
        assert cloud.find("virtual_machines", known).tags == (("env", "prod"),)

        cloud.do("virtual_machines", "terminate", known)

        assert cloud.find("virtual_machines", known) is None
        assert has_volume("theirs.qcow2")
    finally:
        virsh("vol-delete", "theirs.qcow2", "default")


@pytest.mark.parametrize("kind", ["file", "volume"])
def test_a_disk_that_another_machine_has_stays(cloud, machine, foreign, kind):
    name = disk_of(machine.external_id)
    named = {"pool": "default", "volume": name}
    if kind == "file":
        named = {"file": virsh("vol-path", name, "default")}
    foreign("sharer", kind, **named)

    cloud.do("virtual_machines", "terminate", machine.external_id)

    assert cloud.find("virtual_machines", machine.external_id) is None
    assert has_volume(name)
    virsh("vol-delete", name, "default")


def test_a_name_that_is_taken_is_a_conflict_and_leaves_no_disk(cloud, machine):
    before = virsh("vol-list", "default")
    order = NewMachine("deaf", SIZE, DEAF, str(uuid.uuid4()))

    assert refused(cloud.create, "virtual_machines", "provision", order).code is Code.CONFLICT
    assert virsh("vol-list", "default") == before


def test_what_the_host_refuses_leaves_nothing_behind(cloud):
    before = virsh("vol-list", "default"), virsh("list", "--all")
    with connected(uri=libvirt.URI, network="no-such-network") as elsewhere:
        order = NewMachine("unborn", SIZE, DEAF, str(uuid.uuid4()))
        error = refused(elsewhere.create, "virtual_machines", "provision", order)

    assert error.code is Code.NOT_FOUND
    assert "no-such-network" in error.message
    assert (virsh("vol-list", "default"), virsh("list", "--all")) == before


def test_its_socket_is_a_way_to_it(settings):
    path = libvirt.PKI.parent / "root" / "run" / "libvirt-sock"
    if not path.exists():
        pytest.skip("Its socket is not root's on this machine.")
    settings.EGRESS_ALLOW = [str(path)]
    with connected(uri=f"qemu+unix:///system?socket={path}") as cloud:
        assert cloud.read("images")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, None),
        ({"password": "not this one"}, Code.INVALID_CREDENTIALS),
        ({"username": "nobody"}, Code.INVALID_CREDENTIALS),
        ({"username": "", "password": ""}, Code.INVALID_CREDENTIALS),
        ({"client_certificate": "", "client_key": ""}, Code.INVALID_CREDENTIALS),
        ({"ca_certificate": ""}, Code.UNREACHABLE),
    ],
)
def test_who_gets_in_over_tls(changes, code):
    with connected(**{**tls_credentials(), **changes}) as cloud:
        if code is None:
            assert cloud.read("locations")
        else:
            assert refused(cloud.read, "locations").code is code


def test_a_certificate_of_another_authority_opens_nothing():
    given = tls_credentials() | certificates("stranger")
    with connected(**given) as cloud:
        assert refused(cloud.read, "locations").code is Code.INVALID_CREDENTIALS


def test_a_certificate_is_for_its_name():
    given = tls_credentials()
    given["uri"] = given["uri"].replace("127.0.0.1", "localhost")
    with connected(**given) as cloud:
        error = refused(cloud.read, "locations")

    assert error.code is Code.UNREACHABLE
    assert "localhost" in error.message
