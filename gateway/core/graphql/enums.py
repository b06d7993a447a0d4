"""GraphQL enums from Python's, every value described."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

import graphene


def described_enum(
    values: type[Enum], *, name: str, description: str, meanings: Mapping[Any, str]
) -> Any:
    """A GraphQL enum ``name`` of ``values``. A value without a meaning is a KeyError at import."""
    texts: dict[Any, str] = {member: meanings[member] for member in values}
    return graphene.Enum.from_enum(
        values,
        name=name,
        description=lambda member: description if member is None else texts[member],
    )
