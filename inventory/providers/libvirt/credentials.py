"""The account at a libvirt: the address of its daemon, and the sign-in there."""

from inventory.providers import certificates
from inventory.providers.credential import CredentialField, CredentialProblem
from inventory.providers.kind import Values
from inventory.providers.libvirt.address import TLS, check_address, endpoint_of

FIELDS = (
    CredentialField(
        "uri",
        "Address",
        help="The address, as virsh takes it: qemu+tls://HOST/system, qemu+tcp://HOST/system or "
        "qemu:///system.",
        url=True,
        judge=check_address,
        sample="qemu+tcp://127.0.0.1:1/system",
    ),
    CredentialField(
        "username", "User", help="Only if the daemon asks for one, by SASL.", required=False
    ),
    CredentialField(
        "password", "Password", help="The password of that user.", secret=True, required=False
    ),
    CredentialField(
        "ca_certificate",
        "Certificate authority",
        help="In PEM; only if the daemon's certificate is not from a public authority.",
        required=False,
        lines=True,
    ),
    CredentialField(
        "client_certificate",
        "Client's certificate",
        help="In PEM; most daemons with TLS require one.",
        required=False,
        lines=True,
    ),
    CredentialField(
        "client_key",
        "Client's key",
        help="The client certificate's private key, in PEM and without a passphrase.",
        secret=True,
        required=False,
        lines=True,
    ),
    CredentialField(
        "pool",
        "Storage pool",
        help="The storage pool of images and of new machines' disks.",
        default="default",
    ),
    CredentialField(
        "network",
        "Network",
        help="The network of new machines, by name. Without one, they can open connections, but "
        "cannot be reached.",
        required=False,
    ),
)


def place_of(credentials: Values) -> Values:
    """The daemon, and whose machines are meant, however the address is written.

    Raises CredentialProblem.
    """
    try:
        found = endpoint_of(credentials["uri"])
    except ValueError as problem:
        raise CredentialProblem("uri", str(problem)) from None
    place = f"{found.host}:{found.port}" if found.host else " ".join(found.sockets)
    return {"uri": f"{found.transport} {place} {found.uri}"}


def judge(credentials: Values) -> None:
    """Raises CredentialProblem unless they fit each other."""
    given = [name for name in ("username", "password") if credentials.get(name)]
    if len(given) == 1:
        lacking = "password" if given == ["username"] else "username"
        raise CredentialProblem(lacking, f"is required with {given[0]}.")
    _judge_certificates(credentials)


def _judge_certificates(credentials: Values) -> None:
    names = (certificates.CA, certificates.CERTIFICATE, certificates.KEY)
    given = [name for name in names if credentials.get(name)]
    if given and endpoint_of(credentials["uri"]).transport != TLS:
        raise CredentialProblem(given[0], "is used with qemu+tls:// only.")
    certificates.judge(credentials)
