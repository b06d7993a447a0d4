"""Writes tables, JSON and CSV to standard output, and everything else to standard error."""

import csv
import json
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, StrEnum
from typing import Any, TypeVar

import typer
from pydantic import BaseModel

Row = TypeVar("Row")
Columns = dict[str, Callable[[Row], Any]]


class Format(StrEnum):
    table = "table"
    json = "json"
    csv = "csv"


def note(message: str) -> None:
    """A line for the person at the terminal; it does not mix with what a pipe reads."""
    typer.echo(visible(message, breaks=True), err=True)


def visible(text: str, *, breaks: bool = False) -> str:
    """``text`` with control characters escaped: a name of a cloud's object may have any."""
    return "".join(
        letter
        if (letter == "\n" and breaks) or unicodedata.category(letter)[0] != "C"
        else escaped(letter)
        for letter in text
    )


def escaped(letter: str) -> str:
    return letter.encode("unicode_escape").decode("ascii")


def cell(value: Any) -> str:
    """A value as text: nothing for None, lists by commas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, list):
        return ",".join(cell(one) for one in value)
    return str(value)


def write_rows(rows: Sequence[Row], columns: "Columns[Row]", form: Format) -> None:
    """As a table or CSV: the columns. As JSON: the objects with everything that was read."""
    if form is Format.json:
        write_json(
            [
                one.model_dump(by_alias=True, mode="json") if isinstance(one, BaseModel) else one
                for one in rows
            ]
        )
        return
    lines = [[cell(read(row)) for read in columns.values()] for row in rows]
    if form is Format.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)
    else:
        write_table(list(columns), [[visible(text) for text in line] for line in lines])


def write_table(titles: list[str], lines: Iterable[list[str]]) -> None:
    """Aligned columns; no cell is cut."""
    table = [[title.upper() for title in titles], *lines]
    widths = [max(width(line[index]) for line in table) for index in range(len(titles))]
    for line in table:
        padded = (
            text + " " * (wide - width(text)) for text, wide in zip(line, widths, strict=True)
        )
        typer.echo("  ".join(padded).rstrip())


def width(text: str) -> int:
    """Columns of a terminal: East Asian letters take two, combining marks none."""
    return sum(
        0
        if unicodedata.combining(letter)
        else 2
        if unicodedata.east_asian_width(letter) in "WF"
        else 1
        for letter in text
    )


def write_json(value: Any) -> None:
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))
