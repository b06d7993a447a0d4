"""A client of the streams of a process, called as the ASGI front calls them."""

import asyncio
import json
from contextlib import asynccontextmanager

from gateway.schema import SUBSCRIPTION_FIELDS, executor
from gateway.streams.front import Streams
from gateway.streams.limits import StreamLimits

JSON = (b"content-type", b"application/json")
SECONDS = 300  # a bound of a hang, on a busy machine


def make_streams(fields=SUBSCRIPTION_FIELDS, *, total=100, per_user=50, threads=16):
    """Threads enough that one user's share runs several calls."""
    limits = StreamLimits(total=total, per_user=per_user)
    return Streams(executor, fields, threads=threads, limits=limits, most=100_000)


class Response:
    """An answer as it comes. ``taking`` False: the client reads no further."""

    def __init__(self):
        self.status = None
        self.headers = {}
        self.text = ""
        self.taking = asyncio.Event()
        self.taking.set()
        self._came = asyncio.Event()
        self.ended = asyncio.Event()

    async def send(self, message):
        await self.taking.wait()
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            self.text += message["body"].decode()
        self._came.set()

    @property
    def events(self):
        """(event, data) of each complete event; comments are left out."""
        found = []
        for block in self.text.split("\n\n")[:-1]:
            fields = dict(line.partition(": ")[::2] for line in block.splitlines())
            if "event" in fields:
                found.append((fields["event"], json.loads(fields["data"] or "null")))
        return found

    @property
    def answers(self):
        """The response maps of the events ``next``."""
        return [data for event, data in self.events if event == "next"]

    async def until(self, condition):
        async with asyncio.timeout(SECONDS):
            while not condition(self):
                if self.ended.is_set():
                    raise AssertionError(f"It ended before: {self.text}")
                self._came.clear()
                ended = asyncio.create_task(self.ended.wait())
                came = asyncio.create_task(self._came.wait())
                await asyncio.wait({ended, came}, return_when=asyncio.FIRST_COMPLETED)
                ended.cancel()
                came.cancel()

    async def count(self, number):
        """Wait for this many answers, and return them."""
        await self.until(lambda response: len(response.answers) >= number)
        return self.answers

    async def end(self):
        async with asyncio.timeout(SECONDS):
            await self.ended.wait()
        return self


def scope_of(method, token, *, headers=(), query_string="", host="localhost"):
    """``host``: None where ``headers`` have it."""
    fields = [*headers] if host is None else [(b"host", host.encode()), *headers]
    if token:
        fields.append((b"authorization", f"JWT {token}".encode()))
    return {
        "type": "http",
        "method": method,
        "scheme": "http",
        "http_version": "1.1",
        "path": "/graphql/stream",
        "raw_path": b"/graphql/stream",
        "query_string": query_string.encode(),
        "headers": fields,
        "server": ("127.0.0.1", 8000),
        "client": ("127.0.0.1", 5000),
    }


@asynccontextmanager
async def opened(streams, token, query=None, *, method="POST", headers=(JSON,), **more):
    """The response while it comes; the client goes away at the end of the block."""
    variables, extensions = more.pop("variables", None), more.pop("extensions", None)
    body = b""
    if query is not None:
        content = {"query": query, "variables": variables, "extensions": extensions}
        body = json.dumps(content).encode()
    messages = [{"type": "http.request", "body": more.pop("body", body), "more_body": False}]
    leaves, response = asyncio.Event(), Response()

    async def receive():
        if messages:
            return messages.pop()
        await leaves.wait()
        return {"type": "http.disconnect"}

    async def serve():
        try:
            await streams.serve(
                scope_of(method, token, headers=headers, **more), receive, response.send
            )
        finally:
            response.ended.set()

    task = asyncio.create_task(serve())
    try:
        yield response
    finally:
        leaves.set()
        response.taking.set()
        async with asyncio.timeout(SECONDS):
            await task


async def answered(streams, token, query=None, **more):
    """The whole response to a request that ends by itself."""
    async with opened(streams, token, query, **more) as response:
        return await response.end()


def all_of(token, query, **variables):
    """The answers of a stream that completes by itself, in an event loop of its own."""
    found = []

    async def watch(streams):
        found.append(await answered(streams, token, query, variables=variables))

    in_loop(watch, make_streams())
    assert found[0].events[-1] == ("complete", None)
    return found[0].answers


def in_loop(main, streams):
    """Run ``main(streams)`` in an event loop of its own."""

    async def run():
        try:
            await main(streams)
        finally:
            streams.close()
            await _others()

    asyncio.run(run())


async def _others():
    """Wait until the other tasks have ended: the loop's end would interrupt how they close."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        _ended, left = await asyncio.wait(others, timeout=SECONDS)
        assert not left, left


async def in_thread(call, *arguments, **named):
    """Call a function outside of the loop, and close the database connection that it used."""
    from django.db import close_old_connections  # noqa: PLC0415

    def own():
        try:
            return call(*arguments, **named)
        finally:
            close_old_connections()

    return await asyncio.to_thread(own)
