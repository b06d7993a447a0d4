"""Volumes, snapshots and key pairs of libcloud's drivers, in docs/providers.md."""

from collections.abc import Iterable, Iterator

from inventory.providers.libcloud.storage import row_of
from inventory.providers.libcloud.storage_rows import WORDS, Storage

HEAD = """
Volumes, snapshots and key pairs, for the drivers with methods for any of them. Each list is
UNPROVEN, as above. SHOWN: libcloud's recorded replies show that it works through this gateway. For
each action, the gateway finds the driver's own object in a new list, and sends nothing if the list
has two different objects with the id. The name of a created object ends with the id of the job.
NOT OFFERED: libcloud has the method, and the gateway does not use it.

| driver | offered | not SHOWN | NOT OFFERED, and why |
| --- | --- | --- | --- |
"""


def rows(drivers: Iterable[str]) -> Iterator[str]:
    yield HEAD
    for name in drivers:
        row = row_of(name)
        if row.can or row.refused:
            cells = (f"`{name}`", _words(row.can), _words(row.unshown), _refused(row))
            yield f"| {' | '.join(cells)} |\n"


def _words(words: str) -> str:
    return ", ".join(f"{WORDS[word]}" for word in words.split()) or "none"


def _refused(row: Storage) -> str:
    """The reasons, each with what it is the reason of."""
    by_reason: dict[str, list[str]] = {}
    for word, reason in row.refused.items():
        by_reason.setdefault(reason, []).append(str(WORDS[word]))
    reasons = [f"{', '.join(words)}: {reason}" for reason, words in by_reason.items()]
    return " ".join([*reasons, *filter(None, [row.effects])])
