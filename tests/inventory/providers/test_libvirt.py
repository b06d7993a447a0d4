"""libvirt differs from other clouds: states, disks, orders, and its own protocol."""

import contextlib
import socket
import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from libcloud.common.types import MalformedResponseError
from lxml import etree

from inventory.providers import (
    CredentialProblem,
    ProviderError,
    ProviderErrorCode,
    connect,
    get_kind,
)
from inventory.providers.libvirt import refusals, sasl, states
from inventory.providers.libvirt.address import endpoint_of
from inventory.providers.libvirt.conversation import HEADER, UNDER_WAY, Call, Conversation
from inventory.providers.libvirt.metadata import URI, Note
from inventory.providers.libvirt.parse import parsed
from inventory.providers.libvirt.procedures import (
    Domain,
    Host,
    Pool,
    Procedure,
    Volume,
    read_addresses,
    read_domains,
    read_state,
    read_volumes,
)
from inventory.providers.libvirt.xdr import Reader, array, chars, integer, optional, text, uint
from inventory.providers.markup import UNFIT
from inventory.types import MachineState as State
from inventory.types import NewMachine
from tests.clouds.apis.libvirt import IMAGES, PAUSED, RUNNING, SHUT_OFF, Libvirt, document
from tests.clouds.certificates import Signed
from tests.clouds.libvirt_tls import daemon_over_tls

KIND = get_kind("libvirt")
Code = ProviderErrorCode
FIRST, SECOND = (str(uuid.UUID(int=number)) for number in (1, 2))
# virDomainState and its reasons, as include/libvirt/libvirt-domain.h counts them.
REASONS = {0: 1, 1: 12, 2: 1, 3: 14, 4: 2, 5: 9, 6: 2, 7: 1}


@pytest.fixture
def daemon():
    with Libvirt() as running:
        yield running


@pytest.fixture
def cloud(daemon):
    with connected(daemon) as found:
        yield found


def connected(daemon, **credentials):
    given = {"uri": daemon.uri, **credentials}
    return connect(KIND, KIND.clean_credentials(given), "global", 10)


def order(token="a-token", **changes):
    given = {"name": "new", "size_id": "2x2048", "image_id": "tiny-linux.qcow2"}
    return NewMachine(**{**given, "client_token": token, **changes})


def refused(call, *arguments):
    with pytest.raises(ProviderError) as caught:
        call(*arguments)
    return caught.value


# States.


@pytest.mark.parametrize(
    ("state", "reason", "ours", "word"),
    [
        (0, 0, State.UNKNOWN, "no state"),
        (1, 1, State.RUNNING, "running"),
        (2, 0, State.RUNNING, "idle"),
        (3, 0, State.PAUSED, "paused"),
        (3, 1, State.PAUSED, "paused (user)"),
        (3, 3, State.STOPPING, "paused (saving)"),
        (3, 5, State.ERROR, "paused (I/O error)"),
        (3, 8, State.STOPPING, "paused (shutting down)"),
        (3, 10, State.ERROR, "paused (crashed)"),
        (3, 11, State.PENDING, "paused (starting up)"),
        (4, 1, State.STOPPING, "in shutdown"),
        (5, 1, State.STOPPED, "shut off"),
        (5, 2, State.STOPPED, "shut off"),
        (5, 3, State.STOPPED, "shut off (crashed)"),
        (5, 6, State.STOPPED, "shut off (failed)"),
        (6, 1, State.ERROR, "crashed (panicked)"),
        (7, 0, State.SUSPENDED, "pmsuspended"),
        (8, 0, State.UNKNOWN, "state 8"),
    ],
)
def test_a_state_is_told_as_it_is(cloud, daemon, *, state, reason, ours, word):
    daemon.machines[FIRST].state, daemon.machines[FIRST].reason = state, reason

    found = cloud.find("virtual_machines", FIRST)

    assert (found.state, found.raw_state) == (ours, word)
    assert found.state is not State.TERMINATED


def test_every_state_and_reason_there_is_has_a_word_with_a_meaning():
    for state, count in REASONS.items():
        for reason in range(count):
            word = states.word_of(state, reason)
            assert (states.state_of(word) is State.UNKNOWN) == (state == 0), word
    assert set(states.STATES) >= set(states.REASONS.values())


