"""Reads a cloud's JSON without trusting its form.

A ``Reading`` is one object of an answer. A field of an unexpected form is read as unknown and noted
in ``problem``, so that one odd object damages neither its source nor the other objects.
"""

import logging
import traceback
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar, get_type_hints

from libcloud.common.types import MalformedResponseError

from inventory.providers.reply_limits import count_object, is_first_odd
from inventory.providers.secret_texts import struck
from inventory.providers.task_secrets import secrets_in_use

log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R")

UNEXPECTED_FORM = "The cloud's answer has an unexpected form"
UNKNOWN_STATE = "UNKNOWN"  # of every vocabulary of states
UNKNOWN_WORD = "unknown"  # the raw state of an object whose state could not be read
# The exceptions of code that reads an answer of an unexpected form.
FORM_ERRORS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
MOST_PROBLEMS = 5  # that one message names


class Problems:
    """The fields of one object that could not be read, and why."""

    def __init__(self) -> None:
        self._found: list[str] = []
        self._sentences: list[str] = []

    def note(self, path: str, expected: str, value: object = None) -> None:
        found = "is missing" if value is None else f"is {_kind_of(value)}"
        problem = f"{path} {found}" + ("" if value is None else f" instead of {expected}")
        if problem not in self._found:
            self._found.append(problem)

    def add(self, sentence: str) -> None:
        """Add a reason of another sort, which is a sentence of its own."""
        if sentence not in self._sentences:
            self._sentences.append(sentence)

    @property
    def message(self) -> str | None:
        """A sentence on the fields, and the others; None if every field was read."""
        if not self._found:
            return " ".join(self._sentences) or None
        more = len(self._found) - MOST_PROBLEMS
        named = self._found[:MOST_PROBLEMS] + ([f"and {more} more"] if more > 0 else [])
        return " ".join([f"{UNEXPECTED_FORM}: {'; '.join(named)}.", *self._sentences])


class Reading:
    """One JSON object. Names that follow each other are a path into it.

    Every method returns None or nothing for a field that is absent or null. A field of another type
    is noted; an absent one only if it is ``required``.
    """

    __slots__ = ("_path", "_problems", "_values")

    def __init__(self, value: object, path: str = "", problems: Problems | None = None) -> None:
        self._path = path
        self._problems = Problems() if problems is None else problems
        self._values: Mapping[str, Any] = value if isinstance(value, dict) else {}
        if value is not None and not isinstance(value, dict):
            self._problems.note(path or "the object", "an object", value)

    def __bool__(self) -> bool:
        return bool(self._values)

    @property
    def problem(self) -> str | None:
        """Why a part of the object is unknown; None if all of it was read."""
        return self._problems.message

    def has(self, name: str) -> bool:
        return name in self._values

    def add(self, problem: str) -> None:
        """Add a reason why a part of the object is unknown."""
        self._problems.add(problem)

    def is_empty_text(self, name: str) -> bool:
        return self._values.get(name) == ""

    def is_null(self, name: str) -> bool:
        """True if the field is absent or null."""
        return self._values.get(name) is None

    def note(self, name: str, expected: str, value: object = None) -> None:
        """Note that the field ``name`` could not be read."""
        self._problems.note(self._at(name), expected, value)

    def text(self, *names: str, required: bool = False) -> str | None:
        """A text; an empty one counts as absent."""
        value = self._value(names)
        if isinstance(value, str):
            if value or not required:
                return value or None
            value = None
        self._unread(names, "a text", value, required=required)
        return None

    def identifier(self, *names: str, required: bool = True) -> str | None:
        """A text or a whole number, as a text."""
        value = self._value(names)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.text(*names, required=required)

    def number(self, *names: str, required: bool = False) -> int | None:
        """A whole number that is not negative."""
        value = self._value(names)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        self._unread(names, "a whole number", value, required=required)
        return None

    def signed(self, *names: str, required: bool = False) -> int | None:
        """A whole number."""
        value = self._value(names)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        self._unread(names, "a whole number", value, required=required)
        return None

    def flag(self, *names: str) -> bool | None:
        value = self._value(names)
        if isinstance(value, bool):
            return value
        self._unread(names, "true or false", value)
        return None

    def price(self, *names: str) -> Decimal | None:
        """A decimal number, given as a number or as a text."""
        value = self._value(names)
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            try:
                price = Decimal(str(value))
            except InvalidOperation:
                price = Decimal("NaN")
            if price.is_finite() and price >= 0:
                return price
        self._unread(names, "a price", value)
        return None

    def moment(self, *names: str, required: bool = False) -> datetime | None:
        """A time in ISO 8601, or one that boto3 has read; in UTC if it names no zone."""
        value = self._value(names)
        if isinstance(value, datetime):
            return value if value.tzinfo else value.replace(tzinfo=UTC)
        if isinstance(value, str) and value:
            try:
                moment = datetime.fromisoformat(value)
            except ValueError:
                pass
            else:
                return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        self._unread(names, "a time", value, required=required)
        return None

    def part(self, *names: str) -> "Reading":
        """The object there; an empty one if there is none."""
        return Reading(self._value(names), self._at(*names), self._problems)

    def beside(self, value: object, path: str) -> "Reading":
        """Another object, whose problems are this one's too."""
        return Reading(value, path, self._problems)

    def items(self, *names: str) -> list[Any]:
        """The list there."""
        value = self._value(names)
        if isinstance(value, list):
            return value
        self._unread(names, "a list", value)
        return []

    def parts(self, *names: str) -> list["Reading"]:
        """The objects of the list there; items that are no objects are noted and left out."""
        path = self._at(*names)
        items = self._of_type(dict, "an object", names)
        return [Reading(item, f"{path}[{number}]", self._problems) for number, item in items]

    def texts(self, *names: str) -> list[str]:
        """The texts of the list there; other items are noted and left out."""
        return [item for _, item in self._of_type(str, "a text", names)]

    def entries(self, *names: str) -> Iterator[tuple[str, Any]]:
        """The names and values of the object there."""
        return iter(self.part(*names)._values.items())  # noqa: SLF001 - of this class

    def pairs(self, *names: str) -> tuple[tuple[str, str], ...]:
        """Tags or labels: the object's texts, by key. Null counts as an empty text."""
        path = self._at(*names)
        pairs = []
        for key, value in self.entries(*names):
            if value is None or isinstance(value, str):
                pairs.append((key, value or ""))
            else:
                self._problems.note(f"{path}.{key}", "a text", value)
        return tuple(sorted(pairs))

    def _of_type(self, kind: type, expected: str, names: Sequence[str]) -> list[tuple[int, Any]]:
        """The items of this type, numbered; others are noted."""
        found = []
        for number, item in enumerate(self.items(*names)):
            if isinstance(item, kind):
                found.append((number, item))
            else:
                self._problems.note(f"{self._at(*names)}[{number}]", expected, item)
        return found

    def _value(self, names: Sequence[str]) -> Any:
        value: Any = self._values
        for depth, name in enumerate(names):
            if value is None:
                return None
            if not isinstance(value, dict):
                self._problems.note(self._at(*names[:depth]), "an object", value)
                return None
            value = value.get(name)
        return value

    def _unread(
        self, names: Sequence[str], expected: str, value: object, *, required: bool = False
    ) -> None:
        if required or (value is not None and value != ""):
            self._problems.note(self._at(*names), expected, None if value == "" else value)

    def _at(self, *names: str) -> str:
        return ".".join(filter(None, (self._path, *names)))


