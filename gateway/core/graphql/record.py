"""Entries of a history: read through the object that they belong to, with ids of their own."""

from typing import Any

import graphene

from gateway.core.graphql.pure import pure
from gateway.core.ids import global_id


class Record(graphene.ObjectType):
    """An entry of a history, resolved from a database row."""

    class Meta:
        abstract = True

    id = graphene.ID(
        required=True, description="A unique id for client caches. node(id:) does not accept it."
    )

    @classmethod
    @pure
    def resolve_id(cls, row: Any) -> str:
        return global_id(cls.__name__, row.pk)
