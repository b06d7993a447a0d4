"""Images that machines can be made from."""

from inventory.models import Image
from inventory.resources import facts
from inventory.resources.base import Resource
from inventory.types import ImageRecord

IMAGES = Resource(
    Image,
    ImageRecord,
    plural="images",
    nouns=("image", "images"),
    place=20,
    facts=facts.OF_CATALOGUES,
    nested_description="Images that machines can be made from, by name; at most an hour old. "
    "A search - an image's id, or a part of its name - asks the cloud now, and finds what is "
    "not offered by itself. Receipts are in the answer's extensions.sources.",
    searched_live=True,
)
