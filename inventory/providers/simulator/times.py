"""Facts of a simulated object as records have them: times and tags."""

from datetime import UTC, datetime

from inventory.providers.simulator.object_store import Facts


def tags_of(facts: Facts) -> tuple[tuple[str, str], ...]:
    return tuple((key, value) for key, value in facts["tags"])


def moment_of(facts: Facts) -> datetime | None:
    at = facts["created_at"]
    return None if at is None else datetime.fromtimestamp(at, UTC)