@pytest.mark.parametrize("reason", [0, 1, 5])
def test_what_has_a_managed_save_is_suspended_whatever_the_reason(daemon, cloud, reason):
    machine = daemon.machines[FIRST]
    machine.state, machine.reason, machine.is_saved = SHUT_OFF, reason, True

    found = cloud.find("virtual_machines", FIRST)

    assert (found.state, found.raw_state) == (State.SUSPENDED, "shut off (managed save)")


def test_a_machine_of_somebody_else_is_listed_with_what_is_known_of_it(daemon, cloud):
    xml = daemon.machines[SECOND].xml
    xml.remove(xml.find("metadata"))
    xml.find("vcpu").set("current", "2")
    xml.find("vcpu").text = "4"

    found = cloud.find("virtual_machines", SECOND)

    assert (found.image_id, found.created_at, found.tags) == (None, None, ())
    assert (found.vcpus, found.memory, found.size_id) == (2, 256, "2x256")
    assert found.location_id == "kvm1.example"


def test_a_copys_metadata_is_not_its_own(daemon, cloud):
    """virt-clone copies it, and with it whose disk may be deleted."""
    copy = daemon.machines[SECOND].xml
    copy.find("metadata/*").set("uuid", FIRST)

    assert cloud.find("virtual_machines", SECOND).tags == ()
    assert cloud.find("virtual_machines", FIRST).tags != ()


def test_a_machine_that_vanishes_while_it_is_looked_at_is_left_out(daemon, cloud):
    listed = daemon.connect_list_all_domains

    def with_a_ghost(reader, session):
        answer = listed(reader, session)
        del daemon.machines[SECOND]
        return answer

    daemon.connect_list_all_domains = with_a_ghost

    assert [machine.external_id for machine in cloud.read("virtual_machines")] == [FIRST]


def test_addresses_are_asked_for_once_of_what_runs(daemon, cloud):
    daemon.machines[SECOND].state = SHUT_OFF

    first, second = cloud.read("virtual_machines")

    assert first.private_ips == ("192.168.122.3",)
    assert second.private_ips == ()
    assert daemon.asked.count(Procedure.DOMAIN_INTERFACE_ADDRESSES) == 2  # leases, ARP


# Power.


def test_a_hung_guest_is_not_stopped(daemon, cloud):
    daemon.hung.add(FIRST)

    cloud.do("virtual_machines", "stop", FIRST)

    assert cloud.find("virtual_machines", FIRST).state is State.RUNNING


def test_a_start_of_what_runs_is_a_conflict_that_may_end(cloud):
    """libvirt says the same of a domain that is just shutting down."""
    error = refused(cloud.do, "virtual_machines", "start", FIRST)

    assert (error.code, error.retryable) == (Code.CONFLICT, True)
    assert "already running" in error.message


@pytest.mark.parametrize(("state", "reason"), [(PAUSED, 1), (7, 0), (SHUT_OFF, 1)])
def test_a_start_gets_a_machine_out_of_whatever_it_is_in(daemon, cloud, state, reason):
    daemon.machines[FIRST].state, daemon.machines[FIRST].reason = state, reason

    cloud.do("virtual_machines", "start", FIRST)

    assert cloud.find("virtual_machines", FIRST).state is State.RUNNING


def test_what_is_paused_hears_of_a_stop(daemon, cloud):
    daemon.machines[FIRST].state = PAUSED

    cloud.do("virtual_machines", "stop", FIRST)

    assert cloud.find("virtual_machines", FIRST).state is State.STOPPED


def test_what_is_suspended_keeps_its_memory(daemon, cloud):
    cloud.do("virtual_machines", "suspend", FIRST)

    error = refused(cloud.do, "virtual_machines", "stop", FIRST)

    assert error.code is Code.CONFLICT
    assert "resume it" in error.message
    assert daemon.machines[FIRST].is_saved


def test_a_suspend_is_not_waited_for(daemon, cloud, monkeypatch):
    """The memory of a large machine takes minutes; the job looks how it goes."""
    monkeypatch.setattr("inventory.providers.libvirt.actions.SECONDS_FOR_REFUSAL", 0.1)
    daemon.fault = "timeout"
    daemon.fault_meets = lambda call: call is Procedure.DOMAIN_MANAGED_SAVE

    cloud.do("virtual_machines", "suspend", FIRST)

    assert daemon.asked[-1] is Procedure.DOMAIN_MANAGED_SAVE


