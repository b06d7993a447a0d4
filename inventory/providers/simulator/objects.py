"""The objects of a simulated cloud except machines, by their differences from the beginning.

The objects from the beginning are computed (a ``Kind``'s ``stock``); the file of the cloud has
those that were created, changed or deleted. Each passes through a state of its own for ``boot_ms``.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from sqlite3 import Connection
from typing import Any

from inventory.providers.simulator import object_store
from inventory.providers.simulator.object_store import Facts, Thing
from inventory.providers.simulator.store import note_effect

MOST_CREATED = 2_000  # objects of a kind in a region; those that are gone are forgotten
Save = Callable[[Facts], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """``resource``: its plural. ``prefix``: of new ids. ``stock``: what there is from the
    beginning, by id. ``settled``: the word of a state in which nothing is under way, by the facts.
    ``at_once``: its objects have no other state.
    """

    resource: str
    prefix: str
    stock: Callable[[Any], Mapping[str, Facts]]
    settled: Callable[[Facts], str] = lambda _facts: "available"
    at_once: bool = False

    def settles_at(self, driver: Any) -> float:
        return time.time() + (0.0 if self.at_once else driver.boot_seconds)


def things(driver: Any, kind: Kind) -> dict[str, Thing]:
    """All objects of the region by id, including objects that are being deleted."""
    found = {key: Thing(key, facts) for key, facts in kind.stock(driver).items()}
    found |= object_store.things(driver.store, driver.place.region, kind.resource)
    now = time.time()
    return {key: one for key, one in found.items() if not (one.gone and one.is_settled(now))}


def present(driver: Any, kind: Kind, external_id: str) -> Thing:
    """Raises as EC2 does for an object that is not there."""
    thing = things(driver, kind).get(external_id)
    if thing is None or thing.gone:
        raise driver.refusal("InvalidObject.NotFound", f"there is no {external_id!r}.")
    return thing


def word_of(kind: Kind, thing: Thing) -> str:
    """Its state now."""
    return kind.settled(thing.facts) if thing.is_settled(time.time()) else thing.passing


@contextmanager
def changing(
    driver: Any, kind: Kind, external_id: str, action: str
) -> Iterator[tuple[Thing, Save]]:
    """The object, and a function that saves its facts. No other process writes meanwhile."""
    driver.call()
    with driver.store.writing() as connection:
        thing = present(driver, kind, external_id)

        def save(facts: Facts) -> None:
            changed = Thing(external_id, facts, "changing", kind.settles_at(driver))
            _write(connection, driver.place.region, kind, changed, action=action)

        yield thing, save


def delete(driver: Any, kind: Kind, external_id: str, refuse: Callable[[Thing], None]) -> None:
    """``refuse`` raises if the object is still needed."""
    driver.call()
    with driver.store.writing() as connection:
        thing = present(driver, kind, external_id)
        refuse(thing)
        until = kind.settles_at(driver)
        gone = replace(thing, passing="deleting", settles_at=until, gone=True)
        _write(connection, driver.place.region, kind, gone, action="delete")


def create(driver: Any, kind: Kind, token: str, order: Callable[[], Facts]) -> Thing:
    """The same client token is answered with the same object. ``order`` raises as the cloud would
    refuse.
    """
    driver.call()
    region = driver.place.region
    with driver.store.writing() as connection:
        made = object_store.find(connection, region, kind.resource, token)
        if made is not None:
            return made
        if object_store.count(connection, region, kind.resource) >= MOST_CREATED:
            message = f"a region has at most {MOST_CREATED} {kind.resource} beside the first ones."
            raise driver.refusal("ResourceLimitExceeded", message)
        external_id = driver.place.machine_id(f"made/{kind.resource}/{token}", prefix=kind.prefix)
        facts = {"created_at": time.time(), **order()}
        settles_at = kind.settles_at(driver)
        made = Thing(facts.pop("id", external_id), facts, "creating", settles_at)
        _write(connection, region, kind, made, action="create", token=token)
    return made


def _write(
    connection: Connection, region: str, kind: Kind, thing: Thing, *, action: str, token: str = ""
) -> None:
    object_store.write(connection, region, kind.resource, thing, token)
    note_effect(
        connection,
        region=region,
        machine=thing.external_id,
        action=f"{kind.resource}.{action}",
        token=token,
    )
