"""Every kind of provider there is: a module of this package that has a ``KIND``."""

import importlib
import pkgutil
from functools import cache

from inventory.providers.kind import ProviderKind


class UnknownKind(LookupError):
    """No installed kind has this slug."""


@cache
def _kinds() -> dict[str, ProviderKind]:
    package = importlib.import_module("inventory.providers")
    kinds: dict[str, ProviderKind] = {}
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        kind = getattr(importlib.import_module(module.name), "KIND", None)
        if isinstance(kind, ProviderKind):
            if kind.slug in kinds:
                raise ValueError(f"Two modules declare the kind {kind.slug!r}.")
            kinds[kind.slug] = kind
    return dict(sorted(kinds.items()))


def all_kinds() -> list[ProviderKind]:
    """By slug."""
    return list(_kinds().values())


def get_kind(slug: str) -> ProviderKind:
    """Raises UnknownKind."""
    try:
        return _kinds()[slug]
    except KeyError:
        raise UnknownKind(slug) from None