def test_a_suspend_that_is_refused_says_so(daemon, cloud):
    daemon.machines[FIRST].state = SHUT_OFF

    assert refused(cloud.do, "virtual_machines", "suspend", FIRST).code is Code.CONFLICT


def test_only_what_is_off_gets_another_size(daemon, cloud):
    assert refused(cloud.do, "virtual_machines", "resize", FIRST, "2x4096").code is Code.CONFLICT
    cloud.do("virtual_machines", "stop", FIRST)
    cloud.do("virtual_machines", "resize", FIRST, "2x4096")

    found = cloud.find("virtual_machines", FIRST)
    assert (found.vcpus, found.memory, found.size_id) == (2, 4096, "2x4096")
    assert daemon.machines[FIRST].xml.findtext("currentMemory") == "4096"


def test_a_machines_secrets_are_asked_for_only_to_define_it_anew(daemon, cloud):
    flags = []
    plain = daemon.domain_get_xml_desc

    def watched(reader, session):
        flags.append(int.from_bytes(reader._content[-4:], "big"))
        return plain(reader, session)

    daemon.domain_get_xml_desc = watched
    cloud.read("virtual_machines")
    cloud.read("images")
    cloud.do("virtual_machines", "stop", FIRST)
    cloud.do("virtual_machines", "terminate", SECOND)
    assert flags
    assert {flag & 1 for flag in flags} == {0}

    cloud.do("virtual_machines", "resize", FIRST, "2x4096")
    assert flags[-1] == 1 | 2


# Orders.


def test_sizes_fit_the_host(cloud):
    sizes = {size.external_id for size in cloud.read("sizes")}

    assert "8x16384" in sizes
    assert "16x32768" not in sizes


def test_an_order_that_is_made_again_finds_its_machine(daemon, cloud):
    made = cloud.create("virtual_machines", "provision", order())
    again = cloud.create("virtual_machines", "provision", order())
    other = cloud.create("virtual_machines", "provision", order("another-token", name="newer"))

    assert made.external_id == again.external_id != other.external_id
    assert len(daemon.machines) == 4


LATER = {
    "nothing but the disk": {Procedure.DOMAIN_DEFINE_XML},
    "what never started": {Procedure.DOMAIN_CREATE},
    "what has no tags": {Procedure.DOMAIN_SET_METADATA},
}


@pytest.mark.parametrize("left", LATER)
def test_an_order_whose_worker_was_lost_is_completed(daemon, left):
    """The connection breaks in the middle of the order, and the outcome is unknown."""
    tags = (("gateway-job", "the-job"),)
    daemon.fault, daemon.fault_meets = "reset", lambda call: call in LATER[left]
    with connected(daemon) as cloud:
        assert (
            refused(cloud.create, "virtual_machines", "provision", order(tags=tags)).code
            is Code.UNREACHABLE
        )
    daemon.fault = None
    volumes = set(daemon.volumes)
    with connected(daemon) as cloud:
        marked = [one for one in cloud.read("virtual_machines") if set(tags) <= set(one.tags)]
        made = cloud.create("virtual_machines", "provision", order(tags=tags))

    assert marked == []
    assert (made.state, made.tags) == (State.RUNNING, tags)
    assert set(daemon.volumes) == volumes
    assert len(daemon.machines) == 3


def test_a_start_that_an_earlier_attempt_is_at_is_no_failure(daemon, cloud):
    made = cloud.create("virtual_machines", "provision", order())
    machine = daemon.machines[made.external_id]
    machine.state = SHUT_OFF
    plain = daemon.domain_create

    def started_meanwhile(reader, session):
        machine.state = RUNNING
        return plain(reader, session)

    daemon.domain_create = started_meanwhile

    assert cloud.create("virtual_machines", "provision", order()).state is State.RUNNING


def test_an_order_that_was_lost_after_its_disk_takes_that_disk(daemon, cloud):
    made = cloud.create("virtual_machines", "provision", order())
    del daemon.machines[made.external_id]
    disks = set(daemon.volumes)

    again = cloud.create("virtual_machines", "provision", order())

    assert again.external_id == made.external_id
    assert set(daemon.volumes) == disks


