"""Zones of regions."""

from inventory.models import Location
from inventory.resources import facts
from inventory.resources.base import Resource
from inventory.types import LocationRecord

LOCATIONS = Resource(
    Location,
    LocationRecord,
    plural="locations",
    nouns=("location", "locations"),
    place=30,
    facts=facts.OF_CATALOGUES,
    nested_description="Zones of the regions, by name; at most an hour old. "
    "Receipts are in the answer's extensions.sources.",
)
