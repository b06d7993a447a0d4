"""The filters and orders that lists share, with their usual descriptions."""

from collections.abc import Mapping
from types import MappingProxyType

from inventory.resources.base import Filter, How, Order


def of_sources(
    *,
    kind: str = "Kinds of providers, for example aws; only these are asked.",
    region: str = "Regions; only these are asked. A region that no provider has is an error.",
) -> Mapping[str, Filter]:
    """``kind``, ``region``: their descriptions."""
    return {
        "provider": Filter(How.PROVIDERS, "Ids of providers; only these are asked."),
        "kind": Filter(How.KINDS, kind),
        "region": Filter(How.REGIONS, region),
    }


def of_rows(pairs: str = "") -> dict[str, Filter]:
    """The filters of every list of observed rows. ``pairs``: the column with their tags or labels;
    empty: they have none.
    """
    return {
        **(_of_pairs(pairs) if pairs else {}),
        "stale": Filter(
            How.STALE,
            "The value of stale: the object may have changed or gone since it was seen.",
        ),
        "state_changed_after": Filter(
            How.SINCE,
            "In its state (stateChangedAt) since this time or later.",
            column="state_changed_at",
        ),
        "state_changed_before": Filter(
            How.BEFORE,
            "In its state (stateChangedAt) since a time before this one.",
            column="state_changed_at",
        ),
        "not": Filter(
            How.NOT,
            "Exclude the objects that match all of these conditions. A condition on an unknown "
            "value does not match. "
            "An empty filter excludes nothing.",
        ),
    }


def _of_pairs(column: str) -> dict[str, Filter]:
    noun = column.removesuffix("s")
    return {
        f"{noun}_keys": Filter(
            How.KEYS, f"Keys of {column} that it has, all of them; at most 20.", column=column
        ),
        "untagged" if noun == "tag" else "unlabeled": Filter(
            How.WITHOUT, f"true: it has no {column}; false: it has one or more.", column=column
        ),
    }


def observed(own: Mapping[str, Filter], *, search: str) -> dict[str, Filter]:
    """The filters of an object whose row stays when a listing omits it, with its ``own``.

    ``search``: where words are looked for, as the end of a sentence.
    """
    return {
        **of_sources(),
        "state": Filter(How.STATES, "States."),
        "name": Filter(How.CONTAINS, "A text that the name contains; case-insensitive."),
        **own,
        "search": Filter(
            How.WORDS, f"Words, each of which must be contained, case-insensitive, in {search}."
        ),
        "created_after": Filter(
            How.SINCE,
            "Created (createdAt) at this time or later; UTC if it has no offset.",
            column="created_at",
        ),
        "created_before": Filter(
            How.BEFORE, "Created (createdAt) before this time.", column="created_at"
        ),
        **of_rows("tags" if "tags" in own else ""),
    }


def linked(of: str, description: str) -> Filter:
    """By a link to an object of the type ``of``; ``description``: which objects, as a noun."""
    return Filter(
        How.ENTRIES, f"{description}: a {of}'s id, or the cloud's own id at any provider.", of=of
    )


def tags() -> Filter:
    """Compared in the rows themselves; a table of terms is needed where there are many rows."""
    return Filter(How.PAIRS, "Tags that it has, all of them; at most 20.")


def orders(own: Mapping[str, Order] = MappingProxyType({})) -> dict[str, Order]:
    """The orders of such an object, with its ``own``."""
    return {
        "name": Order("By name."),
        "created_at": Order("By createdAt; those without it come first."),
        "state": Order("By the name of the state."),
        **own,
    }
