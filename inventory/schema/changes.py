"""The changes of objects, as reads noticed them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import graphene

from gateway.core.accounts.schema.types import User
from gateway.core.errors import InvalidInput, NotFound
from gateway.core.graphql import nodes
from gateway.core.graphql.completeness import HOW_MANY, first_of
from gateway.core.graphql.extend import extend
from gateway.core.graphql.paging import (
    CountedConnection,
    OrderKey,
    Page,
    Window,
    checked_first,
    page_arguments,
)
from gateway.core.graphql.pure import pure
from gateway.core.graphql.record import Record
from gateway.core.graphql.scalars import JSON
from gateway.core.ids import shown, split_id
from gateway.core.ranges import check_range
from gateway.core.times import in_utc
from inventory import models
from inventory.resources import Resource, all_resources
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.schema.named import provider_ids_named
from inventory.schema.search import ResourceType
from inventory.schema.table.any_resource import AnyResource
from inventory.schema.table.pages import join_rows
from inventory.schema.table.types import object_type
from inventory.schema.table.values import TagFilter, tag_pairs
from inventory.selectors.changes import (
    Actors,
    ChangeFilters,
    ChangesLookup,
    change_list,
    check_change_fields,
    field_name,
    join_actors,
    load_rows,
)
from jobs import api as jobs
from jobs.schema import Job

AT = "When the read that found it began."
FIELD = "The name of the field that differs, as in the schema."
PRICE = "A price is an object with amount, currency and per, or null if it is not known."
OBSERVED = tuple(one for one in all_resources() if one.history)


class Made(NamedTuple):
    """By whom a change was made; ``job``: None if it is out of the user's reach."""

    job: jobs.Job | None


class ChangeActor(graphene.ObjectType):
    """The author of a change through this gateway. A field is null if its object is deleted, or if
    you may not see it.
    """

    user = graphene.Field(User, description="The user who asked for the job.")
    job = graphene.Field(Job, description="The job that made the change.")

    @staticmethod
    @pure
    def resolve_user(made: Made) -> Any:
        return made.job and made.job.requested_by


def actor_field() -> graphene.Field:
    return graphene.Field(
        ChangeActor,
        description="The job that made it, and its user. Null if it was made outside of this "
        "gateway, or if its author is not known.",
        resolver=_actor,
    )


def _actor(change: models.Change, info: Any) -> Made | None:
    if change.job_id is None:
        return None
    return Made(change.actors.job_of(change, user=info.context.user))


class MachineChange(Record):
    """A change of one field of a machine, found by a read."""

    at = graphene.DateTime(required=True, description=AT)
    field = graphene.String(required=True, description=FIELD)
    before = JSON(description=f"The earlier value; null for a machine that was not there. {PRICE}")
    after = JSON(
        description="The new value; ids of sizes, images and zones are the cloud's own. " + PRICE
    )
    virtual_machine = graphene.Field(
        object_type(VIRTUAL_MACHINES),
        required=True,
        description="The machine, as it is stored now.",
    )
    actor = actor_field()
    resolve_field = staticmethod(pure(field_name))

    @staticmethod
    @pure
    def resolve_virtual_machine(change: models.Change) -> Any:
        return change.row


class Change(Record):
    """A change of one field of an object, found by a read."""

    at = graphene.DateTime(required=True, description=AT)
    type = graphene.Field(ResourceType, required=True, description="The type of the object.")
    target = graphene.Field(
        AnyResource,
        description="The object, as it is stored now. Null if its row has just been deleted.",
    )
    provider = graphene.Field(
        "inventory.schema.providers.Provider",
        required=True,
        description="The provider of the object.",
    )
    field = graphene.String(required=True, description=FIELD)
    before = JSON(description=f"The old value; null for an object that was not there. {PRICE}")
    after = JSON(description=f"The new value; ids of other objects are the cloud's own. {PRICE}")
    actor = actor_field()
    resolve_field = staticmethod(pure(field_name))

    @staticmethod
    @pure
    def resolve_type(change: models.Change) -> str:
        return change.source.resource

    @staticmethod
    @pure
    def resolve_provider(change: models.Change) -> models.Provider:
        return change.source.provider

    @staticmethod
    @pure
    def resolve_target(change: models.Change) -> Any:
        return change.row


class ChangeConnection(CountedConnection):
    """A page of changes."""

    class Meta:
        node = Change


def _with_rows(changes: list[models.Change]) -> list[models.Change]:
    """The changes, whose objects know those of their type as a page's rows do."""
    join_actors(changes)
    for rows in load_rows(changes):
        join_rows(rows, {row.source for row in rows})
    return changes


class ChangePage(Page[models.Change]):
    """A page of changes, with the rows of their objects."""

    def fetch(self) -> list[models.Change]:
        return _with_rows(super().fetch())


