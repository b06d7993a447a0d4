"""The machines of earlier replies, so that a reply that did not change is not parsed again.

A page of a thousand instances has 5.6 MB, and most of the times that it is asked for nothing in it
has changed. The records are a function of its bytes, of the region and of the names of images: if
all of them are as before, so are the records. ``requestId`` is left out of the comparison, since
it differs in each reply; nothing is read from it.

The cloud is asked each time. Only the parsing is spared.
"""

import hashlib
import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, fields
from itertools import chain
from operator import attrgetter
from sys import getsizeof

from inventory.providers.reply_limits import count_object
from inventory.types import MachineRecord

MOST_RECORDS = 10_000  # of all pages that are kept; about 16 MB
# A usual record takes 1.6 KB. Tags, names and addresses may be as many and as long as their server
# likes: so a page counts by its memory, too.
BYTES_OF_RECORD = 6 * 1024
PAIR_BYTES = getsizeof(("", ""))
VALUES = attrgetter(*(one.name for one in fields(MachineRecord)))
LISTS = attrgetter("security_group_ids", "public_ips", "private_ips", "public_dns_names")
REQUEST_ID = re.compile(rb"<requestId>[^<>]{0,200}</requestId>")


@dataclass(frozen=True, slots=True)
class Page:
    """``token``: of the page after this one; None after the last page."""

    machines: tuple[MachineRecord, ...]
    token: str | None


@dataclass(frozen=True, slots=True)
class _Kept:
    """``names``: of the images of the page's machines, as they were then; None: unknown.

    ``size``: what it counts as, in records.
    """

    size: int
    digest: bytes
    names: Mapping[str, str | None]
    page: Page


class KnownReplies:
    """The latest pages of this process. Safe for threads."""

    def __init__(self, most: int = MOST_RECORDS) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, _Kept] = OrderedDict()
        self._records = 0

    def page(
        self,
        place: Hashable,
        content: bytes,
        names: Mapping[str, str],
        parse: Callable[[bytes], Page],
    ) -> Page:
        """The page that ``parse`` makes of ``content``, or has made of it before.

        ``place``: what was asked; one page is kept for each. ``names``: of images, by id, with
        which ``parse`` names the machines. Raises whatever ``parse`` raises, and as
        ``count_object`` does.
        """
        digest = digest_of(content)
        with self._lock:
            kept = self._kept.get(place)
            if kept is not None:
                self._kept.move_to_end(place)
        if kept is not None and kept.digest == digest and _is_named_by(kept, names):
            for _ in kept.page.machines:
                count_object()
            return kept.page
        page = parse(content)
        images = {one.image_id for one in page.machines if one.image_id}
        known = {one: names.get(one) for one in images}
        self._keep(place, _Kept(_size(page, known), digest, known, page))
        return page

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._records = 0

    def _keep(self, place: Hashable, kept: _Kept) -> None:
        with self._lock:
            self._forget(place)
            self._kept[place] = kept
            self._records += kept.size
            while self._records > self._most:
                self._forget(next(iter(self._kept)))

    def _forget(self, place: Hashable) -> None:
        forgotten = self._kept.pop(place, None)
        if forgotten is not None:
            self._records -= forgotten.size


def digest_of(content: bytes) -> bytes:
    """Equal for replies that differ in their ``requestId`` alone."""
    found = REQUEST_ID.search(content)
    if found is None:
        return hashlib.blake2b(content).digest()
    digest, rest = hashlib.blake2b(), memoryview(content)
    digest.update(rest[: found.start()])
    digest.update(REQUEST_ID.pattern)  # no other reply has these bytes: they are no XML
    digest.update(rest[found.end() :])
    return digest.digest()


def _size(page: Page, names: Mapping[str, str | None]) -> int:
    """The page counts as so many records: its own, or more if they take the memory of more."""
    memory = sum(map(memory_of, page.machines))
    memory += sum(map(getsizeof, (page.token, *names.values())))
    return max(1 + len(page.machines), memory // BYTES_OF_RECORD)


def memory_of(machine: MachineRecord) -> int:
    """The bytes of a record's values. Those that records share are counted in each."""
    texts = chain(*LISTS(machine), *machine.tags)
    values = sum(map(getsizeof, chain(VALUES(machine), texts)))
    return values + PAIR_BYTES * len(machine.tags)


def _is_named_by(kept: _Kept, names: Mapping[str, str]) -> bool:
    return all(names.get(image) == name for image, name in kept.names.items())
