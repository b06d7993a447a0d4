"""The hub ends its tasks, also one whose cancellation is lost."""

import asyncio

from gateway.streams import hub as module
from gateway.streams.hub import Hub
from gateway.streams.workers import Workers
from tests.gateway.streams.client import SECONDS


def test_a_task_that_loses_a_cancellation_is_ended(monkeypatch):
    monkeypatch.setattr(module, "STOP_AGAIN_SECONDS", 0.01)
    lost = []

    async def lose_the_first():
        try:
            await asyncio.sleep(2 * SECONDS)
        except asyncio.CancelledError:
            lost.append(True)
        await asyncio.sleep(2 * SECONDS)

    async def run():
        workers = Workers(1)
        hub = Hub(workers, {})
        hub.spawn(lose_the_first())
        await asyncio.sleep(0)
        (task,) = asyncio.all_tasks() - {asyncio.current_task()}
        hub.stop()
        async with asyncio.timeout(SECONDS):
            await asyncio.wait({task})
        workers.close()
        assert task.cancelled()

    asyncio.run(run())
    assert lost == [True]
