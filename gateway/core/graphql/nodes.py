"""The registry behind ``node(id:)`` and every field that returns a Node.

A type registers the class of its rows and a loader ``(user, local_id) -> row | None``. The loader
is where access is checked: a row out of the caller's reach is None, as an absent one is. A type
that many rows of another one lead to registers a loader of many, too: ``(user, local_ids) ->
{local_id: row}``, without those that are absent or out of reach.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import graphene

from gateway.core.errors import InvalidInput
from gateway.core.ids import parse_id, shown, split_id
from gateway.core.unexpected import log_unexpected

log = logging.getLogger(__name__)

Loader = Callable[[Any, str], Any]
ManyLoader = Callable[[Any, Collection[str]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Registration:
    graphene_type: type
    model: type
    load: Loader
    load_many: ManyLoader | None = None


_by_name: dict[str, Registration] = {}
_by_model: dict[type, Registration] = {}


def register(
    graphene_type: type, *, model: type, load: Loader, load_many: ManyLoader | None = None
) -> None:
    """Make ``graphene_type`` reachable through ``node(id:)``; called once, where it is declared."""
    registration = Registration(graphene_type, model, load, load_many)
    _by_name[graphene_type.__name__] = registration
    _by_model[model] = registration


def registered() -> dict[str, Registration]:
    return dict(_by_name)


def load(user: Any, value: str) -> Any:
    """The row behind a global id, or None when it is absent or out of ``user``'s reach."""
    type_name, local = parse_id(value)
    registration = _by_name.get(type_name)
    if registration is None:
        raise InvalidInput(f"{shown(value)} is not an id of this gateway.", field="id")
    return registration.load(user, local)


def id_of(row: Any) -> str | None:
    """The global id of a row; None for a value that is no row of a registered type."""
    registration: Any = _by_model.get(type(row))
    if registration is None:
        return None
    found: str = registration.graphene_type.resolve_id(row, None)
    return found


def load_each(user: Any, values: Iterable[str]) -> dict[str, Any]:
    """The rows behind global ids that we made, by their ids; None as in ``load``, and for a type
    that is gone. A type with a loader of many is asked once.
    """
    found: dict[str, Any] = dict.fromkeys(values)
    by_type: dict[str, dict[str, str]] = defaultdict(dict)
    for value in found:
        parts = split_id(value)
        if parts is not None and parts[0] in _by_name:
            by_type[parts[0]][parts[1]] = value
    for type_name, locals_ in by_type.items():
        registration = _by_name[type_name]
        if registration.load_many is not None:
            rows = registration.load_many(user, list(locals_))
        else:
            rows = {local: registration.load(user, local) for local in locals_}
        found |= {locals_[local]: row for local, row in rows.items()}
    return found


def names_of(user: Any, values: Collection[str]) -> dict[str, dict[str, str]]:
    """Type and name of what these global ids name, by id; without what ``user`` may not see.

    The ids are as a caller sent them. Names are for the record: no failure to find them raises.
    """
    if not values or not user.is_authenticated:
        return {}
    try:
        rows = load_each(user, values)
    except Exception as error:  # noqa: BLE001 - logged there
        log_unexpected(log, error, context="names for the audit")
        return {}
    return {value: description_of(row) for value, row in rows.items() if row is not None}


def description_of(row: Any) -> dict[str, str]:
    """A description to keep after the row is deleted: its type and name, its provider and kind."""
    provider = row if hasattr(row, "kind_slug") else getattr(row, "provider", None)
    found = {"type": _by_model[type(row)].graphene_type.__name__, "name": str(row)}
    found |= getattr(row, "names", {})
    if provider is not None:
        found |= {"provider": provider.name, "kind": provider.kind_slug}
    return found


def target_of(row: Any) -> dict[str, str]:
    """The object that a row is about, as the target of a job: its global id and name."""
    target = getattr(row, "target", None) if type(row) in _by_model else None
    return {target: row.target_name} if isinstance(target, str) else {}


def type_of(row: Any) -> type:
    """The GraphQL type that shows a row; for an interface's ``resolve_type``."""
    return _by_model[type(row)].graphene_type


class Node(graphene.Interface):
    """An object that has an id of its own in this gateway."""

    id = graphene.ID(
        required=True, description="The object's id in this gateway. It never changes."
    )

    @classmethod
    def resolve_type(cls, instance: Any, _info: Any) -> type:
        return type_of(instance)


class NodeQuery(graphene.ObjectType):
    node = graphene.Field(
        Node,
        id=graphene.ID(required=True, description="The id of any object of this gateway."),
        description="An object by its id, as it is stored. No cloud is asked, except for fields "
        "below it with maxAge. Null if it does not exist or you may not see it.",
    )

    @staticmethod
    def resolve_node(_root: None, info: Any, id: str) -> Any:  # noqa: A002 - the contract's name
        return load(info.context.user, id)
