"""Machines and containers that a job makes: ordered once, whatever happens to the answer.

::

    note the order ──> create ──> note the id, then store it ──> is it in the wanted state?
            │                               ^
            └─ an open order was noted: look for the mark ── found: nothing is ordered again
                                            │
                                            └─ not found: see ``unclear_orders``

A job that retries another one first looks for the product of that one: see ``earlier_orders``.

The job's id is the order's client token and its mark. A job that goes on with the order of an
earlier one uses that one's id.
"""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from inventory.live.api import store_one
from inventory.models import Provider, Source
from inventory.operations import earlier_orders, unclear_orders
from inventory.operations.at_most_once import is_unclear_answer
from inventory.operations.earlier_orders import UNKNOWN_SECONDS
from inventory.operations.identity import note_made, pin
from inventory.operations.outcomes import fail_with_reason
from inventory.operations.product import PlacedOrder, Product, product_id, result_of
from inventory.operations.target_context import (
    TargetContext,
    cloud_at,
    reporting_disconnect,
    scope_provider,
    source_in,
)
from inventory.providers import Cloud, ProviderError
from jobs.api import CONFLICT, OUTCOME_UNKNOWN, OperationFailed, Outcome, Step, Wait

log = logging.getLogger(__name__)

FIRST_LOOK_SECONDS = 0.5  # some clouds are done at once


Look = Callable[[TargetContext, Any, dict[str, Any]], Outcome]


def create_and_follow(step: Step, product: Product, look: Look) -> Outcome:
    """Create the product once. When it is made, ``look`` says what its record stands for.

    ``look`` gets the product, its record (None: its cloud does not know it yet), and the result of
    a job that is done.
    """
    provider = scope_provider(step)
    if (wait := create_once(step, provider, product)) is not None:
        return wait
    source = made(step, provider, product)
    with cloud_at(source, step) as cloud:
        record = look_at(step, source, product, cloud)
        if record is not None and record.state in product.reported:
            fail_with_reason(cloud, product.capability, record.external_id)
        target = TargetContext(product.target_type, cloud, source, step.memory["external_id"], step)
        return look(target, record, result_of(step, source, product))


def create_once(step: Step, provider: Provider, product: Product) -> Wait | None:
    """How long to wait before the next step; None: it is made, and worth a look now.

    Fails the job with OUTCOME_UNKNOWN where it can never know whether it has made something.
    """
    try:
        return _create_once(step, provider, product)
    except OperationFailed as failure:
        is_last = step.last_look or not failure.retryable
        if is_last and failure.code != OUTCOME_UNKNOWN and unclear_orders.is_open(step):
            raise unclear_orders.order_unknown(
                step, product.target_type, failure.message
            ) from failure
        raise


def _create_once(step: Step, provider: Provider, product: Product) -> Wait | None:
    if "looked_back" not in step.memory and (wait := _adopt(step, provider, product)) is not None:
        return wait
    if "region" not in step.memory:
        placement = product.place(provider, step.arguments)
        step.remember(region=placement.region, placed=dict(placement.changes))
    if "external_id" in step.memory:
        return None
    wait = _create(step, provider, product)
    # At the last look an earlier step's product was found: nothing is ordered then.
    return None if wait is None and step.last_look else wait or Wait(FIRST_LOOK_SECONDS)


def made(step: Step, provider: Provider, product: Product) -> Source:
    """Where the product is: its source."""
    return source_in(provider, step.memory["region"], product.target_type)


def look_at(step: Step, source: Source, product: Product, cloud: Cloud) -> Any:
    """The product's record as it is now, stored too. None: its cloud does not know it yet.

    The cloud then acts on this very object alone, where it can. Fails the job if another object has
    its id, and if the cloud reports that it could not make it.
    """
    external_id = step.memory["external_id"]
    started_at = timezone.now()
    record = cloud.find(product.target_type.resource, external_id)
    if record is not None:
        # The step that made it may have ended before it was stored.
        store_one(source, external_id, record, started_at=started_at, provisioned=True)
        pin(step, product.target_type, cloud, record)
        return record
    fail_with_reason(cloud, product.capability, external_id)
    if time.time() - step.memory["created_at"] < UNKNOWN_SECONDS:
        return None
    message = f"The cloud accepted the order of {external_id}, and does not list it."
    raise OperationFailed("NOT_FOUND", message)


