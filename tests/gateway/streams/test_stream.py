"""One client's stream: pings, an end on every path, and a bound for a client that does not read."""

import asyncio

import pytest

from gateway.streams import stream as module
from gateway.streams.stream import Stream
from tests.gateway.streams.client import SECONDS, Response


def served(main):
    """Run ``main(stream, response, leave)`` beside the stream, until the stream ends."""

    async def run():
        stream, response, gone = Stream(), Response(), asyncio.Event()

        async def receive():
            await gone.wait()
            return {"type": "http.disconnect"}

        serving = asyncio.create_task(stream.serve(receive, response.send, {}))
        await main(stream, response, gone.set)
        async with asyncio.timeout(SECONDS):
            await serving
        assert stream.is_closed
        return response

    return asyncio.run(run())


def test_an_idle_stream_is_pinged(monkeypatch):
    monkeypatch.setattr(module, "PING_SECONDS", 0.01)

    async def wait(stream, response, leave):
        await response.until(lambda found: found.text.count(":\n\n") >= 3)
        leave()

    assert served(wait).events == []


def test_everything_before_the_end_is_sent():
    async def send(stream, _response, _leave):
        for number in range(100):
            stream.next(b"%d" % number)
        stream.complete()
        stream.next(b"101")  # too late

    response = served(send)
    assert response.answers == list(range(100))
    assert response.events[-1] == ("complete", None)


@pytest.mark.parametrize("waits", [True, False])
def test_a_client_that_does_not_read_is_dropped(monkeypatch, waits):
    """There are two bounds: the bytes that wait for it, and the time that a chunk waits."""
    monkeypatch.setattr(module, "MOST_BYTES", 1000)
    monkeypatch.setattr(module, "SEND_SECONDS", SECONDS if waits else 0.05)

    async def flood(stream, response, _leave):
        await response.until(lambda found: found.text)
        response.taking.clear()
        stream.next(b"1")
        if waits:
            await asyncio.sleep(0)  # the first chunk is under way
            for _ in range(20):
                stream.next(b"1" * 100)
            assert stream.is_closed
            response.taking.set()

    assert len(served(flood).text) < 200


def test_who_has_more_to_send_waits_for_the_client():
    async def send(stream, response, leave):
        await response.until(lambda found: found.text)
        response.taking.clear()
        stream.next(b"1" * (module.LOW_BYTES + 1))
        waiting = asyncio.create_task(stream.drained())
        await asyncio.sleep(0)
        assert not waiting.done()
        response.taking.set()
        async with asyncio.timeout(SECONDS):
            await waiting
        leave()

    served(send)
