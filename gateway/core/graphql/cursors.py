"""Cursors: the order a list is in, and the values that a row has in it. Opaque to callers."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import orjson
from django.db.models import Model

from gateway.core.errors import InvalidInput
from gateway.core.graphql.order import OrderKey
from gateway.core.graphql.text import holds_nul


def cursor_of(row: Model, order: OrderKey) -> str:
    values = [_plain(getattr(row, name)) for name in order.columns]
    return encoded([*order.ordering, *values])


def values_in(cursor: str, order: OrderKey, model: type[Model], *, field: str) -> list[Any]:
    """The values of ``order.columns`` that the cursor stands for.

    Raises InvalidInput, naming ``field``, for a cursor of another order and for a forged one.
    """
    decoded = decoded_texts(cursor)
    ordering = order.ordering
    count = len(ordering)
    if decoded[:count] != ordering or len(decoded) != 2 * count:
        raise unknown_cursor(field)
    return [
        _typed(model, name if name == "pk" else order.column or name, value, field)
        for name, value in zip(order.columns, decoded[count:], strict=True)
    ]


def _typed(model: type[Model], name: str, value: str, field: str) -> Any:
    """``value`` as the column's type, so that a forged cursor is refused rather than run."""
    column = model._meta.pk if name == "pk" else model._meta.get_field(name)  # noqa: SLF001 - Django's documented API
    try:
        typed = column.to_python(value)  # type: ignore[union-attr]  # order keys are plain columns
        return typed.astimezone(UTC) if isinstance(typed, datetime) else typed
    except Exception as error:
        raise unknown_cursor(field) from error


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def encoded(values: list[str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def decoded_texts(cursor: str) -> list[str]:
    """Nothing but what ``encoded`` writes; an empty list for anything else."""
    try:
        decoded = orjson.loads(base64.urlsafe_b64decode(cursor.encode()))
    except ValueError:  # binascii.Error, UnicodeError and JSONDecodeError are ValueErrors
        return []
    texts = isinstance(decoded, list) and all(isinstance(value, str) for value in decoded)
    if not texts or encoded(decoded) != cursor or holds_nul(decoded):
        return []
    return list(decoded)


def unknown_cursor(field: str) -> InvalidInput:
    message = f"The cursor in {field}: is not one of this list in this order; start without it."
    return InvalidInput(message, field=field)
