"""What changed at machines, as reads noticed it."""

from typing import Any

import graphene

from gateway.core.graphql.completeness import first_of
from gateway.core.graphql.extend import extend
from gateway.core.graphql.paging import checked_first
from gateway.core.graphql.pure import pure
from gateway.core.graphql.record import Record
from gateway.core.graphql.scalars import JSON
from gateway.core.times import in_utc
from inventory import models
from inventory.resources.virtual_machine import VIRTUAL_MACHINES
from inventory.schema.named import provider_ids_named
from inventory.schema.table.types import object_type
from inventory.selectors.changes import ChangesLookup, change_list, field_name


class MachineChange(Record):
    """One field of a machine that was found different from before."""

    at = graphene.DateTime(required=True, description="When the read began that noticed it.")
    field = graphene.String(required=True, description="What differs, as the schema names it.")
    before = JSON(description="What it was; null for a machine that was not there.")
    after = JSON(description="What it is; ids of sizes, images and zones are the cloud's own.")
    virtual_machine = graphene.Field(
        object_type(VIRTUAL_MACHINES),
        required=True,
        description="The machine, as it is stored now.",
    )

    @staticmethod
    @pure
    def resolve_field(change: models.Change) -> str:
        return field_name(change.field)

    @staticmethod
    @pure
    def resolve_virtual_machine(change: models.Change) -> models.VirtualMachine:
        return change.machine


class ChangeQuery(graphene.ObjectType):
    changes = graphene.List(
        graphene.NonNull(MachineChange),
        since=graphene.DateTime(description="Only changes from then on."),
        provider=graphene.List(
            graphene.NonNull(graphene.ID), description="Ids of providers; absent: all of yours."
        ),
        first=graphene.Int(
            default_value=50,
            description="How many; at most 1000. extensions.cuts says how many are left out.",
        ),
        description="What changed at your machines, newest first; no cloud is asked.",
    )

    @staticmethod
    def resolve_changes(
        _root: None,
        info: Any,
        first: int | None = None,
        since: Any = None,
        provider: list[str] | None = None,
    ) -> list[models.Change]:
        providers = None
        if provider is not None:
            providers = provider_ids_named(info.context.user, provider, field="provider")
        count = checked_first(first)
        changes = change_list(
            user=info.context.user, since=in_utc(since, field="since"), providers=providers
        )
        return first_of(info, changes[: count + 1], count, total=changes.count)


def resolve_changes(
    machine: models.VirtualMachine, info: Any, first: int | None = None
) -> list[models.Change]:
    """Of a page of machines, all are looked up at once."""
    peers = vars(machine).get("peers") or [machine]
    lookup: ChangesLookup = vars(peers[0]).setdefault("changes_lookup", ChangesLookup(peers))
    count = checked_first(first, default=20)
    latest = lookup.of(machine, first=count)
    changes = first_of(info, latest.changes, count, total=lambda: latest.total)
    for change in changes:
        change.machine = machine
    return changes


extend(
    object_type(VIRTUAL_MACHINES),
    changes=graphene.List(
        graphene.NonNull(MachineChange),
        first=graphene.Int(
            default_value=20,
            description="How many; at most 1000. extensions.cuts says how many are left out.",
        ),
        description="What changed at it, newest first, as far as changes are kept.",
        resolver=resolve_changes,
    ),
)
