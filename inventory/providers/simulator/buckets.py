"""Object storage of a simulated cloud: two buckets in each region, and what is done to them.

It keeps of an object what a list shows, and not its content: a signed request leads nowhere.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.simulator.store import note_effect
from inventory.providers.table import beside, does, reads
from inventory.records.bucket import BucketRecord, NewBucket, Versioning

TABLE = """CREATE TABLE IF NOT EXISTS bucket (
    region TEXT, name TEXT, facts TEXT, PRIMARY KEY (region, name)
)"""
FIRST = ("logs", "backups")
FIRST_AT = 1_740_000_000.0  # seconds since 1970
MOST_BUCKETS = 100


@dataclass
class Simulated:
    """``objects``: by key, the facts that a list shows."""

    created_at: float
    public: bool = False
    versioning: bool = False
    tags: list[list[str]] = field(default_factory=list)
    objects: dict[str, dict[str, Any]] = field(default_factory=dict)


def buckets_of(driver: Any, connection: sqlite3.Connection | None = None) -> dict[str, Simulated]:
    """The buckets by name; deleted buckets are left out."""
    place = driver.place
    seed = blake2b(place.seed.encode(), digest_size=4).hexdigest()
    found = {f"{place.region}-{word}-{seed}".lower(): _first(word) for word in FIRST}
    query = "SELECT name, facts FROM bucket WHERE region = ?"
    try:
        rows = (
            driver.store.read(query, place.region)
            if connection is None
            else connection.execute(query, (place.region,)).fetchall()
        )
    except sqlite3.OperationalError:  # no bucket was changed: there is no table
        rows = []
    for name, facts in rows:
        if facts is None:
            found.pop(name, None)
        else:
            found[name] = Simulated(**json.loads(facts))
    return found


@contextmanager
def changing(driver: Any, name: str, action: str) -> Iterator[dict[str, Simulated]]:
    """All buckets. The change of the one with this name is stored, and noted as an effect."""
    region = driver.place.region
    with driver.store.writing() as connection:
        connection.execute(TABLE)
        buckets = buckets_of(driver, connection)
        yield buckets
        found = buckets.get(name)
        facts = None if found is None else json.dumps(vars(found))
        connection.execute("INSERT OR REPLACE INTO bucket VALUES (?, ?, ?)", (region, name, facts))
        note_effect(connection, region=region, machine=name, action=action)


def existing(buckets: dict[str, Simulated], name: str) -> Simulated:
    if name not in buckets:
        raise ProviderError(ProviderErrorCode.NOT_FOUND, f"There is no bucket {name!r}.")
    return buckets[name]


@reads("buckets")
def list_buckets(driver: Any) -> list[BucketRecord]:
    driver.call_list()
    return [_record(name, one) for name, one in buckets_of(driver).items()]


@beside("find", "buckets")
def find_bucket(driver: Any, name: str) -> BucketRecord | None:
    driver.call()
    found = buckets_of(driver).get(name)
    return None if found is None else _record(name, found)


@does("buckets", "create")
def create_bucket(driver: Any, order: NewBucket) -> BucketRecord:
    driver.call()
    with changing(driver, order.name, "create_bucket") as buckets:
        if order.name in buckets:
            raise conflict(f"There is a bucket {order.name!r} already.")
        if len(buckets) >= MOST_BUCKETS:
            message = f"A region has at most {MOST_BUCKETS} buckets."
            raise ProviderError(ProviderErrorCode.QUOTA_EXCEEDED, message)
        tags = [list(tag) for tag in order.tags]
        made = Simulated(time.time(), order.public, order.versioning, tags)
        buckets[order.name] = made
    return _record(order.name, made)


@does("buckets", "delete")
def delete_bucket(driver: Any, name: str, force: bool = False) -> int:
    """The number of objects that were deleted instead, as at S3; 0: the bucket is deleted."""
    driver.call()
    with changing(driver, name, "delete_bucket") as buckets:
        found = existing(buckets, name)
        count = len(found.objects)
        if count and not force:
            raise conflict("The bucket is not empty.")
        found.objects.clear()
        if not count:
            del buckets[name]
    return count


def conflict(message: str) -> ProviderError:
    return ProviderError(ProviderErrorCode.CONFLICT, message, retryable=False)


def _first(word: str) -> Simulated:
    tags = [["purpose", word]]
    keys = [f"2026/{month:02}/{word}.txt" for month in (1, 2, 3)]
    objects = {key: {"size": 100 * len(key), "at": FIRST_AT} for key in keys}
    return Simulated(FIRST_AT, versioning=word == "backups", tags=tags, objects=objects)


def _record(name: str, found: Simulated) -> BucketRecord:
    return BucketRecord(
        external_id=name,
        name=name,
        created_at=datetime.fromtimestamp(found.created_at, UTC),
        versioning=Versioning.ENABLED if found.versioning else Versioning.OFF,
        public=found.public,
        encryption="NONE",
        tags=tuple(sorted((key, value) for key, value in found.tags)),
    )
