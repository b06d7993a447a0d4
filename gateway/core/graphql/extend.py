"""``extend type``: a higher app gives a lower app's type a field, without being known to it."""

from typing import Any

import graphene
from graphene.types.utils import yank_fields_from_attrs


def extend(graphene_type: Any, **fields: Any) -> None:
    """Add ``fields`` to ``graphene_type``; each brings its own ``resolver=``.

    Called when the higher app's schema module is imported, before the schema is built. A field
    that is already there is an error: two apps would fight over it.
    """
    taken = fields.keys() & graphene_type._meta.fields.keys()  # noqa: SLF001 - Graphene's own home
    if taken:
        raise ValueError(f"{graphene_type.__name__} already has {', '.join(sorted(taken))}.")
    graphene_type._meta.fields.update(  # noqa: SLF001 - Graphene offers no public way
        yank_fields_from_attrs(fields, _as=graphene.Field)
    )
