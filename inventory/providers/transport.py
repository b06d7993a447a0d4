"""The bounds of every request of libcloud: where it goes, how long it takes, how much comes back.

libcloud hands one timeout to every request, and requests applies it to every single wait on the
socket: a cloud that sends a byte now and then would never time out. Here each request gets what is
left of a budget, and so does each wait on its socket (``deadline_sockets``).

A driver has more connections than its own: one to sign in, one for each service of its catalogue.
So a ``Line`` bounds whatever its task sends, on whatever connection, and closes them all. It notes
how soon it was answered. ``reply_limits`` bounds what all replies to it hold together.

A read that is throttled, or that fails for a moment, is sent again within the same budget:
``retries`` says which and after how long. ``redirects`` says which redirects are not followed.
Certificates are verified, whatever a driver says. ``guard`` checks each address.
"""

import io
import math
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol

import requests
from requests.adapters import BaseAdapter

from gateway.core.http.budget import Budget, budget_in_use
from gateway.core.http.deadline_sockets import SHORTEST_WAIT
from gateway.core.http.retry_after import retry_after_of
from inventory.providers import delivery, guard, redirects, retries, unanswered
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.release import Released
from inventory.providers.reply_limits import ReplyLimits, count_received
from inventory.providers.response_timing import ResponseTiming, timing_of
from inventory.providers.task_secrets import TaskSecrets
from inventory.providers.value_limits import MOST_JSON_MARKS, TOO_MANY_JSON, json_marks

PIECE_BYTES = 64 * 1024
LARGEST_BODY_BYTES = 64 * 1024 * 1024  # a thousand EC2 instances are about 4 MiB
XML_BEGINNINGS = {b"<", b"\xef", b"\xfe", b"\xff"}  # in UTF-8 and UTF-16; of no JSON
ENTITY = b"<!ENTITY"
WIDE_ENTITY = b"\x00".join(ENTITY[at : at + 1] for at in range(len(ENTITY)))  # in UTF-16

MaySend = Callable[[requests.PreparedRequest], bool]


class Closable(Protocol):
    """A session of requests, or what is a connection to a cloud that speaks no HTTP."""

    def close(self) -> None: ...


class Line:
    """All that one task sends. It counts against ``budget``; its sockets are closed with it.

    ``is_used``: a request was sent on it, or was about to be. ``unsettled``: requests that change
    something and that were not clearly refused: the cloud has carried them out, or may have. Those
    sent inside of ``preparing`` do not count. ``is_latest_unsettled``: the latest request counts.

    ``before_change``: called before each request that changes something. If it raises, the request
    is not sent.

    ``https_adapter``: makes what sends https in place of requests' own; None: that.

    ``check_body``: called with each body before it is parsed; what it raises refuses the answer.

    ``fastest``: of the replies since it was last set to None, the one that was waited for least.

    ``throttled_pause``: seconds until a read that was throttled may be sent again, if its reply
    names no time.

    ``secrets``: what no error of the task may contain; those that its requests carry are added.
    """

    def __init__(self, budget: Budget, secrets: Iterable[str] = ()) -> None:
        self.budget = budget
        self.secrets = TaskSecrets(secrets)
        self._limits = ReplyLimits()
        self.fastest: ResponseTiming | None = None
        self.retries = 0
        self.throttled_pause = 0.0
        self.is_used = False
        self.unsettled = 0
        self.is_latest_unsettled = False
        self.before_change: Callable[[], None] = lambda: None
        self.is_preparing = False
        self.check_body: Callable[[bytes], None] = lambda _body: None
        self.https_adapter: Callable[[], BaseAdapter] | None = None
        self._may_send: MaySend | None = None
        self._connections: list[Closable] = []

    @contextmanager
    def used(self) -> Iterator[None]:
        """Requests that this thread sends inside the block use this line."""
        token = _line.set(self)
        try:
            with self.budget.used(), self._limits.used(), self.secrets.used():
                yield
        finally:
            _line.reset(token)

    @contextmanager
    def only(self, may_send: MaySend) -> Iterator[None]:
        """Inside the block, a request that ``may_send`` does not admit raises and is not sent."""
        self._may_send = may_send
        try:
            yield
        finally:
            self._may_send = None

    def admit(self, request: requests.PreparedRequest) -> None:
        """Raises ProviderError if the request must not be sent. Notes the secrets in it."""
        self.secrets.note_sent(request.headers, request.path_url, request.body)
        if self._may_send is not None and not self._may_send(request):
            message = f"{request.method} would act: it is not the cloud's dry run. It was not sent."
            raise ProviderError(ProviderErrorCode.NOT_SUPPORTED, message)
        if delivery.changes_something(request):
            self.before_change()

    @property
    def may_retry(self) -> bool:
        """True if the task has made fewer retries than it may."""
        return self.retries < retries.TASK_RETRIES

    def add(self, connection: Closable) -> None:
        self._connections.append(connection)

    def note(self, timing: ResponseTiming) -> None:
        if self.fastest is None or timing.seconds < self.fastest.seconds:
            self.fastest = timing

    def close(self) -> None:
        """Close the sockets and release the answers now, not when garbage is collected."""
        for connection in self._connections:
            connection.close()
        self._connections.clear()


