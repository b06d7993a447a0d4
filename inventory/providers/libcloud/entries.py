"""The id of an entry of a reply that a driver cannot read."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from libcloud.compute.base import KeyPair, Node, NodeLocation, NodeSize, StorageVolume
from libcloud.compute.types import NodeState
from libcloud.utils.iso8601 import ParseError

from inventory.providers import reading

# The exceptions of drivers for an object of an unexpected form.
FORM_ERRORS = (*reading.FORM_ERRORS, ParseError, StopIteration)
# Where drivers take the id of a machine from.
IDS = (
    *("id", "uuid", "uid", "Id", "ID", "InstanceId", "instanceId"),
    *("identifier", "object_uuid", "order_oid"),
)
ENOUGH = 100  # fields that were the id of an entry
PROBLEM = "gateway_problem"  # an attribute of an object that could not be read


Identify = Callable[[Any], str]  # the id of an object of libcloud


def by_id(found: Any) -> str:
    return str(found.id)


class Odd(NamedTuple):
    """An object that stands for an entry that could not be read."""

    entry: Any
    object: Any


class Identifiers:
    """The field of an entry that has the id: learned from the entries that a driver could read."""

    def __init__(self) -> None:
        self._names: Counter[str] = Counter()
        self._odd: list[Odd] = []

    @property
    def is_known(self) -> bool:
        return bool(self._names)

    def learn(self, entry: Any, ids: Collection[str]) -> None:
        """``ids``: one of them is the id of this entry."""
        if sum(self._names.values()) < ENOUGH:
            self._names.update(name for name, value in fields_of(entry) if value in ids)

    def odd(self, made: type, driver: Any, entry: Any, problem: str) -> Any:
        """An object of libcloud for this entry. It gets its id by ``identify``."""
        one = Odd(entry, _empty(made, driver))
        setattr(one.object, PROBLEM, problem)
        self._odd.append(one)
        return one.object

    def identify(self) -> None:
        """Give each object that stands for an entry the entry's id, if that can be read."""
        names = [name for name, _count in self._names.most_common(1)] or IDS
        for entry, found in self._odd:
            fields = dict(fields_of(entry))
            found.id = found.name = next((fields[name] for name in names if fields.get(name)), "")


def problem_of(found: Any) -> str | None:
    """Why the object could not be read; None: it was."""
    return getattr(found, PROBLEM, None)


def _empty(made: type, driver: Any) -> Any:
    values: dict[str, Any] = {}
    if made is Node:
        values = {"state": NodeState.UNKNOWN, "public_ips": [], "private_ips": []}
    elif made is NodeSize:
        values = dict.fromkeys(("ram", "disk", "bandwidth", "price"))
    elif made is NodeLocation:
        values = {"country": ""}
    elif made is StorageVolume:
        values = {"size": None}
    elif made is KeyPair:  # it has no id of its own: see ``Identifiers.identify``
        return KeyPair(name="", public_key="", fingerprint="", driver=driver)
    return made(id="", name="", driver=driver, **values)


def fields_of(entry: Any) -> Iterator[tuple[str, str]]:
    """The texts of an entry, by name. It may be an object in an object, and an element of XML."""
    if isinstance(entry, Mapping):
        yield from _texts(entry.items())
        inner = [*entry.values()] if len(entry) == 1 else [entry.get("metadata")]
        for one in inner:
            if isinstance(one, Mapping):
                yield from _texts(one.items())
    elif hasattr(entry, "iterfind"):
        yield from _texts(entry.attrib.items())
        yield from _texts((str(child.tag).rpartition("}")[2], child.text) for child in entry)


def _texts(items: Iterable[tuple[Any, Any]]) -> Iterator[tuple[str, str]]:
    for name, value in items:
        if isinstance(value, str | int) and not isinstance(value, bool) and value != "":
            yield str(name), str(value)
