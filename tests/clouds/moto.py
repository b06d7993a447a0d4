"""moto's EC2 over HTTP, in a process of its own: the AWS account of the tests.

One server per test process (``moto``, session-scoped). Its state is in memory and shared by all
tests of that process: take a region of your own (``region``) instead of resetting it.
"""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

import boto3
import pytest

from gateway.run.ports import LOOPBACK, free_port

START_SECONDS = 300  # a bound of a hang, on a busy machine
IMAGE = "ami-785db401"  # Ubuntu 16.04 in moto's catalogue, in every region

ANY_KEYS = ("test", "test")

# moto takes any image and any type unless these variables make it as strict as AWS.
STRICTNESS = {
    "MOTO_ENABLE_AMI_VALIDATION": "true",
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "true",
}
REGIONS = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-west-1",
    "us-west-2",
)


@dataclass(frozen=True)
class Moto:
    """A running server. ``ec2`` is boto3's client: it shares no code with what is tested.

    To make a client takes longer than most requests: each is made once. One that was closed
    connects again. ``turn``: the regions, round and round.
    """

    url: str
    turn: Iterator[str] = field(default_factory=lambda: cycle(REGIONS))
    _clients: dict[tuple, Any] = field(default_factory=dict)

    @property
    def credentials(self):
        """The credentials for connectProvider; moto accepts any keys."""
        return {
            "access_key_id": "AKIATESTTESTTEST",
            "secret_access_key": "test-secret-key",
            "endpoint_url": self.url,
        }

    def ec2(self, region, keys=ANY_KEYS):
        return self.client("ec2", region, keys)

    def account(self, number):
        """Another account with a user and keys of its own; what connectProvider takes.

        moto gives every key that its IAM does not know to one account.
        """
        sts = self.client("sts", REGIONS[0], ANY_KEYS)
        role = f"arn:aws:iam::{number}:role/founder"
        assumed = sts.assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
        founder = (assumed["AccessKeyId"], assumed["SecretAccessKey"])
        iam = self.client("iam", REGIONS[0], founder)
        iam.create_user(UserName="gateway")
        key = iam.create_access_key(UserName="gateway")["AccessKey"]
        sts.close()
        iam.close()
        return {
            "access_key_id": key["AccessKeyId"],
            "secret_access_key": key["SecretAccessKey"],
            "endpoint_url": self.url,
        }

    def client(self, service, region, keys):
        if (service, region, keys) not in self._clients:
            self._clients[service, region, keys] = boto3.client(
                service,
                region_name=region,
                endpoint_url=self.url,
                aws_access_key_id=keys[0],
                aws_secret_access_key=keys[1],
            )
        return self._clients[service, region, keys]

    def reset(self):
        request = urllib.request.Request(f"{self.url}/moto-api/reset", method="POST")  # noqa: S310  (our own http:)
        with urllib.request.urlopen(request, timeout=START_SECONDS):  # noqa: S310  (see above)
            pass

    def launch(self, region, name="machine", *, count=1, size="t3.micro", keys=ANY_KEYS, **tags):
        """Launch ``count`` instances, a reservation each; returns their ids."""
        pairs = [{"Key": key, "Value": value} for key, value in {"Name": name, **tags}.items()]
        client = self.ec2(region, keys)
        ids = []
        for _ in range(count):
            reservation = client.run_instances(
                ImageId=IMAGE,
                MinCount=1,
                MaxCount=1,
                InstanceType=size,
                TagSpecifications=[{"ResourceType": "instance", "Tags": pairs}],
            )
            ids.append(reservation["Instances"][0]["InstanceId"])
        client.close()
        return ids

    def instances(self, region):
        """Instances by id, as boto3 describes them."""
        client = self.ec2(region)
        pages = client.get_paginator("describe_instances").paginate()
        found = {
            instance["InstanceId"]: instance
            for page in pages
            for reservation in page["Reservations"]
            for instance in reservation["Instances"]
        }
        client.close()
        return found


@contextmanager
def moto_server():
    """Run a server until the block ends."""
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    process = subprocess.Popen(  # noqa: S603  (our own arguments)
        [sys.executable, "-m", "moto.server", "-H", LOOPBACK, "-p", str(port)],
        env={**os.environ, **STRICTNESS, "HTTPS_PROXY": "http://127.0.0.1:9"},  # nothing outside
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(url, process)
        yield Moto(url)
    finally:
        process.kill()
        process.wait(timeout=10)


def _wait_for(url, process):
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{url}/moto-api/data.json", timeout=START_SECONDS):  # noqa: S310  (our own http:)
                return
        except urllib.error.URLError:
            assert process.poll() is None, "moto ended"
            assert time.monotonic() < deadline, "moto does not answer"
            time.sleep(0.05)


@pytest.fixture(scope="session")
def moto():
    with moto_server() as server:
        yield server


@pytest.fixture
def region(moto):
    """A region without instances; when every one was used, the whole account is reset.

    The next one in turn is the most likely to have none.
    """
    for name in islice(moto.turn, len(REGIONS)):
        if not moto.instances(name):
            return name
    moto.reset()
    return next(moto.turn)
