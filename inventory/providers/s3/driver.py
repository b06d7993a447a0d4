"""The driver of a store that is compatible with S3."""

from functools import cache
from typing import Any

from inventory.providers.boto.keys import Keys
from inventory.providers.kind import Values
from inventory.providers.s3.store import Store


class S3Driver:
    """Building one asks nothing."""

    def __init__(self, credentials: Values, region: str, timeout: float) -> None:  # noqa: ARG002 - as every driver
        keys = Keys(
            credentials["access_key_id"],
            credentials["secret_access_key"],
            credentials.get("session_token"),
        )
        self.secrets = keys.secrets
        path_style = credentials.get("path_style") is not False
        self.storage = Store(keys, credentials["endpoint_url"], region, path_style=path_style)

    @staticmethod
    @cache
    def prepare() -> None:
        """Import boto3 and read its model of S3."""
        from inventory.providers.boto.client import client_of  # noqa: PLC0415 - when it is needed

        _: Any = client_of("s3", None, "http://127.0.0.1", "us-east-1")