@pytest.mark.parametrize(
    "call",
    [Procedure.DOMAIN_DEFINE_XML, Procedure.DOMAIN_CREATE, Procedure.DOMAIN_SET_METADATA],
)
def test_an_order_that_is_refused_leaves_nothing_behind(daemon, cloud, call):
    machines, volumes = set(daemon.machines), set(daemon.volumes)
    daemon.fault, daemon.fault_meets = "500", lambda asked: asked is call

    error = refused(cloud.create, "virtual_machines", "provision", order(tags=(("a", "b"),)))
    assert error.code is Code.PROVIDER_ERROR
    assert error.message == "oops"
    assert set(daemon.machines) == machines
    assert set(daemon.volumes) == volumes


def test_what_cannot_be_taken_away_again_is_named(daemon, cloud):
    failing = {Procedure.DOMAIN_CREATE, Procedure.STORAGE_VOL_DELETE}
    daemon.fault, daemon.fault_meets = "500", lambda asked: asked in failing

    error = refused(cloud.create, "virtual_machines", "provision", order())

    assert error.message == "oops What was made is still there: oops"


def test_a_name_that_is_taken_is_a_conflict(daemon, cloud):
    error = refused(cloud.create, "virtual_machines", "provision", order(name="web-1"))

    assert error.code is Code.CONFLICT
    assert "web-1" in error.message
    assert len(daemon.volumes) == 4


def test_a_name_is_a_text_and_no_xml(daemon, cloud):
    name = "</name><devices>&amp;"

    made = cloud.create("virtual_machines", "provision", order(name=name, tags=(("<&>", "\"'<"),)))

    assert made.name == name
    assert made.tags == (("<&>", "\"'<"),)


def test_a_new_machine_is_a_layer_over_its_image(daemon, cloud):
    made = cloud.create("virtual_machines", "provision", order())

    xml = daemon.machines[made.external_id].xml
    disk = f"{IMAGES}/gateway-{made.external_id}.qcow2"
    assert [source.get("file") for source in xml.iterfind("devices/disk/source")] == [disk]
    volume = daemon.volumes[f"gateway-{made.external_id}.qcow2"]
    assert volume.findtext("backingStore/path") == f"{IMAGES}/tiny-linux.qcow2"
    assert xml.get("type") == "qemu"
    assert xml.find("cpu") is None
    assert xml.find("devices/interface").get("type") == "user"


def test_with_kvm_a_machine_has_the_hosts_processor_and_the_accounts_network(daemon):
    capabilities = document("domain_capabilities")
    capabilities.find("domain").text = "kvm"
    told = text(etree.tostring(capabilities).decode())
    daemon.connect_get_domain_capabilities = lambda reader, _: (reader.take(20), told)[1]
    with connected(daemon, network="lan") as cloud:
        xml = daemon.machines[
            cloud.create("virtual_machines", "provision", order()).external_id
        ].xml

    assert (xml.get("type"), xml.find("cpu").get("mode")) == ("kvm", "host-model")
    assert xml.find("devices/interface").get("type") == "network"
    assert xml.find("devices/interface/source").get("network") == "lan"


@pytest.mark.parametrize(
    "named",
    [
        {"file": f"{IMAGES}/nothing.qcow2"},
        {"pool": "default", "volume": "nothing.qcow2"},
    ],
)
def test_a_file_is_no_image_any_more_when_a_machine_has_it(daemon, cloud, named):
    source = daemon.machines[SECOND].xml.find("devices/disk/source")
    source.attrib.clear()
    source.attrib.update(named)

    assert "nothing.qcow2" not in {image.name for image in cloud.read("images")}
    assert (
        refused(cloud.create, "virtual_machines", "provision", order(image_id="nothing.qcow2")).code
        is Code.NOT_FOUND
    )


def test_what_a_machine_writes_to_is_no_image(daemon, cloud):
    assert {image.name for image in cloud.read("images")} == {"tiny-linux.qcow2", "nothing.qcow2"}

    error = refused(
        cloud.create, "virtual_machines", "provision", order(image_id=f"gateway-{FIRST}.qcow2")
    )

    assert error.code is Code.NOT_FOUND


def test_an_account_has_a_pool(daemon):
    with connected(daemon, pool="elsewhere") as cloud:
        error = refused(cloud.read, "images")

    assert error.code is Code.NOT_FOUND


# Disks that are deleted, and disks that are not.


