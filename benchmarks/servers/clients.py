"""Many clients at once, in a process of their own: `python -m benchmarks.servers.clients`.

They read their requests from standard input, and write the duration of each to standard output.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from benchmarks.servers.process import ROOT

WRONG = b"HTTP/1.1 200"


@dataclass(frozen=True, slots=True)
class Crowd:
    """``bodies``: one client for each, who asks it ``times`` times, one after the other."""

    port: int
    authorization: str
    bodies: Sequence[dict[str, Any]]
    times: int = 1


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds: of each answer, of the others' meanwhile, and from the first to the last."""

    answers: list[float]
    beside: list[float]
    whole: float


def ask_all(crowd: Crowd, *, beside: Crowd | None = None) -> Took:
    """Let them ask; ``beside`` asks until ``crowd`` has its answers.

    Raises CalledProcessError when an answer was not complete.
    """
    finished = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", __name__],
        cwd=ROOT,
        input=orjson.dumps([asdict(crowd), beside and asdict(beside)]),
        stdout=subprocess.PIPE,
        check=True,
    )
    return Took(*orjson.loads(finished.stdout))


class _Client:
    def __init__(self, crowd: dict[str, Any], body: dict[str, Any]) -> None:
        content = orjson.dumps(body)
        head = (
            f"POST /graphql/ HTTP/1.1\r\nHost: 127.0.0.1:{crowd['port']}\r\n"
            f"Authorization: {crowd['authorization']}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\n\r\n"
        )
        self._request = head.encode() + content
        self._port = crowd["port"]

    async def open(self) -> "_Client":
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def ask(self) -> float:
        began = time.perf_counter()
        self._writer.write(self._request)
        head = await self._reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        answer = orjson.loads(await self._reader.readexactly(length))
        took = (time.perf_counter() - began) * 1000
        if not head.startswith(WRONG) or not answer["data"]["virtualMachines"]["complete"]:
            raise ValueError(answer)
        return took


async def _several(client: _Client, times: int) -> list[float]:
    return [await client.ask() for _ in range(times)]


async def _until(client: _Client, done: asyncio.Event) -> list[float]:
    took = []
    while not done.is_set():
        took.append(await client.ask())
        await asyncio.sleep(0.05)
    return took


async def main(crowd: dict[str, Any], beside: dict[str, Any] | None) -> list[Any]:
    clients = [await _Client(crowd, body).open() for body in crowd["bodies"]]
    done = asyncio.Event()
    others = [
        asyncio.create_task(_until(await _Client(beside, body).open(), done))
        for body in (beside["bodies"] if beside else ())
    ]
    began = time.perf_counter()
    took = await asyncio.gather(*(_several(client, crowd["times"]) for client in clients))
    whole = (time.perf_counter() - began) * 1000
    done.set()
    meanwhile = await asyncio.gather(*others)
    return [*([each for one in group for each in one] for group in (took, meanwhile)), whole]


if __name__ == "__main__":
    given = orjson.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(orjson.dumps(asyncio.run(main(*given))))
