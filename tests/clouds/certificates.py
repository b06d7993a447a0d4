"""Keys and certificates that are made for one test: of an authority, a server, a client."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Signed:
    """A key and its certificate, of ``by`` or of itself; what it is for: a name or an address.

    ``expired``: its time ended a minute ago.
    """

    def __init__(self, name, by=None, *, expired=False):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        signer, now = by or self, datetime.now(UTC)
        builder = x509.CertificateBuilder(
            signer.name,
            self.name,
            self.key.public_key(),
            x509.random_serial_number(),
            now - timedelta(hours=1),
            now - timedelta(minutes=1) if expired else now + timedelta(hours=1),
        )
        constraints = x509.BasicConstraints(ca=by is None, path_length=None)
        names = x509.SubjectAlternativeName([general_name(name)])
        self.certificate = (
            builder.add_extension(constraints, critical=True)
            .add_extension(names, critical=False)
            .sign(signer.key, hashes.SHA256())
        )

    @property
    def pem(self):
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    @property
    def key_pem(self):
        return self._key(serialization.NoEncryption())

    def locked_key_pem(self, passphrase):
        return self._key(serialization.BestAvailableEncryption(passphrase.encode()))

    def _key(self, encryption):
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption
        ).decode()


def general_name(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def server_context(directory, server, *, clients=None):
    """``clients``: the authority whose certificates a client has to show one of."""
    path = directory / "server.pem"
    path.write_text(server.pem + server.key_pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    if clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=clients.pem)
    return context


def known_by(client, authority=None):
    """A client's certificate and key, and an authority, in the fields that kinds have for them."""
    given = {"client_certificate": client.pem, "client_key": client.key_pem}
    return given | ({"ca_certificate": authority.pem} if authority else {})
