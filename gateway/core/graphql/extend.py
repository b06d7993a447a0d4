"""``extend type``: a higher app gives a lower app's type a field, without being known to it; and a
root type that is the sum of the apps' parts.
"""

from itertools import combinations
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


def check_sum(graphene_type: Any) -> None:
    """Raises ValueError for a field that two of the type's bases have, at any depth.

    Python's order of bases would choose one of the two, and the other would vanish.
    """
    parts = [one for one in graphene_type.__bases__ if getattr(one, "_meta", None)]
    for one, other in combinations(parts, 2):
        taken = one._meta.fields.keys() & other._meta.fields.keys()  # noqa: SLF001 - as above
        if taken:
            names = ", ".join(sorted(taken))
            raise ValueError(
                f"{graphene_type.__name__}: {one.__name__} and {other.__name__} both have {names}. "
                "Give one of them another name."
            )
    for one in parts:
        check_sum(one)
