"""The audit in GraphQL, for superusers."""

from collections.abc import Mapping
from typing import Any

import graphene

from gateway.core.accounts.credential import provider_limit
from gateway.core.audit import models
from gateway.core.audit.selectors import AuditFilters, event_list
from gateway.core.errors import Forbidden
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
from gateway.core.ids import global_id, local_id, row_key
from gateway.core.times import in_utc

AuditEventKind = described_enum(
    models.EventKind,
    name="AuditEventKind",
    description="What sort of thing was recorded.",
    meanings={
        models.EventKind.MUTATION: "A mutation, however it ended.",
        models.EventKind.LOGIN: "A login, or something else done with tokens.",
        models.EventKind.REFUSAL: "A request, or a query's field, that was not let through.",
        models.EventKind.COMMAND: "Credentials changed at the gateway's own command line.",
    },
)


class AuditEvent(Record):
    """Something that somebody did, or was not let do. It never changes."""

    at = graphene.DateTime(required=True, description="When it ended.")
    kind = graphene.Field(AuditEventKind, required=True, description="What sort of thing it was.")
    action = graphene.String(
        required=True, description="The root field; request for what came to none; or the command."
    )
    user_id = graphene.ID(description="The User who did it; null: nobody known.")
    login = graphene.String(required=True, description="The user's login at that time, or empty.")
    credential = graphene.String(
        required=True,
        description="With which token: session:<its id> or api_token:<its number>; empty: none.",
    )
    address = graphene.String(required=True, description="Where it came from.")
    arguments = graphene.Field(
        JSON, required=True, description="What it was given, without whatever may be secret."
    )
    names = graphene.Field(
        JSON,
        required=True,
        description="By id, what the ids in arguments and result named then: type and name, and "
        "for what is at a provider its provider and kind. They stay when the objects are gone.",
    )
    outcome = graphene.String(required=True, description="OK, or the code of what went wrong.")
    result = graphene.Field(
        JSON,
        required=True,
        description="Ids of what came of it, as the job; a command's counts.",
    )

    @staticmethod
    @pure
    def resolve_user_id(event: models.AuditEvent) -> str | None:
        return None if event.user_key is None else global_id("User", event.user_key)


class AuditEventConnection(CountedConnection):
    """A page of what was recorded."""

    class Meta:
        node = AuditEvent


class AuditFilter(graphene.InputObjectType):
    """Which events. Each field narrows the list to those that match one of its values."""

    kind = graphene.List(graphene.NonNull(AuditEventKind), description="What sort of thing.")
    action = graphene.List(graphene.NonNull(graphene.String), description="Names of root fields.")
    outcome = graphene.List(graphene.NonNull(graphene.String), description="OK, or codes.")
    user = graphene.List(graphene.NonNull(graphene.ID), description="Users who did it.")
    credential = graphene.List(
        graphene.NonNull(graphene.String), description="Tokens, as an event names them."
    )
    address = graphene.List(graphene.NonNull(graphene.String), description="Where it came from.")
    since = graphene.DateTime(description="At this time or later; UTC where it names no offset.")
    until = graphene.DateTime(description="Before this time; UTC where it names no offset.")


class Query(graphene.ObjectType):
    audit_events = graphene.Field(
        AuditEventConnection,
        filter=graphene.Argument(AuditFilter, description="Which events; absent: all."),
        description="Who did what, and who was refused, newest first. For superusers.",
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
            raise Forbidden("The audit is of all providers, and this token is limited to some.")
        rows = event_list(_filters(filter or {}))
        return Page(rows, order=OrderKey("at", descending=True), window=Window(**window))


def _filters(given: Mapping[str, Any]) -> AuditFilters:
    users = given.get("user")
    keys = [row_key(local_id(value, of="User", field="filter.user")) for value in users or ()]
    kinds = given.get("kind")
    return AuditFilters(
        kinds=None if kinds is None else [models.EventKind(kind).value for kind in kinds],
        actions=given.get("action"),
        outcomes=given.get("outcome"),
        user_keys=None if users is None else [key for key in keys if key is not None],
        credentials=given.get("credential"),
        addresses=given.get("address"),
        since=in_utc(given.get("since"), field="filter.since"),
        until=in_utc(given.get("until"), field="filter.until"),
    )
