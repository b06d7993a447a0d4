"""Finds the target and the cloud of a job by its opaque ids, for the duration of one step."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError

from gateway.core.ids import split_id
from inventory.live.api import NOTHING, connected, observe_one
from inventory.models import Provider, Source
from inventory.operations.account import check_account_now, credentials_in
from inventory.operations.actions import TARGET_TYPES, TargetType
from inventory.operations.actions.virtual_machines import MACHINE
from inventory.operations.identity import pin
from inventory.operations.sealed_arguments import conceal_sealed
from inventory.providers import Capability, Cloud, ProviderError, ProviderErrorCode
from inventory.providers.accepted import OperationId
from inventory.selectors.ids import CloudId, parse_cloud_id
from jobs.api import OperationFailed, Step

log = logging.getLogger(__name__)

CALL_SECONDS = 30.0  # what one step may spend on its cloud
LOOK_AGAIN_SECONDS = 4.0  # after "not found"
MOST_NOT_FOUND = 3  # replies to requests about a target that a read has found
# Notes: of reads in a row that did not find the target, and of requests that did not.
ABSENT_LOOKS, NOT_FOUND_REPLIES = "absent_looks", "not_found_replies"


@dataclass(frozen=True, slots=True)
class TargetContext:
    """A machine or a container within reach of its cloud."""

    target_type: TargetType
    cloud: Cloud
    source: Source
    external_id: str
    step: Step | None = None  # whose job acts on this very object alone

    def read(self) -> Any:
        """Its record as the cloud has it now, which is also stored. None: there is none.

        Raises Replaced if another object has its id.
        """
        record, _row = observe_one(self.cloud, self.source, self.external_id)
        if record is not None and self.step is not None:
            self._note_found(self.step, record)
        return record

    def do(self, capability: Capability, *arguments: Any) -> OperationId | None:
        """Ask its cloud for an action on it. ``arguments``: as ``Cloud.do``."""
        return self.cloud.do(*capability.key, self.external_id, *arguments)

    def _note_found(self, step: Step, record: Any) -> None:
        if step.memory.get(ABSENT_LOOKS):
            step.remember(**{ABSENT_LOOKS: 0})
        pin(step, self.target_type, self.cloud, record)

    def refuse_if_blocked(self, capability: Capability) -> None:
        """Fail the step if a read shows that the cloud would refuse the action.

        A read that fails does not keep the action from being asked for: the cloud answers itself.
        """
        try:
            blocker = self.cloud.find_blocker(capability, self.external_id)
        except ProviderError as error:
            log.info("What blocks %s could not be read: %s", self.external_id, error.code)
            return
        if blocker is not None:
            code = blocker.code or ProviderErrorCode.CONFLICT
            raise OperationFailed(code, blocker.message, retryable=blocker.is_temporary)


def parse_target(target: str | None) -> tuple[TargetType, CloudId] | None:
    """A job's target type and the parts of its id; None: the target is no object at a cloud."""
    parts = split_id(target) if target else None
    target_type = next((one for one in TARGET_TYPES if parts and one.type_name == parts[0]), None)
    cloud_id = parse_cloud_id(parts[1]) if parts and target_type else None
    return (target_type, cloud_id) if target_type and cloud_id else None


def scope_provider(step: Step) -> Provider:
    """The provider a job is about. Fails the job when it was disconnected meanwhile, or when it
    has another account now.
    """
    parts = split_id(step.scope) if step.scope else None
    found = Provider.objects.filter(public_id=parts[1]).first() if parts else None
    if found is None:
        raise disconnected_failure()
    check_account_now(step, found)
    return found


def source_in(provider: Provider, region: str, target_type: TargetType = MACHINE) -> Source:
    """Where a region's machines or containers are listed. Fails the job when it was dropped."""
    sources = provider.sources.filter(resource=target_type.resource, region=region)
    found = sources.select_related("provider").first()
    if found is None:
        if not Provider.objects.filter(pk=provider.pk).exists():
            raise disconnected_failure()
        raise OperationFailed("NOT_FOUND", not_connected(region))
    return found


@contextmanager
def target_of(step: Step) -> Iterator[TargetContext]:
    """The target of the step. A cloud's refusal fails the step with its code."""
    parsed = parse_target(step.target)
    if parsed is None:
        raise OperationFailed("INVALID", "The job has no object to act on.")
    target_type, cloud_id = parsed
    source = source_in(scope_provider(step), cloud_id.region, target_type)
    with cloud_at(source, step) as cloud, doubting_absence(step):
        yield TargetContext(target_type, cloud, source, cloud_id.external_id, step)


@contextmanager
def doubting_absence(step: Step) -> Iterator[None]:
    """A cloud that does not find the target of a request is asked again before the job fails.

    The read before it has found the target: not every replica may know it yet, see ``absence``.
    """
    try:
        yield
    except ProviderError as error:
        refusals = int(step.memory.get(NOT_FOUND_REPLIES, 0)) + 1
        is_first = error.code is ProviderErrorCode.NOT_FOUND and refusals < MOST_NOT_FOUND
        if not is_first or step.last_look:
            raise
        step.remember(**{NOT_FOUND_REPLIES: refusals})
        failure = failed_by(error)
        failure.retryable, failure.retry_after = True, LOOK_AGAIN_SECONDS
        raise failure from error


@contextmanager
def cloud_at(
    source: Source, step: Step | None = None, *, settings: Mapping[str, Any] = NOTHING
) -> Iterator[Cloud]:
    """The cloud behind ``source``; its errors become the step's failure.

    With ``step``, nothing is changed there by a worker that has lost the step's lease, and nothing
    is asked of another account than the job's: its calls use the very credentials that are checked.
    No error quotes a secret of the job.
    ``settings``: those of an order, in place of the present ones.
    """
    with reporting_disconnect(source):
        try:
            known = credentials_in(step, source.provider) if step is not None else None
            with connected(source, CALL_SECONDS, credentials=known, settings=settings) as cloud:
                if step is not None:
                    cloud.guard_changes(step.confirm_lease)
                    conceal_sealed(cloud, step.arguments)
                yield cloud
        except ProviderError as error:
            raise failed_by(error) from error


@contextmanager
def reporting_disconnect(source: Source) -> Iterator[None]:
    """Fails the job with NOT_FOUND for any failure inside that happened because the provider, or
    its region, was disconnected.
    """
    try:
        yield
    except (OperationFailed, ProviderError, ObjectDoesNotExist, IntegrityError) as error:
        if Source.objects.filter(pk=source.pk).exists() or not _is_of_rows(error):
            raise
        raise disconnected_failure() from error


def _is_of_rows(error: Exception) -> bool:
    """True if missing rows may be the cause."""
    code = getattr(error, "code", None)
    return code in {None, "NOT_FOUND", ProviderErrorCode.NOT_FOUND}


def not_connected(region: str) -> str:
    return f"The provider is not connected to region {region} any more."


def disconnected_failure() -> OperationFailed:
    return OperationFailed("NOT_FOUND", "The provider was disconnected.")


def failed_by(error: ProviderError) -> OperationFailed:
    """A conflict is worth another look, unless its kind says that it is not: the target may be
    between two states.

    That a request may have been carried out is noted where the request is made: ``error`` may be
    that of a read.
    """
    between = error.code == ProviderErrorCode.CONFLICT and not error.is_final
    return OperationFailed(
        str(error.code),
        error.message,
        retryable=error.retryable or between,
        retry_after=error.retry_after,
    )