def object_id(found: Reading) -> str | None:
    """The id of an object whose field ``id`` has it, which is so at most clouds."""
    return found.identifier("id")


def records_of(
    record: type[R],
    items: Iterable[Any],
    read: Callable[[Reading], R],
    identify: Callable[[Reading], str | None] = object_id,
) -> list[R]:
    """The record of each object in a listing, as ``read`` reads it."""
    return [read_or_damaged(record, Reading(item), read, identify) for item in items]


def names_of_regions(
    found: Iterable[Reading], name_of: Callable[[Reading], str | None]
) -> list[str]:
    """Raises MalformedResponseError for a region without a name, which could not be asked."""
    names = []
    for one in found:
        name = name_of(one)
        if name is None:
            raise MalformedResponseError(one.problem)
        names.append(name)
    return names


def with_id(records: Sequence[R], external_id: str) -> R | None:
    """The record of this id; else one whose id could not be read, for it may be that one."""
    by_id = {record.external_id: record for record in records}  # type: ignore[attr-defined]
    return by_id.get(external_id) or by_id.get("")


def distinct(records: Iterable[R]) -> list[R]:
    """One record for each id; all of those whose id is unknown."""
    known: dict[Any, R] = {}
    for record in records:
        external_id = record.external_id  # type: ignore[attr-defined]
        known[external_id or object()] = record
    return list(known.values())


def read_or_damaged(
    record: type[R], found: T, read: Callable[[T], R], identify: Callable[[T], str | None]
) -> R:
    """The result of ``read``; if it raises, a record that has only the id and the problem."""
    count_object()
    try:
        return read(found)
    except FORM_ERRORS as error:
        log_odd(error)
        return _damaged(record, identify(found) or "", unexpected_form(error))


def damaged(record: type[R], external_id: str, problem: str) -> R:
    """A record of which only the id is known. An empty id stands for an unknown one."""
    count_object()
    return _damaged(record, external_id, problem)


def _damaged(record: type[R], external_id: str, problem: str) -> R:
    known: dict[str, Any] = {"external_id": external_id, "name": external_id, "problem": problem}
    states = get_type_hints(record).get("state")
    if states is not None:
        known |= {"state": states(UNKNOWN_STATE), "raw_state": UNKNOWN_WORD}
    return record(**known)


def log_odd(error: Exception) -> None:
    """Log the first object of a task that cannot be read: a reply may have thousands of them.

    An exception may quote the reply, and the reply the request.
    """
    if is_first_odd():
        trace = "".join(traceback.format_exception(error))
        text = struck(trace, secrets_in_use())
        log.warning("An object of a cloud's answer could not be read.\n%s", text)


def unexpected_form(error: BaseException, words: Container[str] = ()) -> str:
    """The message for an exception of FORM_ERRORS: never the exception's own words.

    ``words``: the texts of the object. Code that looks one up in a table raises KeyError too.
    """
    key = error.args[0] if isinstance(error, KeyError) and error.args else None
    if isinstance(key, str) and key.isprintable() and len(key) <= len(UNEXPECTED_FORM):
        shown = struck(key, secrets_in_use())
        reason = "the word “{}” is not known" if key in words else "the field “{}” is missing"
        return f"{UNEXPECTED_FORM}: {reason.format(shown)}."
    return f"{UNEXPECTED_FORM}."


def _kind_of(value: object) -> str:
    """A value's type in the words of JSON."""
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number of another range or form"
    if isinstance(value, str):
        return "a text of another form"
    return "a list" if isinstance(value, list) else "an object"
