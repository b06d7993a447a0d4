"""The kinds of events that webhooks can be sent. The app in which they happen registers them."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Item:
    """An object that an event is about, with the values by which it can be filtered.

    ``providers``, ``targets``: global ids. ``targets``, ``fields``: None if the kind has none.
    """

    key: str
    providers: Collection[str] = ()
    targets: Collection[str] | None = None
    fields: Collection[str] | None = None


class EventKind(ABC):
    """``name``: as in the body's ``type``. Its methods ask the database, with the rights of now.

    A key is a text that names an object of the kind's own, as a job.
    """

    name: ClassVar[str]
    description: ClassVar[str]
    # True: no webhook can subscribe to it; the gateway itself chooses the webhook.
    is_internal: ClassVar[bool] = False

    def check_filter(self, wanted: Mapping[str, Sequence[str]]) -> None:  # noqa: B027 - most take any
        """Raises InvalidInput for a value that none of its items can have.

        ``wanted``: a webhook's filter; its ids are of objects that the owner sees.
        """

    @abstractmethod
    def items(self, keys: Collection[str]) -> list[Item]:
        """The objects that still exist."""

    @abstractmethod
    def visible(self, user: Any, keys: Collection[str]) -> set[str]:
        """Those of the keys whose objects ``user`` may see."""

    @abstractmethod
    def data(
        self, user: Any, keys: Sequence[str], details: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The body's ``data``: JSON values and times; None if nothing is left to report.

        ``keys``: visible ones, at least one. Their objects may be deleted meanwhile.
        """


_registered: dict[str, EventKind] = {}


def register(kind: EventKind) -> None:
    """Called once for each kind, in ``AppConfig.ready``."""
    _registered[kind.name] = kind


def kind_named(name: str) -> EventKind | None:
    """None: of a release that is gone."""
    return _registered.get(name)


def kinds_on_offer() -> list[EventKind]:
    """The kinds that a webhook can subscribe to, by name."""
    found = (kind for kind in _registered.values() if not kind.is_internal)
    return sorted(found, key=lambda kind: kind.name)
