"""The stand-in of libvirt refuses what a real daemon refuses, where REAL_LIBVIRT names one.

Each call is sent to both, about a domain in the same state. The answers are both given or both
refused with the same number, and the domain is in the same state afterwards.
"""

import contextlib
import uuid

import pytest

from inventory.providers import connect, get_kind
from inventory.providers.libvirt import xdr
from inventory.providers.libvirt.conversation import Call
from inventory.providers.libvirt.domains import NO_FLAGS, word_for
from inventory.providers.libvirt.metadata import PREFIX, URI
from inventory.providers.libvirt.orders import WITH_EVERYTHING
from inventory.providers.libvirt.procedures import Domain, Pool, Procedure, Volume
from inventory.providers.libvirt.refusals import Refusal
from tests.clouds import libvirt
from tests.clouds.apis.libvirt import PAUSED, RUNNING, SHUT_OFF, Libvirt
from tests.clouds.libvirt import virsh

pytestmark = pytest.mark.skipif(not libvirt.URI, reason="REAL_LIBVIRT names no running libvirt")
KIND = get_kind("libvirt")
DOMAIN = """<domain type='qemu'><name>{name}</name><uuid>{uuid}</uuid>
    <memory unit='MiB'>64</memory><vcpu>1</vcpu>
    <os><type arch='x86_64'>hvm</type></os><devices/></domain>"""
TEXT = "<machine id='x'/>"
# The commands that bring a domain into each state: a real one that is off, or a running transient.
STATES = {
    "running": ("start",),
    "paused": ("start", "suspend"),
    "shut off": (),
    "saved": ("start", "managedsave"),
    "transient": None,
}
CALLS = {
    "create": (Procedure.DOMAIN_CREATE, b""),
    "resume": (Procedure.DOMAIN_RESUME, b""),
    "wake up": (Procedure.DOMAIN_PM_WAKEUP, NO_FLAGS),
    "shut down": (Procedure.DOMAIN_SHUTDOWN, b""),
    "reset": (Procedure.DOMAIN_RESET, NO_FLAGS),
    "save": (Procedure.DOMAIN_MANAGED_SAVE, NO_FLAGS),
    "destroy": (Procedure.DOMAIN_DESTROY_FLAGS, NO_FLAGS),
    "undefine": (Procedure.DOMAIN_UNDEFINE_FLAGS, WITH_EVERYTHING),
    "undefine without flags": (Procedure.DOMAIN_UNDEFINE_FLAGS, NO_FLAGS),
    "note of what runs": (Procedure.DOMAIN_SET_METADATA, None, 1),
    "note of what is stored": (Procedure.DOMAIN_SET_METADATA, None, 2),
    "note of both": (Procedure.DOMAIN_SET_METADATA, None, 3),
}
READS = {
    "state": (Procedure.DOMAIN_GET_STATE, NO_FLAGS),
    "description": (Procedure.DOMAIN_GET_XML_DESC, NO_FLAGS),
    "persistence": (Procedure.DOMAIN_IS_PERSISTENT, b""),
    "saved image": (Procedure.DOMAIN_HAS_MANAGED_SAVE_IMAGE, NO_FLAGS),
}


@pytest.fixture
def real():
    with connected(libvirt.URI) as cloud:
        yield cloud


@pytest.fixture
def stand_in():
    with Libvirt() as daemon, connected(daemon.uri) as cloud:
        yield daemon, cloud


def connected(uri):
    return connect(KIND, KIND.clean_credentials({"uri": uri}), "global", 120)


@contextlib.contextmanager
def real_domain(state, tmp_path):
    known, name = str(uuid.uuid4()), f"stand-in-{uuid.uuid4().hex[:8]}"
    described = tmp_path / "domain.xml"
    described.write_text(DOMAIN.format(name=name, uuid=known))
    steps = STATES[state]
    try:
        virsh("create" if steps is None else "define", str(described))
        for step in steps or ():
            virsh(step, known)
        yield Domain(name, known)
    finally:
        left = virsh("list", "--all", "--uuid").split()
        if known in left and virsh("domstate", known) != "shut off":
            virsh("destroy", known)
        if known in virsh("list", "--all", "--uuid").split():
            virsh("undefine", known, "--managed-save")


def stand_in_domain(state, daemon):
    machine = next(iter(daemon.machines.values()))
    off = {"shut off", "saved"}
    machine.state = PAUSED if state == "paused" else SHUT_OFF if state in off else RUNNING
    machine.reason = int(state == "paused")  # by a user
    machine.is_saved = state == "saved"
    daemon.transient = {machine.uuid} if state == "transient" else set()
    daemon.hung = {machine.uuid}  # as a real one without an operating system
    return Domain(machine.name, machine.uuid)


