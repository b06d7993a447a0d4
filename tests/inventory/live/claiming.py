"""Claims a source, as another process does."""

from inventory.live import claims


def claim(source_id, *, seconds):
    """The claim on the source; it is ours if the source had none."""
    return claims.acquire({source_id: seconds})[source_id]
