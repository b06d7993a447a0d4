"""A user's endpoint: a real HTTP server on loopback that gives the answers that a test sets."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

SECONDS = 300  # a bound of a hang, on a busy machine


class Request(NamedTuple):
    path: str
    headers: dict
    body: bytes


class Receiver:
    """``answers``: (status, headers) of the next requests; then 204. ``interim``: statuses before
    each of them. ``hangs``: answers nothing until it is released.
    """

    def __init__(self):
        self.requests, self.answers, self.interim = [], [], []
        self.hangs = False
        self.arrived, self.released = threading.Condition(), threading.Event()
        self.url = ""

    def handle(self, request):
        with self.arrived:
            self.requests.append(request)
            answer = self.answers.pop(0) if self.answers else (204, {})
            self.arrived.notify_all()
        if self.hangs:
            self.released.wait(SECONDS)
        return answer

    def wait_for(self, count):
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.requests) >= count, SECONDS)
            return list(self.requests)


@contextmanager
def running_receiver():
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, more = receiver.handle(Request(self.path, headers, body))
            try:
                for early in receiver.interim:
                    self.send_response_only(early)
                    self.send_header("Link", "</style.css>; rel=preload")
                    self.end_headers()
                self.send_response(status)
                for name, value in {"Content-Length": "0", **more}.items():
                    self.send_header(name, value)
                self.end_headers()
            except OSError:
                pass  # who asked has gone

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook?a=b"
    try:
        yield receiver
    finally:
        receiver.released.set()
        server.shutdown()
        server.server_close()
        thread.join(SECONDS)
