"""A TCP proxy on loopback that does to a cloud's answers what networks do, switched live.

    with fault_proxy("127.0.0.1", 5000) as proxy:
        proxy.fault = Delay(0.3)      # every answer begins so late
        proxy.fault = BlackHole()     # what is sent is taken, and nothing comes back
        proxy.fault = Reset()         # the connection is reset instead of an answer
        proxy.fault = Cut(500)        # reset after so many bytes of the answer
        proxy.fault = Rate(200)       # so many bytes a second
        proxy.fault = None

A fault holds for what is answered from then on, on connections that are open already too.
"""

import contextlib
import socket
import socketserver
import struct
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

CHUNK = 65_536
LONGEST_SECONDS = 60
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Delay:
    seconds: float


@dataclass(frozen=True)
class BlackHole:
    pass


@dataclass(frozen=True)
class Reset:
    pass


@dataclass(frozen=True)
class Cut:
    after: int


@dataclass(frozen=True)
class Rate:
    bytes_per_second: int


class FaultProxy(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host, port):
        super().__init__(("127.0.0.1", 0), _Connection)
        self.upstream = (host, port)
        self.fault = None
        self.ended = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def get_request(self):
        """A piece of an answer is handed on at once, although the one before may be on its way."""
        connection, address = super().get_request()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, address


class _Connection(socketserver.BaseRequestHandler):
    def handle(self):
        with contextlib.suppress(OSError), socket.create_connection(self.server.upstream) as cloud:
            asking = threading.Thread(target=_pump, args=(self.request, cloud), daemon=True)
            asking.start()
            sent = 0
            while answer := cloud.recv(CHUNK):
                sent = self._pass(answer, sent)

    def _pass(self, answer, sent):
        """Hand on a piece of an answer as the present fault has it; how much was sent in all."""
        match self.server.fault:
            case Delay(seconds):
                self.server.ended.wait(seconds)
                self.request.sendall(answer)
            case BlackHole():
                self.server.ended.wait(LONGEST_SECONDS)
                raise ConnectionResetError
            case Reset():
                self._reset()
            case Cut(after):
                self.request.sendall(answer[: max(0, after - sent)])
                time.sleep(0.05)  # a reset overtakes what the client has not read yet
                self._reset()
            case Rate(bytes_per_second):
                for byte in answer:
                    self.request.sendall(bytes([byte]))
                    if self.server.ended.wait(1 / bytes_per_second):
                        raise ConnectionResetError
            case _:
                self.request.sendall(answer)
        return sent + len(answer)

    def _reset(self):
        self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.request.shutdown(socket.SHUT_RD)  # wakes the thread that reads, which holds the socket
        time.sleep(0.05)
        self.request.close()
        raise ConnectionResetError


def _pump(source, target):
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextmanager
def fault_proxy(host, port):
    with FaultProxy(host, port) as proxy:
        serving = threading.Thread(target=proxy.serve_forever, args=(0.02,), daemon=True)
        serving.start()
        try:
            yield proxy
        finally:
            proxy.ended.set()
            proxy.shutdown()
            serving.join(5)
