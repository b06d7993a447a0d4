"""The drivers of libcloud in docs/providers.md."""

from collections.abc import Iterator

from inventory.providers.kind import ProviderKind
from inventory.providers.libcloud.evidence import EVIDENCE

HEAD = """\
Each driver, by what libcloud's own recorded replies show through this gateway. LISTED: the lists
that are read. ACCEPTED: the actions that the recorded cloud accepts. Each list is UNPROVEN, and
`complete` is false until the owner vouches with `trustListing`: some drivers read the first page
alone, and those that follow pages may lose one unnoticed, if a page lacks its list or if the list
changes while it is read.

| driver | fields | LISTED | ACCEPTED | reason | why no orders |
| --- | --- | --- | --- | --- | --- |
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
            evidence.reason,
            evidence.no_order,
        )
        yield f"| {' | '.join(cells)} |\n"
    yield REFUSED
    yield from (f"- `{name}`: {reason}\n" for name, reason in sorted(kind.refused.items()))
    yield "\n"
