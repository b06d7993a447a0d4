"""Assumed roles: keys for an hour from STS.

A user's own keys need to be allowed one thing, to assume the role; what the role may do is said in
the account that it belongs to. At an endpoint of one's own, STS is asked there.
"""

from datetime import datetime

from libcloud.common.types import MalformedResponseError

from inventory.providers import token_cache
from inventory.providers.boto.keys import Keys
from inventory.providers.ec2.regions import amazon_host
from inventory.providers.kind import Values
from inventory.providers.token_cache import Grant

SESSION_NAME = "cloud-gateway"  # CloudTrail shows it beside every call


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
    facts = [*own.secrets, url, region, role, external_id]
    keys: Keys = token_cache.KEPT.get(
        facts, lambda: _assume(own, url, region, role, external_id), timeout=timeout
    )
    return keys


def _assume(own: Keys, url: str, region: str, role: str, external_id: str) -> Grant:
    # boto3 is imported when the first account is asked.
    from inventory.providers.boto.client import client_of  # noqa: PLC0415
    from inventory.providers.boto.errors import mapped  # noqa: PLC0415

    parameters = {"RoleArn": role, "RoleSessionName": SESSION_NAME}
    if external_id:
        parameters["ExternalId"] = external_id
    with mapped():
        answer = client_of("sts", own, url, region).assume_role(**parameters)
    return _grant_in(answer)


def _grant_in(answer: dict[str, object]) -> Grant:
    """The keys in the answer of STS. Raises MalformedResponseError if they are not all there."""
    found = answer.get("Credentials")
    given = found if isinstance(found, dict) else {}
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    key, secret, token = (str(given.get(name) or "") for name in names)
    ends_at = given.get("Expiration")
    if not (key and secret and token and isinstance(ends_at, datetime)):
        message = "AssumeRole was answered without keys and when they end."
        raise MalformedResponseError(message)
    return Grant(Keys(key, secret, token), ends_at.timestamp())