def _adopt(step: Step, provider: Provider, product: Product) -> Wait | None:
    """Go on with the product of a job that this one tries again, or with its order if it is open.

    Returns the pause before the next look for something that its cloud may not list yet.
    """
    unlisted = []
    for earlier in earlier_orders.orders_of(step):
        source = source_in(provider, earlier.region, product.target_type)
        started_at = timezone.now()
        with cloud_at(source, step) as cloud:
            found = product.made_by(cloud, step.arguments, earlier.mark)
            may_repeat = unclear_orders.may_repeat(earlier.memory, cloud, product.capability)
        records = [record for record in found if record.state not in product.failed]
        if records:
            step.remember(looked_back=True, region=source.region)
            _note_made(step, source, product, records)
            step.report(f"An earlier job had made {records[0].external_id}; nothing is made again.")
            _store(source, records, started_at)
            return None
        if not found:
            unlisted.append((earlier, may_repeat))
    return earlier_orders.go_on_with(step, unlisted)


def _create(step: Step, provider: Provider, product: Product) -> Wait | None:
    """Note what an open order has made, or order it. Returns the pause where neither is known."""
    source = made(step, provider, product)
    started_at = timezone.now()
    with cloud_at(source, step, settings=unclear_orders.settings_of(step.memory)) as cloud:
        records = _made_earlier(step, cloud, product)
        if not records:
            may_ask = not unclear_orders.is_open(step) or (
                not step.last_look
                and unclear_orders.may_repeat(step.memory, cloud, product.capability)
            )
            record = _ask(step, cloud, source.region, product) if may_ask else None
            if record is None:
                return unclear_orders.look_again(step, product.target_type)
            records = [record]
    _note_made(step, source, product, records)
    step.report(f"The cloud made {records[0].external_id}.")
    _store(source, records, started_at)
    return None


def _made_earlier(step: Step, cloud: Cloud, product: Product) -> Sequence[Any]:
    """The objects that an earlier step ordered, as far as the cloud lists them by now."""
    if "asked_at" not in step.memory:
        return []
    if unclear_orders.is_open(step):
        unclear_orders.note_doubt(step, "the worker was lost while it ordered")
    return product.made_by(cloud, step.arguments, _mark(step))


def _ask(step: Step, cloud: Cloud, region: str, product: Product) -> Any:
    """The product's record; None: the order is open, and must not be repeated."""
    step.about_to_act()
    is_repeated = unclear_orders.is_open(step)
    unclear_orders.note_order(step, cloud)
    try:
        # A job of the last release has not noted ``placed``.
        arguments = {**step.arguments, **step.memory.get("placed", {})}
        return product.make(cloud, PlacedOrder(arguments, region, _mark(step), is_repeated))
    except ProviderError as error:
        if is_repeated and error.code == CONFLICT:
            return None  # with what the first order has made, or is making
        if not is_unclear_answer(error):
            _note_refusal(step, is_repeated=is_repeated)
            raise
        unclear_orders.note_doubt(step, error.message)
        if error.retryable and unclear_orders.may_repeat(step.memory, cloud, product.capability):
            raise
        return None  # a failure for good would end the job without a look for what it has made
    except OperationFailed as failure:
        if is_repeated and failure.code == CONFLICT:
            return None
        _note_refusal(step, is_repeated=is_repeated)
        raise


def _note_refusal(step: Step, *, is_repeated: bool) -> None:
    """The refusal of a repeated order does not show what became of the first one."""
    if not is_repeated:
        unclear_orders.note_refusal(step)


def _mark(step: Step) -> str:
    return unclear_orders.mark_of(step.memory, step.job_id)


def _note_made(step: Step, source: Source, product: Product, records: Sequence[Any]) -> None:
    """Note the ids before anything else can fail. Reports products beyond the first."""
    ids = [record.external_id for record in records]
    log.info("Made in %s: %s.", source.region, ", ".join(ids))
    others = {"also_made": ids[1:]} if ids[1:] else {}
    step.remember(external_id=ids[0], created_at=time.time(), **others)
    note_made(step, records[0])
    for external_id in ids:
        step.note_created(product_id(source, external_id, product))
    if others:
        step.report(
            f"{len(ids)} objects have the tag of this job: {', '.join(ids)}. The job goes on with "
            f"{ids[0]}; check whether the others are needed."
        )


def _store(source: Source, records: Sequence[Any], started_at: datetime) -> None:
    with reporting_disconnect(source):
        for record in records:
            store_one(source, record.external_id, record, started_at=started_at, provisioned=True)
