"""Every kind of provider there is: a module of this package that has a ``KIND``, and what packages
that are installed beside it bring under the entry point ``gateway.provider_kinds``.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from inventory.providers.kind import ProviderKind

GROUP = "gateway.provider_kinds"


class UnknownKind(LookupError):
    """No installed kind has this slug."""


class BrokenKind(ImportError):
    """An installed package names a kind that cannot be had."""


@cache
def _shipped() -> dict[str, ProviderKind]:
    package = importlib.import_module("inventory.providers")
    modules = pkgutil.iter_modules(package.__path__, f"{package.__name__}.")
    declared = (getattr(importlib.import_module(one.name), "KIND", None) for one in modules)
    return _by_slug(kind for kind in declared if isinstance(kind, ProviderKind))


@cache
def _kinds() -> dict[str, ProviderKind]:
    installed = (_loaded(entry) for entry in entry_points(group=GROUP))
    return _by_slug((*_shipped().values(), *installed))


def _by_slug(kinds: Iterator[ProviderKind] | tuple[ProviderKind, ...]) -> dict[str, ProviderKind]:
    found: dict[str, ProviderKind] = {}
    for kind in kinds:
        if kind.slug in found:
            raise ValueError(f"Two modules declare the kind {kind.slug!r}.")
        found[kind.slug] = kind
    return dict(sorted(found.items()))


def _loaded(entry: EntryPoint) -> ProviderKind:
    """Raises BrokenKind with the name of a broken package, which is not left out silently."""
    package = entry.dist.name if entry.dist else "an installed package"
    where = f"The provider kind {entry.name!r} of {package} ({entry.value})"
    try:
        kind = entry.load()
    except Exception as error:
        raise BrokenKind(f"{where} cannot be imported: {error!r}") from error
    if not isinstance(kind, ProviderKind):
        raise BrokenKind(f"{where} is no ProviderKind.")
    return kind


def all_kinds() -> list[ProviderKind]:
    """All kinds, by slug."""
    return list(_kinds().values())


def shipped(kind: ProviderKind) -> bool:
    """True if the kind is one of this repository's."""
    return _shipped().get(kind.slug) is kind


def get_kind(slug: str, variant: str = "") -> ProviderKind:
    """A kind, or one of its variants. Raises UnknownKind."""
    try:
        kind = _kinds()[slug]
        return kind.variants[variant] if variant else kind
    except KeyError:
        raise UnknownKind(f"{slug} {variant}".strip()) from None
