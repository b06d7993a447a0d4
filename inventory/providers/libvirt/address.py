"""The address of a libvirt: the part of its URIs that leads to a daemon and to nothing else.

libvirt's own client takes URIs that run programs here, as ``qemu+ext`` and ``qemu+ssh`` do, or
that name files of this machine and switch its checks off, as ``command``, ``netcat``, ``keyfile``,
``pkipath`` and ``no_verify`` do. The user who connects a provider does not run the gateway, so none
of this is taken: a URI is a transport, a host, a port, and whose machines are meant.

The forms are those of libvirt.org/uri.html and libvirt.org/remote.html.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl

from gateway.core.http import egress
from gateway.core.http.urls import UnreadableURL, split_url

TLS, TCP, UNIX = "qemu+tls", "qemu+tcp", "qemu+unix"
PORTS = {TLS: 16514, TCP: 16509}
PATHS = ("/system", "/session")
HOST = re.compile(r"[A-Za-z0-9._:-]+")
# The socket of one daemon for everything, and that of a daemon for QEMU alone. A distribution has
# one of the two.
SYSTEM_SOCKETS = ("/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock")
FORMS = "qemu+tls://HOST/system, qemu+tcp://HOST/system or qemu:///system"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """``host`` and ``port``, or for UNIX the ``sockets`` to try; ``uri``: what the daemon opens.

    ``local``: the name under which EGRESS_ALLOW has to list what is on this machine.
    """

    transport: str
    uri: str
    host: str = ""
    port: int = 0
    sockets: tuple[str, ...] = ()
    local: str = ""


def endpoint_of(text: str) -> Endpoint:
    """Raises ValueError with what is wrong, for the user."""
    parts, port = _split(text)
    if parts.scheme not in {"qemu", TLS, TCP, UNIX}:
        raise ValueError(f"must be {FORMS}; other transports and hypervisors are not taken.")
    if parts.username or parts.password or "@" in parts.netloc:
        raise ValueError("must not name a user; that is a field of its own.")
    if parts.path not in PATHS:
        raise ValueError("must end with /system or /session.")
    uri = f"qemu://{parts.path}"
    if not parts.netloc:
        return _local(parts.scheme, parts.path, parts.query, uri)
    transport = TLS if parts.scheme == "qemu" else parts.scheme
    if transport == UNIX:
        raise ValueError(f"must name no host with {UNIX}.")
    if parts.query or parts.fragment:
        raise ValueError("must have no parameters.")
    if HOST.fullmatch(parts.hostname or "") is None:
        raise ValueError("must name a host.")
    host = parts.hostname or ""
    return Endpoint(transport, uri, host, port or PORTS[transport])


def check_address(text: str) -> str:
    """The URI, if it may be connected to as far as can be said without looking names up.

    Raises ValueError, or EgressRefused.
    """
    endpoint = endpoint_of(text)
    if endpoint.transport == UNIX:
        egress.check_local(endpoint.local)
    else:
        egress.check_literal(endpoint.host, endpoint.port)
    return text


def _split(text: str) -> tuple[SplitResult, int | None]:
    try:
        parts = split_url(text)
        port = parts.port
    except UnreadableURL as problem:
        raise ValueError(f"cannot be read: {problem}") from None
    except ValueError:
        raise ValueError(f"must be {FORMS}.") from None
    return parts, port


def _local(scheme: str, path: str, query: str, uri: str) -> Endpoint:
    """This machine's own daemon, or a socket that is named."""
    if scheme in {TLS, TCP}:
        raise ValueError("must name a host.")
    if not query:
        return Endpoint(UNIX, uri, sockets=_sockets(path), local=uri)
    given = parse_qsl(query, keep_blank_values=True)
    if [name for name, _ in given] != ["socket"] or scheme != UNIX:
        raise ValueError(f"must have no parameters but socket=/path, and that with {UNIX}.")
    socket = given[0][1]
    if not Path(socket).is_absolute():
        raise ValueError("must name its socket by the whole path.")
    return Endpoint(UNIX, uri, sockets=(socket,), local=socket)


def _sockets(path: str) -> tuple[str, ...]:
    if path == "/session":
        raise ValueError("must name the socket of a session: qemu+unix:///session?socket=/path.")
    return SYSTEM_SOCKETS