_line: ContextVar[Line | None] = ContextVar("line", default=None)


class BoundedAdapter(BaseAdapter):
    """Another adapter, bounded by the line that is in use."""

    def __init__(self, inner: BaseAdapter) -> None:
        super().__init__()
        self._inner = inner

    def send(  # noqa: PLR0917 - requests' signature
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,  # noqa: ARG002 - the budget's replaces it
        verify: bool | str = True,
        cert: Any = None,
        proxies: Any = None,  # noqa: ARG002 - the guard says why there are none
    ) -> requests.Response:
        try:
            with budget_in_use().used():
                response = self._send_within(request, stream=stream, verify=verify, cert=cert)
        except Exception as error:
            unanswered.note(error)
            raise
        unanswered.note_reply(response)
        return response

    def _send_within(
        self, request: requests.PreparedRequest, *, stream: bool, verify: bool | str, cert: Any
    ) -> requests.Response:
        line, budget = _line.get(), budget_in_use()
        tries = 0
        while True:
            budget.check()
            if line is not None:
                line.admit(request)
            response = self._send_once(
                request, line, budget, stream=stream, verify=verify, cert=cert
            )
            tries += 1
            pause = None
            if not stream and retries.is_read(request) and (line is None or line.may_retry):
                pause = retries.pause_before_retry(
                    response,
                    tries=tries,
                    left=budget.left,
                    throttled=0.0 if line is None else line.throttled_pause,
                )
            if pause is None:
                return response
            response.close()
            if line is not None:
                line.retries += 1
            retries.sleep(pause)

    def _send_once(
        self,
        request: requests.PreparedRequest,
        line: Line | None,
        budget: Budget,
        *,
        stream: bool,
        verify: bool | str,
        cert: Any,
    ) -> requests.Response:
        sent_at = time.monotonic()
        with _delivery_noted(request, line) as answered:
            response = self._inner.send(
                request,
                stream=True,
                timeout=max(budget.left, SHORTEST_WAIT),
                verify=verify or True,
                cert=cert,
                proxies={},
            )
            answered(response)
        if line is not None:
            line.note(timing_of(response, time.monotonic() - sent_at))
        _normalize_retry_after(response)
        redirects.check_redirect(request, response)
        if not stream:
            _read(response, budget)
        return response

    def close(self) -> None:
        self._inner.close()


@contextmanager
def _delivery_noted(
    request: requests.PreparedRequest, line: Line | None
) -> Iterator[Callable[[requests.Response], None]]:
    """Count the request as unsettled, unless it is known that it changed nothing."""
    answers: list[requests.Response] = []
    changed = delivery.changes_something(request)
    if line is not None:
        line.is_used = True
    try:
        yield answers.append
    except Exception as error:
        changed = changed and not delivery.was_never_sent(error)
        raise
    finally:
        if answers:
            changed = changed and not delivery.is_clear_refusal(answers[0].status_code)
        if line is not None:
            line.is_latest_unsettled = changed and not line.is_preparing
            line.unsettled += line.is_latest_unsettled


