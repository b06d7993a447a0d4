"""The drivers of libcloud in docs/providers.md."""

from collections.abc import Iterator

from inventory.providers.kind import ProviderKind
from inventory.providers.libcloud import storage_page
from inventory.providers.libcloud.evidence import ACTS_BY_GET, CUT, EVIDENCE, LOST
from inventory.providers.libcloud.stores import page as stores_page

HEAD = """\
The table shows which parts of each driver work through this gateway, by the replies that libcloud
recorded for its own tests. LISTED: the lists that can be read. ACCEPTED: the actions that the
recorded cloud accepts. Each list is UNPROVEN, and `complete` is false unless the owner vouches for
it with `trustListing`: some drivers read only the first page, and drivers that follow pages may
lose one unnoticed, if a page has no list or if the list changes while it is read. These lists are
known to be only the first page, so they stay incomplete even with `trustListing`: {cut}.

An object that cannot be read is shown with its id and a `problem`, and the other objects of its
list are kept. Some lists are lost as a whole if one object cannot be read: {lost}.

Some drivers send actions by GET: {by_get}. The gateway repeats such a GET only if its command
reads; any other is sent once, like a POST.

| driver | fields | LISTED | ACCEPTED | not LISTED or ACCEPTED | no orders | side effects |
| --- | --- | --- | --- | --- | --- | --- |
"""
REFUSED = "\nNot offered:\n\n"


def drivers(kind: ProviderKind) -> Iterator[str]:
    """Nothing for a kind without a choice of drivers."""
    if not kind.variants:
        return
    by_get = ", ".join(f"`{name}`" for name in sorted(ACTS_BY_GET))
    lost = "; ".join(
        f"`{name}`, {listed.replace('virtual_', '')} ({reason[0].lower()}{reason[1:].rstrip('.')})"
        for (name, listed), reason in LOST.items()
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
