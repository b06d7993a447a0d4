"""The V4 signature of Cloud Storage, by the private key of a service account.

docs.cloud.google.com/storage/docs/authentication/signatures, "canonical-requests" beside it, and
"POST Object" of the XML API. Google's own cases, which its libraries are tested with, are in
tests/recordings/google_storage. Nothing is asked: the key signs here.
"""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.google.account import ServiceAccount
from inventory.providers.google.storage.paths import HOST

ALGORITHM = "GOOG4-RSA-SHA256"
UNREADABLE = "The private key of the service account cannot be read."


class Signer(NamedTuple):
    """``at``: the time of the signature, in UTC."""

    account: ServiceAccount
    at: datetime

    @property
    def moment(self) -> str:
        return f"{self.at:%Y%m%dT%H%M%SZ}"

    @property
    def scope(self) -> str:
        return f"{self.at:%Y%m%d}/auto/storage/goog4_request"

    @property
    def credential(self) -> str:
        return f"{self.account.email}/{self.scope}"

    def signature(self, text: str) -> str:
        """In hexadecimal. Raises INVALID_CREDENTIALS for a key that is none of RSA."""
        try:
            key = load_pem_private_key(self.account.private_key.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, RSAPrivateKey):
            raise ProviderError(ProviderErrorCode.INVALID_CREDENTIALS, UNREADABLE)
        return key.sign(text.encode(), PKCS1v15(), hashes.SHA256()).hex()


def signed_address(
    signer: Signer,
    method: str,
    names: tuple[str, str],
    seconds: int,
    more: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """The address of a request for one object, good for ``seconds``.

    ``names``: the bucket and the key. ``more``: parameters of the query, in lower case.
    """
    bucket, key = names
    path = f"/{bucket}/{quote(key, safe='/~')}"
    asked = {
        "X-Goog-Algorithm": ALGORITHM,
        "X-Goog-Credential": signer.credential,
        "X-Goog-Date": signer.moment,
        "X-Goog-Expires": str(seconds),
        "X-Goog-SignedHeaders": "host",
        **dict(sorted(more.items())),
    }
    query = "&".join(f"{name}={quote(value, safe='~')}" for name, value in asked.items())
    request = f"{method}\n{path}\n{query}\nhost:{HOST}\n\nhost\nUNSIGNED-PAYLOAD"
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = f"{ALGORITHM}\n{signer.moment}\n{signer.scope}\n{digest}"
    return f"https://{HOST}{path}?{query}&X-Goog-Signature={signer.signature(text)}"


def signed_form(
    signer: Signer,
    names: tuple[str, str],
    seconds: int,
    fields: Mapping[str, str],
    conditions: Sequence[Any] = (),
) -> tuple[str, dict[str, str]]:
    """The address of a form and its fields, of which ``fields`` come first.

    ``names``: the bucket and the key. ``conditions``: of the policy, beside that each field has its
    value.
    """
    bucket, key = names
    own = {
        "key": key,
        "x-goog-date": signer.moment,
        "x-goog-credential": signer.credential,
        "x-goog-algorithm": ALGORITHM,
    }
    given = [{name: value} for name, value in fields.items()]
    exact = [{name: value} for name, value in ({"bucket": bucket} | own).items()]
    policy = {
        "conditions": [*given, *conditions, *exact],
        "expiration": f"{signer.at + timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}",
    }
    document = json.dumps(policy, separators=(",", ":")).encode()
    text = base64.b64encode(document).decode()
    signed = {"policy": text, "x-goog-signature": signer.signature(text)}
    return f"https://{HOST}/{bucket}/", {**fields, **own, **signed}
