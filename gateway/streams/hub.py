"""Passes announcements from Redis to the groups of streams that they concern.

Each process has one connection. Announcements that come within a moment are passed on together.
While Redis is away, the hub reads the rows every POLL_SECONDS and notifies the streams of it.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from redis import RedisError

from gateway.core.graphql.subscriptions import Ids, Subscription, Topic
from gateway.core.redis import SILENT_SECONDS
from gateway.streams.caller import Caller
from gateway.streams.group import Group, Sink
from gateway.streams.messages import Connection, Message
from gateway.streams.missed import Missed
from gateway.streams.protocol import comment
from gateway.streams.workers import SYSTEM, Workers

log = logging.getLogger(__name__)

GATHER_SECONDS = 0.02
POLL_SECONDS = 2.0
SETTLE_SECONDS = 2 * SILENT_SECONDS
STOP_AGAIN_SECONDS = 1.0
MARK_SECONDS = 5.0  # how often it is noted up to where the rows are known
AWAY = comment(f"Redis does not answer; changes are read every {POLL_SECONDS:g} seconds.")
BACK = comment("Redis answers again.")
Key = tuple[Any, ...]


class Hub:
    """The groups of a process. For one event loop."""

    def __init__(self, workers: Workers, on_message: Mapping[str, Callable[[str], None]]) -> None:
        """``on_message``: what else is listened for, by channel; called with an empty text when
        messages may have been missed.
        """
        self._workers = workers
        self._on_message = dict(on_message)
        self._groups: dict[Key, Group] = {}
        self._topics: dict[str, Topic] = {}
        self._pending: defaultdict[str, set[str]] = defaultdict(set)
        self._missed = Missed()
        self._reading = asyncio.Lock()
        self._unread: set[str] = set()  # channels
        self._tasks: set[asyncio.Task[None]] = set()
        self._connection = Connection()
        self._is_away = False
        # From then on no change is missed: it is announced to us, or read afterwards.
        self._is_listening = asyncio.Event()

    def start(self, topics: Collection[Topic]) -> None:
        """Listen; ``topics``: all that may be subscribed to."""
        self._topics = {topic.channel: topic for topic in topics}
        self.spawn(self._listen())
        self.spawn(self._mark())

    def stop(self) -> None:
        """Cancel every task, and again until each has ended.

        ``asyncio.wait_for`` of Python 3.11, which redis-py calls, may lose a cancellation.
        """
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            asyncio.get_running_loop().call_later(STOP_AGAIN_SECONDS, self.stop)

    def join(self, caller: Caller, subscription: Subscription, sink: Sink) -> Callable[[], None]:
        """Have ``subscription`` answered on ``sink``; returns what ends that."""
        key = _key(caller, subscription)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Group(caller, subscription, self._workers, self.spawn)
            self.spawn(self._run(key, group))
        group.join(sink, self._is_listening)
        if self._is_away:
            sink.stream.put(AWAY)
        return lambda: group.leave(sink)

    async def _run(self, key: Key, group: Group) -> None:
        try:
            await group.run()
        finally:
            if self._groups.get(key) is group:
                del self._groups[key]

    async def _listen(self) -> None:
        await self._mark_all()
        while True:
            try:
                async with self._connection.listening(
                    [*self._topics, *self._on_message]
                ) as messages:
                    self._is_listening.set()
                    await self._read_missed()  # what was announced before we listened
                    for look in self._on_message.values():
                        look("")
                    if self._is_away:
                        self._say(BACK, is_away=False)
                        self.spawn(self._read_on())
                    async for message in messages:
                        self._receive(message)
            except (RedisError, OSError) as error:
                self._say(AWAY, is_away=True, why=error)
                self._is_listening.set()
            await self._read_missed()
            await asyncio.sleep(POLL_SECONDS)

    def _receive(self, message: Message) -> None:
        if message.channel in self._on_message:
            self._on_message[message.channel](message.text)
            return
        pending = self._pending[message.channel]
        if not pending:
            topic = self._topics[message.channel]
            asyncio.get_running_loop().call_later(
                GATHER_SECONDS, lambda: self.spawn(self._hand_on(topic))
            )
        pending.update(message.text.split())

    async def _hand_on(self, topic: Topic) -> None:
        ids = frozenset(self._pending.pop(topic.channel, ()))
        await self._announce(topic, ids)

    async def _announce(self, topic: Topic, ids: Ids) -> None:
        groups = [one for one in self._groups.values() if one.subscription.field.topic is topic]
        if not groups or not ids:
            return
        try:
            related = await self._workers.run(SYSTEM, lambda: topic.related(ids))
        except Exception as error:  # noqa: BLE001 - the database may be away for a moment
            log.warning("Announced rows cannot be read, which is tried again: %s", error)
            again = partial(self._announce, topic, ids)
            asyncio.get_running_loop().call_later(POLL_SECONDS, lambda: self.spawn(again()))
            return
        for group in groups:
            group.announce(related)

    async def _read_missed(self) -> None:
        """Announce the changes that are recorded in the rows since the last mark."""
        async with self._reading:
            for topic in self._topics.values():
                self._unread.add(topic.channel)
                try:
                    await self._read_pages(topic)
                except Exception as error:  # noqa: BLE001 - it is tried again
                    log.warning("Changes cannot be read: %s", error)
                    continue
                self._unread.discard(topic.channel)

    async def _read_pages(self, topic: Topic) -> None:
        pages = self._missed.read(topic)
        while True:
            ids = await self._workers.run(SYSTEM, partial(next, pages, None))
            if ids is None:
                return
            await self._announce(topic, ids)

    async def _read_on(self) -> None:
        """Processes that announce notice later than we do that Redis answers again."""
        until = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < until:
            await asyncio.sleep(POLL_SECONDS)
            await self._read_missed()

    async def _mark(self) -> None:
        while True:
            await asyncio.sleep(MARK_SECONDS)
            if self._is_away:
                continue
            if self._unread and not self._reading.locked():
                await self._read_missed()
            await self._mark_all()

    async def _mark_all(self) -> None:
        """Not for a topic with changes that are not read yet: they would be left out."""
        for topic in self._topics.values():
            if topic.channel in self._unread:
                continue
            try:
                await self._workers.run(SYSTEM, partial(self._missed.mark, topic))
            except Exception as error:  # noqa: BLE001 - it is tried again
                log.warning("The newest change cannot be read: %s", error)

    def _say(self, data: bytes, *, is_away: bool, why: object = "") -> None:
        if is_away == self._is_away:
            return
        self._is_away = is_away
        log.warning("%s %s", data.decode().strip(": \n"), why)
        for group in self._groups.values():
            group.say(data)

    def spawn(self, work: Any) -> None:
        """Run it as a task. The hub keeps the task until it ends, and logs its failure."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A task of the streams has failed.", exc_info=error)


def _key(caller: Caller, subscription: Subscription) -> Key:
    """Subscriptions with the same key have the same answers."""
    request = subscription.prepared.request
    if subscription.field.topic is None:  # asked for once, with sources of its own
        return (object(),)
    variables = repr(sorted(request.variables.items()))
    return (caller.authorization, request.query, request.operation_name, variables)
