"""Texts of clouds without the secrets that they quote: credentials, and the secrets of an order.

A cloud that refuses a request may quote it, whole or in part, as it was sent: within JSON, in
base64, percent-encoded. So each form of a secret is struck out, and of a longer one each part of
``FRAGMENT`` characters or more: a line of a script, the beginning of a value that was cut short.

A secret of fewer than ``SHORTEST_SECRET`` characters stays: to strike out each "1" or "no" would
destroy every message, and would show what the value is.
"""

import base64
import html
import json
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from gateway.core.text import storable
from inventory.types import NewContainer, NewMachine

LONGEST_MESSAGE = 300
SHORTEST_SECRET = 4
FRAGMENT = 12  # characters; shorter parts of a secret are ordinary words
SHORTEST_PART = 8  # bytes of a secret that is looked for within base64 of something longer
LONGEST_READ = 64 * 1024  # characters of a cloud's text
REDACTED = "[redacted]"
# Go's encoder writes these characters so: pkg.go.dev/encoding/json#Marshal.
GO_ESCAPES = {ord(one): f"\\u{ord(one):04x}" for one in "<>&"}
PERCENT = re.compile("%[0-9A-F]{2}")


def secrets_of(order: object) -> list[str]:
    """The texts of an order that no error may quote: values of variables, and user data."""
    if isinstance(order, NewContainer):
        return [value for _name, value in order.environment]
    if isinstance(order, NewMachine) and order.user_data:
        return [order.user_data]
    return []


def shortened(text: str, secrets: Iterable[str]) -> str:
    """One line, bounded, without the secrets."""
    return storable(" ".join(struck(text, secrets).split()), LONGEST_MESSAGE)


def struck(text: str, secrets: Iterable[str]) -> str:
    """``text`` without the secrets, in the forms that clouds quote; bounded.

    Takes time in proportion to the length of the text and of the secrets.
    """
    if len(text) > LONGEST_READ:
        text = text[:LONGEST_READ]
    forms = {form for one in {*secrets} if len(one) >= SHORTEST_SECRET for form in _forms(one)}
    text = _without_fragments(text, [one for one in forms if len(one) >= FRAGMENT])
    short = (one for one in forms if SHORTEST_SECRET <= len(one) < FRAGMENT)
    for form in sorted(short, key=len, reverse=True):
        text = text.replace(form, REDACTED)
    return text


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield " ".join(secret.split())
    yield repr(secret)[1:-1]
    yield html.escape(secret)
    yield html.escape(secret, quote=False)
    yield from _in_base64(secret)
    for is_ascii in (True, False):
        escaped = json.dumps(secret, ensure_ascii=is_ascii)[1:-1]
        yield from (escaped, escaped.translate(GO_ESCAPES), escaped.replace("/", "\\/"))
        yield json.dumps(escaped, ensure_ascii=is_ascii)[1:-1]  # JSON within JSON
        yield from _in_base64(escaped)
    encoded = secret.encode(errors="replace")
    for percent in (quote(encoded, safe=""), quote(encoded), quote_plus(encoded)):
        yield percent
        yield PERCENT.sub(lambda found: found[0].lower(), percent)


def _in_base64(text: str) -> Iterator[str]:
    """Alone, and as a part of something longer: at each place within a group of three bytes."""
    secret = text.encode(errors="replace")
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        yield encode(secret).decode()
        if len(secret) < SHORTEST_PART:
            continue
        for before in range(3):
            whole = encode(b"\0" * before + secret)[-(-before * 4 // 3) :]
            yield whole.rstrip(b"=")[:-1].decode()  # the last character depends on what follows


def _without_fragments(text: str, forms: Iterable[str]) -> str:
    """``text`` without what it has in common with a form, from FRAGMENT characters on."""
    known = set(_pieces(text))
    hits: set[str] = set()
    for form in forms:
        hits |= known.intersection(_pieces(form))
    if not hits:
        return text
    kept, at, ends_at = [], 0, 0
    for start, piece in enumerate(_pieces(text)):
        if piece not in hits:
            continue
        if start > ends_at or not ends_at:
            kept += [text[at:start], REDACTED]
        at = ends_at = start + FRAGMENT
    return "".join([*kept, text[at:]])


def _pieces(text: str) -> Iterator[str]:
    return (text[at : at + FRAGMENT] for at in range(len(text) - FRAGMENT + 1))
