"""A server that speaks EC2 from a script: answers, refusals and every way not to answer.

    with static_ec2(lambda asked: reply("<html/>")) as server:
        ... server.url, server.asked

``asked`` is the request's parameters; ``server.asked`` collects them. Bodies are built as AWS
documents them, in whatever XML namespace a test wants.
"""

import functools
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape

AWS_NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"


@dataclass(frozen=True)
class Reply:
    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0  # seconds before anything is sent
    drip: float = 0.0  # seconds between single bytes of the body
    header_drip: float = 0.0  # seconds between single bytes of a header that has no end
    reset: bool = False  # end the connection without a word
    closed: bool = False  # close the connection without a word
    cut: bool = False  # promise the whole body, send half of it
    clock_ahead: float = 0.0  # seconds that the server's clock is ahead


def reply(body, status=200, **options):
    return Reply(body.encode() if isinstance(body, str) else body, status, **options)


def refusal(code, message="No.", *, status=400, **options):
    """An EC2 error, as "Error codes for the Amazon EC2 API" prints it."""
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error>'
        f"<Code>{code}</Code><Message>{escape(message)}</Message>"
        "</Error></Errors><RequestID>ea966190-f9aa-478e-9ede-example</RequestID></Response>"
    )
    return reply(body, status, **options)


def instance_xml(number, *, state="running", tags=None, extra=""):
    pairs = {"Name": f"web-{number}", **(tags or {})}
    tag_set = "".join(
        f"<item><key>{escape(key)}</key><value>{escape(value)}</value></item>"
        for key, value in pairs.items()
    )
    return (
        f"<item><instanceId>i-{number:017x}</instanceId><imageId>ami-{number:08x}</imageId>"
        f"<instanceState><code>16</code><name>{state}</name></instanceState>"
        f"<instanceType>t3.micro</instanceType><launchTime>2025-06-01T08:30:15.000Z</launchTime>"
        "<placement><availabilityZone>us-east-1b</availabilityZone></placement>"
        f"<tagSet>{tag_set}</tagSet>{extra}</item>"
    )


def instances_xml(instances: Sequence[str], *, namespace=AWS_NAMESPACE, token=None):
    """A DescribeInstancesResponse, one reservation per instance."""
    reservations = "".join(
        f"<item><reservationId>r-{number}</reservationId>"
        f"<instancesSet>{instance}</instancesSet></item>"
        for number, instance in enumerate(instances)
    )
    xmlns = f' xmlns="{namespace}"' if namespace else ""
    next_token = f"<nextToken>{escape(token)}</nextToken>" if token else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<DescribeInstancesResponse{xmlns}>'
        "<requestId>59dbff89-35bd-4eac-99ed-be587example</requestId>"
        f"<reservationSet>{reservations}</reservationSet>{next_token}</DescribeInstancesResponse>"
    )


def pages_of_five(count, *, last=None):
    """A script that lists ``count`` instances, five a page; ``last`` replaces the last page."""

    def answer(asked):
        start = int(asked.get("NextToken", "page-0").removeprefix("page-"))
        end = min(start + 5, count)
        if end == count and last is not None:
            return last
        token = f"page-{end}" if end < count else None
        return reply(
            instances_xml([instance_xml(number) for number in range(start, end)], token=token)
        )

    return answer


class Asked(dict[str, str]):
    """The parameters of one request, and its headers: others may come at the same time."""

    def __init__(self, parameters: Mapping[str, str], headers: Mapping[str, str]) -> None:
        super().__init__(parameters)
        self.headers = headers

    @property
    def region(self):
        """The one that the request is signed for."""
        return self.headers["Authorization"].split("/")[2]


class Server(ThreadingHTTPServer):
    request_queue_size = 128  # clients that come at once; five is the default, others are reset


class StaticEC2:
    """A running server."""

    def __init__(self, answer: Callable[[Asked], Reply]) -> None:
        self.answer = answer
        self.asked: list[dict[str, str]] = []
        self.requests: list[tuple[str, dict[str, str]]] = []  # method, headers
        self.open_connections = 0
        self.counting = threading.Lock()
        self.ending = threading.Event()
        self._server = Server(("127.0.0.1", 0), functools.partial(ScriptHandler, self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def actions(self):
        return [asked.get("Action") for asked in self.asked]

    def start(self):
        self._thread.start()

    def stop(self):
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


@contextmanager
def static_ec2(answer: Callable[[Asked], Reply] | Reply):
    """Serve ``answer`` (a script, or the one reply to everything) until the block ends."""
    server = StaticEC2((lambda _asked: answer) if isinstance(answer, Reply) else answer)
    server.start()
    try:
        yield server
    finally:
        server.stop()


class ScriptHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Or the kernel keeps each body back until the client has acknowledged the header: for 40 ms.
    disable_nagle_algorithm = True

    def __init__(self, script: StaticEC2, *args: Any) -> None:
        self.script = script
        super().__init__(*args)

    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        self._send(self.answer_to(self.rfile.read(length).decode()))

    do_HEAD = do_POST = do_PUT = do_DELETE = do_PATCH = do_GET  # noqa: N815  (the base class names them)

    def answer_to(self, body):
        query = urlsplit(self.path).query
        headers = dict(self.headers)
        asked = Asked(dict(parse_qsl(f"{query}&{body}", keep_blank_values=True)), headers)
        self.script.asked.append(asked)
        self.script.requests.append((self.command, headers))
        return self.script.answer(asked)

    def _send(self, answer):
        self.script.ending.wait(answer.delay)
        if answer.closed:
            self.close_connection = True
            return
        if answer.reset:
            linger = struct.pack("ii", 1, 0)  # close sends RST
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            self.connection.close()
            return
        if answer.header_drip:
            self._drip_header(answer)
            return
        self.send_response_only(answer.status)
        if "Date" not in answer.headers:
            self.send_header("Date", self.date_time_string(time.time() + answer.clock_ahead))
        for name, value in {"Content-Type": "text/xml", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self._send_body(answer)

    def _drip_header(self, answer):
        """Until the client hangs up, or the test ends."""
        self.close_connection = True
        self.wfile.write(f"HTTP/1.1 {answer.status} OK\r\nX-Drip: ".encode())
        while not self.script.ending.wait(answer.header_drip):
            self.wfile.write(b"a")

    def _send_body(self, answer):
        body = b"" if self.command == "HEAD" else answer.body
        if answer.cut:
            body, self.close_connection = body[: len(body) // 2], True
        step = 1 if answer.drip else len(body) or 1
        for start in range(0, len(body), step):
            if self.script.ending.wait(answer.drip):
                return
            self.wfile.write(body[start : start + step])

    def log_message(self, *_args):
        """Not a word: the test says what went wrong."""

    def handle(self):
        with self.script.counting:
            self.script.open_connections += 1
        try:
            super().handle()
        except OSError:
            self.close_connection = True  # the client, or the script, hung up
        with self.script.counting:
            self.script.open_connections -= 1

    def finish(self):
        try:
            super().finish()
        except OSError:
            self.close_connection = True  # see handle


def empty_reply(action, **options):
    """An answer without objects. EC2 sends the element that would hold them."""
    sets = ("availabilityZoneInfo", "imagesSet", "regionInfo", "reservationSet")
    inside = "".join(f"<{name}/>" for name in sets)
    return reply(f"<{action}Response>{inside}</{action}Response>", **options)
