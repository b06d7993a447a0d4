"""libvirt's remote procedure calls: questions sent, and answers that find their question again.

src/rpc/virnetprotocol.x defines the form of a message: its length, six numbers, and a payload.
Several calls may be under way: a thousand machines are asked for without waiting for each in turn.
"""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from libcloud.common.types import MalformedResponseError

from inventory.providers.libvirt.channel import Channel
from inventory.providers.libvirt.procedures import Procedure, read_nothing
from inventory.providers.libvirt.refusals import Failure, Refusal, Unreadable
from inventory.providers.libvirt.xdr import Reader
from inventory.providers.reply_limits import count_received
from inventory.providers.transport import LARGEST_BODY_BYTES

T = TypeVar("T")
PROGRAM, VERSION = 0x20008086, 1
CALL, REPLY = 0, 1
DONE, REFUSED = 0, 1
HEADER = struct.Struct(">IIIIIII")  # length, program, version, procedure, type, serial, status
LARGEST_MESSAGE = 32 * 1024 * 1024 + HEADER.size  # VIR_NET_MESSAGE_PAYLOAD_MAX, about
# A daemon takes five calls of a client at once, and leaves a few more waiting in its socket.
UNDER_WAY = 16


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A procedure, its arguments, and how its answer is read."""

    procedure: Procedure
    arguments: bytes = b""
    read: Callable[[Reader], T] = read_nothing  # type: ignore[assignment]


class Conversation:
    """Calls to one daemon, one thread's own."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._serial = 0
        self._received = 0  # bytes

    def ask(self, call: Call[T]) -> T:
        """Raises Failure."""
        [answer] = self.ask_each([call])
        if isinstance(answer, Failure):
            raise answer
        return answer

    def ask_each(self, calls: Sequence[Call[T]]) -> list[T | Failure]:
        """The answers, in the order of the calls; a failure is one of them."""
        answers: dict[int, T | Failure] = {}
        waiting: dict[int, Call[T]] = {}
        serials = []
        for call in calls:
            while len(waiting) >= UNDER_WAY:
                self._take_answer(waiting, answers)
            serials.append(self._send(call))
            waiting[serials[-1]] = call
        while waiting:
            self._take_answer(waiting, answers)
        return [answers[serial] for serial in serials]

    def begin(self, call: Call[None], *, seconds: float) -> None:
        """Ask for what may take minutes. A refusal that comes within ``seconds`` is raised."""
        waiting, answers = {self._send(call): call}, dict[int, Failure | None]()
        if self._channel.is_readable(seconds):
            self._take_answer(waiting, answers)
        for answer in answers.values():
            if isinstance(answer, Failure):
                raise answer

    def close(self) -> None:
        self._channel.close()

    def _send(self, call: Call) -> int:
        self._serial += 1
        length = HEADER.size + len(call.arguments)
        numbers = (length, PROGRAM, VERSION, call.procedure, CALL, self._serial, DONE)
        self._channel.send(HEADER.pack(*numbers) + call.arguments)
        return self._serial

    def _take_answer(self, waiting: dict[int, Call[T]], answers: dict[int, T | Failure]) -> None:
        """The next message; one that answers nothing of ``waiting`` is passed over."""
        serial, status, payload = self._receive()
        call = waiting.pop(serial, None)
        if call is None:
            return
        reader = Reader(payload)
        if status == REFUSED:
            answers[serial] = _refusal(reader)
            return
        answer: T | Failure = _read(call, reader)
        answers[serial] = answer

    def _receive(self) -> tuple[int, int, bytes]:
        """Serial, status and payload of the next message; serial 0 is no call's."""
        header = self._channel.receive(HEADER.size)
        length, program, version, _procedure, kind, serial, status = HEADER.unpack(header)
        if not HEADER.size <= length <= LARGEST_MESSAGE or version != VERSION:
            said = header.decode("ascii", "replace")
            raise MalformedResponseError(f"This is no libvirt; it says {said!r}.")
        self._received += length
        if self._received > LARGEST_BODY_BYTES:
            raise MalformedResponseError(f"The answers are over {LARGEST_BODY_BYTES >> 20} MiB.")
        count_received(length)
        payload = self._channel.receive(length - HEADER.size)
        is_answer = program == PROGRAM and kind == REPLY
        return (serial if is_answer else 0), status, payload


def _read(call: Call[T], reader: Reader) -> T | Unreadable:
    """The payload of one message. One that cannot be read leaves the other messages readable."""
    try:
        answer = call.read(reader)
        reader.end()
    except MalformedResponseError as error:
        return Unreadable(str(error.value))
    return answer


def _refusal(reader: Reader) -> Refusal:
    """Read the start of virNetMessageError. The rest says where in the daemon it occurred."""
    number = reader.integer()
    reader.integer()  # the part of libvirt
    return Refusal(number, reader.optional() or f"libvirt's error {number}")
