"""A proxy in front of a cloud that speaks HTTP; each subclass handles answers in its own way.

The method ``answered`` of a subclass runs after the cloud has answered, and before the client
receives the answer.
"""

import functools
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATIENCE_SECONDS = 300
HOP_BY_HOP = {"connection", "content-length", "host", "transfer-encoding", "accept-encoding"}


class PassingProxy:
    def __init__(self, upstream):
        self.upstream = upstream
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self):
        return self._server.server_address[1]

    def answered(self, method, path, body):
        """Called with what was asked, by the thread that has the answer in hand."""

    def start(self):
        self._thread.start()

    def stop(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)


@contextmanager
def running(proxy):
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # as in tests/clouds/static_ec2.py

    def __init__(self, proxy, *args):
        self.proxy = proxy
        super().__init__(*args)

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, answer = self._fetch(body)
        self.proxy.answered(self.command, self.path, body)
        self.send_response(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_DELETE = do_GET  # noqa: N815 - the base class names them

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
            self.close_connection = True  # who asked has hung up, or was killed
