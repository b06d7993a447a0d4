"""The one way to a cloud: ``connect`` builds a fresh driver, ``Cloud`` calls it.

A driver is never shared between threads: libcloud's are not thread-safe and answer one thread
with another's data, silently. Building one costs a tenth of a millisecond.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any, TypeVar

import requests
from libcloud.common.types import MalformedResponseError

from gateway.core.http.budget import Budget
from inventory.providers.accepted import OperationId, RequestOutcome, operation_named
from inventory.providers.capability import BY_KEY, LIST, Capability
from inventory.providers.dry_runs import is_read
from inventory.providers.exceptions import (
    ProviderError,
    ProviderErrorCode,
    ServiceAbsent,
    code_of_word,
    map_provider_errors,
)
from inventory.providers.identity import check_identity
from inventory.providers.kind import ProviderKind, Values
from inventory.providers.reading import UNEXPECTED_FORM, UNKNOWN_WORD, with_id
from inventory.providers.refusals import classify, outcome_of
from inventory.providers.response_timing import ResponseTiming
from inventory.providers.secret_texts import secrets_of, shortened
from inventory.providers.table import Function
from inventory.providers.transport import Line
from inventory.types import (
    ContainerRecord,
    Failure,
    MachineRecord,
    SizeRecord,
    Verdict,
)

UNCLEAR = "It may have been carried out: check there before you request it again."
SEARCHED = "images"  # what a list takes a search of
RUNNING = frozenset({"virtual_machines", "containers"})  # what ``failure`` and ``blocker`` are of
R = TypeVar("R", MachineRecord, ContainerRecord)


class Cloud:
    """One region of one account, for the length of one task.

    Every method may raise ProviderError and nothing else. A driver's result for an action is not
    trusted: read the machine again. An action returns the id of the cloud's own operation if the
    reply names one; ``find_outcome`` reads the outcome of that operation.
    """

    def __init__(
        self,
        kind: ProviderKind,
        driver: Any,
        *,
        line: Line,
        order_settings: Values,
    ) -> None:
        self.kind = kind
        self.order_settings = order_settings
        self._line = line
        self._driver = driver
        self._beside = kind.table.beside
        self._secrets = line.secrets

    def guard_changes(self, check: Callable[[], None]) -> None:
        """Have ``check`` called before each action, and before each request that changes something.

        What it raises keeps the action, or the request, from being sent.
        """
        self._line.before_change = check

    def conceal(self, secrets: Iterable[str]) -> None:
        """Keep these out of every later error too. The secrets of an order need no call."""
        self._secrets.extend(secrets)

    def pin(self, instance_id: str) -> None:
        """Have actions refuse any other object, where the driver can: see ``instance_id``."""
        if hasattr(self._driver, "pinned"):
            self._driver.pinned = instance_id

    def read(self, resource: str, search: str | None = None) -> list[Any]:
        """The records of all objects, every page followed; a listing that is cut short raises.
        Raises ServiceAbsent where the account or the region has no such service.

        Of images, a choice worth offering, or with ``search`` (an image's id, or a part of a name)
        all that are found; no other resource can be searched. Of regions, the names of those that
        the account may use.
        """
        searched = () if search is None else (search,)
        with self._doing(resource, LIST) as function:
            return [*function(self._driver, *searched)]

    def ask(self, resource: str, *arguments: Any) -> Any:
        """The kind's answer to one question about a resource that is never stored."""
        with self._doing(resource, LIST) as function:
            return function(self._driver, *arguments)

    def read_everywhere(self, resource: str) -> dict[str, list[Any]]:
        """The records of all regions of the account, by region, in one list.

        Raises NOT_SUPPORTED where the cloud has no such list.
        """
        with self._doing(resource, LIST):
            everywhere = self._beside.everywhere.get(resource)
            if everywhere is None:
                raise NotImplementedError
            found = everywhere(self._driver)
            return {region: [*records] for region, records in found.items()}

    def find(self, resource: str, external_id: str) -> Any:
        """The record of one object. None: the cloud says that there is none."""
        with suppress(ServiceAbsent), self._doing(resource, LIST) as listing:
            find = self._beside.find.get(resource)
            if find is None:
                searched = (external_id,) if resource == SEARCHED else ()
                found = _in_list(listing(self._driver, *searched), external_id)
            else:
                found = find(self._driver, external_id)
            return _identified(found, external_id, self.kind.id_key)
        return None

    def do(self, resource: str, verb: str, external_id: str, *arguments: Any) -> OperationId | None:
        """Ask for an action on an object. ``arguments``: the action's own.

        The verb resize takes the size's id; the machine is off, and stays off. The verb tag takes
        the tags to set, by key, and the keys to remove; other tags stay. The verb start is for a
        container that was never started, has ended, or is paused. The verb remove is for a
        container that runs or does not run.
        """
        with self._doing(resource, verb, external_id) as function:
            return operation_named(function(self._driver, external_id, *arguments))

    def create(self, resource: str, verb: str, order: Any) -> Any:
        """Create an object; returns its record.

        A container may be CREATED alone, and is started then by its verb start.
        """
        self.conceal(secrets_of(order))
        with self._doing(resource, verb) as function:
            return _created(function(self._driver, order))

    def create_once(self, resource: str, verb: str, order: Any) -> Any:
        """As ``create``, for an object that is not searched for after an unclear answer.

        The error then says that the object may exist, and that trying again does not help.
        """
        try:
            return self.create(resource, verb, order)
        except ProviderError as error:
            if error.may_have_acted:
                error.judge(error.code, temporary=False)
                error.message = f"{error.message.rstrip('.')}. {UNCLEAR}"
            raise

    def call(self, resource: str, verb: str, *arguments: Any, **options: Any) -> Any:
        """The result of the kind's function for this verb, which is the answer to the caller.

        The verb neither lists all objects nor creates one.
        """
        with self._doing(resource, verb) as function:
            return function(self._driver, *arguments, **options)

    def awaits_confirmation(self, record: MachineRecord) -> bool:
        """True if the machine's new size is on trial, until it is confirmed or reverted."""
        return record.raw_state in self.kind.unconfirmed

    def confirm_resize(self, external_id: str) -> OperationId | None:
        with self._doing("virtual_machines", "resize"):
            confirm = self._beside.confirm_resize
            if confirm is None:
                raise NotImplementedError
            return operation_named(confirm(self._driver, external_id))

    @property
    def configures_buckets(self) -> bool:
        """True if some of what an order of a bucket asks for is set by ``configure_bucket``."""
        return self._beside.configure_bucket is not None

    def configure_bucket(self, order: Any) -> None:
        """Set what ``order`` asks for, and the request that created the bucket did not set."""
        with self._doing("buckets", "create"):
            if self._beside.configure_bucket is None:
                raise NotImplementedError
            self._beside.configure_bucket(self._driver, order)

    def find_size(self, size_id: str, location_id: str | None = None) -> SizeRecord | None:
        """A size that is not in the list and that can be ordered. None: the cloud has none."""
        with self._doing("sizes", LIST):
            if self._beside.find_size is None:
                return None
            found: SizeRecord | None = self._beside.find_size(self._driver, size_id, location_id)
            return found

    def check(
        self,
        capability: Capability,
        external_id: str | None = None,
        *,
        order: Any = None,
        **details: Any,
    ) -> Verdict | None:
        """Ask the cloud, without acting, if it would accept an action. None: it cannot be asked.

        ``details`` are the action's own: ``size`` of a resize, ``wanted`` and ``unwanted`` of tags,
        and else ``arguments``, as ``do`` takes them.
        A refusal is a verdict, a temporary one too. A cloud that fails or throttles raises.
        """
        dry_run = self._beside.dry_run
        if dry_run is None:
            return None
        if order is not None:
            self.conceal(secrets_of(order))
        try:
            with self._doing(*capability.key), self._line.only(self._is_dry):
                verdict: Verdict | None = dry_run(
                    self._driver, capability, external_id, order=order, **details
                )
        except ProviderError as error:
            return _verdict_of(error)
        if verdict is None:
            return None
        return replace(verdict, message=shortened(verdict.message, self._secrets))

    def _is_read(self, request: requests.PreparedRequest) -> bool:
        return is_read(request, self.kind.dry_run)

    def _is_dry(self, request: requests.PreparedRequest) -> bool:
        declared = self.kind.dry_run
        return declared is not None and declared.allows(request)

    def find_blocker(self, capability: Capability, external_id: str) -> Verdict | None:
        """Why the cloud would refuse an action now, by what a read of the object shows.

        None: nothing is known to block it. None too where the account may not read it: the cloud
        still answers the action itself.
        """
        blocker = self._beside.blocker
        if blocker is None or capability.resource not in RUNNING:
            return None
        try:
            with self._sending(), self._line.only(self._is_read):
                verdict: Verdict | None = blocker(self._driver, capability, external_id)
                return verdict
        except ProviderError as error:
            if error.retryable:
                raise
            return None

    def find_failure(self, capability: Capability, external_id: str) -> Failure | None:
        """The failure of the latest accepted request for this action. None: no failure is reported.

        None too where the kind reports none. Its text is bounded and contains no secrets.
        """
        if self._beside.failure is None or capability.resource not in RUNNING:
            return None
        with self._sending():
            found = self._beside.failure(self._driver, capability, external_id)
            return None if found is None else self._classified(found)

    def find_outcome(self, external_id: str, operation: str) -> RequestOutcome:
        """The outcome of the request on the object: the one whose reply named this operation.

        Its text is bounded and contains no secrets. Raises NOT_SUPPORTED where no reply names one.
        """
        if self._beside.outcome is None:
            message = f"{self.kind.label} has no operations of its own."
            raise ProviderError(ProviderErrorCode.NOT_SUPPORTED, message)
        with self._sending():
            found = self._beside.outcome(self._driver, external_id, operation)
            failure = None if found.failure is None else self._classified(found.failure)
            return replace(found, failure=failure)

    def _classified(self, failure: Failure) -> Failure:
        row = outcome_of(self.kind.refusals, failure.word, failure.message)
        code = row.code if row else code_of_word(failure.word) or failure.code
        return Failure(
            word=shortened(failure.word, self._secrets),
            message=shortened(failure.message, self._secrets),
            at=shortened(failure.at, self._secrets),
            code=str(code),
        )

    def may_repeat(self, capability: Capability) -> bool:
        """True if an order may be sent again after an unclear answer: see ``ProviderKind``.

        False for another vendor's implementation of the API, which may ignore the client token.
        """
        is_vendors = getattr(self._driver, "is_vendors_endpoint", True)
        return is_vendors and capability in self.kind.repeatable

    @property
    def can_check(self) -> bool:
        """True if ``check`` may have an answer."""
        return self._beside.dry_run is not None

    def lacking(
        self, machine: Callable[[], MachineRecord | None]
    ) -> Mapping[Capability, Sequence[str]] | None:
        """The actions that the account may not perform, by capability, as the cloud reports them.

        A capability that the cloud does not report is left out. None: this kind cannot ask.
        ``machine`` returns a machine that the question may be about, or None.
        """
        missing = self._beside.missing_permissions
        if missing is None:
            return None
        needs = {one: self.kind.actions.get(one, ()) for one in self.kind.acting_capabilities}
        with self._sending():
            found: Mapping[Capability, Sequence[str]] = missing(self._driver, needs, machine)
            return found

    @contextmanager
    def listening(self) -> Iterator[Callable[[], ResponseTiming | None]]:
        """Tells, at any time, the fastest of the replies that came in inside of the block."""
        self._line.fastest = None
        yield lambda: self._line.fastest

    @contextmanager
    def _doing(
        self, resource: str, verb: str, external_id: str | None = None
    ) -> Iterator[Function]:
        """The kind's function, and the error of its call as ProviderError."""
        capability = BY_KEY[resource, verb]
        function = self.kind.table.functions.get(capability.key)
        if function is None:
            message = f"{self.kind.label} cannot do this: {capability.meaning}"
            raise ProviderError(ProviderErrorCode.NOT_SUPPORTED, message)
        if external_id is not None and (why := self.kind.unsupported(capability, external_id)):
            raise ProviderError(ProviderErrorCode.NOT_SUPPORTED, why)
        if verb != LIST:
            self._line.before_change()  # some kinds send no HTTP requests
        with self._sending():
            yield function

    @contextmanager
    def _sending(self) -> Iterator[None]:
        before = self._line.unsettled
        try:
            with map_provider_errors(self._secrets, classifier(self.kind)), self._line.used():
                self._line.budget.check()
                yield
        except ProviderError as error:
            if self._line.is_used:
                is_settled = error.was_not_done and self._line.is_latest_unsettled
                error.may_have_acted = self._line.unsettled - is_settled > before
            raise


def _verdict_of(error: ProviderError) -> Verdict:
    """Raises ``error`` where it says nothing about the action."""
    if error.code.retryable and not error.is_final:
        raise error
    return Verdict(False, error.message, error.code, is_temporary=error.retryable)


def classifier(kind: ProviderKind) -> Callable[[ProviderError], None]:
    """Classifies a refusal by the kind's table."""
    return lambda error: classify(error, kind.refusals)


def _in_list(records: Sequence[Any], external_id: str) -> Any:
    """None if the list does not have it. Raises MalformedResponseError if an id was unreadable."""
    found = with_id(records, external_id)
    if found is not None and not found.external_id:
        raise MalformedResponseError(found.problem or UNEXPECTED_FORM)
    return found


def _identified(record: R | None, external_id: str, key: Callable[[str], str]) -> R | None:
    """The record of a single read. If it has no id, its id is the one that was asked for.

    Raises MalformedResponseError if it has another id, and ProviderError if it has neither an id
    nor a name nor a state: it is something else.
    """
    if record is None:
        return None
    if record.external_id:
        check_identity(record.external_id, external_id, key)
        return record
    if not record.name and record.raw_state == UNKNOWN_WORD:
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, record.problem or UNEXPECTED_FORM)
    return replace(record, external_id=external_id, name=record.name or external_id)


def _created(record: R) -> R:
    """Raises ProviderError for a record without an id; a later attempt finds it by its mark."""
    if not record.external_id:
        message = f"It was created, and its id could not be read. {record.problem or ''}".strip()
        raise ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)
    return record


@contextmanager
def connect(
    kind: ProviderKind, credentials: Values, region: str, timeout: float
) -> Iterator[Cloud]:
    """A cloud to call within ``timeout`` seconds: all calls together, and each wait on a socket.

    Its sockets are closed afterwards, and its answers are released. Raises ProviderError; some
    drivers connect when they are built.
    """
    kind.prepare()
    line = Line(Budget(timeout), kind.secrets(credentials))
    line.throttled_pause = 0.0 if kind.rate is None else kind.rate.pause
    try:
        with map_provider_errors(line.secrets, classifier(kind)), line.used():
            driver = kind.driver(credentials, region, timeout)
            line.secrets.extend(getattr(driver, "secrets", []))  # keys that it has for a while
        settings = kind.order_settings(credentials)
        yield Cloud(kind, driver, line=line, order_settings=settings)
    finally:
        line.close()
