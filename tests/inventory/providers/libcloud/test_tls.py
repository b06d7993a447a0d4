"""Certificates at a real TLS server, for each driver: the public authorities verify it, or the
account's own authority, and nothing is sent to a server that neither verifies.

Each name leads to the server, which has a certificate for each name that is asked for.
"""

import http.server
import runpy
import socket
import threading
from contextlib import contextmanager
from unittest.mock import patch

import libcloud.security
import pytest
import urllib3.connection

from gateway.core.http.lookups import lookups
from inventory.providers import ProviderError, ProviderErrorCode, connect, get_kind
from inventory.providers.libcloud import self_hosted
from inventory.providers.libcloud.evidence import EVIDENCE
from inventory.providers.libcloud.offered import ROWS
from tests.clouds.certificates import Signed, server_context
from tests.inventory.providers.libcloud.recorded import (
    BY_NAME,
    RECORDINGS,
    Replies,
    credentials_of,
    importable,
    recorded,
)

AUTHORITY, ANOTHER = Signed("authority.example"), Signed("another.example")
GOOD = {"by": AUTHORITY}
BAD = {
    "another authority": {"by": ANOTHER},
    "no authority": {"by": None},
    "another name": {"by": AUTHORITY, "name": "elsewhere.example"},
    "expired": {"by": AUTHORITY, "expired": True},
}
NAMES = [row.name for row in ROWS]
ADDRESSED = [row.name for row in ROWS if row.address is not None]
LISTED = [name for name in ADDRESSED if "list" in EVIDENCE[name].listed.split()]


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with the recorded replies of the server's cloud; else it refuses."""

    protocol_version = "HTTP/1.1"

    def answer(self):
        length = int(self.headers.get("content-length") or 0)
        request = Asked(self.command, self.path, dict(self.headers), self.rfile.read(length))
        self.server.asked.append((self.headers["host"], self.path))
        status, body, headers, _reason = self.server.answer(request)
        body = body.encode() if isinstance(body, str) else (body or b"")
        self.send_response(int(status))
        for name, value in headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer()

    def log_message(self, *_of):
        pass


class Asked:
    def __init__(self, method, path, headers, body):
        self.method, self.path_url, self.headers = method, path, headers
        self.url, self.body = f"https://{headers['Host']}{path}", body


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, directory, answer, *, by, name=None, expired=False):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.answer = [], answer
        self._made = {}

        def context_for(asked_for):
            if asked_for not in self._made:
                signed = Signed(name or asked_for, by, expired=expired)
                self._made[asked_for] = server_context(directory, signed)
            return self._made[asked_for]

        def choose(connection, asked_for, _context):
            connection.context = context_for(asked_for)

        context = context_for("127.0.0.1")
        context.sni_callback = choose
        self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, *_of):
        pass  # a client that refuses the certificate


def refuse(_request):
    return 403, "{}", {}, "Forbidden"


@contextmanager
def served(directory, answer=refuse, **certificate):
    """Each connection to any name leads here."""
    server = Server(directory, answer, **certificate)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]

    def created(_place, timeout, **_options):
        return socket.create_connection(server.server_address, timeout)

    try:
        with (
            patch.object(lookups, "addresses_of", lambda *_place, **_options: found),
            patch.object(urllib3.connection.connection, "create_connection", created),
        ):
            yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


@pytest.fixture(autouse=True)
def loopback(settings):
    settings.EGRESS_ALLOW = ["127.0.0.1"]


@pytest.fixture
def public(tmp_path, monkeypatch):
    """The public authorities are this one, for every driver."""
    path = tmp_path / "public.pem"
    path.write_text(AUTHORITY.pem)
    monkeypatch.setattr(libcloud.security, "CA_CERTS_PATH", str(path))
    monkeypatch.setattr("requests.adapters.DEFAULT_CA_BUNDLE_PATH", str(path))
    for row in ROWS:
        if "ca_cert" in row.fixed:
            monkeypatch.setitem(row.fixed, "ca_cert", str(path))


def read(name, **more):
    kind = get_kind("libcloud", name)
    values = kind.clean_credentials(credentials_of(name) | more)
    with connect(kind, values, kind.default_regions[0], 20) as cloud:
        return cloud.read("virtual_machines")


def failure(name, **more):
    with pytest.raises(ProviderError) as caught:
        read(name, **more)
    return caught.value


def is_unverified(error):
    assert (error.code, error.is_final) == (ProviderErrorCode.UNREACHABLE, True)
    assert "certificate verify failed" in error.message
    return True


@pytest.mark.parametrize("name", NAMES)
def test_a_server_that_a_public_authority_knows_is_asked(name, tmp_path, public):
    with served(tmp_path, **GOOD) as server:
        error = failure(name)

    assert server.asked
    assert "certificate" not in error.message


@pytest.mark.parametrize("certificate", BAD)
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_sent_to_a_server_that_is_not_verified(name, certificate, tmp_path, public):
    with served(tmp_path, **BAD[certificate]) as server:
        assert is_unverified(failure(name))

    assert server.asked == []


@pytest.mark.parametrize("name", NAMES)
def test_libclouds_switch_for_no_verification_is_not_used(name, tmp_path, public, monkeypatch):
    monkeypatch.setattr(libcloud.security, "VERIFY_SSL_CERT", False)
    with served(tmp_path, by=ANOTHER) as server:
        assert is_unverified(failure(name))

    assert server.asked == []


@pytest.mark.parametrize("name", ADDRESSED)
def test_a_server_of_the_accounts_own_authority_is_asked(name, tmp_path):
    with served(tmp_path, **GOOD) as server:
        error = failure(name, ca_certificate=AUTHORITY.pem)

    assert server.asked
    assert "certificate" not in error.message


@pytest.mark.parametrize("certificate", BAD)
@pytest.mark.parametrize("name", ADDRESSED)
def test_an_own_authority_verifies_as_strictly(name, certificate, tmp_path):
    with served(tmp_path, **BAD[certificate]) as server:
        assert is_unverified(failure(name, ca_certificate=AUTHORITY.pem))

    assert server.asked == []


@pytest.mark.parametrize("name", ADDRESSED)
def test_an_own_authority_replaces_the_public_ones(name, tmp_path, public):
    with served(tmp_path, **GOOD) as server:
        assert is_unverified(failure(name, ca_certificate=ANOTHER.pem))

    assert server.asked == []


def test_kubevirt_knows_the_authorities_of_the_operator(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/of/the/operator.pem")
    rows = runpy.run_path(self_hosted.__file__)["SELF_HOSTED"]

    [row] = [one for one in rows if one.name == "kubevirt"]
    assert row.fixed["ca_cert"] == "/of/the/operator.pem"


@pytest.mark.parametrize("name", LISTED)
def test_each_connection_of_a_list_is_verified_by_the_own_authority(name, tmp_path):
    """Also those to addresses that a reply names, as of OpenStack's catalogue."""
    with recorded(name) as (cloud, _replies):
        expected = cloud.read("virtual_machines")
    importable()
    replies = Replies(RECORDINGS[name])
    with served(tmp_path, replies.answer, **GOOD) as server:
        found = read(name, ca_certificate=AUTHORITY.pem)

    assert [one.external_id for one in found] == [one.external_id for one in expected]
    if name == "openstack":
        assert len({host for host, _path in server.asked}) > 1
    assert BY_NAME[name].address is not None
