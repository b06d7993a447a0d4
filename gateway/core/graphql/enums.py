"""GraphQL enums from Python's, every value described."""

from collections.abc import Mapping
from typing import Any

import graphene


def described_enum(
    values: Any, *, name: str, description: str, meanings: Mapping[Any, str] | None = None
) -> Any:
    """A GraphQL enum ``name`` of ``values``, a class of Python's enums. Without ``meanings``,
    each value's ``meaning`` is its description. A value without a description raises KeyError or
    AttributeError at import.
    """
    texts: dict[Any, str] = {
        member: member.meaning if meanings is None else meanings[member] for member in values
    }
    return graphene.Enum.from_enum(
        values,
        name=name,
        description=lambda member: description if member is None else texts[member],
    )
