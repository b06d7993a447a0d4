"""Names of images and sizes, for clouds whose machines report the ids alone.

A name is not worth a listing: if the names cannot be read, the machines are listed, each with the
id in place of the name, and with the reason in ``problem``. A deleted image has no name, and that
is no problem.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, TypeVar

from gateway.core.http.budget import budget_in_use
from inventory.providers.exceptions import ProviderError, ProviderErrorCode, translate
from inventory.providers.secret_texts import shortened
from inventory.providers.task_secrets import secrets_in_use
from inventory.types import MachineRecord

log = logging.getLogger(__name__)

SHARE = 0.5  # of the time that a listing has left
KNOWN_SECONDS = 3600.0
FAILED_SECONDS = 60.0
MOST_NAMES = 100_000  # about 20 MB, as most are short
LONGEST_KEPT = 1_000  # characters of an id and its name; longer ones are asked for each time

T = TypeVar("T")
Pairs = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id. ``problem``: why some could not be read."""

    known: Mapping[str, str]
    problem: str | None = None
    failure: ProviderErrorCode | None = None


def read_names(read: Callable[[], Pairs], noun: str) -> Names:
    """The ids and names that ``read`` yields; those before a failure are kept.

    ``noun``: the things that have the names. It takes half of the listing's time at most.
    """
    known: dict[str, str] = {}
    try:
        with budget_in_use().narrowed(SHARE):
            known.update(read())
    except Exception as error:  # noqa: BLE001 - whatever it is, the machines are known
        return Names(known, *_failure(error, f"The names of {noun}"))
    return Names(known)


def read_beside(read: Callable[[], T], none: T, noun: str) -> tuple[T, str | None]:
    """The facts that ``read`` returns, which are not worth a listing; and why there are ``none``.

    ``noun``: what the facts are, as the subject of a sentence. It takes half of the listing's
    time at most.
    """
    try:
        with budget_in_use().narrowed(SHARE):
            return read(), None
    except Exception as error:  # noqa: BLE001 - whatever it is, the machines are known
        return none, _failure(error, noun)[0]


def _failure(error: Exception, noun: str) -> tuple[str, ProviderErrorCode]:
    secrets = secrets_in_use()
    failure = error if isinstance(error, ProviderError) else translate(error, secrets)
    log.warning("%s could not be read: %s", noun, failure.code)
    return f"{noun} could not be read: {shortened(failure.message, secrets)}", failure.code


@dataclass
class _Account:
    """``ends``: when each id must be asked for again. An id without a name is unknown."""

    names: dict[str, str] = field(default_factory=dict)
    ends: dict[str, float] = field(default_factory=dict)
    failure: Names = field(default_factory=lambda: Names({}))
    failure_ends: float = 0.0


class NameCache:
    """Names that do not change, by account, in this process's memory.

    An id that the cloud does not know is remembered as well, and so is a failure, for a shorter
    time. Names end too: a process that has read a name before its image was deleted would show it
    for ever, and another process would not.
    """

    def __init__(self, most: int = MOST_NAMES, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._lock = threading.Lock()
        self._accounts: OrderedDict[Hashable, _Account] = OrderedDict()

    def known(self, account: Hashable) -> Mapping[str, str]:
        """The names that need not be asked for."""
        now = self._clock()
        with self._lock:
            found = self._accounts.get(account) or _Account()
            return {one: name for one, name in found.names.items() if found.ends[one] > now}

    def names(
        self,
        account: Hashable,
        ids: Collection[str],
        read: Callable[[list[str]], Pairs],
        noun: str,
    ) -> Names:
        """The names of ``ids``. ``read`` is called with those that are neither known nor unknown.

        It may yield more than it was called with.
        """
        now = self._clock()
        with self._lock:
            found = self._accounts.setdefault(account, _Account())
            self._accounts.move_to_end(account)
            wanted = sorted(one for one in ids if found.ends.get(one, 0.0) <= now)
            known = {one: found.names[one] for one in ids if one in found.names}
            failure = found.failure if found.failure_ends > now else None
        if not wanted:
            return Names(known)
        if failure is not None:
            return replace(failure, known=known)
        answer = read_names(lambda: read(wanted), noun)
        self._keep(account, wanted, answer)
        if answer.problem is None:
            known = {one: name for one, name in known.items() if one not in wanted}
        return replace(answer, known=known | dict(answer.known))

    def clear(self) -> None:
        with self._lock:
            self._accounts.clear()

    def _keep(self, account: Hashable, wanted: list[str], answer: Names) -> None:
        """After a failure, what is unknown is asked for again, and an old name stays."""
        now = self._clock()
        known = {
            one: name for one, name in answer.known.items() if len(one) + len(name) <= LONGEST_KEPT
        }
        missing = set() if answer.problem else set(wanted) - set(answer.known)
        gone = {one for one in missing if len(one) <= LONGEST_KEPT}
        with self._lock:
            found = self._accounts.setdefault(account, _Account())
            ends = {one: end for one, end in found.ends.items() if end > now or one in found.names}
            ends |= dict.fromkeys([*known, *gone], now + KNOWN_SECONDS)
            found.ends = dict(_last(ends, self._most))
            names = found.names | known
            found.names = {
                one: names[one] for one in found.ends if one in names and one not in gone
            }
            if answer.problem:
                found.failure = replace(answer, known={})
                found.failure_ends = now + FAILED_SECONDS
            while sum(1 + len(one.ends) for one in self._accounts.values()) > self._most + 1:
                self._accounts.popitem(last=False)


def with_image_names(machines: Iterable[MachineRecord], names: Names) -> list[MachineRecord]:
    """The machines with the names of their images. An image without a name keeps its id."""
    return [_named(one, names, one.image_id, one.image_name, "image_name") for one in machines]


def with_size_names(machines: Iterable[MachineRecord], names: Names) -> list[MachineRecord]:
    """The machines with the names of their sizes. A size without a name keeps its id."""
    return [_named(one, names, one.size_id, one.size_name, "size_name") for one in machines]


def _named(
    machine: MachineRecord, names: Names, identifier: str | None, before: str | None, attribute: str
) -> MachineRecord:
    if identifier is None:
        return machine
    name = names.known.get(identifier)
    if name is not None:
        changes: dict[str, Any] = {attribute: name}
        return machine if name == before else replace(machine, **changes)
    if names.problem is None:
        return machine
    return replace(machine, problem=" ".join(filter(None, (machine.problem, names.problem))))


def _last(ends: Mapping[str, float], most: int) -> Iterator[tuple[str, float]]:
    return islice(ends.items(), max(0, len(ends) - most), None)
