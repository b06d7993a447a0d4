"""The account at a Docker engine: an address, as in DOCKER_HOST, and maybe certificates."""

from dataclasses import dataclass

from gateway.core.http import egress
from gateway.core.http.urls import UnreadableURL, split_url
from inventory.providers import certificates
from inventory.providers.credential import CredentialField, CredentialProblem
from inventory.providers.kind import Values

HOST = "host"
LOCAL = "unix:///var/run/docker.sock"  # Docker's own default
# The default ports of "dockerd" by convention: IANA's names are docker and docker-s.
PLAIN_PORT, TLS_PORT = 2375, 2376
FORMS = "must be as DOCKER_HOST has it: tcp://host:2376, https://host:2376 or " + LOCAL
FIELDS = (
    CredentialField(
        HOST,
        "Engine",
        help="The engine's address, as DOCKER_HOST has it: tcp://engine.example:2376. With "
        "certificates, the gateway uses TLS. A socket on the gateway's machine must be listed in "
        "EGRESS_ALLOW.",
        default=LOCAL,
    ),
    *certificates.FIELDS,
)


@dataclass(frozen=True, slots=True)
class Engine:
    """The address of an engine. ``socket``: a path on this machine, instead of a host."""

    host: str = "localhost"
    port: int = 80
    secure: bool = False
    socket: str | None = None


def judge(credentials: Values) -> None:
    """Raises CredentialProblem."""
    certificates.judge(credentials)
    engine = engine_of(credentials)
    try:
        if engine.socket:
            egress.check_local(engine.socket)
        else:
            egress.check_literal(engine.host.strip("[]"), engine.port)
    except egress.EgressRefused as refusal:
        raise CredentialProblem(HOST, f"is not allowed: {refusal}") from None


def place_of(credentials: Values) -> Values:
    """The engine's identity, however its address is written. Raises CredentialProblem.

    Certificates are left out: an engine is the same with others, or with none.
    """
    engine = engine_of({HOST: credentials[HOST]})
    return {HOST: f"unix:{engine.socket}" if engine.socket else f"{engine.host}:{engine.port}"}


def engine_of(credentials: Values) -> Engine:
    """Raises CredentialProblem."""
    text: str = credentials[HOST]
    certified = certificates.is_given(credentials)
    try:
        parts = split_url(text)
        host, port = parts.hostname, parts.port
    except UnreadableURL as problem:
        raise CredentialProblem(HOST, f"cannot be read: {problem}") from None
    except ValueError:
        raise CredentialProblem(HOST, f"{FORMS}.") from None
    if parts.scheme == "unix" and not parts.netloc and parts.path.startswith("/") and not certified:
        return Engine(socket=parts.path)
    more = parts.path.strip("/") or parts.query or parts.fragment or parts.username
    if parts.scheme not in {"tcp", "http", "https"} or host is None or more:
        raise CredentialProblem(HOST, f"{FORMS}.")
    if parts.scheme == "http" and certified:
        raise CredentialProblem(HOST, "must begin with tcp:// or https:// to use certificates.")
    secure = certified or parts.scheme == "https"
    named = f"[{host}]" if ":" in host else host
    return Engine(named, port or (TLS_PORT if secure else PLAIN_PORT), secure)