def test_the_disk_that_was_made_with_a_machine_goes_with_it(daemon, cloud):
    made = cloud.create("virtual_machines", "provision", order())
    cloud.do("virtual_machines", "terminate", made.external_id)

    assert cloud.find("virtual_machines", made.external_id) is None
    assert f"gateway-{made.external_id}.qcow2" not in daemon.volumes
    assert {"tiny-linux.qcow2", "nothing.qcow2", f"gateway-{FIRST}.qcow2"} <= set(daemon.volumes)


def test_what_is_off_is_terminated_too(daemon, cloud):
    daemon.machines[FIRST].state = SHUT_OFF
    cloud.do("virtual_machines", "terminate", FIRST)

    assert FIRST not in daemon.machines


def test_a_transient_machine_is_gone_when_it_is_off(daemon, cloud):
    daemon.transient.add(FIRST)
    cloud.do("virtual_machines", "terminate", FIRST)

    assert FIRST not in daemon.machines


def test_no_disk_of_somebody_elses_machine_is_deleted(daemon, cloud):
    xml = daemon.machines[FIRST].xml
    xml.remove(xml.find("metadata"))
    before = set(daemon.volumes)

    cloud.do("virtual_machines", "terminate", FIRST)

    assert FIRST not in daemon.machines
    assert set(daemon.volumes) == before


@pytest.mark.parametrize(
    "named",
    [
        {"file": f"{IMAGES}/gateway-{FIRST}.qcow2"},
        {"file": f"/srv/link/../images/gateway-{FIRST}.qcow2"},
        {"pool": "default", "volume": f"gateway-{FIRST}.qcow2"},
    ],
)
def test_a_disk_stays_that_another_machine_has(daemon, cloud, named):
    source = daemon.machines[SECOND].xml.find("devices/disk/source")
    source.attrib.clear()
    source.attrib.update(named)
    before = set(daemon.volumes)

    cloud.do("virtual_machines", "terminate", FIRST)

    assert set(daemon.volumes) == before


def test_a_disk_stays_that_a_volume_is_a_layer_on(daemon, cloud):
    layer = daemon.volumes[f"gateway-{SECOND}.qcow2"]
    layer.find("backingStore/path").text = f"{IMAGES}/gateway-{FIRST}.qcow2"
    before = set(daemon.volumes)

    cloud.do("virtual_machines", "terminate", FIRST)

    assert set(daemon.volumes) == before


def test_a_disk_stays_that_is_not_the_machines_any_more(daemon, cloud):
    """After a snapshot the machine writes to another file, which is a layer over this one."""
    daemon.machines[FIRST].xml.find("devices/disk/source").set("file", f"{IMAGES}/snapshot.1")
    before = set(daemon.volumes)

    cloud.do("virtual_machines", "terminate", FIRST)

    assert set(daemon.volumes) == before


def test_a_termination_that_is_made_again_ends_well(daemon, cloud):
    del daemon.volumes[f"gateway-{FIRST}.qcow2"]
    daemon.machines[FIRST].state = SHUT_OFF

    cloud.do("virtual_machines", "terminate", FIRST)

    assert FIRST not in daemon.machines


# Tags.


def test_tags_of_a_machine_of_somebody_else(daemon, cloud):
    xml = daemon.machines[FIRST].xml
    xml.find("metadata").remove(xml.find("metadata/*"))
    etree.SubElement(xml.find("metadata"), "{urn:other}program").set("kept", "yes")

    cloud.do("virtual_machines", "tag", FIRST, {"env": "prod", "empty": ""}, [])
    cloud.do("virtual_machines", "tag", FIRST, {}, ["env"])

    assert cloud.find("virtual_machines", FIRST).tags == (("empty", ""),)
    assert xml.find("metadata/{urn:other}program").get("kept") == "yes"
    assert len(xml.findall(f"metadata/{{{URI}}}machine")) == 1


@pytest.mark.parametrize(
    ("state", "transient", "flags"), [(RUNNING, False, 3), (RUNNING, True, 1), (SHUT_OFF, False, 2)]
)
def test_a_tag_goes_where_it_stays(daemon, cloud, state, transient, flags):
    daemon.machines[FIRST].state = state
    daemon.transient |= {FIRST} if transient else set()
    seen = []
    plain = daemon.domain_set_metadata

    def watched(reader, session):
        seen.append(int.from_bytes(reader._content[-4:], "big"))
        return plain(reader, session)

    daemon.domain_set_metadata = watched
    cloud.do("virtual_machines", "tag", FIRST, {"a": "b"}, [])

    assert seen == [flags]


