"""A server that sends a byte each 50 ms, without end.

with dripping(TLS_RECORD) as server:
    ... server.port           # at 127.0.0.1
    server.ended.wait(5)      # the client hung up
"""

import socket
import threading
from contextlib import contextmanager, suppress

# The beginning of a handshake record of 16 KiB: RFC 8446, section 5.1.
TLS_RECORD = b"\x16\x03\x03\x40\x00"
HEADER = b"HTTP/1.1 200 OK\r\nX-Drip: "
NO_BYTES = None  # it takes the connection, and neither reads nor writes
BETWEEN_BYTES = 0.05  # seconds


class Dripping:
    def __init__(self, listening, beginning):
        self.ended, self.stopped = threading.Event(), threading.Event()
        self.beginning = beginning
        self._listening = listening
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def port(self):
        return self._listening.getsockname()[1]

    def start(self):
        self._thread.start()

    def stop(self):
        self.stopped.set()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)  # ends accept()
        self._listening.close()
        self._thread.join(5)

    def _serve(self):
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                threading.Thread(target=self._drip, args=(connection,), daemon=True).start()

    def _drip(self, connection):
        with connection, suppress(OSError):
            if self.beginning is NO_BYTES:
                self.stopped.wait(30)
                return
            connection.recv(1)  # the client has begun
            connection.sendall(self.beginning)
            while not self.stopped.wait(BETWEEN_BYTES):
                connection.sendall(b"a")
        self.ended.set()


@contextmanager
def dripping(beginning=HEADER, *, path=None):
    """``path``: of a socket in the file system, instead of a port."""
    if path is None:
        listening = socket.create_server(("127.0.0.1", 0), backlog=50)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)  # of its connections too
    else:
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(path))
        listening.listen()
    server = Dripping(listening, beginning)
    server.start()
    try:
        yield server
    finally:
        server.stop()
