"""Records by a table of the places at which a cloud's answer has their fields."""

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Generic, TypeVar

from inventory.providers.flat_tags import pairs_of
from inventory.providers.reading import UNKNOWN_WORD, Reading, read_or_damaged
from inventory.providers.table import DeclarationError
from inventory.types import MachineState

R = TypeVar("R")
REQUIRED, EITHER = "!", "|"
Path = tuple[str, ...]


def _nothing_more(_found: Reading) -> Mapping[str, Any]:
    return {}


def _words(found: Reading, *names: str) -> tuple[tuple[str, str], ...]:
    return pairs_of(found.texts(*names))


def _optional_id(found: Reading, *names: str, required: bool = False) -> str | None:
    return found.identifier(*names, required=required)


# How a field is read that is no text.
FORMS: Mapping[str, Callable[..., Any]] = {
    "external_id": Reading.identifier,
    "image_id": _optional_id,
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
    the word has none. If several paths are joined by "|", the first text that exists is read. A
    word that ends with "!" names a required field: if it is absent, the record has a problem.
    ``external_id=id`` need not be given. ``more``: a function that returns further fields.
    ``states``: for machines, the gateway's states by the cloud's words, which ``raw_state`` shows.
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
        self._places = dict(map(_place, ("external_id=id", *places.split())))
        self._required = {_place(word)[0] for word in places.split() if word.endswith(REQUIRED)}
        if unknown := self._places.keys() - {field.name for field in fields(record)}:  # type: ignore[arg-type]
            raise DeclarationError(f"{record.__name__} has no field {', '.join(sorted(unknown))}.")

    def read(self, data: object) -> R:
        """The record. For an object of an unexpected form it has only the id and the problem."""
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
        form, (*others, last) = FORMS.get(name, Reading.text), self._places[name]
        for path in others:
            if value := form(found, *path, required=False):
                return value
        options = {"required": True} if name in self._required else {}
        return form(found, *last, **options)

    def _id(self, found: Reading) -> str | None:
        external_id: str | None = self._field(found, "external_id")
        return external_id


def _place(word: str) -> tuple[str, tuple[Path, ...]]:
    name, _, paths = word.removesuffix(REQUIRED).partition("=")
    return name, tuple(tuple(path.split(".")) for path in (paths or name).split(EITHER))
