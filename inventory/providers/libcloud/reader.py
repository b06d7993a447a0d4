"""Records by a table of the places at which a cloud's answer has their fields."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Generic, TypeVar

from inventory.providers.flat_tags import pairs_of
from inventory.providers.reading import UNKNOWN_WORD, Reading, read_or_damaged
from inventory.providers.table import DeclarationError
from inventory.types import MachineState

R = TypeVar("R")
REQUIRED = "!"


def _nothing_more(_found: Reading) -> Mapping[str, Any]:
    return {}


def _words(found: Reading, *names: str) -> tuple[tuple[str, str], ...]:
    return pairs_of(found.texts(*names))


# How a field is read that is no text.
FORMS: Mapping[str, Callable[..., Any]] = {
    "external_id": Reading.identifier,
    "memory": Reading.number,
    "vcpus": Reading.number,
    "disk": Reading.number,
    "price_per_hour": Reading.price,
    "tags": _words,
    "created_at": Reading.moment,
}


class Reader(Generic[R]):
    """Reads one object of a cloud's answer into ``record``.

    ``places``: words ``field=path``. A path is names joined by dots; the field's own name, where
    the word has none. A word that ends with "!" is of a required field: its absence is a problem of
    the record. ``external_id=id`` need not be given. ``more``: a function that returns further
    fields. ``states``: of a machine, ours by the cloud's words, which stand in ``raw_state``.
    """

    def __init__(
        self,
        record: type[R],
        places: str,
        more: Callable[[Reading], Mapping[str, Any]] = _nothing_more,
        states: Mapping[str, MachineState] | None = None,
    ) -> None:
        self._record: Any = record
        self._more, self._states = more, states
        self._places = {"external_id": ("id",)} | dict(map(_place, places.split()))
        self._required = {_place(word)[0] for word in places.split() if word.endswith(REQUIRED)}
        if unknown := self._places.keys() - {field.name for field in fields(record)}:  # type: ignore[arg-type]
            raise DeclarationError(f"{record.__name__} has no field {', '.join(sorted(unknown))}.")

    def read(self, data: object) -> R:
        """The record. Of an object of an unexpected form it has the id and the problem alone."""
        record: R = read_or_damaged(self._record, Reading(data), self._read, self._id)
        return record

    def _read(self, found: Reading) -> R:
        values: dict[str, Any] = {name: self._field(found, name) for name in self._places}
        values |= self._more(found)
        values["external_id"] = values["external_id"] or ""
        values["name"] = values.get("name") or values["external_id"]
        if self._states is not None:
            word = values["raw_state"] = values["raw_state"] or UNKNOWN_WORD
            values["state"] = self._states.get(word, MachineState.UNKNOWN)
        record: R = self._record(**values, problem=found.problem)
        return record

    def _field(self, found: Reading, name: str) -> Any:
        options = {"required": True} if name in self._required else {}
        return FORMS.get(name, Reading.text)(found, *self._places[name], **options)

    def _id(self, found: Reading) -> str | None:
        return found.identifier(*self._places["external_id"])


def _place(word: str) -> tuple[str, tuple[str, ...]]:
    name, _, path = word.removesuffix(REQUIRED).partition("=")
    return name, tuple((path or name).split("."))
