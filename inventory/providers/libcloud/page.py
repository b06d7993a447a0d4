"""The drivers of libcloud in docs/providers.md."""

from collections.abc import Iterator

from inventory.providers.capability import LISTINGS, Capability
from inventory.providers.kind import ProviderKind
from inventory.providers.libcloud.evidence import EVIDENCE
from inventory.types import Completeness

HEAD = """\
Each driver, by what libcloud's own recorded replies show through this gateway. LISTED: the lists
that are read. ACCEPTED: the actions that the recorded cloud accepts. Completeness PROVEN: a test
feeds two pages to each of its lists, or to those that are named, and the objects of both come back.
UNPROVEN: no test does, so `complete` is false until the owner vouches with `trustListing`.

| driver | fields | LISTED | ACCEPTED | completeness | reason | why no orders |
| --- | --- | --- | --- | --- | --- | --- |
"""
REFUSED = "\nNot offered:\n\n"


def drivers(kind: ProviderKind) -> Iterator[str]:
    """Nothing for a kind without a choice of drivers."""
    if not kind.variants:
        return
    yield HEAD
    for name, variant in kind.variants.items():
        evidence = EVIDENCE[name]
        cells = (
            f"`{name}`",
            ", ".join(f"`{field.name}`" for field in variant.credentials[1:]),
            evidence.listed.replace("list", "machines", 1) or "none",
            evidence.accepted or "none",
            completeness_of(variant),
            evidence.reason,
            evidence.no_order,
        )
        yield f"| {' | '.join(cells)} |\n"
    yield REFUSED
    yield from (f"- `{name}`: {reason}\n" for name, reason in sorted(kind.refused.items()))
    yield "\n"


def completeness_of(variant: ProviderKind) -> str:
    """With the lists, where only some of them are PROVEN."""
    resources = [one.resource for one in Capability if one in variant.capabilities & LISTINGS]
    proven = [one for one in resources if variant.completeness(one) is Completeness.PROVEN]
    if not proven:
        return str(Completeness.UNPROVEN)
    few = len(proven) < len(resources)
    names = ", ".join(one.replace("virtual_", "") for one in proven)
    return f"{Completeness.PROVEN}: {names}" if few else str(Completeness.PROVEN)
