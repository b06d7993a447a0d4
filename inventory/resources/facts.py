"""The facts that several resources share, with their usual descriptions."""

from inventory.resources.base import STATE, Fact

STALE = Fact(
    "True when it may have changed or gone since: its source failed, or no longer lists it.",
    type="Boolean",
    required=True,
    reads=("listed",),
)


def external_id(description: str = "The cloud's own id.") -> Fact:
    return Fact(description)


def state(description: str = "What it is doing.") -> Fact:
    return Fact(description, type=STATE, required=True)


def last_state(description: str) -> Fact:
    return Fact(description, type=STATE, required=False, read=lambda row: row.last_state or None)


def provider(description: str) -> Fact:
    return Fact(description, type="Provider", required=True, reads=())


def observed_at(description: str) -> Fact:
    """A listing that finds the row unchanged confirms it without writing to it."""
    return Fact(
        description,
        type="DateTime",
        required=True,
        read=lambda row: row.seen_at,
        reads=("observed_at", "listed"),
    )


# What every entry of a cloud's catalogue has.
OF_CATALOGUES = {
    "external_id": external_id(),
    "name": Fact("The cloud's name for it."),
    "region": Fact("The region that offers it."),
    "problem": Fact("Why a part of it is unknown; null when everything was read."),
}
