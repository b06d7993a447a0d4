"""Clients of boto3, made of an account's values and nothing else.

One session of boto3 for the process has the models and nothing of any account. It reads no
variable of the environment, no ``~/.aws`` and no metadata of the machine that it runs on, so that
no user's account takes over a value of the operator's. Sessions of boto3 are not thread-safe:
https://docs.aws.amazon.com/boto3/latest/guide/session.html
"""

import logging
import os
import re
import threading
from functools import cache
from typing import Any

import boto3.session
import botocore.session
from botocore import UNSIGNED
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES

from inventory.providers.boto.keys import Keys
from inventory.providers.boto.models import ReducedLoader
from inventory.providers.boto.replies import TolerantParsers
from inventory.providers.boto.sending import Sender
from inventory.providers.exceptions import ProviderError, ProviderErrorCode

# At DEBUG botocore logs parameters and replies, which may hold secrets.
logging.getLogger("botocore").setLevel(logging.CRITICAL)

FILES = ("config_file", "credentials_file")
# No variable is read from the environment or from a file: only its default is left.
ISOLATED = {
    name: (None, None, os.devnull if name in FILES else default, convert)
    for name, (_, _, default, convert) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
}
# One try: ``retries`` sends reads again, and jobs repeat actions.
CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 1},
    ignore_configured_endpoint_urls=True,
    user_agent="cloud-gateway",
)
WITHOUT_SIGNATURE = Config(signature_version=UNSIGNED)
# The names of regions that botocore takes. Clouds that are compatible with EC2 have others.
REGION_LABEL = re.compile(r"(?![0-9]+$)(?!-)[a-zA-Z0-9-]{1,63}(?<!-)")
PLACEHOLDER_REGION = "us-east-1"
BEFORE_SIGN = "before-sign"

_making = threading.Lock()


def isolated_session(session_vars: dict[str, Any]) -> botocore.session.Session:
    """A session of botocore with the gateway's models and parsers."""
    session = botocore.session.Session(session_vars=session_vars)
    session.register_component("data_loader", models())
    session.register_component("response_parser_factory", TolerantParsers())
    return session


@cache
def models() -> ReducedLoader:
    return ReducedLoader()


@cache
def shared_session() -> boto3.session.Session:
    """It knows no account. Make clients of it by ``client_of``."""
    return boto3.session.Session(botocore_session=isolated_session(ISOLATED))


def client_of(
    service: str, keys: Keys | None, url: str, region: str, settings: Config | None = None
) -> Any:
    """A client for one task: it sends on the line that is in use, signed by ``keys`` if any.

    ``settings``: the service's own, beside those of all clients.
    Raises ProviderError for an address that botocore does not take.
    """
    is_label = REGION_LABEL.fullmatch(region) is not None
    config = CONFIG.merge(settings) if settings else CONFIG
    signing = _signed_by(keys) if keys else {}
    config = config if keys else config.merge(WITHOUT_SIGNATURE)
    try:
        with _making:
            client = shared_session().client(
                service,
                region_name=region if is_label else PLACEHOLDER_REGION,
                endpoint_url=url,
                config=config,
                **signing,
            )
    except ValueError:  # a host with an underscore, for example
        message = f"boto3 does not take the address {url}: its host is no name of DNS."
        raise ProviderError(ProviderErrorCode.INVALID_REQUEST, message) from None
    if not is_label:
        client.meta.events.register(BEFORE_SIGN, _signing_for(region))
    Sender().install(client.meta.events)
    return client


def _signed_by(keys: Keys) -> dict[str, Any]:
    return {
        "aws_access_key_id": keys.access_key_id,
        "aws_secret_access_key": keys.secret_access_key,
        "aws_session_token": keys.session_token,
    }


def _signing_for(region: str) -> Any:
    def name_region(request: Any, **_: Any) -> None:
        request.context.setdefault("signing", {})["region"] = region

    return name_region
