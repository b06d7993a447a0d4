"""The declaration of the creation of an object: its arguments, and when it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from inventory.operations.actions.action import States
from inventory.operations.actions.declared import Declared
from inventory.operations.actions.taken import Taken

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation(Declared):
    """The creation of an object of ``target_type``. Its mutation takes a name and tags too.

    ``takes``: its other arguments. ``clean(provider, given)``: them as JSON values for the job;
    raises ExpectedError if the cloud's documented rules forbid a value. ``check(given)``: raises
    it if they forbid the given objects in their present state, only for a new request.
    ``order(arguments, mark)``: the argument of the cloud's function; ``mark`` is the client token,
    and ``arguments["tags"]`` have the mark already.
    ``done``, ``failed``: states in which it has ended.
    ``anchor``: the argument that names an object at whose provider and in whose region it is
    created; empty: the mutation takes a provider and a region.
    """

    takes: Mapping[str, Taken]
    clean: Callable[[Any, Arguments], dict[str, Any]]
    order: Callable[[Arguments, str], Any]
    done: States
    failed: States
    anchor: str = ""
    check: Callable[[Arguments], None] = lambda _given: None
