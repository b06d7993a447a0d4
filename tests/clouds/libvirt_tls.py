"""The daemon of `tests/clouds/apis/libvirt.py` over TLS, with an authority and a client."""

import ipaddress
import ssl
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.clouds.apis.libvirt import Libvirt


class Signed:
    """A key and its certificate, of ``by`` or of itself; what it is for: a name or an address."""

    def __init__(self, name, by=None):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        signer, now = by or self, datetime.now(UTC)
        builder = x509.CertificateBuilder(
            signer.name,
            self.name,
            self.key.public_key(),
            x509.random_serial_number(),
            now - timedelta(hours=1),
            now + timedelta(hours=1),
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
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()


def general_name(name):
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@contextmanager
def daemon_over_tls(directory, name="127.0.0.1"):
    """The daemon, whose certificate is for ``name``, and what a client of it has to know."""
    authority = Signed("authority.example")
    server, client = Signed(name, authority), Signed("client.example", authority)
    file = directory / "server.pem"
    file.write_text(server.pem + server.key_pem)
    daemon = Libvirt()
    daemon.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    daemon.context.load_cert_chain(file)
    daemon.context.load_verify_locations(cadata=authority.pem)
    daemon.context.verify_mode = ssl.CERT_REQUIRED
    with daemon:
        yield (
            daemon,
            {
                "ca_certificate": authority.pem,
                "client_certificate": client.pem,
                "client_key": client.key_pem,
            },
        )
