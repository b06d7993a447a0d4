"""The drivers of libcloud in docs/providers.md."""

from collections.abc import Iterator

from inventory.providers.kind import ProviderKind
from inventory.providers.libcloud import storage_page
from inventory.providers.libcloud.evidence import ACTS_BY_GET, CUT, EVIDENCE, LOST
from inventory.providers.libcloud.stores import page as stores_page

HEAD = """\
Each driver, by what libcloud's own recorded replies show through this gateway. LISTED: the lists
that are read. ACCEPTED: the actions that the recorded cloud accepts. Each list is UNPROVEN, and
`complete` is false until the owner vouches with `trustListing`: some drivers read the first page
alone, and those that follow pages may lose one unnoticed, if a page has no list or if the list
changes while it is read. These lists are known to be the first page alone, so they stay incomplete
whatever the owner says: {cut}.

An object that cannot be read is shown with its id and a `problem`, and the others of its list stay.
One such object loses the whole list of {lost}.

{by_get} act by GET. The gateway takes a request for a read only if its command is one: any other
is sent once, as by POST.

| driver | fields | LISTED | ACCEPTED | reason | why no orders | what actions do beside |
| --- | --- | --- | --- | --- | --- | --- |
"""
REFUSED = "\nNot offered:\n\n"


def drivers(kind: ProviderKind) -> Iterator[str]:
    """Nothing for a kind without a choice of drivers."""
    if not kind.variants:
        return
    by_get = ", ".join(f"`{name}`" for name in sorted(ACTS_BY_GET))
    lost = "; ".join(
        f"`{name}` ({resource.replace('_', ' ')}): {reason.rstrip('.')}"
        for (name, resource), reason in LOST.items()
    )
    cut = "; ".join(f"`{name}`: {', '.join(sorted(lists))}" for name, lists in CUT.items())
    yield HEAD.format(by_get=by_get, lost=lost, cut=cut.replace("virtual_machines", "machines"))
    computing = {name: one for name, one in kind.variants.items() if name in EVIDENCE}
    for name, variant in computing.items():
        evidence = EVIDENCE[name]
        cells = (
            f"`{name}`",
            ", ".join(f"`{field.name}`" for field in variant.credentials[1:]),
            evidence.listed.replace("list", "machines", 1) or "none",
            evidence.accepted or "none",
            evidence.reason,
            evidence.no_order,
            evidence.effects,
        )
        yield f"| {' | '.join(cells)} |\n"
    yield from storage_page.rows(computing)
    yield from stores_page.rows(kind.variants)
    yield REFUSED
    yield from (f"- `{name}`: {reason}\n" for name, reason in sorted(kind.refused.items()))
    yield "\n"
