"""The facts that several resources share, with their usual descriptions."""

from collections.abc import Mapping

from inventory.resources.base import STATE, Fact

TAGS = "Its tags, ordered by key and value."
USUAL_TAGS = 3
STALE = Fact(
    "True if it may have changed or disappeared since observedAt: its source failed, or no longer "
    "lists it.",
    type="Boolean",
    required=True,
    reads=("listed",),
)
STATE_CHANGED_AT = Fact(
    "When a read first saw it in its present state. If that was the first read of the object, it "
    "may have been in this state for longer.",
    type="DateTime",
)

FIRST_SEEN_AT = Fact(
    "When a read first saw it; it may have existed before. For an object stored by a release "
    "without this field, the earliest time at which it is known to have been seen.",
    type="DateTime",
)


def external_id(description: str = "The cloud's own id.") -> Fact:
    return Fact(description)


def state(description: str = "Its state.") -> Fact:
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


# The facts that every entry of a cloud's catalogue has.
OF_CATALOGUES = {
    "external_id": external_id(),
    "name": Fact("The cloud's name for it."),
    "region": Fact("The region that offers it."),
    "problem": Fact("Why some of its fields are unknown; null if all were read."),
}


def observed(own: Mapping[str, Fact]) -> dict[str, Fact]:
    """The facts of an object whose row stays when a listing omits it, with its ``own``."""
    return {
        "external_id": external_id(),
        "name": Fact("Its name at the cloud."),
        "state": state("Its state, in one vocabulary for all clouds."),
        "raw_state": Fact("The cloud's own word for the state."),
        "state_changed_at": STATE_CHANGED_AT,
        "first_seen_at": FIRST_SEEN_AT,
        "last_state": last_state("If it is MISSING, its state before."),
        "missing_since": Fact("If it is MISSING, when its cloud's list first omitted it."),
        "provider": provider("The provider that it belongs to."),
        "region": Fact("The region it is in."),
        **own,
        "created_at": Fact("When it was created. Null if the cloud does not report it."),
        "observed_at": observed_at("When the cloud last confirmed these values."),
        "stale": STALE,
        "problem": Fact("Why some of its fields are unknown; null if all were read."),
    }
