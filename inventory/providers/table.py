"""The table of what a kind of cloud can do: ``{(resource, verb): function}``.

A kind's functions are marked, and its table is built from the modules that have them. Kinds share
functions by naming the same module. Every function takes the driver first.

::

    @reads("sizes")                       list(driver) → records; of images: list(driver, search);
                                          it raises ServiceAbsent where there is no such service
    @does("virtual_machines", "stop")     act(driver, external_id, …) → OperationId, or anything
    @does("containers", "deploy")         create(driver, order) → record
    @beside("find", "containers")         what stands beside the table, see ``Beside``

``permissions``: the cloud's own names of what the function needs to be allowed, as
``@does("volumes", "detach", permissions="ec2:DetachVolume")``.
"""

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import ModuleType
from typing import Any, NamedTuple, TypeVar

from inventory.providers.capability import BY_KEY, LIST, Capability, Key

Function = Callable[..., Any]
F = TypeVar("F", bound=Function)

_MARKS = "__provides__"  # of a function: its marks
Permissions = tuple[str, ...]


class DeclarationError(Exception):
    """A function is marked wrongly. The text names its file and line."""


@dataclass(frozen=True, slots=True)
class Beside:
    """The functions of a kind that are not verbs on a resource.

    Each takes the driver first. None: the kind has no such function.

    By resource:

    ``find(driver, external_id) -> record | None``: one object; without it the list is searched.
    ``everywhere(driver) -> {region: records}``: all regions of the account in one list.

    Of the whole kind:

    ``confirm_resize(driver, external_id)``: keeps a new size that is on trial.
    ``configure_bucket(driver, order)``: gives a new bucket what its order asks for and the request
    that creates it does not set; it may be repeated.
    ``find_size(driver, size_id, location_id) -> SizeRecord | None``: a size that is not in the list
    and that can be ordered, in a zone where one is named; for a kind whose list is not complete.
    ``dry_run(driver, capability, external_id, *, order, …) -> Verdict | None``: whether the cloud
    would accept an action; None: it cannot be asked. Needs ``ProviderKind.dry_run``.
    ``missing_permissions(driver, needs, machine) -> {capability: actions}``: which of the cloud's
    own actions (``needs``, by capability) the account may not do; what the cloud does not report
    is left out. ``machine()`` is one that can be asked about, or None.
    ``failure(driver, capability, external_id) -> Failure | None``, of machines and containers: how
    the latest accepted request for the action failed, where the cloud reports that it did. A kind
    that reports the type of an action returns only failures of that type.
    ``outcome(driver, external_id, operation) -> RequestOutcome``: what became of that operation on
    the object; a kind whose actions return ids has it. It raises NOT_FOUND for one that the cloud
    does not know (any more).
    ``blocker(driver, capability, external_id) -> Verdict | None``, of the same: why the cloud would
    refuse an action now, by what a read of the object shows; None: nothing is known to block it.
    Sends reads.
    """

    find: Mapping[str, Function] = field(default_factory=dict)
    everywhere: Mapping[str, Function] = field(default_factory=dict)
    confirm_resize: Function | None = None
    configure_bucket: Function | None = None
    find_size: Function | None = None
    dry_run: Function | None = None
    missing_permissions: Function | None = None
    failure: Function | None = None
    outcome: Function | None = None
    blocker: Function | None = None


PLACES = frozenset(one.name for one in fields(Beside))
BY_RESOURCE = frozenset({"find", "everywhere"})
RESOURCES = frozenset(resource for resource, _verb in BY_KEY)


class _InTable(NamedTuple):
    """The mark of a function of the table."""

    key: Key
    permissions: Permissions


class _Beside(NamedTuple):
    """The mark of a function beside the table. ``resource``: empty for the whole kind."""

    place: str
    resource: str


@dataclass(frozen=True, slots=True)
class Table:
    """The functions of a kind, and the permissions that they need, by resource and verb."""

    functions: Mapping[Key, Function] = field(default_factory=dict)
    beside: Beside = field(default_factory=Beside)
    permissions: Mapping[Key, Permissions] = field(default_factory=dict)

    @property
    def capabilities(self) -> frozenset[Capability]:
        return frozenset(BY_KEY[key] for key in self.functions)

    @property
    def actions(self) -> dict[Capability, Permissions]:
        """The permissions by capability."""
        return {BY_KEY[key]: named for key, named in self.permissions.items()}

    def limited_to(self, capabilities: frozenset[Capability]) -> "Table":
        kept = {key: one for key, one in self.functions.items() if BY_KEY[key] in capabilities}
        needed = {key: one for key, one in self.permissions.items() if key in kept}
        return Table(kept, self.beside, needed)

    def needing(self, resource: str, *, to_read: str, to_act: str) -> "Table":
        """The same for a cloud that has one permission to list ``resource`` and one to act on it.

        Functions that name permissions of their own keep them.
        """
        keys = [key for key in self.functions if key[0] == resource]
        named = {key: (to_read if key[1] == LIST else to_act,) for key in keys}
        return Table(self.functions, self.beside, named | dict(self.permissions))