def call_of(name, domain):
    procedure, arguments, *flags = (CALLS | READS)[name]
    if flags:
        said = b"".join(map(xdr.optional, (TEXT, PREFIX, URI)))
        arguments = xdr.integer(2) + said + xdr.uint(flags[0])
    return Call(procedure, domain.packed() + arguments)


def asked(cloud, ask):
    """What ``ask`` returns, or the number of a refusal. A driver's calls need its connection."""
    with cloud._line.used():
        try:
            return ask(cloud._driver)
        except Refusal as refusal:
            return refusal.number


def outcome(cloud, call):
    """The number of a refusal; None for an answer."""
    found = asked(cloud, lambda driver: (driver.ask(call),))
    return None if isinstance(found, tuple) else found


def state_after(cloud, domain):
    """The word of its state; empty: it is gone."""
    return asked(cloud, lambda driver: word_for(driver, domain))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", CALLS)
def test_the_stand_in_answers_as_the_real_daemon(real, stand_in, tmp_path, state, name):
    daemon, ours = stand_in
    mine = stand_in_domain(state, daemon)
    with real_domain(state, tmp_path) as theirs:
        expected = outcome(real, call_of(name, theirs)), state_after(real, theirs)

    assert (outcome(ours, call_of(name, mine)), state_after(ours, mine)) == expected


NOBODY = Domain("nobody", "00000000-0000-0000-0000-00000000ffff")
UNKNOWN = {
    **{f"{name} of nobody": lambda name=name: call_of(name, NOBODY) for name in CALLS | READS},
    "lookup by name": lambda: Call(Procedure.DOMAIN_LOOKUP_BY_NAME, xdr.text("nobody")),
    "lookup of a pool": lambda: Call(Procedure.STORAGE_POOL_LOOKUP_BY_NAME, xdr.text("nothing")),
    "lookup of a path": lambda: Call(Procedure.STORAGE_VOL_LOOKUP_BY_PATH, xdr.text("/no/such")),
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_the_stand_in_knows_nobody_as_the_real_daemon(real, stand_in, name):
    _daemon, ours = stand_in

    assert outcome(ours, UNKNOWN[name]()) == outcome(real, UNKNOWN[name]()) is not None


def in_pool(cloud, procedure, after=b""):
    lookup = Call(Procedure.STORAGE_POOL_LOOKUP_BY_NAME, xdr.text("default"), Pool.read)
    pool = asked(cloud, lambda driver: driver.ask(lookup))
    return outcome(cloud, Call(procedure, pool.packed() + after))


def test_volumes_are_refused_as_by_the_real_daemon(real, stand_in):
    _daemon, ours = stand_in
    taken = "<volume><name>nothing.qcow2</name><capacity>1</capacity></volume>"
    for procedure, after in (
        (Procedure.STORAGE_VOL_LOOKUP_BY_NAME, xdr.text("no-such.qcow2")),
        (Procedure.STORAGE_VOL_CREATE_XML, xdr.text(taken) + NO_FLAGS),
    ):
        expected = in_pool(real, procedure, after)
        assert in_pool(ours, procedure, after) == expected is not None

    nothing = Volume("default", "no-such.qcow2", "/no/such.qcow2").packed() + NO_FLAGS
    for procedure in (Procedure.STORAGE_VOL_DELETE, Procedure.STORAGE_VOL_GET_XML_DESC):
        expected = outcome(real, Call(procedure, nothing))
        assert outcome(ours, Call(procedure, nothing)) == expected is not None


def redefined(found, **changes):
    """The XML of a machine of the stand-in as another would define it again."""
    described = DOMAIN.format(**({"name": found.name, "uuid": found.uuid} | changes))
    return Call(Procedure.DOMAIN_DEFINE_XML, xdr.text(described))


@pytest.mark.parametrize(
    "change",
    [{"uuid": "00000000-0000-0000-0000-00000000eeee"}, {"name": "another-name"}],
)
def test_a_definition_is_refused_as_by_the_real_daemon(real, stand_in, tmp_path, change):
    daemon, ours = stand_in
    mine = stand_in_domain("shut off", daemon)
    with real_domain("shut off", tmp_path) as theirs:
        expected = outcome(real, redefined(theirs, **change))

    assert outcome(ours, redefined(mine, **change)) == expected is not None
