"""Pictures of pages as PNG of 256 colours: a third of the size, and no difference that one sees.

https://www.w3.org/TR/png-3/: chunks, filters and the scanlines that they stand before.
"""

import itertools
import struct
import zlib
from collections import Counter
from functools import cache

SIGNATURE = b"\x89PNG\r\n\x1a\n"
SAMPLES = {2: 3, 6: 4}  # bytes of a pixel, by the type of colours: RGB, RGBA
MOST_COLOURS = 256


def indexed(png: bytes) -> bytes:
    """The same picture; a colour beyond the 256 most frequent becomes the nearest of them.

    ``png``: of 8 bits a sample, not interlaced, as browsers make them. Transparency is dropped.
    """
    width, height, rows = _pixels(png)
    used = Counter(itertools.chain.from_iterable(rows))
    palette = [colour for colour, _count in used.most_common(MOST_COLOURS)]
    index = {colour: number for number, colour in enumerate(palette)}

    @cache
    def nearest(colour: bytes) -> int:
        if colour in index:
            return index[colour]
        return min(range(len(palette)), key=lambda number: _distance(colour, palette[number]))

    lines = b"".join(b"\0" + bytes(map(nearest, row)) for row in rows)
    return b"".join(
        [
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", b"".join(palette)),
            _chunk(b"IDAT", zlib.compress(lines, 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _distance(one: bytes, other: bytes) -> int:
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def _pixels(png: bytes) -> tuple[int, int, list[list[bytes]]]:
    """Width, height, and of each row the RGB of its pixels."""
    chunks = list(_chunks(png))
    header = next(content for kind, content in chunks if kind == b"IHDR")
    width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    assert (depth, interlaced) == (8, 0)
    size = SAMPLES[colours]
    data = zlib.decompress(b"".join(content for kind, content in chunks if kind == b"IDAT"))
    before, rows = bytearray(width * size), []
    for start in range(0, len(data), width * size + 1):
        line = bytearray(data[start + 1 : start + 1 + width * size])
        _unfilter(data[start], line, before, size)
        rows.append([bytes(line[at : at + 3]) for at in range(0, len(line), size)])
        before = line
    assert len(rows) == height
    return width, height, rows


def _chunks(png: bytes):
    assert png.startswith(SIGNATURE)
    at = len(SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += 12 + length


def _unfilter(kind: int, line: bytearray, above: bytearray, size: int) -> None:
    """Section 9.2, in place."""
    for at in range(len(line)):
        left = line[at - size] if at >= size else 0
        up = above[at]
        corner = above[at - size] if at >= size else 0
        line[at] = (line[at] + _predicted(kind, left, up, corner)) & 255


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    if kind == 4:
        return min((left, up, corner), key=lambda one: abs(left + up - corner - one))
    return (0, left, up, (left + up) // 2)[kind]
