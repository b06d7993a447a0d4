"""Lists of a driver that can be bought from, as records.

Each is libcloud's own method, marked so that its completeness counts as UNPROVEN until a test shows
that it follows pages.
"""

from typing import Any

from inventory.providers.generic import (
    calling,
    found_images,
    image_record,
    location_record,
    size_record,
)
from inventory.providers.libcloud import actions
from inventory.types import ImageRecord, LocationRecord, SizeRecord


def list_sizes(driver: Any) -> list[SizeRecord]:
    return [size_record(size) for size in actions.listed(driver.list_sizes)]


def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    """As ``generic.found_images``."""
    return found_images(map(image_record, actions.listed(driver.list_images)), search)


def list_locations(driver: Any) -> list[LocationRecord]:
    return [location_record(place) for place in actions.listed(driver.list_locations)]


calling("list_sizes", list_sizes)
calling("list_images", list_images)
calling("list_locations", list_locations)
