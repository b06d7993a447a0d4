"""The Redis of a run: the one that REDIS_URL names, else one of our own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from gateway.core.redaction import redact
from gateway.run.embedded_redis import RedisServer, redis_server
from gateway.run.errors import StartError
from gateway.run.options import Options


@dataclass(frozen=True, kw_only=True)
class Broker:
    url: str
    server: RedisServer | None  # None: it is not ours to watch


@contextmanager
def broker(options: Options) -> Iterator[Broker]:
    """A Redis that answers, for the block."""
    if options.redis_url:
        _require_answer(options.redis_url)
        yield Broker(url=options.redis_url, server=None)
        return
    with redis_server(options.run_dir) as server:
        yield Broker(url=server.url, server=server)


def _require_answer(url: str) -> None:
    import redis  # noqa: PLC0415 - a fifth of a second, which the embedded server need not take

    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise StartError(f"REDIS_URL {redact(url)} does not answer: {redact(str(error))}") from None
