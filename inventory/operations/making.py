"""What is made once: ask for it, and never again for what an earlier attempt has made.

::

    note that it will be asked for ──> create ──> note its id ──> as it was wanted?
              │                                       ^
              └─ noted by an earlier attempt: look ───┘ found: nothing is made again

A job that tries another one again first looks for what that one made: a job may fail by its
deadline although the cloud has made it, or goes on making it.

The job's id is the order's client token, so a create that is asked again answers with what the
first one made. Where no token is honoured, the earlier attempt's is found by its mark, whether the
worker was killed or the cloud's answer was lost.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from gateway.core.ids import global_id
from inventory.live.store import store_one
from inventory.models import Provider, Source
from inventory.operations.outcomes import fail_with_reason
from inventory.operations.subjects import Subject
from inventory.operations.target import cloud_at, source_in
from inventory.providers import Cloud
from inventory.selectors.ids import CloudId
from jobs.registry import OperationFailed, Step

# What is new may be unknown to its own cloud for a moment.
UNKNOWN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Product:
    """``choose_region``: where it goes, by the job's arguments. ``find_marked``: what the job with
    this id has made. ``make``: orders it, by the arguments, in a region, with the job's id.
    ``failed``: states of what came to nothing.
    """

    subject: Subject
    choose_region: Callable[[Provider, dict[str, Any]], str]
    find_marked: Callable[[Cloud, str], Any]
    make: Callable[[Cloud, dict[str, Any], str, str], Any]
    failed: Collection[str]


def make_once(step: Step, provider: Provider, product: Product) -> bool:
    """Whether it is made by now, and worth a look; False: it was only just asked for."""
    if "looked_back" not in step.memory:
        _adopt(step, provider, product)
    if "region" not in step.memory:
        step.remember(region=product.choose_region(provider, step.arguments))
    if "external_id" in step.memory:
        return True
    _create(step, provider, product)
    return step.last_look  # what an earlier attempt made; else nothing would have been asked


def made(step: Step, provider: Provider, product: Product) -> Source:
    """Where the product is: its source."""
    return source_in(provider, step.memory["region"], product.subject)


def look_at(step: Step, source: Source, cloud: Cloud, find: Callable[[str], Any]) -> Any:
    """The product's record as it is now, stored too. None: its cloud does not know it yet.

    Fails the job if the cloud reports that it could not make it.
    """
    external_id = step.memory["external_id"]
    started_at = timezone.now()
    record = find(external_id)
    if record is not None:
        store_one(source, external_id, record, started_at=started_at)
        return record
    fail_with_reason(cloud, external_id)
    if time.time() - step.memory["created_at"] < UNKNOWN_SECONDS:
        return None
    message = f"The cloud accepted the order of {external_id}, and does not list it."
    raise OperationFailed("NOT_FOUND", message)


def result_of(step: Step, source: Source, product: Product) -> dict[str, Any]:
    """What a job's result says of what it made: the global id under its type's name."""
    external_id = step.memory["external_id"]
    name = product.subject.type_name
    key = name[0].lower() + name[1:]
    return {key: _id_of(source, external_id, product), "externalId": external_id}


def _id_of(source: Source, external_id: str, product: Product) -> str:
    """The global id of what was made."""
    local_id = CloudId(str(source.provider.public_id), source.region, external_id)
    return global_id(product.subject.type_name, local_id)


def _adopt(step: Step, provider: Provider, product: Product) -> None:
    """Go on with what a job made which this one tries again, where there is any."""
    for earlier in step.earlier_jobs():
        if "asked_at" not in earlier.memory:
            continue
        source = source_in(provider, earlier.memory["region"], product.subject)
        started_at = timezone.now()
        with cloud_at(source) as cloud:
            record = product.find_marked(cloud, earlier.job_id)
        if record is None or record.state in product.failed:
            continue
        store_one(source, record.external_id, record, started_at=started_at, provisioned=True)
        step.note_created(_id_of(source, record.external_id, product))
        step.remember(
            looked_back=True,
            region=source.region,
            external_id=record.external_id,
            created_at=time.time(),
        )
        step.report(f"An earlier job had made {record.external_id}; nothing is made again.")
        return
    step.remember(looked_back=True)


def _create(step: Step, provider: Provider, product: Product) -> None:
    source = made(step, provider, product)
    started_at = timezone.now()
    with cloud_at(source) as cloud:
        record = _made_earlier(step, cloud, product) or _ask(step, cloud, source.region, product)
    store_one(source, record.external_id, record, started_at=started_at, provisioned=True)
    step.note_created(_id_of(source, record.external_id, product))
    step.remember(external_id=record.external_id, created_at=time.time())
    step.report(f"The cloud made {record.external_id}.")


def _made_earlier(step: Step, cloud: Cloud, product: Product) -> Any:
    return product.find_marked(cloud, step.job_id) if "asked_at" in step.memory else None


def _ask(step: Step, cloud: Cloud, region: str, product: Product) -> Any:
    step.about_to_act()
    step.report(f"Creating {step.arguments['name']} in {region}.")
    step.remember(asked_at=time.time())
    return product.make(cloud, step.arguments, region, step.job_id)
