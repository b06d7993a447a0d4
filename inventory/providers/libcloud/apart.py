"""A driver's list, read again in parts if one object of a reply makes the driver lose all of it.

Some drivers make the objects of a list where no guard can stand: see ``each``. So the replies to a
list are remembered. If the driver cannot read them, it reads them again, without a request, with
fewer of the objects in them each time, until those that it cannot read are known. They become
objects with an id alone.

This is done for replies in JSON. Each reading counts against the deadline, and so does each loop
over the objects of a reply.
"""

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from gateway.core.http.budget import budget_in_use
from inventory.providers.libcloud.entries import FORM_ERRORS, Identifiers, Identify
from inventory.providers.reading import unexpected_form
from inventory.providers.reply_limits import count_received

Read = Callable[[], list[Any]]
Path = tuple[str, ...]
DEEPEST = 4  # objects around a list, in a reply


class TimedList(list[Any]):
    """A list of a reply. Each loop over it looks at the clock first: a driver may have one for each
    object of another list.
    """

    def __iter__(self) -> Iterator[Any]:
        budget_in_use().check()
        return super().__iter__()


class Place(NamedTuple):
    """The place of a list: the reply, and the names that lead to it."""

    reply: str
    path: Path


class Replies:
    """The replies to one list of a driver. ``instead``: the items that replace those of a list."""

    def __init__(self, driver: Any) -> None:
        self._driver, self._state = driver, dict(vars(driver))
        self._plain = driver.connection.request
        self._found: dict[str, Any] = {}
        self.instead: dict[Place, list[Any]] = {}

    def request(self, *args: Any, **options: Any) -> Any:
        """Replaces the connection's method: a repeated read is answered with the first reply.

        It counts as a reply: pages may lead to each other for ever.
        """
        budget_in_use().check()
        key = repr((args, sorted(options.items())))
        if key not in self._found:
            self._found[key] = first = self._plain(*args, **options)
            for path, items in [*_lists_in(first.object)]:
                first.object = _with(first.object, path, TimedList(items))
            return first
        reply = copy.copy(self._found[key])
        if not self.instead:
            count_received(len(reply.body))
        reply.object = reply.parse_body()  # anew: drivers change what they read
        for place, items in self.instead.items():
            if place.reply == key:
                reply.object = _with(reply.object, place.path, copy.deepcopy(items))
        reply.parse_body = lambda: reply.object
        return reply

    def lists(self) -> dict[Place, list[Any]]:
        """The latest first: what is asked for later depends on what was answered before."""
        found = []
        for key, reply in self._found.items():
            with suppress(ValueError):
                found += [
                    (Place(key, path), one) for path, one in _lists_in(json.loads(reply.body))
                ]
        return dict(reversed(found))

    def read(self, read: Read, place: Place, items: list[Any]) -> list[Any]:
        """The result of ``read`` with ``items`` in this place, as if the driver was new."""
        budget_in_use().check()
        self.instead[place] = items
        vars(self._driver).clear()
        vars(self._driver).update(self._state)
        return read()


def read_apart(driver: Any, made: type, identify: Identify, read: Read) -> list[Any]:
    """The result of ``read``. ``made``: the class of its objects. ``identify``: as in ``listed``.

    Raises as ``read`` does if the objects that it cannot read are not found.
    """
    replies = Replies(driver)
    connection = driver.connection
    connection.request = replies.request
    try:
        return read()
    except FORM_ERRORS:
        found = _apart(replies, driver, made, identify, read)
        if found is None:
            raise
        return found
    finally:
        del connection.request


def _apart(
    replies: Replies, driver: Any, made: type, identify: Identify, read: Read
) -> list[Any] | None:
    """None: what cannot be read is no object of a list that the driver makes its objects of."""
    lists = replies.lists()
    left_out = _left_out(replies, list(lists), read)
    found: list[Any] = []
    odd: list[Any] = []
    for place in reversed(left_out):
        healthy, unread = _parted(replies, place, lists[place], read)
        found = replies.read(read, place, healthy)
        if not unread:
            continue
        ids, known = Identifiers(), {identify(one) for one in found}
        for item in healthy:
            ids.learn(item, known)
        if not ids.is_known and (healthy or len(lists) > 1):
            return None
        odd += [ids.odd(made, driver, entry, problem) for entry, problem in unread]
        ids.identify()
    return [*found, *odd] if odd else None


def _left_out(replies: Replies, places: list[Place], read: Read) -> list[Place]:
    """The lists without which the driver can read the rest; none if it cannot read that either."""
    for number, place in enumerate(places, start=1):
        with suppress(*FORM_ERRORS):
            replies.read(read, place, [])
            return places[:number]
    return []


def _parted(
    replies: Replies, place: Place, items: list[Any], read: Read
) -> tuple[list[Any], list[tuple[Any, str]]]:
    """The objects that the driver can read, and the others, each with the problem."""
    healthy: list[Any] = []
    unread = []
    waiting = [items]
    while waiting:
        part = waiting.pop()
        try:
            replies.read(read, place, part)
            healthy += part
        except FORM_ERRORS as error:
            if len(part) == 1:
                unread.append((part[0], unexpected_form(error)))
                continue
            middle = len(part) // 2
            waiting += [part[middle:], part[:middle]]
    return healthy, unread


def _lists_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, list[Any]]]:
    if isinstance(value, list) and value:
        yield path, value
    elif isinstance(value, Mapping) and len(path) < DEEPEST:
        for name, inner in value.items():
            yield from _lists_in(inner, (*path, name))


def _with(value: Any, path: Path, items: list[Any]) -> Any:
    """``value`` with these items in the place of the list there."""
    if not path:
        return items
    inner = value
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = items
    return value
