"""Many open streams, in a process of their own: `python -m benchmarks.servers.watchers`.

PORT and AUTHORIZATION are in its environment. Each line on its standard input is a command,
answered with one line::

    open 1000 {"query": …}   open so many streams, wait until each has sent its first bytes
    last                     wait until each has completed: milliseconds from the job's end to the
                             last answer that shows it
    count                    how many are open
    answers                  how many answers have come over them
    close                    close all
"""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import orjson

from benchmarks.servers.asking import asking
from gateway.run.ports import LOOPBACK

AT_ONCE = 50  # streams that are being opened
READY = b"HTTP/1.1 200"


class NotOpenedError(Exception):
    """A stream was refused."""


@contextmanager
def watchers(
    port: int, authorization: str, environment: Mapping[str, str]
) -> Iterator[Callable[[object], str]]:
    """A function that gives a command and returns its answer."""
    own = {"PORT": str(port), "AUTHORIZATION": authorization}
    with asking(__name__, {**environment, **own}) as ask:
        yield ask


class _Stream:
    """``answer``: the latest one; ``came_at``: when it came, and ``opened_at``, in seconds since
    1970.
    """

    def __init__(self) -> None:
        self.answer: dict[str, object] = {}
        self.came_at = self.opened_at = 0.0
        self.answers = 0
        self.completed = asyncio.Event()
        self._began = asyncio.Event()

    async def open(self, body: bytes) -> "_Stream":
        self._reader, self._writer = await asyncio.open_connection(LOOPBACK, os.environ["PORT"])
        head = (
            f"POST /graphql/stream HTTP/1.1\r\nHost: {LOOPBACK}:{os.environ['PORT']}\r\n"
            f"Authorization: {os.environ['AUTHORIZATION']}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        self._writer.write(head.encode() + body)
        status = await self._reader.readline()
        if not status.startswith(READY):
            raise NotOpenedError(status)
        self._task = asyncio.create_task(self._read())
        await self._began.wait()
        self.opened_at = time.time()
        return self

    async def _read(self) -> None:
        event = b""
        async for line in self._reader:
            if line.startswith((b":", b"event")):
                self._began.set()
            if line.startswith(b"event: "):
                event = line[7:].strip()
            elif line.startswith(b"data: ") and event == b"next":
                self.answer, self.came_at = orjson.loads(line[6:]), time.time()
                self.answers += 1
            if event == b"complete":
                self.completed.set()

    @property
    def is_open(self) -> bool:
        return not self._task.done()

    def close(self) -> None:
        self._task.cancel()
        self._writer.close()


async def _open(number: int, body: bytes) -> list[_Stream]:
    free = asyncio.Semaphore(AT_ONCE)

    async def one() -> _Stream:
        async with free:
            return await _Stream().open(body)

    return list(await asyncio.gather(*(one() for _ in range(number))))


async def _last(streams: list[_Stream]) -> float:
    await asyncio.gather(*(stream.completed.wait() for stream in streams))
    last = max(streams, key=lambda stream: stream.came_at)
    job = orjson.loads(orjson.dumps(last.answer))["data"]["jobUpdated"]
    ended_at = datetime.fromisoformat(job["finishedAt"]).timestamp()
    if max(stream.opened_at for stream in streams) > ended_at:
        raise NotOpenedError("A stream was opened after the job's end, which it shows late.")
    return (last.came_at - ended_at) * 1000


async def main() -> None:
    streams: list[_Stream] = []
    while line := await asyncio.to_thread(sys.stdin.readline):
        command, _, rest = line.strip().partition(" ")
        if command == "open":
            number, _, body = rest.partition(" ")
            streams += await _open(int(number), body.encode())
        elif command == "close":
            for stream in streams:
                stream.close()
            streams = []
        print(await _answer(command, streams), flush=True)  # noqa: T201 - the answer


async def _answer(command: str, streams: list[_Stream]) -> float:
    if command == "last":
        return await _last(streams)
    if command == "answers":
        return sum(stream.answers for stream in streams)
    return sum(stream.is_open for stream in streams)


if __name__ == "__main__":
    asyncio.run(main())
