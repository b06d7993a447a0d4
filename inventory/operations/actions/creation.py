"""The creation of an object, as it is declared: what it takes, and when it is done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from inventory.operations.actions.action import States
from inventory.operations.actions.taken import Taken
from inventory.operations.actions.target_type import TargetType
from inventory.providers import Capability

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Creation:
    """``label``: of its job. ``description``: of its mutation, which takes a name and tags too.

    ``takes``: its other arguments. ``clean(provider, given)``: them as JSON values for the job;
    raises ExpectedError for what the cloud's documented rules forbid. ``check(given)``: raises it
    for what they forbid of the given objects as they are, for a new request alone.
    ``order(arguments, mark)``: what the cloud's function takes; ``mark`` is the client token, and
    ``arguments["tags"]`` have the mark already.
    ``done``, ``failed``: states in which it has come to an end.
    ``anchor``: the argument that names an object at whose provider and in whose region it is
    created; empty: the mutation takes a provider and a region.
    """

    target_type: TargetType
    capability: Capability
    label: str
    description: str
    takes: Mapping[str, Taken]
    clean: Callable[[Any, Arguments], dict[str, Any]]
    order: Callable[[Arguments, str], Any]
    done: States
    failed: States
    anchor: str = ""
    check: Callable[[Arguments], None] = lambda _given: None

    @property
    def name(self) -> str:
        """Its verb."""
        return self.capability.verb

    @property
    def operation(self) -> str:
        """The name of the job's operation, as ``volume.create``."""
        return f"{self.target_type.prefix}{self.name}"