class ChangeFilter(graphene.InputObjectType):
    """Which changes. Each field narrows the list to those that match one of its values."""

    type = graphene.List(graphene.NonNull(ResourceType), description="Types of objects.")
    target = graphene.List(graphene.NonNull(graphene.ID), description="Ids of objects.")
    provider = graphene.List(graphene.NonNull(graphene.ID), description="Ids of providers.")
    field = graphene.List(
        graphene.NonNull(graphene.String),
        description="Names of fields, as in the schema. A field that no such type has is an error.",
    )
    actor = graphene.List(
        graphene.NonNull(graphene.ID),
        description="Ids of users, whose jobs made the change, or of jobs.",
    )
    tags = graphene.List(
        graphene.NonNull(TagFilter), description="Tags that the object has now, all of them."
    )
    since = graphene.DateTime(description="At this time or later; UTC if it has no offset.")
    until = graphene.DateTime(description="Before this time; UTC if it has no offset.")


class ChangeQuery(graphene.ObjectType):
    changes = graphene.Field(
        ChangeConnection,
        filter=graphene.Argument(ChangeFilter, description="Which changes; absent: all."),
        description="The changes of your objects, newest first; no cloud is asked.",
        **page_arguments(),
    )

    @staticmethod
    def resolve_changes(
        _root: None,
        info: Any,
        filter: Mapping[str, Any] | None = None,  # noqa: A002 - as the schema has it
        **window: Any,
    ) -> ChangePage:
        rows = change_list(user=info.context.user, filters=_filters(info, filter or {}))
        order = OrderKey("at", descending=True)
        return ChangePage(rows, order=order, window=Window(**window))


def _filters(info: Any, given: Mapping[str, Any]) -> ChangeFilters:
    """Raises InvalidInput, and NotFound for objects that the user may not see."""
    types = given.get("type")
    resources = None if types is None else [one.value for one in types]
    rows = _rows(info, given.get("target"))
    check_change_fields(given.get("field") or (), _resources_asked_for(resources, rows))
    since = in_utc(given.get("since"), field="filter.since")
    until = in_utc(given.get("until"), field="filter.until")
    check_range(since, until, fields=("filter.since", "filter.until"))
    return ChangeFilters(
        resources=resources,
        rows=rows,
        providers=_providers(info, given.get("provider"), field="filter.provider"),
        fields=given.get("field"),
        actors=_actors(info, given.get("actor")),
        tags=tag_pairs(given.get("tags") or (), field="filter.tags"),
        since=since,
        until=until,
    )


def _resources_asked_for(
    plurals: Sequence[str] | None, rows: Sequence[models.Observed] | None
) -> list[Resource]:
    """Those that are named; without any, those of the objects."""
    if plurals is None and rows:
        plurals = list({row.source.resource: None for row in rows})
    return [one for one in all_resources() if plurals is None or one.plural in plurals]


def _providers(info: Any, values: Sequence[str] | None, *, field: str) -> list[str] | None:
    if values is None:
        return None
    return provider_ids_named(info.context.user, values, field=field)


def _actors(info: Any, values: Sequence[str] | None) -> Actors | None:
    """Raises InvalidInput for ids of other types, and NotFound for a job that is out of reach."""
    if values is None:
        return None
    parts = [split_id(value) or ("", "") for value in values]
    for value, (type_name, _own) in zip(values, parts, strict=True):
        if type_name not in {"User", "Job"}:
            message = f"{shown(value)} is not the id of a user or of a job."
            raise InvalidInput(message, field="filter.actor")
    users = [int(own) for type_name, own in parts if type_name == "User" and own.isdecimal()]
    named = zip(values, parts, strict=True)
    own = [value for value, (type_name, _own) in named if type_name == "Job"]
    found = nodes.load_each(info.context.user, own)
    if any(job is None for job in found.values()):
        raise NotFound("There is no job with this id.", field="filter.actor")
    return Actors(user=info.context.user, users=users, own=[one.pk for one in found.values()])


def _rows(info: Any, values: Sequence[str] | None) -> list[Any] | None:
    if values is None:
        return None
    for value in values:
        if split_id(value) is None:
            message = f"{shown(value)} is not an id of this gateway."
            raise InvalidInput(message, field="filter.target")
    rows = list(nodes.load_each(info.context.user, values).values())
    if not all(isinstance(row, models.Observed) for row in rows):
        raise NotFound("There is no object with this id.", field="filter.target")
    return rows


def resolve_latest(row: Any, info: Any, first: int | None = None) -> list[models.Change]:
    """Looks up the changes of all objects of a page at once."""
    peers = [one for one in vars(row).get("peers") or [row] if type(one) is type(row)]
    lookup: ChangesLookup = vars(peers[0]).setdefault("changes_lookup", ChangesLookup(peers))
    count = checked_first(first, default=20)
    latest = lookup.of(row, first=count)
    return first_of(info, latest.changes, count, total=lambda: latest.total)


def _extend(resource: Resource) -> None:
    of = MachineChange if resource is VIRTUAL_MACHINES else Change
    changes = graphene.List(
        graphene.NonNull(of),
        first=graphene.Int(
            default_value=20,
            description=HOW_MANY,
        ),
        description="Its changes, newest first, as far as they are kept.",
        resolver=resolve_latest,
    )
    extend(object_type(resource), changes=changes)


for _resource in OBSERVED:
    _extend(_resource)
