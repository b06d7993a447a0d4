"""XDR, RFC 4506, as far as libvirt's messages use it: everything is a multiple of four bytes.

The functions return bytes, which callers join. A ``Reader`` returns the values in their order.
"""

import struct
from collections.abc import Callable, Sequence
from typing import TypeVar

from libcloud.common.types import MalformedResponseError

T = TypeVar("T")
# The longest list that is read has 16,384: REMOTE_DOMAIN_LIST_MAX and REMOTE_STORAGE_VOL_LIST_MAX
# in src/remote/remote_protocol.x.
MOST_ITEMS = 65_536
ABSENT, PRESENT = b"\x00\x00\x00\x00", b"\x00\x00\x00\x01"


def uint(number: int) -> bytes:
    return struct.pack(">I", number)


def integer(number: int) -> bytes:
    return struct.pack(">i", number)


def hyper(number: int) -> bytes:
    return struct.pack(">Q", number)


def text(value: str) -> bytes:
    content = value.encode()
    return uint(len(content)) + content + bytes(-len(content) % 4)


def optional(value: str | None) -> bytes:
    return ABSENT if value is None else PRESENT + text(value)


def chars(content: bytes) -> bytes:
    """An array of C's char, each of which is a whole number here."""
    return uint(len(content)) + b"".join(struct.pack(">i", byte) for byte in content)


def array(items: Sequence[bytes]) -> bytes:
    return uint(len(items)) + b"".join(items)


class Reader:
    """The payload of a message. Data that does not fit raises MalformedResponseError."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0
        self._items = 0

    def take(self, count: int) -> bytes:
        taken = self._content[self._at : self._at + count]
        if len(taken) < count:
            raise MalformedResponseError("The answer ends too early.", self._content[:100])
        self._at += count
        return taken

    def uint(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def integer(self) -> int:
        return int.from_bytes(self.take(4), "big", signed=True)

    def hyper(self) -> int:
        return int.from_bytes(self.take(8), "big")

    def label(self) -> str:
        """A text to be shown, in which bytes that are not UTF-8 are replaced."""
        return self._content_of_text().decode(errors="replace")

    def text(self) -> str:
        content = self._content_of_text()
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise MalformedResponseError(
                "The answer has a text that is not valid.", content
            ) from None

    def _content_of_text(self) -> bytes:
        length = self.uint()
        content = self.take(length)
        self.take(-length % 4)
        return content

    def optional(self) -> str | None:
        return self.text() if self.uint() else None

    def chars(self) -> bytes:
        return bytes(self.uint() & 0xFF for _ in range(self.length()))

    def array(self, item: Callable[["Reader"], T]) -> list[T]:
        """The items of an array. A message has at most MOST_ITEMS in all. ``item`` reads one."""
        count = self.length()
        self._items += count
        if self._items > MOST_ITEMS:
            message = f"The answer has too many values: over {MOST_ITEMS:,} items of lists."
            raise MalformedResponseError(message)
        return [item(self) for _ in range(count)]

    def length(self) -> int:
        """The length of an array, whose items have four bytes at least."""
        count = self.uint()
        if count * 4 > len(self._content) - self._at:
            raise MalformedResponseError("The answer ends too early.", self._content[:100])
        return count

    def end(self) -> None:
        """Raises MalformedResponseError unless all has been read."""
        if self._at != len(self._content):
            raise MalformedResponseError("The answer is longer than its form.", self._content[:100])
