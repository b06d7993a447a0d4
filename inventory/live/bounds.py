"""Values from clouds, bounded to their columns before they are stored, alike on both databases.

A text that is too long is cut and ends with an ellipsis. A value that its column cannot hold - a
number out of range, a date before 1970, a text where a number belongs - becomes null, or empty in
a column that is never null, and the record's ``problem`` names it. An id is never cut: it would be
the id of another object. A record whose id is empty or does not fit cannot be a row; ``usable``
and ``unusable_reason`` say so.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_type_hints

from django.db import models
from django.db.models import Model

from gateway.core.text import storable
from inventory.providers.addresses import canonical_address
from inventory.records.security_group import RuleRecord
from inventory.types import PortRecord, stored_fields

LONGEST_TEXT = 20_000  # characters in a column without a limit of its own
LONGEST_ITEM = 1_000  # characters of a text in a list: an address, a tag's key or value
MOST_ITEMS = 500  # of a list
LARGEST_PORT = 65_535
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
SMALLEST_INTEGER, LARGEST_INTEGER = -(1 << 31), (1 << 31) - 1
LONGEST_PROBLEM = 500
UNKNOWN = "unknown"

Bound = Callable[[Any], Any]


class Unfit(Exception):
    """The column cannot hold the value. ``instead``: the part of a list that it can hold."""

    def __init__(self, why: str, instead: tuple[Any, ...] = ()) -> None:
        super().__init__(why)
        self.instead = instead


def usable(model: type[Model], external_id: object) -> bool:
    """True if the id can be stored without a change."""
    longest = _longest(model, "external_id")
    return (
        isinstance(external_id, str)
        and external_id != ""
        and len(external_id) <= longest
        and storable(external_id) == external_id
    )


def unusable_reason(model: type[Model], records: Sequence[Any]) -> str:
    """Why these records, whose ids are not usable, are not shown."""
    first = records[0]
    if first.external_id:
        longest = _longest(model, "external_id")
        why = f"an id is longer than {longest} characters, or cannot be stored."
    else:
        why = first.problem or "an object has no id."
    number = "1 object is" if len(records) == 1 else f"{len(records)} objects are"
    return storable(f"{number} not shown, for want of a usable id: {why}", LONGEST_PROBLEM)


def bounded(model: type[Model], record: Any) -> Any:
    """The record with every value as its column can hold it; the same object if all fit."""
    changes: dict[str, Any] = {}
    problems: list[str] = []
    required = _required(model)
    for name, bound in _bounds(model, record.__class__).items():
        value = getattr(record, name)
        if value is None and name not in required:
            continue
        try:
            fitted = bound(value)
        except Unfit as unfit:
            fitted = unfit.instead or required.get(name)
            problems.append(f"{name} {unfit}")
        if fitted is not value:
            changes[name] = fitted
    if not changes and not problems:
        return record
    if changes.get("name", "") is None:
        changes["name"] = storable(record.external_id, _longest(model, "name"))
    if problems:
        changes["problem"] = _joined(record.problem, problems)
    return replace(record, **changes)


@cache
def _required(model: type[Model]) -> dict[str, Any]:
    """The columns that are never null, and what stands for an unknown value there."""
    columns = [one for one in model._meta.concrete_fields if not one.null]  # noqa: SLF001 - Django's documented API
    lists = {one.name: () for one in columns if isinstance(one, models.JSONField)}
    texts = {
        one.name: "" for one in columns if isinstance(one, models.CharField | models.TextField)
    }
    # An unknown name is replaced by the id.
    return {**texts, "name": None, "state": "UNKNOWN", "raw_state": UNKNOWN, **lists}


def _joined(problem: object, more: Sequence[str]) -> str:
    known = [problem.removesuffix(".")] if isinstance(problem, str) and problem else []
    return storable("; ".join([*known, *more]) + ".", LONGEST_PROBLEM)


@cache
def _bounds(model: type[Model], record: Any) -> dict[str, Bound]:
    """How each field of the record is bounded, by the column of its name."""
    hints = get_type_hints(record)
    columns = {field.name: field for field in model._meta.concrete_fields}  # noqa: SLF001 - Django's documented API
    return {name: _bound_of(columns[name], hints[name]) for name in stored_fields(record)}


def _longest(model: type[Model], name: str) -> int:
    field = model._meta.get_field(name)  # noqa: SLF001 - Django's documented API
    return getattr(field, "max_length", None) or LONGEST_TEXT


def _bound_of(column: Any, hint: Any) -> Bound:
    """Raises TypeError for a column of a type that is not bounded here."""
    if isinstance(column, models.CharField | models.TextField):
        longest = column.max_length or LONGEST_TEXT
        return lambda value: _text(value, longest)
    if isinstance(column, models.PositiveIntegerField):
        return lambda value: _integer(value, 0)
    if isinstance(column, models.IntegerField):
        return lambda value: _integer(value, SMALLEST_INTEGER)
    if isinstance(column, models.DecimalField):
        return lambda value: _decimal(value, column)
    for kind, bound in PLAIN:
        if isinstance(column, kind):
            return bound
    if isinstance(column, models.JSONField):
        return LISTS[get_args(hint)[0]]
    message = f"{column} has no bound: name one in {__name__}."
    raise TypeError(message)


def _text(value: Any, longest: int) -> str:
    if not isinstance(value, str):
        raise Unfit("is no text")
    return storable(value, longest)


def _integer(value: Any, smallest: int) -> int:
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unfit("is no whole number")
    if not smallest <= value <= LARGEST_INTEGER:
        raise Unfit("is out of range")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit("is neither true nor false")
    return value


def _decimal(value: Any, column: Any) -> Decimal:
    if not isinstance(value, Decimal) or not value.is_finite():
        raise Unfit("is no number")
    if not 0 <= value < 10 ** (column.max_digits - column.decimal_places):
        raise Unfit("is out of range")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -column.decimal_places:
        return value.quantize(Decimal(1).scaleb(-column.decimal_places))
    return value


def _moment(value: Any) -> datetime:
    if not isinstance(value, datetime):
        raise Unfit("is no time")
    moment = value if value.tzinfo else value.replace(tzinfo=UTC)
    if not EARLIEST <= moment <= LATEST:
        raise Unfit("is out of range")
    return moment


def _items(value: Any, bound: Bound) -> tuple[Any, ...]:
    """A list, each item bounded. Raises Unfit with the items that fit."""
    if not isinstance(value, tuple | list):
        raise Unfit("is no list")
    fitted = []
    for item in value[:MOST_ITEMS]:
        with suppress(Unfit):
            fitted.append(bound(item))
    lost = len(value) - len(fitted)
    if lost:
        raise Unfit(f"omits {lost} of {len(value)} entries, which cannot be stored", tuple(fitted))
    return value if isinstance(value, tuple) and tuple(fitted) == value else tuple(fitted)


def _canonical(value: Any) -> Any:
    """The lists of texts in records are addresses: each is stored once, in its canonical form."""
    if not isinstance(value, tuple | list) or not all(isinstance(one, str) for one in value):
        return value
    shown = tuple(dict.fromkeys(canonical_address(one) for one in value))
    return value if shown == value else shown


def _short_text(item: Any) -> str:
    return _text(item, LONGEST_ITEM)


def _pair(item: Any) -> tuple[str, str]:
    if not isinstance(item, tuple) or len(item) != len(("key", "value")):
        raise Unfit("is no pair")
    return _short_text(item[0]), _short_text(item[1])


def _port(item: Any) -> PortRecord:
    if not isinstance(item, PortRecord):
        raise Unfit("is no port")
    host_port = None if item.host_port is None else _port_number(item.host_port)
    host_ip = None if item.host_ip is None else _short_text(item.host_ip)
    protocol = _short_text(item.protocol)
    return PortRecord(_port_number(item.container_port), protocol, host_port, host_ip)


def _rule(item: Any) -> RuleRecord:
    if not isinstance(item, RuleRecord):
        raise Unfit("is no rule")
    ports = (item.from_port, item.to_port)
    for port in ports:
        if port is not None and _integer(port, SMALLEST_INTEGER) > LARGEST_PORT:
            raise Unfit("is out of range")
    texts = (item.cidr, item.group, item.prefix_list)
    return RuleRecord(
        _short_text(item.direction),
        _short_text(item.protocol),
        *ports,
        *(None if text is None else _short_text(text) for text in texts),
    )


def _port_number(value: Any) -> int:
    number = _integer(value, 0)
    if number > LARGEST_PORT:
        raise Unfit("is out of range")
    return number


PLAIN: "tuple[tuple[type[models.Field[Any, Any]], Bound], ...]" = (
    (models.BooleanField, _truth),
    (models.DateTimeField, _moment),
)
# How a record's lists are bounded, by the type of their items.
LISTS: Mapping[Any, Bound] = {
    str: lambda value: _items(_canonical(value), _short_text),
    tuple[str, str]: lambda value: _items(value, _pair),
    PortRecord: lambda value: _items(value, _port),
    RuleRecord: lambda value: _items(value, _rule),
}
