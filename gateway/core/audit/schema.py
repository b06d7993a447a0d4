"""The audit in GraphQL, for superusers."""

from collections.abc import Mapping, Sequence
from typing import Any

import graphene
from django.core.management import get_commands

from gateway.core.accounts.credential import provider_limit
from gateway.core.audit import models
from gateway.core.audit.record import REQUEST
from gateway.core.audit.selectors import AuditFilters, actions_recorded, event_list
from gateway.core.errors import Forbidden, InvalidInput
from gateway.core.graphql.enums import described_enum
from gateway.core.graphql.paging import (
    CountedConnection,
    OrderKey,
    Page,
    Window,
    page_arguments,
)
from gateway.core.graphql.permissions import superuser_required
from gateway.core.graphql.pure import pure
from gateway.core.graphql.record import Record
from gateway.core.graphql.scalars import JSON
from gateway.core.ids import global_id, local_id, parse_id, row_key
from gateway.core.ranges import check_range
from gateway.core.times import in_utc

AuditEventKind = described_enum(
    models.EventKind,
    name="AuditEventKind",
    description="The kind of an event.",
    meanings={
        models.EventKind.MUTATION: "A mutation, however it ended.",
        models.EventKind.LOGIN: "A login, or something else done with tokens.",
        models.EventKind.REFUSAL: "A request, or a field of a query, that was refused.",
        models.EventKind.COMMAND: "Credentials changed at the gateway's own command line.",
    },
)


class AuditEvent(Record):
    """An action or a refusal in the audit. It never changes."""

    at = graphene.DateTime(required=True, description="When it ended.")
    kind = graphene.Field(AuditEventKind, required=True, description="The kind of event.")
    action = graphene.String(
        required=True,
        description="The root field or the command; `request` if the request was refused before "
        "its operation ran.",
    )
    user_id = graphene.ID(description="The user who did it; null if the user is unknown.")
    login = graphene.String(required=True, description="The user's login at that time, or empty.")
    credential = graphene.String(
        required=True,
        description="The token that was used, as session:<id> or api_token:<number>; empty: none.",
    )
    address = graphene.String(required=True, description="The client address.")
    arguments = graphene.Field(JSON, required=True, description="The arguments, without secrets.")
    names = graphene.Field(
        JSON,
        required=True,
        description="A description of each object in arguments and result at that time, by id: "
        "type and name, and for an object of a provider also the provider and its kind. It stays "
        "when the object is deleted.",
    )
    outcome = graphene.String(required=True, description="OK, or the code of the error.")
    result = graphene.Field(
        JSON,
        required=True,
        description="The ids of the resulting objects, such as the job; the counts of a command.",
    )

    @staticmethod
    @pure
    def resolve_user_id(event: models.AuditEvent) -> str | None:
        return None if event.user_key is None else global_id("User", event.user_key)


class AuditEventConnection(CountedConnection):
    """A page of audit events."""

    class Meta:
        node = AuditEvent


class AuditFilter(graphene.InputObjectType):
    """A filter of audit events. An event matches each field by one of its values."""

    kind = graphene.List(graphene.NonNull(AuditEventKind), description="The kind of event.")
    action = graphene.List(
        graphene.NonNull(graphene.String),
        description="Names of root fields. An unknown name is an error.",
    )
    outcome = graphene.List(
        graphene.NonNull(graphene.String), description="OK, or codes of errors."
    )
    user = graphene.List(graphene.NonNull(graphene.ID), description="The users who did it.")
    credential = graphene.List(
        graphene.NonNull(graphene.String), description="Tokens, written as in the field credential."
    )
    address = graphene.List(graphene.NonNull(graphene.String), description="The client address.")
    object = graphene.List(
        graphene.NonNull(graphene.ID),
        description="Objects that it was about, such as a machine; they may be deleted by now.",
    )
    object_name = graphene.List(
        graphene.NonNull(graphene.String),
        description="Whole names that such an object had at that time; case-insensitive.",
    )
    dry_run = graphene.Boolean(description="true: only dry runs; false: no dry runs.")
    since = graphene.DateTime(description="At this time or later; UTC if it has no offset.")
    until = graphene.DateTime(description="Before this time; UTC if it has no offset.")


class Query(graphene.ObjectType):
    audit_events = graphene.Field(
        AuditEventConnection,
        filter=graphene.Argument(AuditFilter, description="The events to return; absent: all."),
        description="The audit: actions and refusals, newest first. For superusers.",
        **page_arguments(),
    )

    @staticmethod
    @superuser_required
    def resolve_audit_events(
        _root: None,
        info: Any,
        filter: Mapping[str, Any] | None = None,  # noqa: A002 - as the schema has it
        **window: Any,
    ) -> Any:
        if provider_limit(info.context.user) is not None:
            raise Forbidden("The audit covers all providers, and this token is limited to some.")
        filters = _filters(filter or {})
        _check_actions(info, filters.actions or ())
        return Page(
            event_list(filters), order=OrderKey("at", descending=True), window=Window(**window)
        )


def _check_actions(info: Any, names: Sequence[str]) -> None:
    """Raises InvalidInput. An action of an earlier release is known by its events."""
    known = {REQUEST, *get_commands()}
    for root in (info.schema.query_type, info.schema.mutation_type, info.schema.subscription_type):
        known |= root.fields.keys() if root else set()
    if earlier := set(names) - known:
        known |= actions_recorded(earlier)
    for name in names:
        if name not in known:
            message = f"There is no action {name[:80]!r}: no root field has this name."
            raise InvalidInput(message, field="filter.action")


def _filters(given: Mapping[str, Any]) -> AuditFilters:
    users = given.get("user")
    keys = [row_key(local_id(value, of="User", field="filter.user")) for value in users or ()]
    kinds = given.get("kind")
    since = in_utc(given.get("since"), field="filter.since")
    until = in_utc(given.get("until"), field="filter.until")
    check_range(since, until, fields=("filter.since", "filter.until"))
    return AuditFilters(
        kinds=None if kinds is None else [models.EventKind(kind).value for kind in kinds],
        actions=given.get("action"),
        outcomes=given.get("outcome"),
        user_keys=None if users is None else [key for key in keys if key is not None],
        credentials=given.get("credential"),
        addresses=given.get("address"),
        objects=_objects(given.get("object")),
        object_names=given.get("object_name"),
        dry_run=given.get("dry_run"),
        since=since,
        until=until,
    )


def _objects(ids: Sequence[str] | None) -> Sequence[str] | None:
    """Raises InvalidInput for a text that is no id."""
    for value in ids or ():
        parse_id(value, field="filter.object")
    return ids
