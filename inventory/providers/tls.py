"""A server with an authority of its own, and clients that log in with a certificate.

Docker engines and Kubernetes clusters come with both. What is given replaces the public
authorities; without it those are trusted. Certificates are verified in either case.
"""

import os
import re
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests
from libcloud.common.base import Connection
from libcloud.http import LibcloudConnection
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from inventory.providers import transport
from inventory.providers.credential import CredentialField, CredentialProblem
from inventory.providers.exceptions import ProviderError, ProviderErrorCode

CA, CERTIFICATE, KEY = "ca_certificate", "client_certificate", "client_key"
FIELDS = (
    CredentialField(
        CA,
        "CA certificate",
        help="In PEM, if the server's certificate is not of a public authority (ca.pem).",
        required=False,
        lines=True,
    ),
    CredentialField(
        CERTIFICATE,
        "Client certificate",
        help="In PEM, where the server wants one (cert.pem).",
        required=False,
        lines=True,
    ),
    CredentialField(
        KEY,
        "Client key",
        help="The client certificate's private key, in PEM and without a passphrase (key.pem).",
        secret=True,
        required=False,
        lines=True,
    ),
)
# A server tells in an alert that it does not take a client's certificate, or wants one: RFC 8446,
# section 6.2, in OpenSSL's spelling.
REFUSED = re.compile(
    r"ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_\w+|UNKNOWN_CA|ACCESS_DENIED|"
    r"HANDSHAKE_FAILURE)|TLSV13_ALERT_CERTIFICATE_REQUIRED"
)
# What is left of such an alert where the connection was closed over it.
LOST = re.compile(r"EOF occurred|reset by peer|Broken pipe|Connection aborted")


def judge(credentials: Mapping[str, Any]) -> None:
    """Raises CredentialProblem for what cannot be read, or is half of a pair."""
    for name, other in ((CERTIFICATE, KEY), (KEY, CERTIFICATE)):
        if credentials.get(name) and not credentials.get(other):
            raise CredentialProblem(other, f"is required together with {name}.")
    context_of(credentials)


def is_given(credentials: Mapping[str, Any]) -> bool:
    return any(credentials.get(name) for name in (CA, CERTIFICATE, KEY))


def context_of(credentials: Mapping[str, Any]) -> ssl.SSLContext:
    """What verifies the server, and shows it the client's certificate. Raises CredentialProblem."""
    authority = credentials.get(CA)
    try:
        context = ssl.create_default_context(
            cadata=authority or None, cafile=None if authority else _public_authorities()
        )
    except (ssl.SSLError, ValueError):
        raise CredentialProblem(CA, "is no certificate in PEM.") from None
    # What people make with openssl by Docker's manual lacks extensions that "strict" insists on.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if credentials.get(CERTIFICATE):
        _show(context, credentials[CERTIFICATE], credentials[KEY])
    return context


def _public_authorities() -> str:
    """Those that every other request trusts."""
    return os.environ.get("SSL_CERT_FILE") or str(DEFAULT_CA_BUNDLE_PATH)


def _show(context: ssl.SSLContext, certificate: str, key: str) -> None:
    try:
        with _readable(certificate) as certificate_path, _readable(key) as key_path:
            context.load_cert_chain(certificate_path, key_path, password=_no_passphrase)
    except (ssl.SSLError, OSError, ValueError):
        message = "and its certificate are no pair in PEM without a passphrase."
        raise CredentialProblem(KEY, message) from None


def _no_passphrase() -> str:
    raise ValueError  # OpenSSL would ask at the terminal


@contextmanager
def _readable(text: str) -> Iterator[str]:
    """A path under which OpenSSL reads ``text`` once: no key is written to a disk."""
    reading, writing = os.pipe()
    try:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(text.encode("ascii"))  # a credential is shorter than what a pipe holds
        yield f"/dev/fd/{reading}"
    finally:
        os.close(reading)


class ContextAdapter(HTTPAdapter):
    """Sends by TLS as ``context`` has it, whatever requests has for certificates."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options, ssl_context=self._context)

    def cert_verify(self, conn: Any, *_: Any) -> None:
        """The context verifies; requests would add the public authorities to it."""
        conn.cert_reqs, conn.ca_certs, conn.ca_cert_dir = "CERT_REQUIRED", None, None


def connection_by(adapter: Callable[[], Any], prefix: str) -> Callable[..., LibcloudConnection]:
    """What a Connection takes for its ``conn_class``: one that sends by another adapter."""

    def build(*args: Any, **options: Any) -> LibcloudConnection:
        connection = LibcloudConnection(*args, **options)
        transport.send_by(connection.session, prefix, adapter())
        return connection

    return build


class CertifiedConnection(Connection):
    """libcloud's, with the certificates of ``credentials`` where it is secure."""

    def __init__(self, credentials: Mapping[str, Any], **options: Any) -> None:
        super().__init__(**options)
        self._credentials = credentials
        if self.secure:
            self.conn_class = self._by(context_of(credentials))

    def request(self, *args: Any, **options: Any) -> Any:
        try:
            return super().request(*args, **options)
        except requests.exceptions.ConnectionError as error:
            text = str(error)
            refused = REFUSED.search(text) or (LOST.search(text) and self._is_refused())
            if not refused:
                raise
        message = "The server does not take the client's certificate, or wants one."
        raise ProviderError(ProviderErrorCode.INVALID_CREDENTIALS, message)

    def _is_refused(self) -> bool:
        """By TLS 1.3 a client is refused while it sends already, and may not hear why; by 1.2 it is
        told before that.
        """
        if not self.secure:
            return False
        context = context_of(self._credentials)
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        connection = self._by(context)(self.host, self.port, secure=True)
        try:
            connection.request("GET", "/")
        except requests.exceptions.RequestException as error:
            return REFUSED.search(str(error)) is not None
        return False

    def _by(self, context: ssl.SSLContext) -> Callable[..., LibcloudConnection]:
        return connection_by(lambda: ContextAdapter(context), "https://")
