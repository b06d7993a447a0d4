"""Lists of a driver that can be bought from, as records.

Each is libcloud's own method, marked so that its completeness counts as UNPROVEN until a test shows
that it follows pages.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from inventory.providers.generic import (
    calling,
    found_images,
    image_record,
    location_record,
    size_record,
)
from inventory.providers.libcloud import actions
from inventory.providers.libcloud.entries import problem_of
from inventory.providers.reading import damaged
from inventory.records.image import ImageRecord
from inventory.types import LocationRecord, SizeRecord

R = TypeVar("R", SizeRecord, ImageRecord, LocationRecord)


def list_sizes(driver: Any) -> list[SizeRecord]:
    """Without prices. libcloud documents that of an hour in US dollars, but its drivers of Vultr,
    Maxihost and RimuHosting return that of a month, and others one in euros.
    """
    sizes = _records(driver, "list_sizes", SizeRecord, size_record)
    return [replace(size, price_per_hour=None) for size in sizes]


def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    """As ``generic.found_images``."""
    return found_images(_records(driver, "list_images", ImageRecord, image_record), search)


def list_locations(driver: Any) -> list[LocationRecord]:
    return _records(driver, "list_locations", LocationRecord, location_record)


def _records(driver: Any, method: str, made: type[R], record: Callable[[Any], R]) -> list[R]:
    """The records of a list; of an object that the driver could not read, one with its id alone."""
    return [
        damaged(made, str(one.id or ""), problem) if (problem := problem_of(one)) else record(one)
        for one in actions.listed(driver, method)
    ]


calling("list_sizes", list_sizes)
calling("list_images", list_images)
calling("list_locations", list_locations)
