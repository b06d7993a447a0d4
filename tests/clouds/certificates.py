"""Certificates of an authority that is made for one test: of a server, and of its clients."""

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """Both in PEM."""

    certificate: str
    key: str


class Authority:
    """``certificate``: its own, in PEM."""

    def __init__(self, name="An authority of tests"):
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named(name)
        made = _begun(self._name, self._name, self._key)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.certificate = _pem(made.sign(self._key, hashes.SHA256()))

    def pair(self, name="127.0.0.1", *, passphrase=None):
        """Of a server on loopback, or of a client: it does for either."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        made = _begun(_named(name), self._name, key)
        made = made.add_extension(x509.SubjectAlternativeName([address]), critical=False)
        locked = serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else None
        text = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            locked or serialization.NoEncryption(),
        )
        return Pair(_pem(made.sign(self._key, hashes.SHA256())), text.decode())

    def server_context(self, directory, *, clients=None):
        """``clients``: the authority whose certificates a client has to show one of."""
        pair = self.pair()
        path = directory / "server.pem"
        path.write_text(pair.certificate + pair.key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        if clients is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=clients.certificate)
        return context


def _named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _begun(subject, issuer, key):
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + DAY)
    )


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
