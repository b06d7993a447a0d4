"""Replaces the hooks of a libcloud driver, for the kinds that are built on one.

``list_nodes`` and the other lists of a driver read pages by ``_paginated_request`` and make an
object of each item by ``_to_node`` or another ``_to_…``. libcloud's own hooks take the number of
pages from the first page alone, so that a list which changes meanwhile loses objects without a
word, and lose the whole list to one item without an expected field. With ``WholeLists``, and with
the ``read`` of a ``Reader`` as each ``_to_…``, the same methods return all objects, as records.
"""

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Self

from libcloud.common.types import MalformedResponseError

from inventory.providers.accepted import OperationId, operation_id
from inventory.providers.identity import id_at
from inventory.providers.kind import Values
from inventory.providers.paging import NumberedPage, each_page, total_of, unchanged_list
from inventory.providers.reading import Reading
from inventory.providers.rest import JsonConnection, ask, found_by_id, part
from inventory.types import MachineRecord


class MethodConnection(JsonConnection):
    """A mixin for the connection of such a driver.

    ``latest``: the body of the reply to the latest change, of which libcloud's methods return no
    more than whether its status is the expected one.
    """

    latest: Any = None

    def request(self, *args: Any, **options: Any) -> Any:
        reply = super().request(*args, **options)  # type: ignore[misc]
        if options.get("method", "GET") != "GET":
            self.latest = reply.object
        return reply

    def encode_data(self, data: Any) -> str:
        """The body without the fields that an order leaves open; libcloud's methods send null."""
        body = json.loads(data) if isinstance(data, str) else data
        if isinstance(body, dict):
            body = {name: value for name, value in body.items() if value is not None}
        return json.dumps(body)


class _Page(NamedTuple):
    number: int
    body: dict[str, Any]


class WholeLists:
    """A mixin for a driver that takes a token. Building one asks nothing.

    ``machines``: the path of the list; ``machine``: the field that has the object in the answer
    about one of them; None: the answer is the object. ``total``: where a page has the number of all
    objects. ``next_page``: where it has the address of the next page; or ``last_page``: where it
    has the number of the last one. ``operation``: where the reply to an action has the id of the
    cloud's operation.
    """

    connection: Any
    machines: str
    machine: str | None = None
    total: tuple[str, ...]
    next_page: tuple[str, ...] = ()
    last_page: tuple[str, ...] = ()
    operation: tuple[str, ...] = ()

    def __new__(cls, *_: Any) -> Self:
        return object.__new__(cls)  # libcloud's chooses a class by its arguments

    def __init__(self, credentials: Values, _region: str, timeout: float) -> None:
        super().__init__(credentials["token"], timeout=timeout)  # type: ignore[call-arg]

    def is_offered(self, _path: str, _found: Reading) -> bool:
        """True if an entry of a list belongs there: a catalogue may have others."""
        return True

    def pages(self, path: str, name: str, params: Mapping[str, Any] | None = None) -> list[Any]:
        """The items of the list ``name`` on every page. A page that fails fails the listing."""

        def read_pages() -> Iterator[NumberedPage]:
            numbers = itertools.count(1)

            def read(_following: str | None) -> _Page:
                number = next(numbers)
                return _Page(number, ask(self.connection, path, page=number, **(params or {})))

            for page in each_page(read, self._following):
                yield NumberedPage(part(page.body, name, list), total_of(page.body, *self.total))

        return [one for one in unchanged_list(read_pages) if self.is_offered(path, Reading(one))]

    _paginated_request = pages  # libcloud's name of it

    def find_node(self, external_id: str) -> MachineRecord | None:
        """None: the cloud says that there is none. libcloud's own takes any answer for the one."""
        found = found_by_id(self.connection, self.machines, external_id, self.machine)
        return None if found is None else self._to_node(found)

    def _to_node(self, data: Any) -> MachineRecord:
        raise NotImplementedError

    def operation_begun(self) -> OperationId | None:
        """The id of the operation that the reply to the latest change names."""
        latest = self.connection.latest
        return operation_id(id_at(latest, *self.operation)) if self.operation else None

    def _following(self, page: _Page) -> str | None:
        """A text that is another one for each page, if there is a page after this one.

        Raises MalformedResponseError if it cannot be read whether there is another page.
        """
        found = Reading(page.body)
        if self.last_page:
            last = found.number(*self.last_page, required=True) or 0
            number = found.number("page") or page.number
            following = str(number + 1) if number < last else None
        else:
            following = found.text(*self.next_page)
        if found.problem:
            raise MalformedResponseError(found.problem)
        return following
