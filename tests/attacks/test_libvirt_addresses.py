"""libvirt's URIs can run programs, read files and switch checks off: the gateway refuses these."""

import socket
import threading
import time

import pytest

from inventory.providers import (
    CredentialProblem,
    ProviderError,
    ProviderErrorCode,
    connect,
    get_kind,
)
from inventory.providers.libvirt import conversation
from inventory.providers.libvirt.address import UNIX, endpoint_of
from tests.clouds.apis.libvirt import Libvirt
from tests.clouds.libvirt_tls import daemon_over_tls

KIND = get_kind("libvirt")
Code = ProviderErrorCode
RUN_PROGRAMS = [
    "qemu+ssh://root@kvm.example/system",
    "qemu+ssh://kvm.example/system?command=/bin/sh",
    "qemu+ssh://kvm.example/system?netcat=/tmp/evil",
    "qemu+ssh://-oProxyCommand=evil/system",
    "qemu+libssh://kvm.example/system",
    "qemu+libssh2://kvm.example/system?known_hosts=/dev/null",
    "qemu+ext:///system?command=/tmp/evil",
    "qemu+ext://kvm.example/system?command=/tmp/evil",
    "qemu+tcp://kvm.example/system?command=/tmp/evil",
    "qemu+unix:///system?command=/tmp/evil",
    "qemu+unix:///system?socket=/run/libvirt.sock&command=/tmp/evil",
    "qemu+unix:///system?proxy=netcat&netcat=/tmp/evil&socket=/run/libvirt.sock",
]
READ_FILES_OR_CHECK_NOTHING = [
    "qemu+tls://kvm.example/system?pkipath=/etc/pki/operator",
    "qemu+tls://kvm.example/system?no_verify=1",
    "qemu://kvm.example/system?no_verify=1",
    "qemu+tls://kvm.example/system?tls_priority=NONE",
    "qemu+ssh://kvm.example/system?keyfile=/root/.ssh/id_ed25519",
    "qemu+tcp://kvm.example/system?authfile=/etc/libvirt/auth.conf",
    "qemu+tcp://kvm.example/system?name=esx://inside.example/",
    "qemu+tcp://kvm.example/system#fragment",
]
OTHER = [
    "qemu+tcp:///system",
    "qemu+tls:///system",
    "qemu+unix://kvm.example/system",
    "qemu+tcp://user@kvm.example/system",
    "qemu+tcp://user:password@kvm.example/system",
    "qemu+tcp://kvm.example/embed?root=/tmp",
    "qemu+tcp://kvm.example",
    "qemu+tcp://kvm.example:99999/system",
    "qemu+tcp://kvm example/system",
    "qemu+tcp://[::1/system",
    "qemu+unix:///system?socket=relative.sock",
    "qemu:///session",
    "qemu:///system?mode=direct",
    "esx://vcenter.example/",
    "xen:///system",
    "test:///default",
    "http://kvm.example/system",
    "QEMU+SSH://kvm.example/system",
    "/run/libvirt/libvirt-sock",
    "system",
]


def refused(**credentials):
    cleaned = KIND.clean_credentials(credentials)
    with pytest.raises(ProviderError) as caught:
        with connect(KIND, cleaned, "global", 2) as cloud:
            cloud.read("virtual_machines")
    return caught.value


@pytest.mark.parametrize("uri", RUN_PROGRAMS + READ_FILES_OR_CHECK_NOTHING + OTHER)
def test_a_uri_is_a_transport_a_host_and_whose_machines_and_nothing_else(uri, settings):
    settings.EGRESS_ALLOW = ["qemu:///system", "qemu:///session", "/run/libvirt.sock", "0.0.0.0/0"]

    with pytest.raises(CredentialProblem) as caught:
        KIND.clean_credentials({"uri": uri})

    assert caught.value.field == "uri"
    assert caught.value.message.startswith("must ")


@pytest.mark.parametrize("uri", RUN_PROGRAMS + READ_FILES_OR_CHECK_NOTHING + OTHER)
def test_what_was_stored_by_other_ways_is_refused_all_the_same(uri):
    with pytest.raises(ValueError, match="must "):
        endpoint_of(uri)


@pytest.mark.parametrize(
    "uri",
    ["qemu:///system", "qemu+unix:///system", "qemu+unix:///system?socket=/run/docker.sock"],
)
def test_the_gateways_own_machine_is_closed_unless_it_is_listed(uri, settings):
    settings.EGRESS_ALLOW = ["127.0.0.0/8", "/run/libvirt"]

    with pytest.raises(CredentialProblem, match="EGRESS_ALLOW"):
        KIND.clean_credentials({"uri": uri})


def test_a_socket_is_listed_letter_by_letter_and_looked_at_again_when_it_is_used(
    settings, tmp_path
):
    path = tmp_path / "libvirt.sock"
    settings.EGRESS_ALLOW = [str(path)]
    uri = f"qemu+unix:///system?socket={path}"
    cleaned = KIND.clean_credentials({"uri": uri})
    with pytest.raises(CredentialProblem, match="EGRESS_ALLOW"):
        KIND.clean_credentials({"uri": f"{uri}/../libvirt.sock"})

    settings.EGRESS_ALLOW = []
    with pytest.raises(ProviderError) as caught:
        with connect(KIND, cleaned, "global", 2) as cloud:
            cloud.read("virtual_machines")

    assert caught.value.code is Code.ADDRESS_NOT_ALLOWED


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.1", "[::1]", "169.254.169.254", "0x7f000001"]
)
@pytest.mark.parametrize("transport", ["qemu", "qemu+tls", "qemu+tcp"])
def test_an_address_inside_is_refused_when_it_is_entered(settings, transport, host):
    settings.EGRESS_ALLOW = []

    with pytest.raises(CredentialProblem, match="is not allowed"):
        KIND.clean_credentials({"uri": f"{transport}://{host}/system"})


