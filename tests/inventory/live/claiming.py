"""What another process does: it claims a source."""

from inventory.live import claims


def claim(source_id, *, seconds):
    """The claim on the source; ours if nobody had one."""
    return claims.acquire({source_id: seconds})[source_id]
