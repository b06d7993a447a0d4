"""Images that a cloud finds by an id or a part of a name: asked each time, never stored.

A cloud may have a hundred thousand public images. The gateway stores a useful selection; a search
finds the others.
"""

import copy
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from inventory.live.asking import failed_by
from inventory.live.bounds import unusable_reason
from inventory.live.compare import distinct
from inventory.live.receipts import Receipt, receipt_of
from inventory.live.resources import RESOURCES
from inventory.live.rows import unsaved_row
from inventory.live.simultaneous import call_each
from inventory.models import Source
from inventory.models.source import SourceResource
from inventory.providers import ProviderError
from inventory.records.image import ImageRecord
from inventory.resources.image import Image


@dataclass(frozen=True, slots=True)
class ImageSearch:
    """The images that one region found, as rows that are not saved, and the receipt."""

    images: list[Image]
    receipt: Receipt


def search_images(sources: Sequence[Source], search: str) -> dict[int, ImageSearch]:
    """Ask all ``sources`` at once, each within its deadline; by the source's primary key."""
    answers = call_each(sources, lambda cloud: cloud.read("images", search))
    return {
        source.pk: _failed(source, answer)
        if isinstance(answer := answers[source.pk], ProviderError)
        else _answered(source, answer)
        for source in sources
    }


def _answered(source: Source, records: Sequence[ImageRecord]) -> ImageSearch:
    """The images whose ids are usable; the receipt counts the others."""
    resource = RESOURCES[SourceResource.IMAGES]
    unusable = [record for record in records if not resource.usable(record)]
    images = [
        unsaved_row(source, resource.bounded(record))
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
    seen = failed_by(source, error)
    seen.fetched_at = None  # nothing to show: FAILED, whatever a listing brought before
    return ImageSearch([], receipt_of(seen, asked=True))
