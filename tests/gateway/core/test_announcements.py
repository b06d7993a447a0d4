"""Announcements while Redis is away are sent when it answers again."""

import threading

import pytest
from redis import ConnectionError as RedisConnectionError

from gateway.core import announcements
from gateway.core.announcements import announce


class Redis:
    """``down``: it refuses everything."""

    def __init__(self):
        self.down = False
        self.sent = []
        self.came = threading.Event()

    def publish(self, channel, text):
        if self.down:
            raise RedisConnectionError("down")
        self.sent.append((channel, text))
        self.came.set()


@pytest.fixture
def server(monkeypatch):
    found = Redis()
    monkeypatch.setattr(announcements.redis, "client", lambda: found)
    monkeypatch.setattr(announcements, "_quiet_until", 0.0)
    monkeypatch.setattr(announcements, "_unsent", announcements._Unsent())
    monkeypatch.setattr(announcements, "QUIET_SECONDS", 0.05)
    return found


def test_many_ids_are_several_messages(server):
    announce("rows", [str(number) for number in range(announcements.MOST_IDS + 1)])

    assert [len(text.split()) for _channel, text in server.sent] == [announcements.MOST_IDS, 1]


def test_what_was_not_sent_is_sent_when_redis_answers_again(server):
    server.down = True
    announce("rows", ["1"])
    announce("rows", ["2"])
    announce("jobs", ["a"])
    assert server.sent == []
    server.down = False

    assert server.came.wait(30)
    while len(server.sent) < 2:
        threading.Event().wait(0.01)
    assert sorted(server.sent) == [("jobs", "a"), ("rows", "1 2")]


def test_what_waits_is_bounded(server, monkeypatch):
    monkeypatch.setattr(announcements, "MOST_UNSENT", 10)
    server.down = True
    for number in range(100):
        announce("rows", [str(number)])
    server.down = False

    assert server.came.wait(30)
    [(_channel, text)] = server.sent
    assert len(text.split()) == 10
