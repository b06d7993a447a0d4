"""Assumed roles: keys for an hour from STS.

A user's own keys need to be allowed one thing, to assume the role; what the role may do is said in
the account that it belongs to. At an endpoint of one's own, STS is asked there.
"""

import time
from datetime import datetime

from libcloud.common.types import MalformedResponseError

from inventory.providers import token_cache
from inventory.providers.ec2.query import AnyNamespaceConnection, Keys, QueryDriver
from inventory.providers.ec2.regions import amazon_host
from inventory.providers.kind import Values
from inventory.providers.token_cache import Grant

SESSION_NAME = "cloud-gateway"  # CloudTrail shows it beside every call


class STSConnection(AnyNamespaceConnection):
    service_name = "sts"


class STSDriver(QueryDriver):
    connectionCls = STSConnection  # noqa: N815 - libcloud's name
    version = "2011-06-15"


def keys_of(credentials: Values, region: str, timeout: float) -> Keys:
    """The account's own keys, or those of the role that it assumes. Asks STS for a role's."""
    own = Keys(
        credentials["access_key_id"],
        credentials["secret_access_key"],
        credentials.get("session_token"),
    )
    role = credentials.get("role_arn")
    if not role:
        return own
    url = credentials.get("endpoint_url") or f"https://{amazon_host(region, 'sts')}"
    external_id = credentials.get("external_id") or ""
    ends_at = time.monotonic() + timeout

    def ask() -> Grant:
        left = ends_at - time.monotonic()
        return _assume(STSDriver(own, url, region, left), role, external_id)

    facts = [*own.secrets, url, region, role, external_id]
    keys: Keys = token_cache.KEPT.get(facts, ask, timeout=timeout)
    return keys


def _assume(sts: STSDriver, role: str, external_id: str) -> Grant:
    parameters = {"RoleArn": role, "RoleSessionName": SESSION_NAME}
    if external_id:
        parameters["ExternalId"] = external_id
    reply = sts.ask("AssumeRole", **parameters)
    found = {element.tag.rpartition("}")[2]: element.text or "" for element in reply.iter()}
    try:
        keys = Keys(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
        ends_at = datetime.fromisoformat(found["Expiration"]).timestamp()
    except (KeyError, ValueError):
        message = "AssumeRole was answered without keys and when they end."
        raise MalformedResponseError(message, driver=sts) from None
    return Grant(keys, ends_at)
