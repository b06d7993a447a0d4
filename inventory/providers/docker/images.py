"""The images that an engine has, and fetching one that it does not have.

The engine answers 200 to a pull before it knows the outcome, and reports that in one of many lines.
"""

import re
from typing import Any

from gateway.core.folding import contains
from gateway.core.http.budget import budget_in_use
from inventory.providers.docker.parse import image_names_of
from inventory.providers.docker.pulls import UNDER_WAY
from inventory.providers.exceptions import ProviderError, ProviderErrorCode, map_provider_errors
from inventory.providers.reading import Reading
from inventory.providers.reply_limits import count_object
from inventory.providers.rest import act, ask_list
from inventory.providers.table import reads
from inventory.records.image import ImageRecord

Code = ProviderErrorCode
DIGEST = "@"
NAMELESS = "<none>:<none>"
MARGIN_SECONDS = 2.0  # for the container that is made of it
PATIENCE_SECONDS = 10.0  # a step that waits holds a worker
# The errors of registries, which the engine repeats in its own sentences: "Errors" in the OCI
# Specification, section "Error Codes".
WORDS = (
    (r"toomanyrequests|too many requests", Code.RATE_LIMITED),
    (r"unauthorized|denied|no basic auth", Code.PERMISSION_DENIED),
    (r"not found|manifest unknown|name unknown|no matching manifest", Code.NOT_FOUND),
    (r"invalid reference", Code.INVALID_REQUEST),
)


@reads("images")
def list_images(driver: Any, search: str | None = None) -> list[ImageRecord]:
    """Under each name that they have, which is what is deployed; those without one are left out."""
    word = search or ""
    found = [_reading(image) for image in ask_list(driver.connection, "/images/json")]
    named = [
        _named(name)
        for image in found
        for name in image_names_of(image)
        if name != NAMELESS and (contains(name, word) or image.text("Id") == search)
    ]
    unread = [ImageRecord("", "", problem=image.problem) for image in found if image.problem]
    return [*named, *(unread if search is None else [])]


def _named(name: str) -> ImageRecord:
    count_object()
    return ImageRecord(external_id=name, name=name)


def _reading(image: Any) -> Reading:
    """An image has no required field: one that is null is noted here."""
    found = Reading(image)
    if image is None:
        found.note("the image", "an object")
    return found


def pull(driver: Any, image: str) -> None:
    """Pull an image from a registry that everybody may read. Raises ProviderError."""

    def fetch(seconds: float) -> None:
        _fetch(driver.again(seconds), image)

    patience = min(PATIENCE_SECONDS, budget_in_use().left - MARGIN_SECONDS)
    UNDER_WAY.wait((*driver.facts, image), fetch, timeout=patience)


def _fetch(driver: Any, image: str) -> None:
    try:
        with map_provider_errors():
            lines = act(driver.pulling, "/images/create", fromImage=image, **_tag(image))
    except ProviderError as error:
        raise _of_registry(image, error) from None
    for line in lines:
        if "error" in line:
            raise _refused(image, str(line["error"]))


def _tag(image: str) -> dict[str, str]:
    """The tag "latest" if none is given. Without it the engine fetches all tags."""
    last = image.rpartition("/")[2]  # a registry's name may have a colon before its port
    return {} if ":" in last or DIGEST in image else {"tag": "latest"}


def _of_registry(image: str, error: ProviderError) -> ProviderError:
    """A registry that wants a login does not make the engine's certificates wrong."""
    if error.code in {Code.INVALID_CREDENTIALS, Code.PERMISSION_DENIED, Code.PROVIDER_ERROR}:
        return _refused(image, error.message)
    return error


def _refused(image: str, text: str) -> ProviderError:
    found = (code for words, code in WORDS if re.search(words, text, re.IGNORECASE))
    return ProviderError(next(found, Code.PROVIDER_ERROR), f"{image} cannot be fetched: {text}")
