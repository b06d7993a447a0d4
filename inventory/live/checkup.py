"""Checking a provider: all its regions at once, each list really, each region probed beside it.

A region's lists are refreshed as for a request with ``maxAge`` 0. A probe of its own finds out the
rest (``inventory.providers.probe``). Each has the provider's deadline, and one that fails
says so in its own place.
"""

import logging
import math
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from django.db import close_old_connections
from django.db.models import Min

from gateway.core import turns
from inventory.live.age import Ask
from inventory.live.asking import asked
from inventory.live.bulkhead import bulkhead
from inventory.live.failures import deadline_passed
from inventory.live.health import credentials_valid, takes_credentials
from inventory.live.receipts import Receipt, ReceiptError
from inventory.live.refresh import SourcesChange, refresh
from inventory.live.report import RegionReport, in_order, is_off
from inventory.live.resources import RESOURCES, main_resources_of
from inventory.models import Provider, Source, VirtualMachine
from inventory.providers import ProviderError, ProviderErrorCode, ProviderKind
from inventory.providers.probe import (
    GONE,
    Finding,
    Permission,
    Probe,
    finding_of_answer,
    found,
    probe,
)
from inventory.types import MachineRecord, MachineState

log = logging.getLogger(__name__)

Code = ProviderErrorCode
# These errors prove that the cloud was reached. For others, only the probe's timing proves it.
ANSWERS = {
    Code.PERMISSION_DENIED,
    Code.NOT_FOUND,
    Code.INVALID_REQUEST,
    Code.QUOTA_EXCEEDED,
    Code.CONFLICT,
    Code.PROVIDER_ERROR,
}
LACKING = "The account does not have a permission; see permissions."


@dataclass(frozen=True, slots=True)
class Findings:
    """One report a region, in the provider's order, and why the regions could not be listed."""

    regions: list[RegionReport]
    regions_error: ReceiptError | None


def check_regions(provider: Provider) -> list[RegionReport]:
    """One report a region, in the provider's order. Never raises for a cloud's fault."""
    return check_provider(provider).regions


def check_provider(provider: Provider) -> Findings:
    """List the regions anew and check each, those too that are new. Never raises for a cloud's
    fault.
    """
    checkup = _Checkup(provider)
    receipts = refresh(checkup.start(), follow=checkup.follow)
    stored = Provider.objects.filter(pk=provider.pk).values_list("regions", flat=True).first()
    provider.regions = provider.regions if stored is None else stored
    region_set = next((each for each in receipts.values() if each.source.is_region_set), None)
    return Findings(
        regions=[
            checkup.report(region, receipts.values())
            for region in provider.regions
            if region in checkup.probes
        ],
        regions_error=None if region_set is None else _shown(region_set.error),
    )


class _Checkup:
    """The probes that run beside the lists of one check."""

    def __init__(self, provider: Provider) -> None:
        self.probes: dict[str, Future[Probe]] = {}
        self._provider = provider
        self._machines = _machines(provider)
        self._sources: dict[int, Source] = {}
        provider.kind.prepare()
        self._ends_at = time.monotonic() + provider.deadline_seconds

    def start(self) -> list[Ask]:
        """Probe each region that is not probed yet; asks for the lists of all."""
        sources = list(self._provider.sources.select_related("provider").order_by("pk"))
        self._sources = {source.pk: source for source in sources}
        for source in sources:
            if not source.is_region_set and source.region not in self.probes:
                self.probes[source.region] = _start(source, self._machines.get(source.region))
        return [Ask(source, max_age=0) for source in sources]

    def follow(self, _region_set: Source) -> SourcesChange:
        """The provider's sources after its regions were listed."""
        before = self._sources.keys()
        asks = self.start()
        regions = {ask.source.region for ask in asks if not ask.source.is_region_set}
        self.probes = {region: self.probes[region] for region in self.probes if region in regions}
        return SourcesChange(asks, frozenset(before - self._sources.keys()))

    def report(self, region: str, receipts: Iterable[Receipt]) -> RegionReport:
        of_region = [
            receipt
            for receipt in receipts
            if receipt.source.region == region and not receipt.source.is_region_set
        ]
        asked = _finish(self.probes[region], self._ends_at)
        return _report(self._provider.kind, region, of_region, asked)


