"""Secrets and signatures, by the Standard Webhooks specification 1.0.0, "Signature scheme".

A secret is ``whsec_`` and the base64 of 24 to 64 bytes. The signed text is
``<id>.<timestamp>.<body>``. A signature is ``v1,`` and the base64 of its HMAC-SHA256. With two
secrets there are two signatures, separated by a space.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def signature_headers(
    message_id: str, timestamp: int, body: bytes, keys: Iterable[str]
) -> dict[str, str]:
    """``timestamp``: of the attempt, in seconds since 1970. ``keys``: secrets, the present one
    first.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(_signature(signed, key) for key in keys),
    }


def _signature(signed: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