def test_a_name_that_leads_inside_is_refused_before_anything_is_sent(settings, monkeypatch):
    with Libvirt() as daemon:
        plain = socket.getaddrinfo
        monkeypatch.setattr(
            socket, "getaddrinfo", lambda _, *rest, **o: plain("127.0.0.1", *rest, **o)
        )
        settings.EGRESS_ALLOW = []

        error = refused(uri=f"qemu+tcp://rebound.example:{daemon.port}/system")

    assert error.code is Code.ADDRESS_NOT_ALLOWED
    assert daemon.asked == []


def test_a_name_is_resolved_once_and_the_checked_address_is_connected_to(settings, monkeypatch):
    """DNS rebinding: the second answer names an address that is forbidden."""
    settings.EGRESS_ALLOW = ["127.0.0.1"]
    with Libvirt() as daemon:
        plain, looked_up = socket.getaddrinfo, []

        def look_up(host, *rest, **options):
            if host != "rebound.example":
                return plain(host, *rest, **options)
            looked_up.append(host)
            return plain(["127.0.0.1", "127.0.0.2"][len(looked_up) - 1], *rest, **options)

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        cleaned = KIND.clean_credentials(
            {"uri": f"qemu+tcp://rebound.example:{daemon.port}/system"}
        )
        with connect(KIND, cleaned, "global", 5) as cloud:
            assert len(cloud.read("virtual_machines")) == 2

    assert looked_up == ["rebound.example"]


def test_a_certificate_is_for_the_name_that_was_entered(tmp_path):
    """Though the connection goes to an address."""
    with daemon_over_tls(tmp_path, name="other.example") as (daemon, certificates):
        error = refused(uri=daemon.tls_uri, **certificates)

    assert error.code is Code.UNREACHABLE
    assert "certificate" in error.message
    assert daemon.asked == []


def test_no_certificate_of_the_gateways_own_machine_is_shown_or_trusted(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    with daemon_over_tls(tmp_path) as (daemon, certificates):
        stranger = refused(uri=daemon.tls_uri, ca_certificate=certificates["ca_certificate"])
        untrusted = refused(
            uri=daemon.tls_uri,
            client_certificate=certificates["client_certificate"],
            client_key=certificates["client_key"],
        )

    assert stranger.code is Code.INVALID_CREDENTIALS
    assert untrusted.code is Code.UNREACHABLE
    assert daemon.asked == []


def test_a_password_is_not_sent_in_clear():
    with Libvirt() as daemon:
        daemon.asks_for_password, daemon.mechanisms = True, "PLAIN,DIGEST-MD5"
        error = refused(uri=daemon.uri, username="ann", password="open sesame")

    assert error.code is Code.INVALID_CREDENTIALS
    assert "without TLS" in error.message
    assert daemon.heard_words == []


def test_a_daemon_that_does_not_know_the_password_is_not_believed():
    """Whoever stands where the daemon was says yes to everything."""
    with Libvirt() as daemon:
        daemon.asks_for_password, daemon.believes_anybody = True, True
        error = refused(uri=daemon.uri, username="ann", password="open sesame")

    assert error.code is Code.INVALID_CREDENTIALS
    assert "proved its identity" in error.message or "did not prove" in error.message


def test_a_key_is_nowhere_on_the_disk_afterwards(tmp_path, monkeypatch):
    directory = tmp_path / "temporary"
    directory.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(directory))
    with daemon_over_tls(tmp_path) as (daemon, certificates):
        cleaned = KIND.clean_credentials({"uri": daemon.tls_uri, **certificates})
        with connect(KIND, cleaned, "global", 5) as cloud:
            assert len(cloud.read("virtual_machines")) == 2

    assert list(directory.iterdir()) == []


def test_answers_without_end_are_cut(monkeypatch):
    monkeypatch.setattr(conversation, "LARGEST_BODY_BYTES", 1 << 20)
    with Libvirt() as daemon:
        daemon.add(300)
        error = refused(uri=daemon.uri)

    assert "over 1 MiB" in error.message


def test_a_daemon_that_says_nothing_costs_its_time_and_no_thread():
    with Libvirt() as daemon:
        daemon.fault, daemon.fault_meets = "timeout", lambda _call: True
        cleaned = KIND.clean_credentials({"uri": daemon.uri})
        before, began = set(threading.enumerate()), time.monotonic()
        for _ in range(3):
            with pytest.raises(ProviderError) as caught:
                with connect(KIND, cleaned, "global", 0.2) as cloud:
                    cloud.read("virtual_machines")
            assert caught.value.code is Code.TIMEOUT
        spent = time.monotonic() - began
        started = set(threading.enumerate()) - before
        assert not [one for one in started if "process_request" not in one.name]  # the daemon's own

    assert 0.5 < spent < 60


def test_a_daemon_that_drips_costs_its_time_too():
    """Each byte comes soon enough; all of them together do not."""
    with Libvirt() as daemon:
        daemon.drip = 0.05
        began = time.monotonic()
        cleaned = KIND.clean_credentials({"uri": daemon.uri})
        with pytest.raises(ProviderError) as caught:
            with connect(KIND, cleaned, "global", 0.5) as cloud:
                cloud.read("virtual_machines")

    assert caught.value.code is Code.TIMEOUT
    assert time.monotonic() - began < 60


def test_local_endpoints_are_sockets_alone():
    endpoint = endpoint_of("qemu+unix:///session?socket=/run/user/1/libvirt.sock")

    assert (endpoint.transport, endpoint.sockets) == (UNIX, ("/run/user/1/libvirt.sock",))
    assert endpoint.uri == "qemu:///session"
