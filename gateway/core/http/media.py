"""Media types: which one a client wants (RFC 9110, section 12.5.1), and what it sends."""

from collections.abc import Sequence
from dataclasses import dataclass

JSON = "application/json"
GRAPHQL_RESPONSE = "application/graphql-response+json"
HTML = "text/html"

UTF8 = frozenset({"utf-8", "utf8"})
ANY = "*"


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One part of an Accept header. ``quality`` 0: not acceptable."""

    main: str
    sub: str
    quality: float
    position: int

    @property
    def precision(self) -> int:
        """2 for a type, 1 for ``text/*``, 0 for ``*/*``."""
        return (self.main != ANY) + (self.sub != ANY)

    def covers(self, media_type: str) -> bool:
        main, _, sub = media_type.partition("/")
        return self.main in (main, ANY) and self.sub in (sub, ANY)


def preferred(accept: str, offers: Sequence[str]) -> str | None:
    """The best of ``offers`` for an Accept header; None if it accepts none of them.

    Between equals, a type that the client names comes before one that it covers with ``*``. Then
    the client's order counts, then that of ``offers``. Without a header, all types are accepted.
    """
    ranges = _ranges(accept)
    if not ranges:
        return offers[0]
    best: tuple[float, int, int] | None = None
    chosen = None
    for offer in offers:
        covering = [found for found in ranges if found.covers(offer)]
        if not covering:
            continue
        closest = max(covering, key=lambda found: found.precision)
        rank = (closest.quality, closest.precision, -closest.position)
        if closest.quality > 0 and (best is None or rank > best):
            best, chosen = rank, offer
    return chosen


def _ranges(accept: str) -> list[MediaRange]:
    return [
        _range(part, position)
        for position, part in enumerate(accept.split(","))
        if part.strip(" \t;")
    ]


def _range(part: str, position: int) -> MediaRange:
    """Parameters other than ``q`` are ignored, because every answer is UTF-8."""
    name, *parameters = part.split(";")
    main, _, sub = name.strip().lower().partition("/")
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "q":
            quality = _quality(value)
    return MediaRange(main, sub, quality, position)


def _quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 1.0
    return quality if 0 <= quality <= 1 else 1.0


def is_utf8_json(content_type: str) -> bool:
    """Whether a Content-Type is JSON in UTF-8. ``application/json;`` is, as clients send it."""
    name, *parameters = content_type.split(";")
    if name.strip().lower() != JSON:
        return False
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip().lower() == "charset" and value.strip().strip('"').lower() not in UTF8:
            return False
    return True
