"""Facts of a container that its list entry does not have.

- The image as it was asked for. Where its name refers to another image by now, a list shows the
  image's id: moby/moby, daemon/list.go, ``refreshImage``.
- The memory limit, which no list shows. A container that was deployed here has a label with its
  limit, but anybody may set a label, and `docker update` changes the limit: the label only says
  that the limit is worth a request.

Only these containers are inspected, and an answer is kept for a while. A listing spends a bounded
time on it; what it does not reach is shown without these facts, and inspected by a later listing.
"""

import time
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import requests
from libcloud.common.types import LibcloudError

from gateway.core.bounded import BoundedCache
from gateway.core.http.budget import budget_in_use
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.identity import same_object
from inventory.providers.reading import Reading
from inventory.providers.rest import ask, part, segment

MEMORY_LABEL = "gateway-memory"
KEPT_SECONDS = 300.0
MOST_KEPT = 20_000  # answers of usual length: about 40 MB
CHARACTERS_OF_AN_ANSWER = 1_000
LOOKING_SECONDS, MARGIN_SECONDS = 3.0, 2.0  # of a listing; of its budget, left for the rest


@dataclass(frozen=True, slots=True)
class Inspected:
    """``image``: as it was asked for. ``memory``: the limit in bytes, 0 for none."""

    image: str
    memory: int


class Inspections:
    """Answers of engines, by the container and what its list entry showed."""

    def __init__(self) -> None:
        self._kept: BoundedCache[Hashable, tuple[float, Inspected]] = BoundedCache(MOST_KEPT)

    def get(self, name: Hashable) -> Inspected | None:
        ends_at, inspected = self._kept.get(name) or (0.0, None)
        return inspected if time.monotonic() < ends_at else None

    def keep(self, name: Hashable, inspected: Inspected) -> None:
        weight = 1 + (len(inspected.image) + len(str(name))) // CHARACTERS_OF_AN_ANSWER
        self._kept.keep(name, (time.monotonic() + KEPT_SECONDS, inspected), weight=weight)


KEPT = Inspections()


def inspections(driver: Any, found: list[Any]) -> dict[str, Inspected]:
    """The inspections of list entries with a missing fact, by container id. Raises nothing."""
    ends_at = time.monotonic() + min(LOOKING_SECONDS, budget_in_use().left - MARGIN_SECONDS)
    known: dict[str, Inspected] = {}
    may_ask = True
    for entry in filter(_lacks_facts, found):
        name, external_id = _name_of(driver, entry), entry["Id"]
        if kept := KEPT.get(name):
            known[external_id] = kept
        elif may_ask and time.monotonic() < ends_at:
            try:
                known[external_id] = _inspect(driver, external_id)
                KEPT.keep(name, known[external_id])
            except (ProviderError, LibcloudError, requests.RequestException) as error:
                # A container that was removed meanwhile says nothing about the others.
                may_ask = getattr(error, "code", None) is ProviderErrorCode.NOT_FOUND
    return known


def _lacks_facts(entry: Any) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("Id"), str):
        return False  # the parser says what is wrong with it
    labels = dict(Reading(entry).pairs("Labels"))
    return MEMORY_LABEL in labels or entry.get("Image") == entry.get("ImageID")


def _name_of(driver: Any, entry: dict[str, Any]) -> Hashable:
    found = Reading(entry)
    label = dict(found.pairs("Labels")).get(MEMORY_LABEL)
    facts = (found.number("Created"), found.text("ImageID"), label)
    return (*driver.facts, entry["Id"], *facts)


def _inspect(driver: Any, external_id: str) -> Inspected:
    body = ask(driver.connection, f"/containers/{segment(external_id)}/json")
    same_object(body, external_id, "Id")
    image = part(part(body, "Config", dict), "Image", str)
    return Inspected(image, Reading(body).number("HostConfig", "Memory") or 0)
