"""A region of EC2 listed without the gateway: by libcloud as it is, and by boto3.

Both are set up as an experienced user would do it: libcloud with signature 4 and the namespace that
it expects, boto3 with one client for all calls, because creating a client is slow.
"""

from typing import Any
from urllib.parse import urlsplit

import boto3
from libcloud.compute.base import Node
from libcloud.compute.drivers.ec2 import EC2NodeDriver

REGION = "us-east-1"
KEY, SECRET = "AKIABENCHMARK", "not-a-secret"


def libcloud_nodes(url: str) -> list[Node]:
    """A driver for each call, as is safe between threads; it costs a tenth of a millisecond."""
    address = urlsplit(url)
    driver = EC2NodeDriver(
        KEY,
        SECRET,
        region=REGION,
        host=address.hostname,
        port=address.port,
        secure=False,
        signature_version="4",
    )
    nodes: list[Node] = driver.list_nodes()
    return nodes


def boto3_client(url: str) -> Any:
    return boto3.client(
        "ec2",
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id=KEY,
        aws_secret_access_key=SECRET,
    )


def boto3_instances(client: Any) -> list[dict[str, Any]]:
    pages = client.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 1000})
    return [
        instance
        for page in pages
        for reservation in page["Reservations"]
        for instance in reservation["Instances"]
    ]
