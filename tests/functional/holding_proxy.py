"""A proxy before an EC2 endpoint that can hold an answer back: it was true when it was made.

    with holding_proxy(moto.url) as proxy:
        hold = proxy.hold()   # the next listing is fetched at once and kept
        hold.wait()
        ...                   # what happens now, that listing does not know
        hold.release()

Only listings are held (DescribeInstances of no instance by name); all else passes.
"""

import functools
import threading
import urllib.error
import urllib.request
from collections import deque
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

PATIENCE_SECONDS = 60
HOP_BY_HOP = {"connection", "content-length", "host", "transfer-encoding", "accept-encoding"}


class Hold:
    """One listing that is kept."""

    def __init__(self):
        self._held = threading.Event()
        self._released = threading.Event()

    def wait(self):
        """Until there is a listing to keep."""
        assert self._held.wait(PATIENCE_SECONDS), "nobody asked for a listing"

    def release(self):
        self._released.set()

    def keep(self):
        self._held.set()
        self._released.wait(PATIENCE_SECONDS)


class HoldingProxy:
    def __init__(self, upstream):
        self.upstream = upstream
        self._holds = []
        self._next = deque()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def hold(self):
        """Keep the next listing that no other hold waits for."""
        hold = Hold()
        self._holds.append(hold)
        self._next.append(hold)
        return hold

    def start(self):
        self._thread.start()

    def stop(self):
        for hold in self._holds:
            hold.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def pass_on(self, asked):
        """Called by the handler with an answer in hand."""
        if _is_listing(asked) and self._next:
            self._next.popleft().keep()


@contextmanager
def holding_proxy(upstream):
    proxy = HoldingProxy(upstream)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


def _is_listing(asked):
    named = any(key.startswith(("InstanceId", "Filter")) for key in asked)
    return asked.get("Action") == "DescribeInstances" and not named


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, proxy, *args):
        self.proxy = proxy
        super().__init__(*args)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, answer = self._fetch(body)
        query = urlsplit(self.path).query
        self.proxy.pass_on(dict(parse_qsl(f"{query}&{body.decode()}", keep_blank_values=True)))
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST  # noqa: N815 - the base class names it

    def _fetch(self, body):
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP
        }
        request = urllib.request.Request(  # noqa: S310 - our own http:
            self.proxy.upstream + self.path, body or None, headers, method=self.command
        )
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_SECONDS) as answer:  # noqa: S310
                return answer.status, answer.headers.items(), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.items(), error.read()

    def log_message(self, *_args):
        """Not a word: the test says what went wrong."""

    def handle(self):
        try:
            super().handle()
        except OSError:
            self.close_connection = True  # the client hung up