# The address of a daemon.


@pytest.fixture
def local_daemon(tmp_path, settings):
    daemon = Libvirt()
    daemon.path = tmp_path / "libvirt.sock"
    settings.EGRESS_ALLOW = [str(daemon.path), "qemu:///system"]
    with daemon:
        yield daemon


def test_a_socket_is_a_way_to_a_daemon(local_daemon):
    with connected(local_daemon) as cloud:
        assert len(cloud.read("virtual_machines")) == 2


@pytest.fixture
def left_behind(tmp_path):
    """The socket of a daemon that is no more."""
    path = tmp_path / "left.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
    return path


@pytest.mark.parametrize("other", ["missing", "left.sock"])
@pytest.mark.parametrize("place", [0, 1])
def test_the_machines_own_daemon_is_where_a_distribution_has_it(  # noqa: PLR0917 - fixtures
    local_daemon, left_behind, tmp_path, monkeypatch, place, other
):
    """One daemon serves everything, or one serves QEMU alone."""
    paths = [str(tmp_path / other)] * 2
    paths[place] = str(local_daemon.path)
    monkeypatch.setattr("inventory.providers.libvirt.address.SYSTEM_SOCKETS", tuple(paths))
    with connected(local_daemon, uri="qemu:///system") as cloud:
        assert len(cloud.read("virtual_machines")) == 2


def test_a_daemon_that_is_not_there_is_unreachable(local_daemon, monkeypatch, tmp_path):
    missing = (str(tmp_path / "one"), str(tmp_path / "two"))
    monkeypatch.setattr("inventory.providers.libvirt.address.SYSTEM_SOCKETS", missing)
    with connected(local_daemon, uri="qemu:///system") as cloud:
        assert refused(cloud.read, "virtual_machines").code is Code.UNREACHABLE


@pytest.mark.parametrize(
    ("uri", "transport", "port"),
    [
        ("qemu://kvm.example/system", "qemu+tls", 16514),
        ("qemu+tls://kvm.example/session", "qemu+tls", 16514),
        ("qemu+tcp://kvm.example/system", "qemu+tcp", 16509),
        ("qemu+tcp://[2001:db8::1]:19/system", "qemu+tcp", 19),
    ],
)
def test_ports_are_libvirts_unless_others_are_named(uri, transport, port):
    endpoint = endpoint_of(uri)

    assert (endpoint.transport, endpoint.port) == (transport, port)
    assert endpoint.uri == f"qemu:///{uri.rpartition('/')[2]}"


# Authentication.


def test_a_password_is_proven_and_not_sent(daemon):
    daemon.asks_for_password = True
    with connected(daemon, username="ann", password=daemon.password) as cloud:
        assert len(cloud.read("virtual_machines")) == 2

    assert not [words for words in daemon.heard_words if daemon.password.encode() in words]


def test_who_has_no_password_is_told_to_give_one(daemon):
    daemon.asks_for_password = True
    with connected(daemon) as cloud:
        error = refused(cloud.read, "virtual_machines")

    assert error.code is Code.INVALID_CREDENTIALS
    assert "user name and a password" in error.message


@pytest.mark.parametrize("offered", ["DIGEST-MD5", "GSSAPI", ""])
def test_ways_to_sign_in_that_are_not_known_are_named(daemon, offered):
    daemon.asks_for_password, daemon.mechanisms = True, offered
    with connected(daemon, username="ann", password="secret") as cloud:
        error = refused(cloud.read, "virtual_machines")

    assert error.code is Code.INVALID_CREDENTIALS
    assert offered in error.message


