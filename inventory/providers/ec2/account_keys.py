"""The keys that an account's requests are signed with.

A user's own keys need to be allowed one thing, to assume the role; what the role may do is said in
the account that it belongs to. At an endpoint of one's own, STS is asked there. Keys that end are
kept in this process's memory until shortly before.
"""

from collections.abc import Callable

from inventory.providers import token_cache
from inventory.providers.boto.keys import Keys
from inventory.providers.ec2.identities import identity_of, is_listed, unlisted
from inventory.providers.ec2.regions import amazon_host
from inventory.providers.exceptions import ProviderError, ProviderErrorCode
from inventory.providers.kind import Values
from inventory.providers.token_cache import Grant

SCHEME = "https"


def keys_of(credentials: Values, region: str, timeout: float) -> Keys:
    """The account's own keys, or those of the role that it assumes. Asks STS for a role's."""
    token, role = credentials.get("web_identity_token"), credentials.get("role_arn") or ""
    if not token and not role:
        return _own_keys(credentials, region, timeout)
    # boto3 is imported when the first account is asked.
    from inventory.providers.boto import roles  # noqa: PLC0415

    url = credentials.get("endpoint_url") or f"{SCHEME}://{amazon_host(region, 'sts')}"
    if token:
        return _kept(
            [token, url, region, role],
            lambda: roles.assume_role_with_web_identity(token, url, region, role),
            timeout,
        )
    own = _own_keys(credentials, region, timeout)
    external_id = credentials.get("external_id") or ""
    return _kept(
        [*own.secrets, url, region, role, external_id],
        lambda: roles.assume_role(own, url, region, role, external_id),
        timeout,
    )


def _own_keys(credentials: Values, region: str, timeout: float) -> Keys:
    identity = identity_of(credentials)
    if not identity:
        return Keys(
            credentials["access_key_id"],
            credentials["secret_access_key"],
            credentials.get("session_token"),
        )
    if not is_listed(identity):  # an operator may have taken it back
        raise ProviderError(ProviderErrorCode.INVALID_CREDENTIALS, unlisted(identity))
    return _kept([identity, region], lambda: _borrowed(credentials, region), timeout)


def _borrowed(credentials: Values, region: str) -> Grant:
    """The keys of an identity of the gateway's own."""
    if profile := credentials.get("profile"):
        from inventory.providers.boto.profiles import profile_grant  # noqa: PLC0415 - see keys_of

        return profile_grant(profile, region)
    from inventory.providers.boto.instance_role import instance_role_grant  # noqa: PLC0415

    return instance_role_grant()


def _kept(facts: list[str], ask: Callable[[], Grant], timeout: float) -> Keys:
    keys: Keys = token_cache.KEPT.get(facts, ask, timeout=timeout)
    return keys