def mount(session: requests.Session) -> None:
    """Bound all that ``session`` sends; it is closed with the line that it is made on."""
    line = _line.get()
    if line is not None and line.https_adapter is not None:
        session.mount("https://", line.https_adapter())
        guard.guard(session)
    for prefix, adapter in list(session.adapters.items()):
        session.mount(prefix, BoundedAdapter(adapter))
    close_with_line(session)


def close_with_line(connection: Closable) -> None:
    """Close it when the task is done that uses it."""
    line = _line.get()
    if line is not None:
        line.add(connection)


def check_bodies(check: Callable[[bytes], None]) -> None:
    """Have ``check`` called with each body that this task receives: see ``Line.check_body``."""
    line = _line.get()
    if line is not None:
        line.check_body = check


def send_https_by(adapter: Callable[[], BaseAdapter]) -> None:
    """Have each session that this task makes from now on send https by an adapter of its own."""
    line = _line.get()
    if line is not None:
        line.https_adapter = adapter


@contextmanager
def preparing() -> Iterator[None]:
    """Inside the block, requests change something beside what the action is about.

    An action of which only these were carried out has not acted.
    """
    line = _line.get()
    if line is None:
        yield
        return
    before, line.is_preparing = line.is_preparing, True
    try:
        yield
    finally:
        line.is_preparing = before


def send_by(session: requests.Session, prefix: str, adapter: BaseAdapter) -> None:
    """Have ``adapter`` send what begins with ``prefix``, guarded and bounded as everything is."""
    session.mount(prefix, adapter)
    guard.guard(session)
    session.mount(prefix, BoundedAdapter(adapter))


def _read(response: requests.Response, budget: Budget) -> None:
    body, marks, is_xml = io.BytesIO(), 0, None
    try:
        while piece := response.raw.read1(PIECE_BYTES, decode_content=True):
            body.write(piece)
            if is_xml is None:
                is_xml = piece[:1] in XML_BEGINNINGS
            found = json_marks(piece)
            marks += found
            budget.check()
            _check_size(body.tell(), marks)
            count_received(len(piece), 0 if is_xml else found)
        _check_entities(body.getvalue())
        line = _line.get()
        if line is not None:
            line.check_body(body.getvalue())
    except BaseException:
        response.close()
        raise
    body.seek(0)
    response.raw = body


def _check_size(received: int, marks: int) -> None:
    """XML is counted where it is parsed."""
    if received > LARGEST_BODY_BYTES:
        raise _refused(f"The answer is larger than {LARGEST_BODY_BYTES >> 20} MiB.")
    if marks > MOST_JSON_MARKS:
        raise _refused(f"The answer has too many values: {TOO_MANY_JSON}.")


def _check_entities(body: bytes) -> None:
    """No cloud declares entities of its own; a few that name each other fill any memory."""
    if ENTITY in body or WIDE_ENTITY in body:
        raise _refused("The answer declares XML entities, which are not read.")


def _normalize_retry_after(response: requests.Response) -> None:
    """Replace the header with whole seconds, and remove one that cannot be read.

    libcloud's RateLimitReachedError passes it to ``float``, its exception_from_message a date to
    ``mktime_tz``: what they raise would hide that the cloud throttles.
    """
    if "retry-after" not in response.headers:
        return
    seconds = retry_after_of(response.headers)
    del response.headers["retry-after"]
    if seconds is not None:
        response.headers["retry-after"] = str(math.ceil(seconds))


def _refused(message: str) -> ProviderError:
    return ProviderError(ProviderErrorCode.PROVIDER_ERROR, message)


guard.install(mount, lambda connection: close_with_line(Released(connection)))