def test_scram_is_what_its_standard_says():
    """The example of RFC 7677, section 3."""
    talk = sasl._scram("sha256", "user", "pencil", "rOprNGfwEbeRWgbNEkqO")
    assert next(talk) == b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    challenge = (
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    )
    assert talk.send(challenge) == (
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    )
    with pytest.raises(StopIteration):
        talk.send(b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")


@pytest.mark.parametrize(
    "challenge",
    [
        "r=another,s=c2FsdA==,i=4096",
        "r=nonce+,s=c2FsdA==,i=0",
        f"r=nonce+,s=c2FsdA==,i={10**9}",
        "r=nonce+,s=@,i=4096",
        "r=nonce+,i=4",
        "r=nonce",
        "e=no",
        "",
    ],
)
def test_a_challenge_that_is_none_is_refused(challenge):
    talk = sasl._scram("sha256", "user", "pencil", "nonce")
    next(talk)

    with pytest.raises(ProviderError) as caught:
        talk.send(challenge.encode())
    assert caught.value.code is Code.INVALID_CREDENTIALS


def test_a_certificate_opens_a_daemon(tmp_path):
    with daemon_over_tls(tmp_path) as (daemon, certificates):
        with connected(daemon, **{"uri": daemon.tls_uri, **certificates}) as cloud:
            assert len(cloud.read("virtual_machines")) == 2


def test_a_strangers_certificate_does_not(tmp_path):
    stranger = Signed("stranger.example")
    with daemon_over_tls(tmp_path) as (daemon, certificates):
        given = {
            "uri": daemon.tls_uri,
            **certificates,
            "client_certificate": stranger.pem,
            "client_key": stranger.key_pem,
        }
        with connected(daemon, **given) as cloud:
            error = refused(cloud.read, "virtual_machines")

    assert error.code is Code.INVALID_CREDENTIALS


SIGNED = Signed("client.example")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "ann"}, "password"),
        ({"password": "secret"}, "username"),
        ({"client_certificate": SIGNED.pem}, "client_key"),
        ({"client_key": SIGNED.key_pem}, "client_certificate"),
        ({"ca_certificate": "no certificate"}, "ca_certificate"),
        ({"client_certificate": SIGNED.pem, "client_key": Signed("x").key_pem}, "client_key"),
        ({"client_certificate": SIGNED.pem, "client_key": "nonsense"}, "client_key"),
    ],
)
def test_credentials_that_do_not_fit_each_other_are_refused(given, field):
    with pytest.raises(CredentialProblem) as caught:
        KIND.clean_credentials({"uri": "qemu+tls://kvm.example/system", **given})

    assert caught.value.field == field


def test_certificates_are_of_use_with_tls_alone():
    with pytest.raises(CredentialProblem, match="qemu\\+tls"):
        KIND.clean_credentials(
            {"uri": "qemu+tcp://kvm.example/system", "ca_certificate": SIGNED.pem}
        )


# Texts that daemons and people write.


@pytest.mark.parametrize("text", ["\x00", "a\x07b", "\ufffe"])
def test_what_xml_cannot_hold_is_refused_and_makes_nothing(daemon, cloud, text):
    volumes = set(daemon.volumes)

    for changes in ({"name": text}, {"tags": ((text, "x"),)}, {"tags": (("x", text),)}):
        assert (
            refused(cloud.create, "virtual_machines", "provision", order(**changes)).code
            is Code.INVALID_REQUEST
        )
    assert (
        refused(cloud.do, "virtual_machines", "tag", FIRST, {"x": text}, []).code
        is Code.INVALID_REQUEST
    )
    assert set(daemon.volumes) == volumes


@pytest.mark.parametrize("created", ["yesterday", "2026-01-01T00:00:00", ""])
def test_a_machine_whose_metadata_somebody_changed_is_listed_all_the_same(daemon, cloud, created):
    daemon.machines[FIRST].xml.find("metadata/*").set("created", created)

    assert [machine.created_at is None for machine in cloud.read("virtual_machines")] == [
        True,
        False,
    ]


def test_an_address_that_is_none_is_left_out(daemon, cloud):
    address = integer(0) + text("not an address") + uint(24)
    interface = text("vnet0") + optional(None) + array([address])
    daemon.domain_interface_addresses = lambda reader, _: (
        reader.take(len(reader._content)),
        array([interface]),
    )[1]

    assert [machine.private_ips for machine in cloud.read("virtual_machines")] == [(), ()]


keys = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.dictionaries(keys, keys, max_size=5))
def test_tags_are_read_back_as_they_were_written(tags):
    if any(UNFIT.search(part) for pair in tags.items() for part in pair):
        return
    note = Note(FIRST, tags, "an image", "/a/disk")
    domain = etree.Element("domain")
    etree.SubElement(domain, "metadata").append(note.element())
    written = etree.tostring(domain).decode()

    assert Note.of(parsed(written), FIRST) == note
    bare = etree.fromstring(note.text())
    assert {tag.get("key"): tag.get("value") for tag in bare} == tags
    assert URI not in note.text()


