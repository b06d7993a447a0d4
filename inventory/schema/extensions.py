"""A receipt as plain JSON, for ``extensions.sources``: the names are those of SourceReceipt."""

from typing import Any

from gateway.core.ids import global_id
from inventory.live.api import Receipt


def receipt_map(receipt: Receipt) -> dict[str, Any]:
    source, error = receipt.source, receipt.error
    return {
        "provider": {
            "id": global_id("Provider", source.provider.public_id),
            "name": source.provider.name,
        },
        "resource": source.resource,
        "region": source.region,
        "status": receipt.status.value,
        "completeness": receipt.completeness.value,
        "fetchedAt": receipt.fetched_at.isoformat() if receipt.fetched_at else None,
        "durationMs": receipt.duration_ms,
        "count": receipt.count,
        "nextTryAt": receipt.next_try_at.isoformat() if receipt.next_try_at else None,
        "error": error
        and {"code": error.code, "message": error.message, "retryable": error.retryable},
    }
