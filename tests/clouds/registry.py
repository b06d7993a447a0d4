"""A registry of images on loopback, which a Docker engine on this machine fetches from.

    with registry("lab/tool:1", layers=2) as served:
        ... f"127.0.0.1:{served.port}/lab/tool:1"

Answers as the OCI Distribution Specification has them; engines ask loopback without TLS. An image
is the engine's own busybox, or nothing that runs; ``delay`` is how long each layer takes.
"""

import functools
import hashlib
import io
import json
import tarfile
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
CONFIG = "application/vnd.docker.container.image.v1+json"
LAYER = "application/vnd.docker.image.rootfs.diff.tar"
BUSYBOX = Path("/bin/busybox")


class Registry:
    """``asked``: the paths that were asked for."""

    def __init__(self, name, *, layers, delay, refusal):
        self.name, self.delay, self.refusal = name, delay, refusal
        self.asked = []
        self.ending = threading.Event()
        self.blobs = {}
        bodies = [self._layer(number) for number in range(layers)]
        digests = [self._keep(body) for body in bodies]
        config = {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Cmd": ["/bin/sleep", "3600"]},
            "rootfs": {"type": "layers", "diff_ids": digests},
        }
        body = json.dumps(config).encode()
        described = [
            {"mediaType": LAYER, "size": len(one), "digest": digest}
            for one, digest in zip(bodies, digests, strict=True)
        ]
        self.manifest = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": MANIFEST,
                "config": {"mediaType": CONFIG, "size": len(body), "digest": self._keep(body)},
                "layers": described,
            }
        ).encode()
        self.slow = set(digests)

    def _layer(self, number):
        """The first has a busybox, where this machine has one; the others a file."""
        made = io.BytesIO()
        with tarfile.open(fileobj=made, mode="w") as tar:
            if number == 0 and BUSYBOX.exists():
                tar.add(BUSYBOX, "bin/busybox")
                for name in ("sh", "sleep"):
                    link = tarfile.TarInfo(f"bin/{name}")
                    link.type, link.linkname = tarfile.SYMTYPE, "busybox"
                    tar.addfile(link)
            text = f"{self.name} {number}".encode()
            entry = tarfile.TarInfo(f"layer-{number}")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
        return made.getvalue()

    def _keep(self, body):
        digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
        self.blobs[digest] = body
        return digest

    def answer(self, path):
        """Status, media type and body."""
        self.asked.append(path)
        repository, _, tag = self.name.partition(":")
        digest = path.rpartition("/")[2]
        if path == "/v2/":
            return 200, "application/json", b"{}"
        if self.refusal:
            status, code = self.refusal
            error = {"errors": [{"code": code, "message": code.lower()}]}
            return status, "application/json", json.dumps(error).encode()
        named = {tag, f"sha256:{hashlib.sha256(self.manifest).hexdigest()}"}
        if path in {f"/v2/{repository}/manifests/{name}" for name in named}:
            return 200, MANIFEST, self.manifest
        if digest in self.blobs:
            if digest in self.slow:
                self.ending.wait(self.delay)
            return 200, "application/octet-stream", self.blobs[digest]
        error = {"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}
        return 404, "application/json", json.dumps(error).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # as in tests/clouds/static_ec2.py

    def __init__(self, served, *args):
        self.served = served
        super().__init__(*args)

    def do_GET(self):
        status, media_type, body = self.served.answer(self.path)
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        if media_type == MANIFEST:
            digest = hashlib.sha256(body).hexdigest()
            self.send_header("Docker-Content-Digest", f"sha256:{digest}")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_HEAD = do_GET  # noqa: N815  (the base class names it)

    def handle(self):
        try:
            super().handle()
        except OSError:
            self.close_connection = True  # the engine hung up

    def finish(self):
        try:
            super().finish()
        except OSError:
            self.close_connection = True  # see handle

    def log_message(self, *_args):
        """Not a word: the test says what went wrong."""


@contextmanager
def registry(name, *, layers=1, delay=0.0, refusal=None):
    """``refusal``: the status and the code that everything is refused with."""
    served = Registry(name, layers=layers, delay=delay, refusal=refusal)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, served))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    served.port = server.server_address[1]
    try:
        yield served
    finally:
        served.ending.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
