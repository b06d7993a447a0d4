"""libcloud's connections, to servers that have an authority of their own or know their clients by
certificates.
"""

import re
import ssl
from collections.abc import Callable, Mapping
from typing import Any

import requests
from libcloud.common.base import Connection
from libcloud.http import LibcloudConnection
from requests.adapters import HTTPAdapter

from inventory.providers import transport
from inventory.providers.certificates import context_of
from inventory.providers.exceptions import ProviderError, ProviderErrorCode

# A server sends an alert if it refuses a client's certificate, or if it wants one: RFC 8446,
# section 6.2, in OpenSSL's spelling.
REFUSED = re.compile(
    r"ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_\w+|UNKNOWN_CA|ACCESS_DENIED|"
    r"HANDSHAKE_FAILURE)|TLSV13_ALERT_CERTIFICATE_REQUIRED"
)
# Errors that appear in place of such an alert if the connection was closed too early.
LOST = re.compile(r"EOF occurred|reset by peer|Broken pipe|Connection aborted")


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
    """A function for a Connection's ``conn_class``: its connections send by another adapter."""

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
        message = "The server does not accept the client's certificate, or requires one."
        raise ProviderError(ProviderErrorCode.INVALID_CREDENTIALS, message)

    def _is_refused(self) -> bool:
        """True if the server refuses the client's certificate, which is tried by TLS 1.2.

        By TLS 1.3 a client is refused when it already sends, and may not get the reason. By TLS 1.2
        it gets the reason before it sends.
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
