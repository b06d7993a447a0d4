"""The public key of a key pair at a cloud that keeps the line as it was given, with its comment.

The comment of a key that was imported here ends with the mark of its order: see ``text_marks``.
"""

import re
from typing import Any

from inventory.providers.text_marks import with_mark, without_mark
from inventory.records.key_pair import NewKeyPair

# The first word of a line: RFC 4253, RFC 5656 and RFC 8709, and OpenSSH's keys in security devices.
TYPE = re.compile(r"(?:sk-)?(?:ssh-(rsa|ed25519)|(ecdsa)-sha2-[\w-]+)(?:@openssh\.com)?", re.ASCII)


def marked_key(order: NewKeyPair) -> str:
    """The line that is sent."""
    return with_mark(order.public_key, order.client_token)


def key_fields(text: str | None) -> dict[str, Any]:
    """``public_key``, ``type`` and ``tags`` of a KeyPairRecord, by the line that the cloud has.

    A text that is no line of OpenSSH, as a certificate of Windows machines, is left out.
    """
    line, tags = without_mark((text or "").strip())
    found = TYPE.fullmatch(line.partition(" ")[0])
    if found is None or not line.isprintable():
        return {"public_key": None, "type": None, "tags": tags}
    return {"public_key": line, "type": found[1] or found[2], "tags": tags}
