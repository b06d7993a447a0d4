"""Certificates that are credentials: a server's own authority, and what its client is known by.

Docker engines, Kubernetes clusters and libvirt's daemons come with both. An authority that is given
replaces the public ones; certificates are verified in either case.
"""

import os
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from inventory.providers.credential import CredentialField, CredentialProblem

CA, CERTIFICATE, KEY = "ca_certificate", "client_certificate", "client_key"
FIELDS = (
    CredentialField(
        CA,
        "CA certificate",
        help="In PEM; only if the server's certificate is not from a public authority (ca.pem).",
        required=False,
        lines=True,
    ),
    CredentialField(
        CERTIFICATE,
        "Client certificate",
        help="In PEM; only if the server requires one (cert.pem).",
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


def judge(credentials: Mapping[str, Any]) -> None:
    """Raises CredentialProblem for what cannot be read, or is half of a pair."""
    for name, other in ((CERTIFICATE, KEY), (KEY, CERTIFICATE)):
        if credentials.get(name) and not credentials.get(other):
            raise CredentialProblem(other, f"is required together with {name}.")
    context_of(credentials)


def is_given(credentials: Mapping[str, Any]) -> bool:
    return any(credentials.get(name) for name in (CA, CERTIFICATE, KEY))


def context_of(credentials: Mapping[str, Any]) -> ssl.SSLContext:
    """The context that verifies the server and presents the client's certificate.

    It is shared if no certificate is given: to read the public authorities takes 20 ms of CPU.
    Raises CredentialProblem.
    """
    if not is_given(credentials):
        return _public_context(public_authorities())
    authority = credentials.get(CA)
    try:
        if authority:
            authority.encode("ascii")  # ssl raises TypeError for other texts, as for our own faults
        context = _lenient_context(authority or None, None if authority else public_authorities())
    except (ssl.SSLError, ValueError):
        raise CredentialProblem(CA, "is no certificate in PEM.") from None
    if credentials.get(CERTIFICATE):
        _show(context, credentials[CERTIFICATE], credentials[KEY])
    return context


@lru_cache(maxsize=1)
def _public_context(path: str) -> ssl.SSLContext:
    return _lenient_context(None, path)


def _lenient_context(authority: str | None, path: str | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cadata=authority, cafile=path)
    # Certificates made with openssl, as Docker's manual describes, do not have the extensions that
    # the strict verification requires.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def public_authorities() -> str:
    """The authorities that every other request trusts."""
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