def reads(resource: str, permissions: str | Sequence[str] = ()) -> Callable[[F], F]:
    """Mark the function that lists ``resource``."""
    return does(resource, LIST, permissions)


def does(resource: str, verb: str, permissions: str | Sequence[str] = ()) -> Callable[[F], F]:
    """Mark the function that does ``verb`` to objects of ``resource``, or creates one."""
    named = (permissions,) if isinstance(permissions, str) else tuple(permissions)
    return _mark(_InTable((resource, verb), named))


def beside(place: str, resource: str = "") -> Callable[[F], F]:
    """Mark a function for ``Beside``; ``find`` and ``everywhere`` need a resource."""
    return _mark(_Beside(place, resource))


def _mark(mark: _InTable | _Beside) -> Callable[[F], F]:
    def marked(function: F) -> F:
        marks = (*getattr(function, _MARKS, ()), mark)
        setattr(function, _MARKS, marks)
        _check(function, mark)
        return function

    return marked


def _check(function: Function, mark: _InTable | _Beside) -> None:
    if isinstance(mark, _InTable):
        if mark.key not in BY_KEY:
            raise DeclarationError(f"{where(function)}: no capability has the key {mark.key}.")
        if not all(mark.permissions):
            raise DeclarationError(f"{where(function)}: a permission of {mark.key} is empty.")
        return
    place, resource = mark
    if place not in PLACES:
        known = ", ".join(sorted(PLACES))
        raise DeclarationError(f"{where(function)}: {place!r} is none of {known}.")
    if (place in BY_RESOURCE) != bool(resource):
        needs = "needs a resource" if place in BY_RESOURCE else "is of no resource"
        raise DeclarationError(f"{where(function)}: {place!r} {needs}.")
    if resource and resource not in RESOURCES:
        raise DeclarationError(f"{where(function)}: there is no resource {resource!r}.")


def where(function: Function) -> str:
    """The file, line and name of a function, for messages."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    place = f"{code.co_filename}:{code.co_firstlineno}" if code else "?"
    return f"{place} {getattr(function, '__qualname__', function)}"


def table_of(*sources: ModuleType | type, over: Table | None = None) -> Table:
    """The table of the marked functions of these modules or classes.

    ``over``: a table whose functions are used where these have none. Raises DeclarationError for
    two functions with one place.
    """
    functions: dict[Key, Function] = {}
    permissions: dict[Key, Permissions] = {}
    places: dict[tuple[str, str], Function] = {}
    for function in _marked(sources):
        for mark in getattr(function, _MARKS):
            if isinstance(mark, _Beside):
                _put(places, tuple(mark), function)
                continue
            _put(functions, mark.key, function)
            if mark.permissions:
                permissions[mark.key] = mark.permissions
    base = over or Table()
    inherited = {key: one for key, one in base.permissions.items() if key not in functions}
    return Table(
        {**base.functions, **functions},
        _beside(base.beside, places),
        {**inherited, **permissions},
    )


def _marked(sources: Sequence[ModuleType | type]) -> Iterator[Function]:
    """Each marked function once, even if it has several names. Imported functions are left out."""
    seen: set[int] = set()
    for source in sources:
        for value in vars(source).values():
            is_own = isinstance(source, type) or getattr(value, "__module__", "") == source.__name__
            if is_own and hasattr(value, _MARKS) and id(value) not in seen:
                seen.add(id(value))
                yield value


def _put(taken: dict[Any, Function], place: Any, function: Function) -> None:
    if place in taken:
        message = f"{where(function)} and {where(taken[place])} are both marked as {place}."
        raise DeclarationError(message)
    taken[place] = function


def _beside(base: Beside, places: Mapping[tuple[str, str], Function]) -> Beside:
    values: dict[str, Any] = {name: getattr(base, name) for name in PLACES}
    for (place, resource), function in places.items():
        if place in BY_RESOURCE:
            values[place] = {**values[place], resource: function}
        else:
            values[place] = function
    return Beside(**values)
