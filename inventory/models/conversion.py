"""Values of columns as Django converts them, column by column instead of value by value."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import JSONField

SCAN: Any = json.JSONDecoder().scan_once  # type: ignore[attr-defined]  # the stubs lack it
# (value, its expression, connection) → converted value.
Convert = Callable[[Any, Any, BaseDatabaseWrapper], Any]
# By the position of a column: what converts it, one after the other, and its expression.
Converters = Mapping[int, tuple[Sequence[Convert], Any]]


def converted(
    rows: Sequence[Sequence[Any]], converters: Converters, connection: BaseDatabaseWrapper
) -> Iterable[Sequence[Any]]:
    """The rows as ``SQLCompiler.apply_converters`` yields them."""
    if not converters or not rows:
        return rows
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for position, (functions, expression) in converters.items():
        for convert in functions:
            convert_all = _at_once(convert, connection)
            columns[position] = convert_all(columns[position], convert, expression, connection)
    return zip(*columns, strict=True)


def _at_once(convert: Convert, connection: BaseDatabaseWrapper) -> Callable[..., list[Any]]:
    if convert == getattr(connection.ops, "convert_datetimefield_value", None):
        return _times
    is_json = getattr(convert, "__func__", None) is JSONField.from_db_value
    return _documents if is_json else _one_by_one


def _one_by_one(
    values: Sequence[Any], convert: Convert, expression: Any, connection: BaseDatabaseWrapper
) -> list[Any]:
    return [convert(value, expression, connection) for value in values]


def _times(
    values: Sequence[Any], convert: Convert, expression: Any, connection: BaseDatabaseWrapper
) -> list[Any]:
    """SQLite's driver returns times without a zone."""
    zone = connection.timezone
    return [
        value.replace(tzinfo=zone)
        if value.__class__ is datetime and value.tzinfo is None
        else convert(value, expression, connection)
        for value in values
    ]


def _documents(
    values: Sequence[Any], convert: Convert, expression: Any, connection: BaseDatabaseWrapper
) -> list[Any]:
    """``json.loads`` calls three functions around the scanner, which parses most texts alone."""
    if expression.output_field.decoder is not None:
        return _one_by_one(values, convert, expression, connection)
    documents = []
    for value in values:
        try:
            document, end = SCAN(value, 0) if value.__class__ is str else (None, None)
        except (StopIteration, json.JSONDecodeError):
            end = None
        if end is None or end != len(value):
            document = convert(value, expression, connection)
        documents.append(document)
    return documents
