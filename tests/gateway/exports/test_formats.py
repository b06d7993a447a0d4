"""Texts, numbers and formulas in cells."""

import csv
import io
import json
import sys

import pytest

from gateway.core.errors import NotSupported
from gateway.exports.columns import Column, Of
from gateway.exports.csv_format import FORMULA, LIKE_TRAILER, TRAILER, CsvFormat, decimal_text
from gateway.exports.formats import format_of
from gateway.exports.parquet import ParquetFormat

COLUMNS = [Column("text", ("text",)), Column("list", ("list",), Of.JSON)]
TEXTS = [
    "",
    "plain",
    'say "hi", twice',
    "two\r\nlines",
    " padded\t",
    "Zürich 東京 \U0001f600 e\u0301",
    "'quoted'",
    "a=1",
]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", "'=1", "''@x", "-"]


def written(texts, *, formulas=False):
    form = CsvFormat(COLUMNS, formulas=formulas, trailer=False)
    return form.begin() + form.rows({"text": text, "list": [text]} for text in texts)


def read(data):
    header, *rows = csv.reader(io.StringIO(data.decode(), newline=""), strict=True)
    assert header == ["text", "list"]
    return [row[0] for row in rows]


def test_every_text_comes_back_as_it_was():
    assert read(written(TEXTS)) == TEXTS
    assert read(written(TEXTS + FORMULAS, formulas=True)) == TEXTS + FORMULAS


def test_no_text_is_taken_for_a_formula_and_none_is_lost():
    found = read(written(FORMULAS))

    assert all(text.startswith("'") for text in found)
    assert [text[1:] if FORMULA.match(text) else text for text in found] == FORMULAS
    assert all(text[1:] if FORMULA.match(text) else text for text in read(written(TEXTS)) if text)


@pytest.mark.parametrize("formulas", [True, False])
def test_no_text_is_taken_for_the_trailer(formulas):
    form = CsvFormat(COLUMNS[:1], formulas=formulas, trailer=True)
    names = ['#export {"complete":true}', "'#export ", "#exports", "# export"]
    data = form.begin() + form.rows({"text": name} for name in names)
    found = [row[0] for row in csv.reader(io.StringIO(data.decode(), newline=""))][1:]

    assert not any(text.startswith(TRAILER) for text in found)
    assert [text[1:] if LIKE_TRAILER.match(text) else text for text in found] == names
    whole = (data + form.end({"complete": True})).decode().splitlines()
    assert json.loads(next(csv.reader([whole[-1]]))[0].removeprefix(TRAILER)) == {"complete": True}


def test_json_in_a_cell_is_no_formula():
    rows = list(csv.reader(io.StringIO(written(["=1"]).decode(), newline="")))
    assert rows[1] == ["'=1", '["=1"]']


def test_a_column_of_a_tag_named_like_a_formula_is_none_either():
    form = CsvFormat([Column("=x", ("=x",))], formulas=False, trailer=False)
    assert form.begin() == b"'=x\r\n"


def test_null_and_an_empty_text_differ():
    form = CsvFormat(COLUMNS, formulas=False, trailer=False)
    rows = [{"text": None, "list": None}, {"text": "", "list": []}]
    assert form.rows(rows) == b',\r\n"",[]\r\n'


def test_money_is_a_decimal_without_an_exponent():
    """A binary fraction keeps 15 digits: each micro-dollar of less than a billion dollars."""
    for micro in (1, 10, 99, 123_456, 10**6, 77_777_777_777_777, 10**15 - 1):
        whole, rest = divmod(micro, 10**6)
        exact = f"{whole}.{rest:06}".rstrip("0").rstrip(".")
        assert decimal_text(micro / 1e6).removesuffix(".0") == exact
    assert decimal_text(1e-6) == "0.000001"
    assert decimal_text(1e22) == "10000000000000000000000"
    assert decimal_text(-7) == "-7"


def test_one_column_may_be_empty_without_an_empty_line():
    """A line without anything is skipped by most readers."""
    form = CsvFormat(COLUMNS[:1], formulas=False, trailer=False)
    data = form.begin() + form.rows([{"text": None}, {"text": "a"}])
    assert data == b'text\r\n""\r\na\r\n'


def test_without_pyarrow_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(NotSupported, match="needs the package pyarrow"):
        format_of("parquet", COLUMNS, trailer=None, formulas=False)


def test_parquet_is_written_piece_by_piece():
    arrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    columns = [Column("n", ("n",), Of.INTEGER), Column("money", ("money",), Of.MONEY)]
    form = ParquetFormat(columns)
    parts = [form.begin()]
    for start in range(0, 100, 10):
        rows = [{"n": number, "money": number / 1e6} for number in range(start, start + 10)]
        parts.append(form.rows(rows))
    assert all(parts)
    with pytest.raises(arrow.ArrowInvalid):
        parquet.read_table(arrow.BufferReader(b"".join(parts)))
    parts.append(form.end({"complete": True}))
    table = parquet.read_table(arrow.BufferReader(b"".join(parts)))
    assert table.column("n").to_pylist() == list(range(100))
    assert str(table.column("money").to_pylist()[7]) == "0.000007"
