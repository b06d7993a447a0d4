"""Objects in buckets, and requests for them. Sizes are in bytes. No object is ever stored."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ObjectRecord:
    """An object of a bucket. ``bucket``, ``content_type`` and ``metadata`` are known of a single
    read.
    """

    key: str
    size: int | None = None
    last_modified: datetime | None = None  # aware
    etag: str | None = None  # without quotation marks
    storage_class: str | None = None
    content_type: str | None = None
    metadata: tuple[tuple[str, str], ...] = ()  # by key
    bucket: str = ""

    @property
    def external_id(self) -> str:
        """By which it was asked for."""
        return f"{self.bucket}/{self.key}"

    @property
    def name(self) -> str:
        return self.key


@dataclass(frozen=True, slots=True)
class ObjectQuery:
    """Which objects of a bucket: those whose keys begin with ``prefix``.

    ``delimiter``: keys that have it after the prefix are grouped, each group by the text up to it.
    ``after``: the store's own token of the next page.
    """

    prefix: str = ""
    delimiter: str = ""
    first: int = 100
    after: str | None = None


@dataclass(frozen=True, slots=True)
class ObjectPage:
    """``next_token``: the store's own token of the page after this one; None: it is the last."""

    objects: tuple[ObjectRecord, ...]
    prefixes: tuple[str, ...] = ()
    next_token: str | None = None


@dataclass(frozen=True, slots=True)
class NewObject:
    """An object to be written. ``metadata``: names in lower case."""

    body: bytes = field(repr=False)
    content_type: str
    metadata: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """A request that anyone who has it may send until it expires, without credentials.

    ``fields``: those of a form, in this order before the file. Empty: there is no form.
    """

    url: str = field(repr=False)
    method: str
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    fields: tuple[tuple[str, str], ...] = field(default=(), repr=False)