def _machines(provider: Provider) -> dict[str, MachineRecord]:
    """By region, a machine that exists as far as is known: permissions are asked about it."""
    there = VirtualMachine.objects.filter(provider=provider, listed=True).exclude(state__in=GONE)
    firsts = there.values("region").annotate(first=Min("pk")).values("first")
    return {row.region: _record(row) for row in there.filter(pk__in=firsts)}


def _record(row: VirtualMachine) -> MachineRecord:
    return MachineRecord(
        external_id=row.external_id,
        name=row.name,
        state=MachineState[row.state],
        raw_state=row.raw_state,
        size_id=row.size_id,
        image_id=row.image_id,
        location_id=row.location_id,
    )


def _start(source: Source, machine: MachineRecord | None) -> Future[Probe]:
    seconds = source.provider.deadline_seconds
    return bulkhead.submit(source, partial(_probe, source, seconds, machine))


def _probe(source: Source, seconds: float, machine: MachineRecord | None) -> Probe:
    """Runs in the pool. Raises ProviderError when there is no connection to ask over."""
    try:
        with asked(source, seconds) as cloud:
            return probe(cloud, machine)
    except ProviderError:
        raise
    except Exception as error:
        log.exception("Probing %s of provider %s failed", source.region, source.provider_id)
        message = "The answer could not be read; the log says more."
        raise ProviderError(Code.PROVIDER_ERROR, message) from error
    finally:
        close_old_connections()


def _finish(future: Future[Probe], ends_at: float) -> Probe:
    try:
        with turns.waiting():
            return future.result(timeout=max(0.0, ends_at - time.monotonic()))
    except TimeoutError:
        future.cancel()
        return Probe(None, deadline_passed(), ())
    except ProviderError as error:
        return Probe(None, error, ())


def _report(
    kind: ProviderKind, region: str, receipts: Sequence[Receipt], asked: Probe
) -> RegionReport:
    names = main_resources_of(kind)
    main = [receipt for receipt in receipts if receipt.source.resource in names]
    codes = {receipt.error.code for receipt in receipts if receipt.error}
    codes |= {asked.error.code} if asked.error else set()
    answered = any(receipt.answered for receipt in main)
    ahead = asked.timing.clock_ahead if asked.timing else None
    return RegionReport(
        region=region,
        reachable=answered or asked.timing is not None or bool(codes & ANSWERS),
        latency_ms=math.ceil(asked.timing.seconds * 1000) if asked.timing else None,
        clock_skew_seconds=None if ahead is None else round(ahead),
        credentials_valid=_credentials_valid(codes, answered=answered, off=is_off(ahead)),
        error=_error(main),
        permissions=_permissions(kind, receipts, asked),
    )


def _credentials_valid(codes: set[str], *, answered: bool, off: bool) -> bool | None:
    """A signature that was refused with another clock says nothing of the keys."""
    shown = credentials_valid([answered or None, *map(takes_credentials, codes)])
    return None if shown is False and off else shown


def _error(main: Sequence[Receipt]) -> ReceiptError | None:
    """The error of the lists that the provider is connected for: machines, or else containers.

    A cloud's message about a denied permission may name the account, so it is not shown.
    """
    return _shown(next((receipt.error for receipt in main if receipt.error), None))


def _shown(error: ReceiptError | None) -> ReceiptError | None:
    if error is not None and error.code == Code.PERMISSION_DENIED:
        return ReceiptError(error.code, LACKING, error.retryable)
    return error


def _permissions(
    kind: ProviderKind, receipts: Sequence[Receipt], asked: Probe
) -> tuple[Finding, ...]:
    """One finding for each capability: UNKNOWN if no answer is about it."""
    told = [
        finding_of_answer(
            kind,
            RESOURCES[receipt.source.resource].capability,
            receipt.error.code if receipt.error else None,
        )
        for receipt in receipts
    ]
    told += asked.findings
    missing = kind.capabilities - {finding.capability for finding in told}
    message = f"The question ended with {asked.error.code}." if asked.error else "It was not asked."
    told += [found(kind, one, Permission.UNKNOWN, message) for one in missing]
    return in_order(told)
