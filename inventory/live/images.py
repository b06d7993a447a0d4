"""Images that a cloud finds by an id or a part of a name: asked each time, never stored.

A cloud may have a hundred thousand public images. What is stored is a choice worth offering; a
search goes beyond it.
"""

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from django.db import close_old_connections
from django.utils import timezone

from inventory.live.bounds import unusable_reason
from inventory.live.compare import distinct
from inventory.live.connection import connected
from inventory.live.failures import deadline_passed, failing_by
from inventory.live.lanes import lanes
from inventory.live.receipts import Receipt, receipt_of
from inventory.live.resources import RESOURCES
from inventory.models import Image, Source
from inventory.models.source import SourceResource
from inventory.providers import ProviderError
from inventory.types import ImageRecord


@dataclass(frozen=True, slots=True)
class ImageSearch:
    """What one region found, as rows that are not saved, and how that went."""

    images: list[Image]
    receipt: Receipt


def search_images(sources: Sequence[Source], search: str) -> dict[int, ImageSearch]:
    """Ask all ``sources`` at once, each within its deadline; by the source's primary key."""
    asked_at = time.monotonic()
    searches = [
        (source, lanes.submit(source.pk, partial(_search, source, search))) for source in sources
    ]
    found: dict[int, ImageSearch] = {}
    for source, future in searches:
        left = asked_at + source.provider.deadline_seconds - time.monotonic()
        try:
            records = future.result(timeout=max(0.0, left))
        except TimeoutError:
            future.cancel()
            found[source.pk] = _failed(source, deadline_passed())
        except ProviderError as error:
            found[source.pk] = _failed(source, error)
        else:
            found[source.pk] = _answered(source, records)
    return found


def _search(source: Source, search: str) -> list[ImageRecord]:
    """Runs in the pool. Raises ProviderError."""
    try:
        with connected(source, source.provider.deadline_seconds) as cloud:
            return cloud.list_images(search)
    finally:
        close_old_connections()


def _answered(source: Source, records: Sequence[ImageRecord]) -> ImageSearch:
    """The images whose ids are usable; the receipt counts the others."""
    resource = RESOURCES[SourceResource.IMAGES]
    unusable = [record for record in records if not resource.usable(record)]
    images = [
        Image(
            source=source,
            provider=source.provider,
            region=source.region,
            external_id=record.external_id,
            **resource.values(resource.bounded(record)),
        )
        for record in distinct(records)
        if resource.usable(record)
    ]
    seen = copy.copy(source)
    seen.error_code, seen.error_message = "", ""
    seen.fetched_at, seen.count = timezone.now(), len(images)
    seen.unusable = len(unusable)
    seen.unusable_reason = unusable_reason(Image, unusable) if unusable else ""
    return ImageSearch(images, receipt_of(seen, asked=True))


def _failed(source: Source, error: ProviderError) -> ImageSearch:
    seen = failing_by(source, error)
    seen.fetched_at = None  # nothing to show: FAILED, whatever a listing brought before
    return ImageSearch([], receipt_of(seen, asked=True))
