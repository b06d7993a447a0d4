"""Public keys as OpenSSH writes them: checked when they are given, and generated."""

from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from gateway.core.errors import InvalidInput

LONGEST = 16_384  # characters; RSA keys of 16,384 bits have 2,800
SMALLEST_RSA = 2048  # bits; OpenSSH refuses smaller ones than 1,024, and the clouds than 2,048
RSA_BITS = 4096
# By a part of the line's first word: PROTOCOL.certkeys and PROTOCOL.u2f of OpenSSH. EC2 imports RSA
# and ed25519 keys alone: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/create-key-pairs.html.
NOT_ACCEPTED = {
    "-cert-v0": "OpenSSH certificates",
    "sk-": "Keys of security devices",
    "ssh-dss": "DSA keys",
}
FIELD = "publicKey"
FORM = "A public key has one line, as in ~/.ssh/id_ed25519.pub: ssh-ed25519 AAAAC3Nza… comment."


class Pair(NamedTuple):
    """``private``: in OpenSSH's format, not encrypted. It is stored nowhere."""

    public: str
    private: str

    def __repr__(self) -> str:
        return "Pair(…)"


def checked_public_key(text: str) -> tuple[str, str]:
    """The key in one line, and its type: rsa, ed25519 or ecdsa. Raises InvalidInput."""
    line = text.strip()
    if "PRIVATE KEY" in line:
        raise InvalidInput(f"This is a private key; it was not kept. {FORM}", field=FIELD)
    if not 1 <= len(line) <= LONGEST or not line.isprintable():
        raise InvalidInput(FORM, field=FIELD)
    word = line.split(maxsplit=1)[0]
    if why := next((why for part, why in NOT_ACCEPTED.items() if part in word), ""):
        raise InvalidInput(f"{why} are not accepted; use a plain ed25519 key.", field=FIELD)
    try:
        key = serialization.load_ssh_public_key(line.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise InvalidInput(f"This is no public key. {FORM}", field=FIELD) from None
    return line, _type(key)


def generated_pair(kind: str) -> Pair:
    """A new pair of the type rsa or ed25519."""
    key = (
        rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
        if kind == "rsa"
        else ed25519.Ed25519PrivateKey.generate()
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return Pair(public.decode(), private.decode())


def _type(key: object) -> str:
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "ed25519"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "ecdsa"
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < SMALLEST_RSA:
            message = f"An RSA key has at least {SMALLEST_RSA} bits, not {key.key_size}."
            raise InvalidInput(message, field=FIELD)
        if key.public_numbers().n % 2 == 0:  # a product of two odd primes is odd
            raise InvalidInput("This is no RSA key: its modulus is even.", field=FIELD)
        return "rsa"
    raise InvalidInput("Keys of this type are not accepted; use ed25519.", field=FIELD)
