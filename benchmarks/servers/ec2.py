"""An EC2 that always says the same: `python -m benchmarks.servers.ec2 PORT INSTANCES DELAY_MS`.

It counts what it is asked: GET /counts answers how often each action was.
"""

import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson

from benchmarks.servers.ec2_reply import described_images, described_instances, no_addresses
from benchmarks.servers.process import running
from benchmarks.world import World
from gateway.run.ports import LOOPBACK, free_port

COUNTS = "/counts"


@contextmanager
def static_ec2(world: World, *, instances: int, delay_ms: int = 0) -> Iterator[str]:
    """The address of an EC2 with ``instances`` instances that takes ``delay_ms`` to answer."""
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    with running(
        "benchmarks.servers.ec2",
        [str(port), str(instances), str(delay_ms)],
        environment=world.environment,
        log=world.directory / f"ec2-{port}.log",
        is_ready=lambda: _answers(url),
    ):
        yield url


def listings_of(url: str) -> int:
    """How often the EC2 at ``url`` was asked for its instances."""
    with urllib.request.urlopen(f"{url}{COUNTS}", timeout=5) as answer:  # noqa: S310 - our own http:
        counts: dict[str, int] = orjson.loads(answer.read())
    return counts.get("DescribeInstances", 0)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/?Action=DescribeAddresses", timeout=5):  # noqa: S310 - our own http:
            return True
    except urllib.error.URLError:
        return False


class _Server(ThreadingHTTPServer):
    request_queue_size = 128  # many connect at once; five, the default, would reset the rest


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together,
    disable_nagle_algorithm = True  # and the rest of them waits for no acknowledgement

    def __init__(
        self, replies: Mapping[str, bytes], delay: float, counts: Counter[str], *args: Any
    ) -> None:
        self._replies = replies
        self._counts = counts
        self._delay = delay
        super().__init__(*args)

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        if self.path == COUNTS:
            self._answer(orjson.dumps(self._counts))
            return
        asked = parse_qs(f"{urlsplit(self.path).query}&{body}")
        action = asked.get("Action", [""])[0]
        self._counts[action] += 1
        reply = self._replies.get(action)
        time.sleep(self._delay)
        self._answer(reply)

    def _answer(self, reply: bytes | None) -> None:
        self.send_response(400 if reply is None else 200)
        self.send_header("Content-Type", "text/xml;charset=UTF-8")
        self.send_header("Content-Length", str(len(reply or b"")))
        self.end_headers()
        self.wfile.write(reply or b"")

    do_POST = do_GET  # noqa: N815 - the base class names it

    def log_message(self, *_args: Any) -> None:
        """Not a word: it would cost time."""


def serve(port: int, instances: int, delay_ms: int) -> None:
    replies = {
        "DescribeInstances": described_instances(instances),
        "DescribeAddresses": no_addresses(),
        "DescribeImages": described_images(),
    }
    handler = partial(_Handler, replies, delay_ms / 1000, Counter())
    _Server((LOOPBACK, port), handler).serve_forever()


if __name__ == "__main__":
    serve(*(int(word) for word in sys.argv[1:]))
