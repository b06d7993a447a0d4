"""A channel that lost its connection is closed without an error that ends its worker."""

import pytest
from kombu import Connection, Queue
from kombu.transport import get_transport_cls
from redis.exceptions import ConnectionError as BrokerConnectionError

from gateway.core.redis_transport import Channel, Transport
from gateway.run.ports import free_port
from tests.functional.workers import redis_at, wait_until

QUEUE = "test-queue"


@pytest.fixture
def server():
    port = free_port()
    with redis_at(port) as process:
        yield port, process


@pytest.fixture
def connection(server):
    port, _process = server
    with Connection(f"redis://127.0.0.1:{port}/0", transport_options={"socket_timeout": 2}) as one:

        def answers():
            try:
                one.ensure_connection(max_retries=1)
            except one.connection_errors:
                return False
            return True

        wait_until(answers)
        yield one


def take_without_ack(connection, channel=None):
    """The consumer of a worker that has taken a message and not acknowledged it."""
    taken = []
    queue = Queue(QUEUE)
    connection.Producer().publish("a message", routing_key=QUEUE, declare=[queue])
    consumer = connection.Consumer(
        queue, channel=channel, callbacks=[lambda _body, message: taken.append(message)]
    )
    consumer.consume()
    while not taken:
        connection.drain_events(timeout=60)
    return consumer, taken[0]


def lose(server):
    _port, process = server
    process.kill()
    process.wait(timeout=60)


def test_a_channel_has_one_client_for_its_connections(connection):
    channel = connection.default_channel

    with channel.conn_or_acquire() as first, channel.conn_or_acquire() as second:
        assert first is second
        assert first.connection_pool is channel.pool
    channel._disconnect_pools()
    with channel.conn_or_acquire() as third:
        assert third.connection_pool is channel.pool
        assert third is not first


def test_it_is_the_transport_of_the_broker(connection):
    assert get_transport_cls("redis") is get_transport_cls("rediss") is Transport
    assert isinstance(connection.default_channel, Channel)


def test_tls_is_still_recognised_by_the_url():
    with Connection("rediss://127.0.0.1:1/0?ssl_cert_reqs=CERT_REQUIRED") as connection:
        assert connection.ssl["ssl_cert_reqs"].name == "CERT_REQUIRED"


def test_what_was_taken_is_given_back_while_the_connection_is_open(connection):
    channel = connection.channel()
    take_without_ack(connection, channel)
    before = Queue(QUEUE, channel=connection.default_channel).get()

    channel.close()

    assert before is None
    assert Queue(QUEUE, channel=connection.default_channel).get().payload == "a message"


def test_a_channel_that_lost_its_connection_is_closed_without_an_error(connection, server):
    """``Connection.collect`` may leave it so; then Celery closes it again."""
    consumer, message = take_without_ack(connection)
    lose(server)
    connection.transport.client = None

    consumer.channel.close()

    assert consumer.channel.closed
    message.ack()  # the step that it started has ended
    assert issubclass(BrokerConnectionError, connection.connection_errors)


def test_every_use_of_a_channel_without_a_connection_is_a_connection_error(connection, server):
    consumer, _message = take_without_ack(connection)
    channel = consumer.channel
    lose(server)
    connection.collect(socket_timeout=1)

    for use in (
        lambda: channel.pool,
        lambda: channel.async_pool,
        lambda: channel.qos.restore_visible(interval=1),
        channel.qos.restore_unacked,
    ):
        with pytest.raises(BrokerConnectionError):
            use()
    assert channel.qos.restore_unacked_once() is None
