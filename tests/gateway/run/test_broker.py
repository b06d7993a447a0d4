import dataclasses

import pytest
import redis

from gateway.run.broker import broker
from gateway.run.errors import StartError


def test_without_redis_url_there_is_one_of_our_own(options):
    with broker(options) as found:
        with redis.Redis.from_url(found.url) as client:
            assert client.ping()
        assert found.server.process.poll() is None

    assert found.server.process.returncode == 0


def test_a_redis_that_is_named_is_used_and_left_alone(options, redis_server):
    with broker(dataclasses.replace(options, redis_url=redis_server)) as found:
        assert found.url == redis_server
        assert found.server is None

    with redis.Redis.from_url(redis_server) as client:
        assert client.ping()
    assert not (options.run_dir / "redis.log").exists()


@pytest.mark.parametrize("url", ["redis://:secret@127.0.0.1:1/0", "http://nothing"])
def test_a_named_redis_that_does_not_answer_stops_the_start(url, options):
    chosen = dataclasses.replace(options, redis_url=url)

    with pytest.raises(StartError, match=r"REDIS_URL .* does not answer") as raised, broker(chosen):
        pytest.fail("it must not begin")

    assert "secret" not in str(raised.value)
