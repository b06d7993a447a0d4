"""Price books: the parts that are read, and the lines that are refused."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from time import process_time

import pytest

from inventory.prices.book import Stopped, read_book
from inventory.prices.document import MOST_CHARACTERS, DocumentError

TODAY = date(2026, 11, 29)
BOOK = """\
# Of the rack in Ghent
currency: EUR
rate: {dollars: 1.0834, date: 2026-11-02}
as_of: 2026-11-01
discount: 12.5 %
stopped: disk
prices:
  vcpu: 0.012 / vCPU-hour
  memory: 0.004/GiB-hour
  disk: 0.10 / GiB-month
  address: 0.004 / hour
  volume: {ssd: 0.12 / GiB-month, "*": 0.05 / gib-month}
  snapshot: 0.04 / GiB-month
  bucket: 0.000000000001 / GiB-month
sizes:
  m1.large: 0.21 / hour
"""


def test_a_book_is_read_exactly():
    book = read_book(BOOK, today=TODAY)

    assert (book.currency, book.rate, book.rate_date) == (
        "EUR",
        Decimal("1.0834"),
        date(2026, 11, 2),
    )
    assert (book.as_of, book.discount, book.stopped) == (
        date(2026, 11, 1),
        Decimal("0.125"),
        Stopped.DISK,
    )
    assert book.single == {
        "vcpu": Decimal("0.012"),
        "memory": Decimal("0.004"),
        "disk": Decimal("0.10"),
        "address": Decimal("0.004"),
        "snapshot": Decimal("0.04"),
        "bucket": Decimal("0.000000000001"),
    }
    assert book.volumes == {"ssd": Decimal("0.12"), "*": Decimal("0.05")}
    assert book.sizes == {"m1.large": Decimal("0.21")}


def test_one_price_of_volumes_is_that_of_all_types():
    assert read_book("prices: {volume: 0.1 / GiB-month}").volumes == {"*": Decimal("0.1")}


def line_of(text):
    with pytest.raises(DocumentError) as refused:
        read_book(text, today=TODAY)
    return refused.value.line, str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("vcpu: 0.012 /", "vcpu: -0.012 /", 8, "prices.vcpu is negative: -0.012"),
        ("0.004/GiB-hour", "0.004/GiB-month", 9, "per GiB-hour, not per GiB-month"),
        ("0.004/GiB-hour", "0.004/GB-hour", 9, "per GiB-hour, not per GB-hour"),
        ("0.012 / vCPU-hour", "0.012", 8, "names no unit; write it as 0.012 / vCPU-hour"),
        ("0.012 / vCPU-hour", "1e3 / vCPU-hour", 8, "write a price as 0.012 / vCPU-hour"),
        ("0.012 / vCPU-hour", ".nan", 8, "write a price as"),
        ("0.012 / vCPU-hour", "99999999 / vCPU-hour", 8, "more than 1,000,000"),
        ("0.012 / vCPU-hour", "", 8, "write a price as"),
        ("0.012 / vCPU-hour", "{a: 1}", 8, "has keys of its own"),
        ("  disk:", "  dsik:", 10, "'dsik' is none of vcpu, memory, disk"),
        ("  disk:", "  memory:", 10, "memory is given twice"),
        ("sizes:", "sises:", 15, "'sises' is none of currency"),
        ("sizes:\n  m1.large: 0.21 / hour", "sizes: 0.21", 15, "has no keys"),
        ("0.21 / hour", "-1 / hour", 16, "sizes.m1.large is negative"),
        (
            "ssd: 0.12 / GiB-month",
            "ssd: 0.12 / GiB-hour",
            12,
            "prices.volume.ssd must be a price per",
        ),
        ("rate: {dollars: 1.0834, date: 2026-11-02}", "", 2, "currency is EUR: name its rate"),
        ("date: 2026-11-02", "date: 2026-11-30", 3, "rate.date is 2026-11-30, which is in the"),
        ("date: 2026-11-02", "date: 2026-02-30", 3, "write a day as"),
        (", date: 2026-11-02", "", 3, "rate has no date"),
        ("dollars: 1.0834, ", "", 3, "rate has no dollars"),
        ("dollars: 1.0834", "dollars: 0", 3, "write the US dollars for one unit"),
        ("dollars: 1.0834", "dollars: -1", 3, "write the US dollars for one unit"),
        ("dollars: 1.0834", "euros: 1", 3, "'euros' is none of dollars, date"),
        ("currency: EUR", "currency: euro", 2, "three letters"),
        ("currency: EUR", "currency: USD", 3, "for prices in another currency"),
        ("as_of: 2026-11-01", "as_of: 2027-01-01", 4, "in the future"),
        ("12.5 %", "100.1 %", 5, "no percentage from 0 to 100"),
        ("12.5 %", "-1", 5, "no percentage from 0 to 100"),
        ("stopped: disk", "stopped: half", 6, "is one of all, disk, nothing"),
        ("stopped: disk", "stopped: &a disk", 6, "anchors and aliases are not accepted"),
        ("stopped: disk", "stopped: *a", 6, "anchors and aliases are not accepted"),
        ("stopped: disk", "stopped: !!python/name:os.system disk", 6, "tags are not accepted"),
        ("stopped: disk", "stopped: [disk]", 6, "there is a list"),
        ("stopped: disk", "stopped: {a: {b: {c: {d: 1}}}}", 6, "deeper than 4 levels"),
        ("stopped: disk", "stopped: 'disk", 17, "this is no YAML"),
        ("stopped: disk", "stopped: \x00", 6, "this is no YAML"),
        (
            "  m1.large: 0.21 / hour\n",
            "  m1.large: 0.21 / hour\n---\na: 1\n",
            18,
            "a second document",
        ),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(old, new, line, says):
    assert old in BOOK
    found, message = line_of(BOOK.replace(old, new, 1))

    assert says in message
    assert found == line, message
    assert message.startswith(f"Line {line}: ")


@pytest.mark.parametrize("text", ["", "# nothing\n", "a", "[]", "- a", "{", "\t", "? [a]: b"])
def test_what_is_no_book_is_refused(text):
    line_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "x" * (MOST_CHARACTERS + 1),
        "[" * MOST_CHARACTERS,
        "{a: " * (MOST_CHARACTERS // 4),
        "? " * (MOST_CHARACTERS // 2),
        "sizes: {" + "".join(f"s{n}: 1 / hour, " for n in range(2_000)) + "}",
        "a: &a {b: 1}\n" + "c: [" + "*a," * 5_000 + "]",
        "'" * MOST_CHARACTERS,
        "a: " + "-" * (MOST_CHARACTERS - 10),
    ],
    ids=range(8),
)
def test_a_large_or_deep_document_is_refused_soon(text):
    began = process_time()
    line_of(text)
    assert process_time() - began < 5


def test_the_day_of_a_rate_is_compared_in_utc():
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    with pytest.raises(DocumentError, match="in the future"):
        read_book(f"currency: EUR\nrate: {{dollars: 1, date: {tomorrow}}}")
