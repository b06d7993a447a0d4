import struct
import zlib

import pytest

from tests.functional.indexed_png import SIGNATURE, _chunk, _pixels, indexed

RED, BLUE = b"\xff\0\0", b"\0\0\xff"


def png(lines, width, colours=2):
    header = struct.pack(">IIBBBBB", width, len(lines), 8, colours, 0, 0, 0)
    content = zlib.compress(b"".join(lines))
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", content) + _chunk(b"IEND", b"")


def colours_of(picture):
    """The colours of an indexed picture, by the rules of the format."""
    at, chunks = len(SIGNATURE), {}
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        chunks[picture[at + 4 : at + 8]] = picture[at + 8 : at + 8 + length]
        at += 12 + length
    width, height = struct.unpack_from(">II", chunks[b"IHDR"])
    data, palette = zlib.decompress(chunks[b"IDAT"]), chunks[b"PLTE"]
    lines = [data[row * (width + 1) + 1 :][:width] for row in range(height)]
    return [[palette[3 * index :][:3] for index in line] for line in lines]


def test_few_colours_stay_as_they_are():
    made = indexed(png([b"\0" + RED + BLUE, b"\0" + BLUE + BLUE], 2))

    assert colours_of(made) == [[RED, BLUE], [BLUE, BLUE]]


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (b"\1" + RED + b"\0\0\0", [RED, RED]),  # as the one to the left
        (b"\2\0\0\0\0\0\0", [RED, BLUE]),  # as above
        (b"\3\x80\0\0\x80\0\x80", [b"\xff\0\0", b"\xff\0\xff"]),  # their mean
        (b"\4\0\0\0\0\0\0", [RED, BLUE]),  # Paeth: the nearest of three
    ],
)
def test_filters_are_taken_back(line, row):
    _, _, rows = _pixels(png([b"\0" + RED + BLUE, line], 2))

    assert rows[1] == row


def test_a_rare_colour_becomes_its_neighbour():
    shades = [bytes([shade, 0, 0]) for shade in range(256)]
    rare = b"\x10\x01\0"

    made = indexed(png([b"\0" + b"".join([*shades, *shades, rare])], 513))

    assert colours_of(made)[0][-1] == b"\x10\0\0"


def test_transparency_is_dropped():
    made = indexed(png([b"\0" + RED + b"\xff" + BLUE + b"\xff"], 2, colours=6))

    assert colours_of(made) == [[RED, BLUE]]
