"""The ETag of an export: equal only if no value of it has changed.

Every write to a source or its rows counts the source's version up, and time alone changes nothing
but whether an answer is complete. So the versions that were noted before the first row was read,
with what is asked and what is missing, are a validator; no row need be read to compare it. A
listing that finds nothing new is a write: observedAt says when it was.

Where a value may come from elsewhere there is no ETag: of rows that no cloud lists, and of fields
that are not declared by a resource.
"""

import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import orjson
from graphql import print_schema

from gateway.core.graphql.context import Context
from gateway.schema import schema
from inventory.schema.table.exported import Exported

# To be raised when the same values are written otherwise.
REPRESENTATION = 1


def etag_of(
    asked: Any, context: Context, exported: Exported, receipts: Mapping[int, Mapping[str, Any]]
) -> str | None:
    """``asked``: all that the representation depends on, as JSON. ``receipts``: all of the answer,
    by their sources' keys.

    None: it is not known whether the values have changed.
    """
    if not exported.resources or exported.has_rows_beside:
        return None
    parts = [
        REPRESENTATION,
        _schema_digest(),
        asked,
        str(context.user.pk),
        exported.versions,
        [_of_receipt(key, receipts[key]) for key in sorted(receipts)],
    ]
    digest = hashlib.blake2b(orjson.dumps(parts), digest_size=16).hexdigest()
    return f'W/"{digest}"'


def _of_receipt(key: int, receipt: Mapping[str, Any]) -> list[Any]:
    code = receipt["error"]["code"] if receipt["error"] else ""
    return [key, receipt["provider"]["name"], receipt["complete"], code]


@cache
def _schema_digest() -> str:
    """Another release may have other fields."""
    return hashlib.blake2b(print_schema(schema.graphql_schema).encode(), digest_size=8).hexdigest()