READS = (
    Reader.text,
    Domain.read,
    Pool.read,
    Volume.read,
    Host.read,
    read_domains,
    read_volumes,
    read_addresses,
    read_state,
    Reader.chars,
    Reader.optional,
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=200), st.sampled_from(READS))
def test_whatever_a_daemon_sends_is_an_answer_or_malformed(content, read):
    with contextlib.suppress(MalformedResponseError):
        read(Reader(content))


# The protocol.


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (1, Code.PROVIDER_ERROR),
        (refusals.NO_SUPPORT, Code.NOT_SUPPORTED),
        (5, Code.UNREACHABLE),
        (8, Code.INVALID_REQUEST),
        (29, Code.PERMISSION_DENIED),
        (39, Code.UNREACHABLE),
        (refusals.NO_DOMAIN, Code.NOT_FOUND),
        (45, Code.INVALID_CREDENTIALS),
        (refusals.OPERATION_INVALID, Code.CONFLICT),
        (68, Code.TIMEOUT),
        (88, Code.PERMISSION_DENIED),
        (94, Code.PERMISSION_DENIED),
        (4711, Code.PROVIDER_ERROR),
    ],
)
def test_a_refusal_is_told_by_libvirts_number(number, code):
    assert refusals.Refusal(number, "no").code is code


class Wire:
    """A channel that answers each call with its serial, the latest one first."""

    def __init__(self):
        self.sent, self.ahead, self.coming = [], [], b""

    def send(self, content):
        self.sent.append(HEADER.unpack(content[: HEADER.size]))

    def receive(self, count):
        if not self.coming:
            self.ahead.append(len(self.sent))
            serial = self.sent.pop()[5]
            header = HEADER.pack(HEADER.size + 4, 0x20008086, 1, 212, 1, serial, 0)
            self.coming = header + uint(serial)
        taken, self.coming = self.coming[:count], self.coming[count:]
        return taken


def test_calls_are_sent_ahead_of_their_answers_and_find_them_again():
    wire = Wire()
    calls = [Call(Procedure.DOMAIN_GET_STATE, read=Reader.uint) for _ in range(40)]

    assert Conversation(wire).ask_each(calls) == list(range(1, 41))
    assert wire.ahead[0] == UNDER_WAY
    assert max(wire.ahead) == UNDER_WAY


def test_a_connection_serves_a_task_and_is_closed_after_it(daemon):
    with connected(daemon) as cloud:
        cloud.read("virtual_machines")
        cloud.find("virtual_machines", FIRST)
        talk = cloud._driver.talk

    assert daemon.asked.count(Procedure.CONNECT_OPEN) == 1
    assert talk._channel._socket.fileno() == -1


def test_what_is_written_is_read_back():
    content = uint(7) + integer(-7) + text("grün") + optional(None) + optional("x") + chars(b"ab")
    reader = Reader(content + array([text("a"), text("bcd")]))

    assert (reader.uint(), reader.integer(), reader.text()) == (7, -7, "grün")
    assert (reader.optional(), reader.optional(), reader.chars()) == (None, "x", b"ab")
    assert reader.array(Reader.text) == ["a", "bcd"]
    reader.end()


def test_what_is_written_is_as_rfc_4506_has_it():
    assert uint(259) == bytes([0, 0, 1, 3])
    assert integer(-259) == bytes([255, 255, 254, 253])  # section 4.1
    assert text("sillyprog") == bytes([0, 0, 0, 9]) + b"sillyprog\x00\x00\x00"  # section 7


@pytest.mark.parametrize(
    ("content", "read"),
    [
        (b"\x00\x00", Reader.uint),
        (uint(100) + b"short", Reader.text),
        (uint(2) + b"\xff\xfe\x00\x00", Reader.text),
        (uint(1 << 31), lambda reader: reader.array(Reader.uint)),
        (uint(1) + b"\x00\x00\x00\x00", lambda reader: (reader.uint(), reader.end())),
    ],
)
def test_what_does_not_fit_is_malformed(content, read):
    with pytest.raises(MalformedResponseError):
        read(Reader(content))
