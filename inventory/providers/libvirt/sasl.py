"""Signing in with a name and a password: SASL's SCRAM (RFC 5802, RFC 7677), else PLAIN (RFC 4616).

DIGEST-MD5 and GSSAPI, which a daemon wants without TLS, encrypt everything that follows in ways of
their own; they are left out. So a password needs TLS.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Generator

from inventory.providers.exceptions import ProviderError, ProviderErrorCode

# A generator that yields the messages of one side, and receives the answers of the other side.
Exchange = Generator[bytes, bytes, None]

SCRAMS = {"SCRAM-SHA-512": "sha512", "SCRAM-SHA-256": "sha256", "SCRAM-SHA-1": "sha1"}
PLAIN = "PLAIN"
MOST_ROUNDS = 1_000_000  # a daemon must not keep us busy


def best_of(offered: str) -> str:
    """The mechanism to take. Raises ProviderError where there is none to take."""
    names = offered.replace(",", " ").split()
    for name in (*SCRAMS, PLAIN):
        if name in names:
            return name
    message = f"The daemon signs in with {offered} alone. Over TLS it can be SCRAM-SHA-256."
    raise ProviderError(ProviderErrorCode.INVALID_CREDENTIALS, message)


def exchange(mechanism: str, username: str, password: str) -> Exchange:
    if mechanism == PLAIN:
        return _plain(username, password)
    return _scram(SCRAMS[mechanism], username, password, secrets.token_urlsafe(18))


def _plain(username: str, password: str) -> Exchange:
    yield b"\0".join((b"", username.encode(), password.encode()))


def _scram(algorithm: str, username: str, password: str, nonce: str) -> Exchange:
    name = username.replace("=", "=3D").replace(",", "=2C")
    opening = f"n={name},r={nonce}"
    challenge = yield f"n,,{opening}".encode()
    both_nonces, salt, rounds = _read_challenge(challenge, nonce)
    salted = hashlib.pbkdf2_hmac(algorithm, password.encode(), salt, rounds)
    closing = f"c=biws,r={both_nonces}"  # "n,,": no channel is bound
    said = b",".join((opening.encode(), challenge, closing.encode()))
    client_key = _mac(algorithm, salted, b"Client Key")
    signature = _mac(algorithm, hashlib.new(algorithm, client_key).digest(), said)
    proof = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
    verdict = yield f"{closing},p={base64.b64encode(proof).decode()}".encode()
    expected = _mac(algorithm, _mac(algorithm, salted, b"Server Key"), said)
    if _parts(verdict.decode()).get("v") != base64.b64encode(expected).decode():
        raise _refused(
            "The daemon did not prove that it knows the password, so it may be another program."
        )


def _read_challenge(challenge: bytes, nonce: str) -> tuple[str, bytes, int]:
    """Our nonce and theirs, the salt, and how many rounds."""
    try:
        parts = _parts(challenge.decode())
        rounds = int(parts["i"])
        both, salt = parts["r"], base64.b64decode(parts["s"], validate=True)
    except (KeyError, ValueError):
        raise _refused("The daemon's challenge is not valid.") from None
    if not both.startswith(nonce) or not 0 < rounds <= MOST_ROUNDS:
        raise _refused("The daemon's challenge is for somebody else, or asks for too much.")
    return both, salt, rounds


def _mac(algorithm: str, key: bytes, content: bytes) -> bytes:
    return hmac.new(key, content, algorithm).digest()


def _parts(message: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in message.split(",") if "=" in part)


def _refused(message: str) -> ProviderError:
    return ProviderError(ProviderErrorCode.INVALID_CREDENTIALS, message)
