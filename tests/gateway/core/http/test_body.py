import asyncio

import pytest

from gateway.core.http.body import ClientGone, read_body
from gateway.core.http.refusals import Refusal


class Client:
    """Sends ``parts``; counts how many were taken."""

    def __init__(self, *parts, ends=True):
        self.messages = [
            {"type": "http.request", "body": part, "more_body": True} for part in parts
        ]
        if ends:
            self.messages[-1]["more_body"] = False
        else:
            self.messages.append({"type": "http.disconnect"})
        self.taken = 0

    async def receive(self):
        self.taken += 1
        return self.messages[self.taken - 1]


def read(client, most=10, headers=()):
    return asyncio.run(read_body({"headers": list(headers)}, client.receive, most=most))


def test_the_parts_are_put_together():
    assert read(Client(b"12", b"", b"345")) == b"12345"
    assert read(Client(b"")) == b""
    assert read(Client(b"1234567890")) == b"1234567890"


def test_a_message_may_leave_out_what_is_usual():
    async def receive():
        return {"type": "http.request"}

    assert asyncio.run(read_body({"headers": []}, receive, most=10)) == b""


def test_a_declared_length_beyond_the_cap_is_refused_unread():
    client = Client(b"x")

    with pytest.raises(Refusal) as refused:
        read(client, headers=[(b"content-length", b"11")])

    assert refused.value.status == 413
    assert client.taken == 0


def test_a_body_is_refused_as_soon_as_it_passes_the_cap():
    client = Client(b"12345", b"67890", b"1", b"never taken")

    with pytest.raises(Refusal) as refused:
        read(client)

    assert refused.value.status == 413
    assert client.taken == 3


@pytest.mark.parametrize("length", [b"0", b"2", b"-1", b"x", b"1e9", "²".encode()])
def test_a_length_that_is_too_small_or_unreadable_lets_nothing_by(length):
    headers = [(b"content-length", length)]

    assert read(Client(b"123"), headers=headers) == b"123"
    with pytest.raises(Refusal):
        read(Client(b"12345678901"), headers=headers)


def test_a_client_that_goes_away_gets_no_answer():
    with pytest.raises(ClientGone):
        read(Client(b"12", ends=False))
